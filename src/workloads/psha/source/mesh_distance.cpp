#include "workloads/psha/source/mesh_distance.hpp"

#include "workloads/psha/geo/projection.hpp"
#include "workloads/psha/source/kite_surface.hpp"
#include "workloads/psha/source/mesh_kernel.hpp"
#include "workloads/psha/source/vectors.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace mtc::psha {
namespace {

using namespace kernel;

/// Below this rjb is measured to the outline and not to nodes.
constexpr double near_km = 40.0;
/// OpenQuake widens outlines by so much.
constexpr double outline_width_km = 0.005;

constexpr std::uint32_t no_row = std::numeric_limits<std::uint32_t>::max();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// \param from, to  [km] on the surface
EdgeSegment segment_between(const geo::Vector3& from, const geo::Vector3& to)
{
    const Vector a = vector(from) / earth_radius;
    const Vector b = vector(to) / earth_radius;
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
    segments_.resize(mesh.n_columns * sites.n_padded);
    segment_row_.assign(mesh.n_columns, no_row);
    scratch_.resize(6 * sites.n_padded);
    near_.clear();
    near_.reserve(sites.n_padded);
    plane_.reserve(mesh.points.size());
    ring_nodes_.reserve(2 * (mesh.n_rows + mesh.n_columns));
    top_columns_.reserve(mesh.n_columns);
    outline_.reserve(mesh.n_rows, mesh.n_columns);
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
            if (std::isnan(mesh_.points[node].lon)) // missing
                std::fill_n(squared, n_padded, infinity);
            else if (at_surface)
                simd::Dispatch<SurfaceChords>::call(set_, mesh_.above(row, column), sites_, squared);
            else
                simd::Dispatch<StraightChords>::call(set_, mesh_.position(row, column), sites_, squared);
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
        if (mesh_.averaged == CellsAveraged::kite && is_vertical_kite(mesh_, part))
            vertical_kite_chords(part, distances.rjb);
        else
            least_chords(surface_, true, part, distances.rjb);
        simd::Dispatch<RootsOf>::call(set_, distances.rjb, sites_.n_padded);
        outline_distances(part, distances.rjb);
    }
    if (distances.rx != nullptr)
        top_edge_distances(part, surface.strike, distances.rx);
    if (distances.ry0 != nullptr) {
        find_top_columns(part);
        const StrikeAxes left =
            strike_axes(mesh_.point(part.first_row, top_columns_.front()), surface.strike);
        const StrikeAxes right =
            strike_axes(mesh_.point(part.first_row, top_columns_.back()), surface.strike);
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

void MeshDistances::vertical_kite_chords(const SubMesh& part, double* least)
{
    const std::array<geo::LonLat, 4> corners = vertical_kite_outline(mesh_, part);
    for (std::size_t i = 0; i < corners.size(); ++i)
        simd::Dispatch<SurfaceChords>::call(set_, geo::cartesian({corners[i].lon, corners[i].lat, 0.0}),
                                            sites_, scratch_.data() + i * sites_.n_padded);
    simd::Dispatch<LeastOfArrays>::call(set_, scratch_.data(), sites_.n_padded, corners.size(),
                                        sites_.n_padded, least);
}

/// The outline of a kite in the plane about the middle of its bounding box.
/// \param[out] centre  of the plane
std::span<const geo::PlanePoint> MeshDistances::kite_ring(const SubMesh& part, Place& centre)
{
    plane_.clear();
    const auto centre_of = [](std::span<const geo::LonLat> places) {
        return place_at(geo::OrthographicProjection{geo::bounding_box(geo::unwrapped(places))}.centre());
    };
    if (is_vertical_kite(mesh_, part)) {
        const std::array<geo::LonLat, 4> corners = vertical_kite_outline(mesh_, part);
        centre = centre_of(corners);
        for (const geo::LonLat corner : corners)
            plane_.push_back(projected(centre, geo::cartesian({corner.lon, corner.lat, 0.0})));
        return plane_;
    }
    kite_outline(mesh_, part, ring_nodes_);
    centre = place_at(geo::OrthographicProjection{bounding_box(mesh_, part)}.centre());
    for (const std::size_t node : ring_nodes_)
        plane_.push_back(projected(centre, mesh_.surface[node]));
    return plane_;
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
    const bool is_kite = mesh_.averaged == CellsAveraged::kite;
    Place centre{};
    std::span<const geo::PlanePoint> ring;
    if (is_kite)
        ring = kite_ring(part, centre);
    else
        centre = place_at(geo::OrthographicProjection{bounding_box(mesh_, part)}.centre());
    const std::size_t n_padded = simd::padded(near_.size());
    double* x = scratch_.data();
    double* y = x + n_padded;
    double* squared = y + n_padded;
    double* side = squared + n_padded;
    for (std::size_t k = 0; k < n_padded; ++k) {
        const std::size_t i = near_[std::min(k, near_.size() - 1)];
        const geo::PlanePoint p = projected(centre, {sites_.x[i], sites_.y[i], sites_.z[i]});
        x[k] = p.x;
        y[k] = p.y;
        squared[k] = infinity;
    }
    if (!is_kite) {
        plane_.clear();
        for (std::size_t row = 0; row < part.n_rows; ++row) {
            for (std::size_t column = 0; column < part.n_columns; ++column)
                plane_.push_back(
                    projected(centre, mesh_.above(part.first_row + row, part.first_column + column)));
        }
        ring = outline_.build(plane_, part.n_columns);
    }

    const PlaneSites sites{n_padded, x, y, squared, side};
    if (ring.empty())
        pass_stripes(part, sites);
    else
        pass_ring(ring, sites);
    const double narrower = ring.empty() ? outline_width_km : 0.0;
    for (std::size_t k = 0; k < near_.size(); ++k)
        rjb[near_[k]] = std::max(0.0, std::sqrt(squared[k]) - narrower);
    std::fill(rjb + sites_.n, rjb + sites_.n_padded, rjb[sites_.n - 1]); // padding repeats the last site
}

void MeshDistances::pass_ring(std::span<const geo::PlanePoint> ring, const PlaneSites& sites) const
{
    std::fill_n(sites.side, sites.n_padded, 1.0);
    geo::PlanePoint from = ring.back();
    for (const geo::PlanePoint& to : ring) {
        simd::Dispatch<PassEdge>::call(set_, PlaneEdge{from, to}, sites);
        from = to;
    }
    simd::Dispatch<CloseRing>::call(set_, sites.side, sites.n_padded, sites.squared);
}

/// For meshes that have no plain outline: the edges of every stripe. A site is within one when a ray crosses
/// an odd number of them.
void MeshDistances::pass_stripes(const SubMesh& part, PlaneSites sites) const
{
    double* upper = sites.side;
    double* lower = upper + sites.n_padded;
    double* ends = lower + sites.n_padded;
    const std::size_t last = part.n_columns - 1;
    const auto node = [&](std::size_t row, std::size_t column) {
        return plane_[row * part.n_columns + column];
    };
    const auto pass = [&](geo::PlanePoint from, geo::PlanePoint to, double* side) {
        sites.side = side;
        simd::Dispatch<PassEdge>::call(set_, PlaneEdge{from, to}, sites);
    };
    const auto pass_row = [&](std::size_t row, double* side) {
        std::fill_n(side, sites.n_padded, 1.0);
        if (last == 0)
            pass(node(row, 0), node(row, 0), side);
        for (std::size_t column = 0; column < last; ++column)
            pass(node(row, column), node(row, column + 1), side);
    };
    pass_row(0, upper);
    for (std::size_t row = 1; row < part.n_rows; ++row) {
        pass_row(row, lower);
        std::fill_n(ends, sites.n_padded, 1.0);
        pass(node(row - 1, 0), node(row, 0), ends);
        pass(node(row - 1, last), node(row, last), ends);
        simd::Dispatch<CloseStripe>::call(set_, upper, lower, ends, sites.n_padded, sites.squared);
        std::swap(upper, lower);
    }
}

/// Columns of the nodes of a rupture's top edge: all, but for a kite's that are missing.
void MeshDistances::find_top_columns(const SubMesh& part)
{
    top_columns_.clear();
    for (std::uint32_t column = part.first_column; column < part.first_column + part.n_columns; ++column)
        if (!std::isnan(mesh_.point(part.first_row, column).lon))
            top_columns_.push_back(column);
}

void MeshDistances::top_edge_distances(const SubMesh& part, double strike, double* rx)
{
    find_top_columns(part);
    const std::size_t n_columns = top_columns_.size();
    const auto above = [&](std::size_t i) -> const geo::Vector3& {
        return mesh_.above(part.first_row, top_columns_[i]);
    };
    if (n_columns <= 2) {
        const geo::Vector3 pole =
            n_columns == 2 ? segment_between(above(0), above(1)).pole
                           : strike_axes(mesh_.point(part.first_row, top_columns_.front()), strike).across;
        simd::Dispatch<ArcsFromCircle>::call(set_, pole, sites_, rx);
        return;
    }
    // Segments with an open end are the rupture's own, those between are shared.
    EdgeSegment first = segment_between(above(0), above(1));
    first.open_from = infinity;
    simd::Dispatch<SegmentChords>::call(set_, first, sites_, rx);
    const auto keep = [&](const double* chords) {
        simd::Dispatch<KeepLeastSize>::call(set_, chords, sites_.n_padded, rx);
    };
    for (std::size_t i = 1; i + 2 < n_columns; ++i) {
        const std::size_t column = top_columns_[i];
        double* chords = &segments_[column * sites_.n_padded];
        if (segment_row_[column] != part.first_row) {
            simd::Dispatch<SegmentChords>::call(set_, segment_between(above(i), above(i + 1)), sites_,
                                                chords);
            segment_row_[column] = part.first_row;
        }
        keep(chords);
    }
    EdgeSegment last = segment_between(above(n_columns - 2), above(n_columns - 1));
    last.open_to = infinity;
    double* chords = scratch_.data();
    simd::Dispatch<SegmentChords>::call(set_, last, sites_, chords);
    keep(chords);
    simd::Dispatch<SignedArcs>::call(set_, rx, sites_.n_padded);
}

} // namespace mtc::psha
