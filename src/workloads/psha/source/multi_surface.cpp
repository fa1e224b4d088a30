#include "workloads/psha/source/multi_surface.hpp"

#include "workloads/psha/geo/projection.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mtc::psha {
namespace {

std::vector<std::vector<geo::LonLat>> traces_of(std::span<const PlanarRupture> planes)
{
    std::vector<std::vector<geo::LonLat>> traces;
    for (const PlanarRupture& plane : planes) {
        const geo::Point left = corner(plane, top_left);
        const geo::Point right = corner(plane, top_right);
        traces.push_back({{left.lon, left.lat}, {right.lon, right.lat}});
    }
    return traces;
}

/// Middle of the plane that is nearest to the middle of all planes' bounding box; of equally near ones the
/// first.
geo::Point hypocentre_of(std::span<const PlanarRupture> planes)
{
    std::vector<geo::LonLat> corners;
    for (const PlanarRupture& plane : planes) {
        for (const Corner which : {top_left, top_right, bottom_left, bottom_right}) {
            const geo::Point point = corner(plane, which);
            corners.push_back({point.lon, point.lat});
        }
    }
    const geo::LonLat middle =
        geo::OrthographicProjection{geo::bounding_box(geo::unwrapped(corners))}.centre();
    const std::array<geo::Point, 1> site{{{middle.lon, middle.lat, 0.0}}};
    const SiteBlock block{site};
    AlignedVector<double> rrup(block.arrays().n_padded);
    double least = 0.0;
    geo::Point hypocentre;
    for (std::size_t i = 0; i < planes.size(); ++i) {
        DistanceArrays wanted;
        wanted.rrup = rrup.data();
        planar_distances(InstructionSet::baseline, planes[i], block.arrays(), wanted);
        if (i == 0 || rrup[0] < least) {
            least = rrup[0];
            hypocentre = planes[i].hypocentre;
        }
    }
    return hypocentre;
}

void keep_smaller(std::size_t n, const double* values, double* least)
{
    for (std::size_t i = 0; i < n; ++i)
        least[i] = values[i] < least[i] ? values[i] : least[i];
}

} // namespace

MultiSurface::MultiSurface(std::vector<PlanarRupture> planes)
    : planes_{std::move(planes)}
    , coordinates_{traces_of(planes_)}
{
    double east = 0.0;
    double north = 0.0;
    for (const PlanarRupture& plane : planes_) {
        const double area = plane.length * plane.width;
        area_km2_ += area;
        attributes_.dip += area * plane.dip;
        attributes_.width += area * plane.width;
        attributes_.ztor += area * plane.ztor;
        mean_bottom_ += area * plane.bottom;
        bottom_ = std::max(bottom_, plane.bottom);
        east += area * std::sin(plane.strike * geo::radians_per_degree);
        north += area * std::cos(plane.strike * geo::radians_per_degree);
    }
    attributes_.dip /= area_km2_;
    attributes_.width /= area_km2_;
    attributes_.ztor /= area_km2_;
    mean_bottom_ /= area_km2_;
    attributes_.strike = std::fmod(std::atan2(east, north) / geo::radians_per_degree + 360.0, 360.0);
    attributes_.hypocentre = hypocentre_of(planes_);
}

void MultiSurface::distances(InstructionSet set, const SiteArrays& sites, const DistanceArrays& distances,
                             AlignedVector<double>& scratch) const
{
    const std::size_t n = sites.n_padded;
    scratch.resize((2 + GeneralisedCoordinates::n_scratch) * n);
    // The hypocentre is one of a plane's, and belongs to all.
    PlanarRupture first = planes_.front();
    first.hypocentre = attributes_.hypocentre;
    first.epicentre = geo::cartesian({first.hypocentre.lon, first.hypocentre.lat, 0.0});
    DistanceArrays of_first = distances;
    of_first.rx = nullptr;
    of_first.ry0 = nullptr;
    planar_distances(set, first, sites, of_first);
    for (std::size_t i = 1; i < planes_.size(); ++i) {
        DistanceArrays of_plane;
        of_plane.rrup = distances.rrup != nullptr ? scratch.data() : nullptr;
        of_plane.rjb = distances.rjb != nullptr ? scratch.data() + n : nullptr;
        planar_distances(set, planes_[i], sites, of_plane);
        if (of_plane.rrup != nullptr)
            keep_smaller(n, of_plane.rrup, distances.rrup);
        if (of_plane.rjb != nullptr)
            keep_smaller(n, of_plane.rjb, distances.rjb);
    }
    if (distances.rx == nullptr && distances.ry0 == nullptr)
        return;
    double* t = distances.rx != nullptr ? distances.rx : scratch.data();
    double* u = distances.ry0 != nullptr ? distances.ry0 : scratch.data() + n;
    coordinates_.compute(set, sites, t, u, scratch.data() + 2 * n);
    if (distances.ry0 != nullptr)
        coordinates_.beyond_ends(set, n, distances.ry0);
}

} // namespace mtc::psha
