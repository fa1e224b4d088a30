#include "workloads/psha/source/mesh_distance.hpp"

#include "workloads/psha/geo/projection.hpp"
#include "workloads/psha/source/distance_kernel.hpp"

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>
#include <limits>

namespace mtc::psha {
namespace {

using namespace kernel;
using Vector = Eigen::Vector3d;

/// Below this rjb is measured to the outline and not to nodes.
constexpr double near_km = 40.0;
/// OpenQuake widens the outline by so much.
constexpr double outline_width_km = 0.005;

constexpr double infinity = std::numeric_limits<double>::infinity();

Vector vector(const geo::Vector3& v)
{
    return {v[0], v[1], v[2]};
}

geo::Vector3 plain(const Vector& v)
{
    return {v.x(), v.y(), v.z()};
}

geo::Vector3 on_surface(const geo::Vector3& position)
{
    return plain(earth_radius * vector(position).normalized());
}

struct StraightChords {
    MTC_KERNEL_INLINE static void run(const geo::Vector3& node, const SiteArrays& sites,
                                      double* __restrict squared)
    {
        const std::size_t n = whole_lanes(sites.n_padded);
        for (std::size_t i = 0; i < n; ++i) {
            const double scale = 1.0 - sites.depth[i] * per_earth_radius;
            squared[i] = chord_squared(node, sites.x[i] * scale, sites.y[i] * scale, sites.z[i] * scale);
        }
    }
};

struct SurfaceChords {
    MTC_KERNEL_INLINE static void run(const geo::Vector3& node, const SiteArrays& sites,
                                      double* __restrict squared)
    {
        const std::size_t n = whole_lanes(sites.n_padded);
        for (std::size_t i = 0; i < n; ++i)
            squared[i] = chord_squared(node, sites.x[i], sites.y[i], sites.z[i]);
    }
};

/// Least of several arrays, site by site.
struct LeastOfArrays {
    MTC_KERNEL_INLINE static void run(const double* arrays, std::size_t stride, std::size_t n_arrays,
                                      std::size_t n_padded, double* __restrict least)
    {
        const std::size_t n = whole_lanes(n_padded);
        for (std::size_t i = 0; i < n; ++i)
            least[i] = arrays[i];
        for (std::size_t k = 1; k < n_arrays; ++k) {
            const double* __restrict array = arrays + k * stride;
            for (std::size_t i = 0; i < n; ++i)
                least[i] = smaller(least[i], array[i]);
        }
    }
};

struct RootsOf {
    MTC_KERNEL_INLINE static void run(double* values, std::size_t n_padded)
    {
        const std::size_t n = whole_lanes(n_padded);
        for (std::size_t i = 0; i < n; ++i)
            values[i] = std::sqrt(values[i]);
    }
};

struct ArcsOfSquaredChords {
    MTC_KERNEL_INLINE static void run(double* values, std::size_t n_padded)
    {
        const std::size_t n = whole_lanes(n_padded);
        for (std::size_t i = 0; i < n; ++i)
            values[i] = arc_of_chord(std::sqrt(values[i]));
    }
};

/// Sites in the plane of a projection, and what is known of each while edges pass by.
struct PlaneSites {
    std::size_t n_padded;
    const double* x;
    const double* y;
    double* squared; ///< least squared distance from an edge
    double* side;    ///< -1 where a ray towards +x has crossed an odd number of the edges of a line, else 1
};

struct PlaneEdge {
    geo::PlanePoint from;
    geo::PlanePoint to;
};

struct PassEdge {
    MTC_KERNEL_INLINE static void run(const PlaneEdge& edge, const PlaneSites& sites)
    {
        const std::size_t n = whole_lanes(sites.n_padded);
        const double along_x = edge.to.x - edge.from.x;
        const double along_y = edge.to.y - edge.from.y;
        const double length_squared = along_x * along_x + along_y * along_y;
        const double per_length_squared = length_squared > 0.0 ? 1.0 / length_squared : 0.0;
        const double x_per_y = along_y != 0.0 ? along_x / along_y : 0.0;
        const double* __restrict x = sites.x;
        const double* __restrict y = sites.y;
        double* __restrict squared = sites.squared;
        double* __restrict side = sites.side;
        for (std::size_t i = 0; i < n; ++i) {
            const double dx = x[i] - edge.from.x;
            const double dy = y[i] - edge.from.y;
            const double part = larger(0.0, smaller(1.0, (dx * along_x + dy * along_y) * per_length_squared));
            const double off_x = dx - part * along_x;
            const double off_y = dy - part * along_y;
            squared[i] = smaller(squared[i], off_x * off_x + off_y * off_y);
            // The ray crosses when the ends lie on different sides of it and the crossing is ahead.
            const double from_above = dy < 0.0 ? 1.0 : 0.0;
            const double to_above = dy - along_y < 0.0 ? 1.0 : 0.0;
            const double ahead = dx < dy * x_per_y ? 1.0 : 0.0;
            side[i] = side[i] * (1.0 - 2.0 * ahead * std::abs(from_above - to_above));
        }
    }
};

/// Zero distance for sites within a stripe, an odd number of whose edges the ray crosses.
struct CloseStripe {
    MTC_KERNEL_INLINE static void run(const double* upper, const double* lower, const double* ends,
                                      std::size_t n_padded, double* __restrict squared)
    {
        const std::size_t n = whole_lanes(n_padded);
        for (std::size_t i = 0; i < n; ++i)
            squared[i] = upper[i] * lower[i] * ends[i] < 0.0 ? 0.0 : squared[i];
    }
};

/// A piece of the top edge; beyond an open end it goes on as a great circle.
struct EdgeSegment {
    geo::Vector3 from;       ///< [km] on the surface
    geo::Vector3 to;         ///< [km] on the surface
    geo::Vector3 pole;       ///< of its great circle, to its right
    geo::Vector3 along_from; ///< unit vector at `from` towards `to`
    geo::Vector3 along_to;   ///< the same at `to`
    double open_from;        ///< infinity: open, 0: it ends there
    double open_to;
};

/// Keeps, for every site, the least squared chord and its side: 1 to the right of strike, else -1.
struct PassSegment {
    MTC_KERNEL_INLINE static void run(const EdgeSegment& segment, const SiteArrays& sites,
                                      double* __restrict least, double* __restrict side)
    {
        const std::size_t n = whole_lanes(sites.n_padded);
        for (std::size_t i = 0; i < n; ++i) {
            const double x = sites.x[i];
            const double y = sites.y[i];
            const double z = sites.z[i];
            const double across = dot(segment.pole, x, y, z);
            const double sine = larger(-1.0, smaller(across * per_earth_radius, 1.0));
            // Squared chord of the perpendicular arc, 2 R^2 (1 - cosine), without the loss of digits.
            const double perpendicular =
                2.0 * earth_radius * earth_radius * sine * sine / (1.0 + std::sqrt(1.0 - sine * sine));
            const double ends =
                smaller(chord_squared(segment.from, x, y, z), chord_squared(segment.to, x, y, z));
            const double within = smaller(dot(segment.along_from, x, y, z) + segment.open_from,
                                          segment.open_to - dot(segment.along_to, x, y, z));
            const double squared = within > 0.0 ? perpendicular : ends;
            const double sign = across < 0.0 ? -1.0 : 1.0;
            side[i] = squared < least[i] ? sign : side[i];
            least[i] = smaller(squared, least[i]);
        }
    }
};

struct SignedArcs {
    MTC_KERNEL_INLINE static void run(const double* squared_chord, const double* side, std::size_t n_padded,
                                      double* __restrict out)
    {
        const std::size_t n = whole_lanes(n_padded);
        for (std::size_t i = 0; i < n; ++i)
            out[i] = side[i] * arc_of_chord(std::sqrt(squared_chord[i]));
    }
};

struct ArcsFromCircle {
    MTC_KERNEL_INLINE static void run(const geo::Vector3& pole, const SiteArrays& sites,
                                      double* __restrict out)
    {
        const std::size_t n = whole_lanes(sites.n_padded);
        for (std::size_t i = 0; i < n; ++i)
            out[i] = arc_of_sine(dot(pole, sites.x[i], sites.y[i], sites.z[i]));
    }
};

struct BeyondEnds {
    MTC_KERNEL_INLINE static void run(const geo::Vector3& pole_left, const geo::Vector3& pole_right,
                                      const SiteArrays& sites, double* __restrict out)
    {
        ry0_loop(pole_left, pole_right, sites, out);
    }
};

struct Epicentral {
    MTC_KERNEL_INLINE static void run(const geo::Vector3& epicentre, const SiteArrays& sites,
                                      double* __restrict out)
    {
        repi_loop(epicentre, sites, out);
    }
};

struct Hypocentral {
    MTC_KERNEL_INLINE static void run(const geo::Vector3& epicentre, double depth, const SiteArrays& sites,
                                      double* __restrict out)
    {
        rhypo_loop(epicentre, depth, sites, out);
    }
};

EdgeSegment segment_between(const geo::Vector3& from, const geo::Vector3& to)
{
    const Vector a = vector(from).normalized();
    const Vector b = vector(to).normalized();
    const Vector cross = b.cross(a);
    const Vector pole = cross.isZero(0.0) ? cross : cross.normalized(); // no direction: an end and no more
    return {plain(earth_radius * a),
            plain(earth_radius * b),
            plain(pole),
            plain(a.cross(pole)),
            plain(b.cross(pole)),
            0.0,
            0.0};
}

/// Unit vectors along strike and across it, to the right, at a point.
struct StrikeAxes {
    geo::Vector3 along;
    geo::Vector3 across;
};

StrikeAxes strike_axes(const geo::Point& point, double strike)
{
    const Place place = place_at({point.lon, point.lat});
    const double sine = std::sin(strike * geo::radians_per_degree);
    const double cosine = std::cos(strike * geo::radians_per_degree);
    const Vector north = vector(place.north);
    const Vector east = vector(place.east);
    return {plain(cosine * north + sine * east), plain(cosine * east - sine * north)};
}

geo::Vector3 reversed(const geo::Vector3& v)
{
    return {-v[0], -v[1], -v[2]};
}

/// The orthographic plane of a part's bounding box.
Place projection_centre(const MeshView& mesh, const SubMesh& part)
{
    std::vector<geo::LonLat> places;
    places.reserve(std::size_t{part.n_rows} * part.n_columns);
    for (std::size_t row = part.first_row; row < part.first_row + part.n_rows; ++row) {
        for (std::size_t column = part.first_column; column < part.first_column + part.n_columns; ++column)
            places.push_back({mesh.point(row, column).lon, mesh.point(row, column).lat});
    }
    return place_at(geo::OrthographicProjection{geo::bounding_box(geo::unwrapped(places))}.centre());
}

geo::PlanePoint projected(const Place& centre, const geo::Vector3& surface_position)
{
    return {vector(centre.east).dot(vector(surface_position)),
            vector(centre.north).dot(vector(surface_position))};
}

} // namespace

void MeshDistances::begin(InstructionSet set, const MeshView& mesh, const SiteArrays& sites)
{
    set_ = set;
    mesh_ = mesh;
    sites_ = sites;
    reset(straight_);
    reset(surface_);
    scratch_.resize(6 * sites.n_padded);
    near_.clear();
    near_.reserve(sites.n_padded);
}

void MeshDistances::reset(Chords& chords) const
{
    const std::size_t n_nodes = mesh_.points.size();
    chords.nodes.resize(n_nodes * sites_.n_padded);
    chords.node_known.assign(n_nodes, 0);
    chords.columns.resize(mesh_.n_columns * sites_.n_padded);
    chords.column_rows.assign(mesh_.n_columns, {0, 0});
}

void MeshDistances::least_chords(Chords& chords, bool at_surface, const SubMesh& part, double* least)
{
    const std::size_t n_padded = sites_.n_padded;
    const std::pair rows{part.first_row, part.n_rows};
    for (std::size_t column = part.first_column; column < part.first_column + part.n_columns; ++column) {
        if (chords.column_rows[column] == rows)
            continue;
        for (std::size_t row = part.first_row; row < part.first_row + part.n_rows; ++row) {
            const std::size_t node = row * mesh_.n_columns + column;
            if (chords.node_known[node] != 0)
                continue;
            double* squared = &chords.nodes[node * n_padded];
            if (at_surface)
                simd::Dispatch<SurfaceChords>::call(set_, on_surface(mesh_.positions[node]), sites_, squared);
            else
                simd::Dispatch<StraightChords>::call(set_, mesh_.positions[node], sites_, squared);
            chords.node_known[node] = 1;
        }
        const double* top = &chords.nodes[(part.first_row * mesh_.n_columns + column) * n_padded];
        simd::Dispatch<LeastOfArrays>::call(set_, top, mesh_.n_columns * n_padded, std::size_t{part.n_rows},
                                            n_padded, &chords.columns[column * n_padded]);
        chords.column_rows[column] = rows;
    }
    const double* first = &chords.columns[part.first_column * n_padded];
    simd::Dispatch<LeastOfArrays>::call(set_, first, n_padded, std::size_t{part.n_columns}, n_padded, least);
}

void MeshDistances::compute(const SubMesh& part, const SurfaceAttributes& surface,
                            const DistanceArrays& distances)
{
    if (distances.rrup != nullptr) {
        least_chords(straight_, false, part, distances.rrup);
        simd::Dispatch<RootsOf>::call(set_, distances.rrup, sites_.n_padded);
    }
    if (distances.rjb != nullptr) {
        least_chords(surface_, true, part, distances.rjb);
        simd::Dispatch<ArcsOfSquaredChords>::call(set_, distances.rjb, sites_.n_padded);
        outline_distances(part, distances.rjb);
    }
    if (distances.rx != nullptr)
        top_edge_distances(part, surface.strike, distances.rx);
    if (distances.ry0 != nullptr) {
        const std::size_t last_column = part.first_column + part.n_columns - 1;
        const StrikeAxes left = strike_axes(mesh_.point(part.first_row, part.first_column), surface.strike);
        const StrikeAxes right = strike_axes(mesh_.point(part.first_row, last_column), surface.strike);
        simd::Dispatch<BeyondEnds>::call(set_, reversed(left.along), reversed(right.along), sites_,
                                         distances.ry0);
    }
    const geo::Point& hypocentre = surface.hypocentre;
    const geo::Vector3 epicentre = geo::cartesian({hypocentre.lon, hypocentre.lat, 0.0});
    if (distances.repi != nullptr)
        simd::Dispatch<Epicentral>::call(set_, epicentre, sites_, distances.repi);
    if (distances.rhypo != nullptr)
        simd::Dispatch<Hypocentral>::call(set_, epicentre, hypocentre.depth, sites_, distances.rhypo);
}

/// Puts the distance from the outline in place of that from nodes, for near sites only: they are packed, so
/// that the kernels see no others.
void MeshDistances::outline_distances(const SubMesh& part, double* rjb)
{
    near_.clear();
    for (std::size_t i = 0; i < sites_.n; ++i) {
        if (rjb[i] < near_km)
            near_.push_back(i);
    }
    if (near_.empty())
        return;
    const Place centre = projection_centre(mesh_, part);
    const std::size_t n_padded = simd::padded(near_.size());
    double* x = scratch_.data();
    double* y = x + n_padded;
    double* squared = y + n_padded;
    double* upper = squared + n_padded;
    double* lower = upper + n_padded;
    double* ends = lower + n_padded;
    for (std::size_t k = 0; k < n_padded; ++k) {
        const std::size_t i = near_[std::min(k, near_.size() - 1)];
        const geo::PlanePoint p = projected(centre, {sites_.x[i], sites_.y[i], sites_.z[i]});
        x[k] = p.x;
        y[k] = p.y;
        squared[k] = infinity;
    }

    const auto node = [&](std::size_t row, std::size_t column) {
        return projected(centre,
                         on_surface(mesh_.position(part.first_row + row, part.first_column + column)));
    };
    const auto pass = [&](geo::PlanePoint from, geo::PlanePoint to, double* side) {
        simd::Dispatch<PassEdge>::call(set_, PlaneEdge{from, to}, PlaneSites{n_padded, x, y, squared, side});
    };
    const auto pass_row = [&](std::size_t row, double* side) {
        std::fill_n(side, n_padded, 1.0);
        geo::PlanePoint from = node(row, 0);
        if (part.n_columns == 1)
            pass(from, from, side);
        for (std::size_t column = 1; column < part.n_columns; ++column) {
            const geo::PlanePoint to = node(row, column);
            pass(from, to, side);
            from = to;
        }
    };
    pass_row(0, upper);
    for (std::size_t row = 1; row < part.n_rows; ++row) {
        pass_row(row, lower);
        std::fill_n(ends, n_padded, 1.0);
        pass(node(row - 1, 0), node(row, 0), ends);
        pass(node(row - 1, part.n_columns - 1), node(row, part.n_columns - 1), ends);
        simd::Dispatch<CloseStripe>::call(set_, upper, lower, ends, n_padded, squared);
        std::swap(upper, lower);
    }
    for (std::size_t k = 0; k < near_.size(); ++k)
        rjb[near_[k]] = std::max(0.0, std::sqrt(squared[k]) - outline_width_km);
    std::fill(rjb + sites_.n, rjb + sites_.n_padded, rjb[sites_.n - 1]); // padding repeats the last site
}

void MeshDistances::top_edge_distances(const SubMesh& part, double strike, double* rx)
{
    const auto position = [&](std::size_t column) -> const geo::Vector3& {
        return mesh_.position(part.first_row, part.first_column + column);
    };
    if (part.n_columns <= 2) {
        const geo::Vector3 pole =
            part.n_columns == 2 ? segment_between(position(0), position(1)).pole
                                : strike_axes(mesh_.point(part.first_row, part.first_column), strike).across;
        simd::Dispatch<ArcsFromCircle>::call(set_, pole, sites_, rx);
        return;
    }
    double* least = scratch_.data();
    double* side = least + sites_.n_padded;
    std::fill_n(least, sites_.n_padded, infinity);
    std::fill_n(side, sites_.n_padded, 1.0);
    const std::size_t n_segments = part.n_columns - 1;
    for (std::size_t i = 0; i < n_segments; ++i) {
        EdgeSegment segment = segment_between(position(i), position(i + 1));
        if (i == 0)
            segment.open_from = infinity;
        if (i + 1 == n_segments)
            segment.open_to = infinity;
        simd::Dispatch<PassSegment>::call(set_, segment, sites_, least, side);
    }
    simd::Dispatch<SignedArcs>::call(set_, least, side, sites_.n_padded, rx);
}

} // namespace mtc::psha
