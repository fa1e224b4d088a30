#include "workloads/psha/source/stepping.hpp"

#include "workloads/psha/geo/geodesy.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {
namespace {

/// Not the whole step, lest rounding adds another one: as OpenQuake.
constexpr double almost_one = 0.9999;
/// Shorter ways across have no direction. [km]
constexpr double no_way_km = 1e-6;

DeepPoint operator-(const DeepPoint& a, const DeepPoint& b)
{
    return {a.x - b.x, a.y - b.y, a.depth - b.depth};
}

double dot(const DeepPoint& a, const DeepPoint& b)
{
    return a.x * b.x + a.y * b.y + a.depth * b.depth;
}

double length(const DeepPoint& v)
{
    return std::hypot(std::hypot(v.x, v.y), v.depth);
}

DeepPoint moved(const DeepPoint& from, const DeepPoint& direction, double distance)
{
    const double scale = distance / length(direction);
    return {from.x + scale * direction.x, from.y + scale * direction.y, from.depth + scale * direction.depth};
}

/// Where a ball around `centre` is left by a segment.
/// \param from  within the ball
/// \param to    outside
DeepPoint exit_from_ball(const DeepPoint& centre, double radius, const DeepPoint& from, const DeepPoint& to)
{
    const DeepPoint along = to - from;
    const DeepPoint offset = from - centre;
    const double half_b = dot(offset, along) / length(along);
    const double c = dot(offset, offset) - radius * radius; // <= 0
    return moved(from, along, -half_b + std::sqrt(std::max(0.0, half_b * half_b - c)));
}

/// Whether two directions seen from above differ by less than 30 degrees; straight down is any direction.
bool same_direction(const DeepPoint& a, const DeepPoint& b)
{
    if (std::hypot(a.x, a.y) < no_way_km || std::hypot(b.x, b.y) < no_way_km)
        return true;
    const double cross = a.x * b.y - a.y * b.x;
    return std::abs(std::atan2(cross, a.x * b.x + a.y * b.y)) < 30.0 * geo::radians_per_degree;
}

} // namespace

double distance_between(const DeepPoint& a, const DeepPoint& b) noexcept
{
    return length(b - a);
}

std::vector<DeepPoint> whole_steps(std::span<const DeepPoint> line, double step)
{
    const std::size_t last = line.size() - 1;
    std::vector<DeepPoint> steps{line[0]};
    std::size_t first_in_reach = 0;
    for (;;) {
        const DeepPoint here = steps.back();
        std::size_t reached = first_in_reach;
        for (std::size_t i = first_in_reach; i <= last; ++i) {
            if (length(line[i] - here) <= step)
                reached = i;
        }
        if (reached == last)
            return steps;
        const DeepPoint& next = line[reached + 1];
        steps.push_back(exit_from_ball(here, step, line[reached], next));
        while (length(next - steps.back()) > almost_one * step)
            steps.push_back(moved(steps.back(), next - steps.back(), step));
        first_in_reach = reached + 1;
    }
}

std::vector<DeepPoint> nearest_steps(std::span<const DeepPoint> line, double step)
{
    std::vector<DeepPoint> steps = whole_steps(line, step);
    const DeepPoint rest = line.back() - steps.back();
    if (steps.size() > 1 && length(rest) <= (1.0 - almost_one) * step)
        return steps; // the last step went past the end by less than what almost_one lets it
    const bool onwards = steps.size() < 2 || same_direction(steps.back() - steps[steps.size() - 2], rest);
    // A remainder of more than half a step is worth another one; so is one behind an overshoot.
    const bool one_more = onwards ? length(rest) > step / 2.0 : length(rest) < step / 2.0;
    if (one_more || steps.size() < 2)
        steps.push_back(moved(steps.back(), line.back() - line[line.size() - 2], step));
    return steps;
}

} // namespace mtc::psha
