#include "workloads/psha/source/outline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

namespace mtc::psha {
namespace {

using geo::PlanePoint;

constexpr double width_km = 0.005; ///< by which stripes are widened
constexpr double tolerance_km = 0.005;
constexpr double piece_angle = std::numbers::pi / 4.0; ///< [rad] of a corner's arc for each straight piece
/// Corners whose turn moves the widened edge by less than this part of the width get one vertex.
constexpr double same_vertex = 1e-3;
/// Concave corners less deep than this part of the width are no corners.
constexpr double shallow = 0.01;
/// Narrower cells are of vertical meshes and have no sides.
constexpr double least_width_km = 1e-5;
constexpr std::size_t tree_capacity = 10; ///< nodes of a packed tree

PlanePoint operator+(const PlanePoint& a, const PlanePoint& b)
{
    return {a.x + b.x, a.y + b.y};
}

PlanePoint operator-(const PlanePoint& a, const PlanePoint& b)
{
    return {a.x - b.x, a.y - b.y};
}

PlanePoint operator*(double factor, const PlanePoint& a)
{
    return {factor * a.x, factor * a.y};
}

double cross(const PlanePoint& a, const PlanePoint& b)
{
    return a.x * b.y - a.y * b.x;
}

double dot(const PlanePoint& a, const PlanePoint& b)
{
    return a.x * b.x + a.y * b.y;
}

double squared_length(const PlanePoint& a)
{
    return dot(a, a);
}

double length(const PlanePoint& a)
{
    return std::sqrt(squared_length(a));
}

/// From an edge to the same edge widened: to its right.
PlanePoint widening(const PlanePoint& from, const PlanePoint& to)
{
    const PlanePoint along = to - from;
    const double scale = width_km / length(along);
    return {scale * along.y, -scale * along.x};
}

/// Above zero where a path turns left.
double turn(const PlanePoint& from, const PlanePoint& at, const PlanePoint& to)
{
    return cross(at - from, to - at);
}

/// Where two pieces of straight lines cross.
std::optional<PlanePoint> crossing(const PlanePoint& a, const PlanePoint& b, const PlanePoint& c,
                                   const PlanePoint& d)
{
    const PlanePoint first = b - a;
    const PlanePoint second = d - c;
    const double sine = cross(first, second);
    if (sine == 0.0)
        return {};
    const double on_first = cross(c - a, second) / sine;
    const double on_second = cross(c - a, first) / sine;
    if (on_first < 0.0 || on_first > 1.0 || on_second < 0.0 || on_second > 1.0)
        return {};
    return a + on_first * first;
}

double squared_distance(const PlanePoint& point, const PlanePoint& from, const PlanePoint& to)
{
    const PlanePoint along = to - from;
    const double squared = dot(along, along);
    const double part = squared > 0.0 ? std::clamp(dot(point - from, along) / squared, 0.0, 1.0) : 0.0;
    const PlanePoint off = point - from - part * along;
    return dot(off, off);
}

/// The arc from one widened edge to the next around a corner that turns left by less than half a circle.
struct Fillet {
    static constexpr std::size_t capacity = 6;
    std::array<PlanePoint, capacity> vertices;
    std::size_t n = 0;

    Fillet(const PlanePoint& at, const PlanePoint& first, const PlanePoint& last)
    {
        const double angle = std::atan2(cross(first, last), dot(first, last));
        const auto n_pieces = static_cast<std::size_t>(std::max(angle, 0.0) / piece_angle + 0.5);
        vertices[n++] = at + first;
        for (std::size_t i = 1; i < n_pieces; ++i) {
            const double part = angle * static_cast<double>(i) / static_cast<double>(n_pieces);
            const double cosine = std::cos(part);
            const double sine = std::sin(part);
            vertices[n++] =
                at + PlanePoint{cosine * first.x - sine * first.y, sine * first.x + cosine * first.y};
        }
        vertices[n++] = at + last;
    }
};

/// Where the first of two corners' arcs leaves the second.
std::optional<PlanePoint> crossing(const Fillet& a, const Fillet& b)
{
    for (std::size_t i = 1; i < a.n; ++i) {
        for (std::size_t j = b.n - 1; j > 0; --j) {
            if (const auto point =
                    crossing(a.vertices[i - 1], a.vertices[i], b.vertices[j - 1], b.vertices[j]))
                return point;
        }
    }
    return {};
}

} // namespace

void WidenedOutline::reserve(std::size_t n_rows, std::size_t n_columns)
{
    // At most six vertices for each node of the perimeter.
    const std::size_t n_vertices = 12 * (n_rows + n_columns);
    row_.reserve(n_columns);
    ring_.reserve(n_vertices);
    right_.reserve(n_rows);
    left_.reserve(n_rows);
    stripes_.reserve(n_rows);
    sections_.reserve(n_vertices);
    simplified_.reserve(n_vertices);
}

std::span<const PlanePoint> WidenedOutline::build(std::span<const PlanePoint> nodes, std::size_t n_columns)
{
    nodes_ = nodes;
    n_columns_ = n_columns;
    n_rows_ = nodes.size() / n_columns;
    if (!is_plain())
        return {};
    add_ring();
    const std::size_t start = start_of_ring();
    std::reverse(ring_.begin(), ring_.end());
    simplify(ring_.size() - 1 - start);
    return simplified_;
}

/// Whether no cell is folded or vertical, and each lies to the right of the strike.
bool WidenedOutline::is_plain() const
{
    if (n_rows_ < 2 || n_columns_ < 2)
        return false;
    for (std::size_t row = 1; row < n_rows_; ++row) {
        for (std::size_t column = 1; column < n_columns_; ++column) {
            const PlanePoint& top_left = node(row - 1, column - 1);
            const PlanePoint& top_right = node(row - 1, column);
            const PlanePoint& bottom_left = node(row, column - 1);
            const PlanePoint& bottom_right = node(row, column);
            const double squared =
                std::max({squared_length(top_right - top_left), squared_length(bottom_right - bottom_left),
                          squared_length(bottom_left - top_left), squared_length(bottom_right - top_right)});
            const double least = std::min(
                {turn(top_right, top_left, bottom_left), turn(top_left, bottom_left, bottom_right),
                 turn(bottom_left, bottom_right, top_right), turn(bottom_right, top_right, top_left)});
            if (!(least > 0.0 && least * least > least_width_km * least_width_km * squared))
                return false;
        }
    }
    return true;
}

/// The ring of the union: along the first row to the left, down, along the last row to the right, and up.
void WidenedOutline::add_ring()
{
    const std::size_t bottom = n_rows_ - 1;
    const std::size_t end = n_columns_ - 1;
    ring_.clear();
    right_.assign(n_rows_, {});
    left_.assign(n_rows_, {});
    right_[0] = add_turn(node(1, end), node(0, end), node(0, end - 1));
    add_row(0, false);
    left_[0] = add_turn(node(0, 1), node(0, 0), node(1, 0));
    for (std::size_t row = 1; row < bottom; ++row)
        left_[row] = add_joint(node(row - 1, 0), node(row, 0), node(row, 1), node(row + 1, 0));
    left_[bottom] = add_turn(node(bottom - 1, 0), node(bottom, 0), node(bottom, 1));
    add_row(bottom, true);
    right_[bottom] = add_turn(node(bottom, end - 1), node(bottom, end), node(bottom - 1, end));
    for (std::size_t row = bottom - 1; row > 0; --row)
        right_[row] = add_joint(node(row + 1, end), node(row, end), node(row, end - 1), node(row - 1, end));
}

/// A corner of one stripe.
WidenedOutline::Range WidenedOutline::add_turn(const PlanePoint& from, const PlanePoint& at,
                                               const PlanePoint& to)
{
    const std::size_t begin = ring_.size();
    const PlanePoint first = widening(from, at);
    const PlanePoint last = widening(at, to);
    const double side = turn(from, at, to);
    if (side > 0.0 && length(last - first) >= same_vertex * width_km) {
        const Fillet fillet{at, first, last};
        ring_.insert(ring_.end(), fillet.vertices.begin(), fillet.vertices.begin() + fillet.n);
    } else if (side > 0.0) {
        ring_.push_back(at + first);
    } else if (side < 0.0) {
        ring_.push_back(crossing(from + first, at + first, at + last, to + last).value_or(at + first));
    }
    return {begin, ring_.size()};
}

/// Where two stripes with a common row meet, the corners of both show if the outline turns away from them.
/// \param inwards  the next node of the row
WidenedOutline::Range WidenedOutline::add_joint(const PlanePoint& from, const PlanePoint& at,
                                                const PlanePoint& inwards, const PlanePoint& to)
{
    const std::size_t begin = ring_.size();
    const PlanePoint first = widening(from, at);
    const PlanePoint last = widening(at, to);
    if (turn(from, at, to) > 0.0) {
        const Fillet leaving{at, first, widening(at, inwards)};
        const Fillet entering{at, widening(inwards, at), last};
        ring_.push_back(at + first);
        if (const auto point = crossing(leaving, entering))
            ring_.push_back(*point);
        ring_.push_back(at + last);
    } else {
        ring_.push_back(crossing(from + first, at + first, at + last, to + last).value_or(at + first));
    }
    return {begin, ring_.size()};
}

/// The widened row without its ends.
void WidenedOutline::add_row(std::size_t row, bool rightwards)
{
    row_.clear();
    for (std::size_t i = 0; i < n_columns_; ++i)
        row_.push_back(node(row, rightwards ? i : n_columns_ - 1 - i));
    drop_shallow_concavities(rightwards ? 0
                                        : 1); // the stripe's ring starts at the right end of its first row
    for (std::size_t i = 1; i + 1 < row_.size(); ++i)
        add_turn(row_[i - 1], row_[i], row_[i + 1]);
}

/// Takes out of row_ what the widening would fill, in passes, of which each spares the neighbours of what it
/// took. \param first  node before the first that may go
void WidenedOutline::drop_shallow_concavities(std::size_t first)
{
    constexpr double deep = shallow * width_km;
    bool has_changed = true;
    while (has_changed) {
        has_changed = false;
        std::size_t kept = std::min(first + 1, row_.size()); // nodes that stay, in front
        std::size_t i = kept;
        while (i < row_.size()) {
            const bool goes = i + 1 < row_.size() && turn(row_[kept - 1], row_[i], row_[i + 1]) < 0.0 &&
                              squared_distance(row_[i], row_[kept - 1], row_[i + 1]) < deep * deep;
            if (goes) {
                has_changed = true;
                ++i;
            }
            row_[kept++] = row_[i++];
        }
        row_.resize(kept);
    }
}

/// The order in which stripes are united: by slices of x, within each by y.
void WidenedOutline::sort_stripes()
{
    stripes_.clear();
    for (std::size_t row = 0; row + 1 < n_rows_; ++row) {
        const auto stripe = nodes_.subspan(row * n_columns_, 2 * n_columns_);
        PlanePoint least = stripe.front();
        PlanePoint most = stripe.front();
        for (const PlanePoint& p : stripe) {
            least = {std::min(least.x, p.x), std::min(least.y, p.y)};
            most = {std::max(most.x, p.x), std::max(most.y, p.y)};
        }
        stripes_.push_back({least.x + most.x, least.y + most.y, row});
    }
    const std::size_t n = stripes_.size();
    const std::size_t n_leaves = (n + tree_capacity - 1) / tree_capacity;
    const auto n_slices = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(n_leaves))));
    const std::size_t in_slice = (n + n_slices - 1) / n_slices;
    std::sort(stripes_.begin(), stripes_.end(), [](const Stripe& a, const Stripe& b) { return a.x < b.x; });
    for (std::size_t i = 0; i < n; i += in_slice) {
        std::sort(stripes_.begin() + static_cast<std::ptrdiff_t>(i),
                  stripes_.begin() + static_cast<std::ptrdiff_t>(std::min(n, i + in_slice)),
                  [](const Stripe& a, const Stripe& b) { return a.y < b.y; });
    }
}

/// Follows the start of the ring of the stripe that is united first through all unions.
/// \returns index in ring_
std::size_t WidenedOutline::start_of_ring()
{
    sort_stripes();
    const std::size_t n = ring_.size();
    const std::size_t bottom = n_rows_ - 1;
    const auto clockwise = [&](std::size_t vertex) { return (vertex + n - 1) % n; };

    std::size_t lowest = stripes_.front().number + 1; // last row of what is united so far
    std::size_t start = right_[lowest - 1].begin;     // the right end of the stripe's first row
    // The lower right corner of what is united shows vertices which the final ring has not.
    std::optional<std::size_t> in_corner; // the corner's vertex from which the ring starts
    const std::size_t n_stripes = stripes_.size();
    std::size_t n_levels = 0;
    while ((n_stripes >> n_levels) > 1)
        ++n_levels;
    for (std::size_t level = n_levels; level-- > 0;) {
        const auto united = std::span{stripes_}.first(n_stripes >> level);
        const std::size_t before = lowest;
        while (std::any_of(united.begin(), united.end(), [&](const Stripe& s) { return s.number == lowest; }))
            ++lowest;
        const bool at_lower_end = start == right_[before - 1].begin;
        if (!in_corner && !(at_lower_end && lowest == before && lowest < bottom)) {
            start = clockwise(start);
        } else if (lowest == before) {
            in_corner = in_corner ? *in_corner + 1 : 0;
        } else {
            const Range joint = right_[before];
            const Range other = left_[before];
            const bool shows = in_corner == 0 && joint.end - joint.begin > 1;
            if (shows)
                start = clockwise(joint.end - 1);
            else
                start = other.end - other.begin > 1 ? other.begin : clockwise(other.begin);
            in_corner.reset();
        }
    }
    return start;
}

/// Douglas-Peucker from ring_[start] round to itself.
void WidenedOutline::simplify(std::size_t start)
{
    std::rotate(ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(start), ring_.end());
    ring_.push_back(ring_.front());
    simplified_.assign(1, ring_.front());
    sections_.assign(1, {0, ring_.size() - 1});
    while (!sections_.empty()) {
        const auto [first, last] = sections_.back();
        sections_.pop_back();
        double largest = -1.0;
        std::size_t farthest = first;
        for (std::size_t i = first + 1; i < last; ++i) {
            const double squared = squared_distance(ring_[i], ring_[first], ring_[last]);
            if (squared > largest) {
                largest = squared;
                farthest = i;
            }
        }
        if (largest > tolerance_km * tolerance_km) {
            sections_.push_back({farthest, last});
            sections_.push_back({first, farthest});
        } else if (last + 1 < ring_.size()) {
            simplified_.push_back(ring_[last]);
        }
    }
}

} // namespace mtc::psha
