#include "workloads/psha/source/generalised_coordinates.hpp"

#include "workloads/psha/geo/projection.hpp"
#include "workloads/psha/source/distance_kernel.hpp"
#include "workloads/psha/source/planar.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {
namespace {

using namespace kernel;
using Line = std::vector<geo::LonLat>;

/// Closer than this to a segment, or to its extension, the weight's limit takes its place. [km]
constexpr double close_km = 0.1;

/// Sums over segments, site by site.
struct Sums {
    double* weight;  ///< over all traces
    double* t;       ///< of weight times T
    double* u;       ///< of weight times U
    double* trace_t; ///< of the trace at hand
    double* off;     ///< 0 where the site lies on the trace at hand, else 1
};

struct AddSegment {
    MTC_KERNEL_INLINE static void run(const GeneralisedCoordinates::Trace& trace,
                                      const GeneralisedCoordinates::Segment& segment, const SiteArrays& sites,
                                      const Sums& sums)
    {
        const std::size_t n = whole_lanes(sites.n_padded);
        const double length = segment.length;
        const double u_of_start = segment.before + trace.shift;
        const double weight_on = 100.0 - 1.0 / (length + 0.01);
        const geo::Vector3 east = trace.east;
        const geo::Vector3 north = trace.north;
        const double start_x = segment.x;
        const double start_y = segment.y;
        const double along_x = segment.along_x;
        const double along_y = segment.along_y;
        const double* __restrict site_x = sites.x;
        const double* __restrict site_y = sites.y;
        const double* __restrict site_z = sites.z;
        double* __restrict sum_weight = sums.weight;
        double* __restrict sum_t = sums.trace_t;
        double* __restrict sum_u = sums.u;
        double* __restrict off = sums.off;
#pragma GCC ivdep // the arrays are apart, but too many to be checked for it
        for (std::size_t i = 0; i < n; ++i) {
            const double x = dot(east, site_x[i], site_y[i], site_z[i]) - start_x;
            const double y = dot(north, site_x[i], site_y[i], site_z[i]) - start_y;
            const double u = x * along_x + y * along_y;
            const double t = x * along_y - y * along_x; // to the right
            const double across = std::abs(t);
            const double beyond = larger(-u, u - length);
            const double safe_t = across < close_km ? 1.0 : t;
            const double weight_far = (simd::atan((length - u) / safe_t) + simd::atan(u / safe_t)) / safe_t;
            const double weight_extension = 1.0 / (u - length) - 1.0 / u;
            const double weight_close = beyond <= close_km ? weight_on : weight_extension;
            const double weight = across < close_km ? weight_close : weight_far;
            const double off_line = across < close_km ? 0.0 : 1.0;
            const double off_ends = beyond <= close_km ? 0.0 : 1.0;
            off[i] = smaller(off[i], larger(off_line, off_ends));
            sum_weight[i] += weight;
            sum_t[i] += weight * t;
            sum_u[i] += weight * (u + u_of_start);
        }
    }
};

struct EndTrace {
    MTC_KERNEL_INLINE static void run(const Sums& sums, std::size_t n_padded)
    {
        const std::size_t n = whole_lanes(n_padded);
        double* __restrict t = sums.t;
        double* __restrict trace_t = sums.trace_t;
        double* __restrict off = sums.off;
        for (std::size_t i = 0; i < n; ++i) {
            t[i] += off[i] * trace_t[i];
            trace_t[i] = 0.0;
            off[i] = 1.0;
        }
    }
};

struct DivideByWeight {
    MTC_KERNEL_INLINE static void run(const Sums& sums, std::size_t n_padded)
    {
        const std::size_t n = whole_lanes(n_padded);
        double* __restrict t = sums.t;
        double* __restrict u = sums.u;
        const double* __restrict weight = sums.weight;
        for (std::size_t i = 0; i < n; ++i) {
            t[i] /= weight[i];
            u[i] /= weight[i];
        }
    }
};

struct BeyondEnds {
    MTC_KERNEL_INLINE static void run(double u_max, std::size_t n_padded, double* u)
    {
        const std::size_t n = whole_lanes(n_padded);
        for (std::size_t i = 0; i < n; ++i)
            u[i] = larger(0.0, larger(-u[i], u[i] - u_max));
    }
};

/// Mean direction of weighted azimuths.
class MeanAzimuth {
public:
    void add(double azimuth, double weight)
    {
        east_ += weight * std::sin(azimuth * geo::radians_per_degree);
        north_ += weight * std::cos(azimuth * geo::radians_per_degree);
    }
    /// [deg] in [0, 360)
    double value() const
    {
        return std::fmod(std::atan2(east_, north_) / geo::radians_per_degree + 360.0, 360.0);
    }

private:
    double east_ = 0.0;
    double north_ = 0.0;
};

struct Direction {
    double length = 0.0;  ///< [km]
    double azimuth = 0.0; ///< [deg]
};

Direction direction(const Line& line)
{
    if (line.size() == 2)
        return {geo::distance_km(line[0], line[1]), geo::azimuth_deg(line[0], line[1])};
    Direction result;
    MeanAzimuth mean;
    for (std::size_t i = 1; i < line.size(); ++i) {
        const double length = geo::distance_km(line[i - 1], line[i]);
        mean.add(geo::azimuth_deg(line[i - 1], line[i]), length);
        result.length += length;
    }
    result.azimuth = mean.value();
    return result;
}

/// Which traces run against the larger part of all, by length along the mean direction.
std::vector<bool> running_against(std::span<const Direction> directions)
{
    MeanAzimuth mean;
    for (const Direction& each : directions)
        mean.add(each.azimuth, each.length);
    std::vector<bool> forward;
    double sum = 0.0;
    double forward_sum = 0.0;
    for (const Direction& each : directions) {
        const double turn = std::remainder(each.azimuth - mean.value(), 360.0);
        const double along = each.length * std::abs(std::cos(turn * geo::radians_per_degree));
        forward.push_back(turn >= -90.0 && turn < 90.0);
        sum += along;
        forward_sum += forward.back() ? along : 0.0;
    }
    if (forward_sum / sum > 0.5)
        forward.flip();
    return forward;
}

/// Where U is 0: the end of a trace that lies farthest back in the mean direction, by longitude alone.
geo::LonLat origin(std::span<const Line> traces, double mean_azimuth)
{
    Line ends;
    for (const Line& trace : traces) {
        ends.push_back(trace.front());
        ends.push_back(trace.back());
    }
    ends = geo::unwrapped(ends);
    const geo::OrthographicProjection projection{geo::bounding_box(ends)};
    const auto x_of = [&](const geo::LonLat& end) { return projection.forward(end).x; };
    const bool eastwards = (mean_azimuth > 0.0 && mean_azimuth <= 180.0) || mean_azimuth < 0.1;
    return eastwards ? *std::ranges::min_element(ends, {}, x_of) : *std::ranges::max_element(ends, {}, x_of);
}

double radians(double degrees)
{
    return degrees * geo::radians_per_degree;
}

} // namespace

GeneralisedCoordinates::GeneralisedCoordinates(std::vector<std::vector<geo::LonLat>> traces)
{
    std::vector<Direction> directions;
    for (const Line& trace : traces)
        directions.push_back(direction(trace));
    reversed_ = running_against(directions);
    MeanAzimuth mean;
    for (std::size_t k = 0; k < traces.size(); ++k) {
        if (reversed_[k]) {
            std::ranges::reverse(traces[k]);
            directions[k].azimuth += 180.0;
        }
        mean.add(directions[k].azimuth, directions[k].length);
    }
    const double mean_azimuth = mean.value();
    const geo::LonLat start = origin(traces, mean_azimuth);

    std::vector<geo::Point> ends;
    for (const Line& line : traces) {
        const Line trace = geo::unwrapped(line);
        const geo::OrthographicProjection projection{geo::bounding_box(trace)};
        const Place centre = place_at(projection.centre());
        const double shift = geo::distance_km(start, trace[0]) *
                             std::cos(radians(mean_azimuth - geo::azimuth_deg(start, trace[0])));
        traces_.push_back({centre.east, centre.north, shift, segments_.size(), trace.size() - 1});
        double before = 0.0;
        for (std::size_t i = 1; i < trace.size(); ++i) {
            const geo::PlanePoint from = projection.forward(trace[i - 1]);
            const geo::PlanePoint to = projection.forward(trace[i]);
            const double length = std::hypot(to.x - from.x, to.y - from.y);
            segments_.push_back(
                {from.x, from.y, (to.x - from.x) / length, (to.y - from.y) / length, length, before});
            before += length;
        }
        ends.push_back({trace.front().lon, trace.front().lat, 0.0});
        ends.push_back({trace.back().lon, trace.back().lat, 0.0});
    }

    const SiteBlock block{ends};
    const std::size_t n_padded = block.arrays().n_padded;
    AlignedVector<double> memory((2 + n_scratch) * n_padded);
    double* t = memory.data();
    double* u = t + n_padded;
    compute(InstructionSet::baseline, block.arrays(), t, u, u + n_padded);
    for (std::size_t i = 0; i < ends.size(); ++i)
        u_max_ = std::max(u_max_, std::abs(u[i]));
}

void GeneralisedCoordinates::compute(InstructionSet set, const SiteArrays& sites, double* t, double* u,
                                     double* scratch) const
{
    const std::size_t n_padded = sites.n_padded;
    const Sums sums{scratch, t, u, scratch + n_padded, scratch + 2 * n_padded};
    std::fill_n(scratch, 2 * n_padded, 0.0);
    std::fill_n(t, n_padded, 0.0);
    std::fill_n(u, n_padded, 0.0);
    std::fill_n(sums.off, n_padded, 1.0);
    for (const Trace& trace : traces_) {
        for (std::size_t i = 0; i < trace.n_segments; ++i)
            simd::Dispatch<AddSegment>::call(set, trace, segments_[trace.first_segment + i], sites, sums);
        simd::Dispatch<EndTrace>::call(set, sums, n_padded);
    }
    simd::Dispatch<DivideByWeight>::call(set, sums, n_padded);
}

void GeneralisedCoordinates::beyond_ends(InstructionSet set, std::size_t n_padded, double* u) const
{
    simd::Dispatch<BeyondEnds>::call(set, u_max_, n_padded, u);
}

} // namespace mtc::psha
