#include "workloads/psha/source/kite_sections.hpp"

#include "workloads/psha/geo/projection.hpp"
#include "workloads/psha/source/closest_point.hpp"
#include "workloads/psha/source/kite_surface.hpp"
#include "workloads/psha/source/planar.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mtc::psha {
namespace {

using Parts = std::vector<std::shared_ptr<const KiteSection>>;

constexpr std::size_t most_bytes = std::size_t{64} << 20U;

std::vector<std::vector<geo::LonLat>> traces_of(const Parts& sections)
{
    std::vector<std::vector<geo::LonLat>> traces;
    for (const auto& section : sections)
        traces.push_back(section->trace);
    return traces;
}

std::vector<std::vector<geo::LonLat>> straight_traces_of(const Parts& sections)
{
    std::vector<std::vector<geo::LonLat>> traces;
    for (const auto& section : sections)
        traces.push_back({section->trace.front(), section->trace.back()});
    return traces;
}

double squared_distance(const geo::Vector3& a, const geo::Vector3& b) noexcept
{
    const double x = a[0] - b[0];
    const double y = a[1] - b[1];
    const double z = a[2] - b[2];
    return x * x + y * y + z * z;
}

/// From the nearest node, squared. [km^2]
double squared_distance_from(const MeshView& mesh, const geo::Vector3& position) noexcept
{
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t row = 0; row < mesh.n_rows; ++row)
        for (std::size_t column = 0; column < mesh.n_columns; ++column)
            // Missing nodes are farther than any: comparisons with what is no number are false.
            if (const double d = squared_distance(mesh.position(row, column), position); d < least)
                least = d;
    return least;
}

/// Of one section its middle; of several that of the one nearest to the middle of their common box, of
/// equally near ones the first.
geo::Point hypocentre_of(const Parts& sections)
{
    if (sections.size() == 1)
        return sections.front()->attributes.hypocentre;
    std::vector<geo::LonLat> corners;
    for (const auto& section : sections) {
        corners.push_back({section->box.west, section->box.north});
        corners.push_back({section->box.east, section->box.south});
    }
    const geo::LonLat middle =
        geo::OrthographicProjection{geo::bounding_box(geo::unwrapped(corners))}.centre();
    const geo::Vector3 position = geo::cartesian({middle.lon, middle.lat, 0.0});
    const auto nearest = std::ranges::min_element(sections, {}, [&](const auto& section) {
        return squared_distance_from(section->mesh.view(), position);
    });
    return (*nearest)->attributes.hypocentre;
}

void keep_smaller(const AlignedVector<double>& values, std::size_t n, double* least)
{
    for (std::size_t i = 0; i < n; ++i)
        least[i] = values[i] < least[i] ? values[i] : least[i];
}

} // namespace

KiteSection::KiteSection(std::uint32_t surface_row, Mesh surface_mesh)
    : row{surface_row}
    , mesh{std::move(surface_mesh)}
    , attributes{kite_attributes(mesh.view(), mesh.view().whole())}
    , area_km2{kite_area_km2(mesh.view())}
    , box{bounding_box(mesh.view(), mesh.view().whole())}
    , trace{kite_trace(mesh.view())}
{
    const MeshView view = mesh.view();
    attributes.hypocentre = middle_point(view, view.whole());
    const geo::Vector3 middle = geo::cartesian(attributes.hypocentre);
    double farthest = 0.0;
    for (std::size_t r = 0; r < view.n_rows; ++r)
        for (std::size_t c = 0; c < view.n_columns; ++c)
            farthest = std::max(farthest, squared_distance(view.position(r, c), middle));
    radius_km = std::sqrt(farthest);
}

std::shared_ptr<const KiteSection> SectionCache::keep(std::shared_ptr<const KiteSection> section)
{
    const std::size_t n_nodes = section->mesh.view().points.size();
    sections_bytes_ +=
        n_nodes * (sizeof(geo::Point) + sizeof(geo::Vector3) + sizeof(MeshCell) + sizeof(MeshStep));
    if (sections_bytes_ > most_bytes) {
        sections_.clear();
        sections_bytes_ = 0;
    }
    sections_.emplace(section->row, section);
    return section;
}

const SectionCache::Distances& SectionCache::distances(InstructionSet set, const KiteSection& section,
                                                       const SitesKey& key, const SiteArrays& sites,
                                                       const DistanceArrays& wanted)
{
    if (!(key == key_) || distances_bytes_ > most_bytes) {
        distances_.clear();
        distances_bytes_ = 0;
        key_ = key;
    }
    const auto [at, is_new] = distances_.try_emplace(section.row);
    if (!is_new)
        return at->second;
    DistanceArrays arrays;
    if (wanted.rrup != nullptr) {
        at->second.rrup.resize(sites.n_padded);
        arrays.rrup = at->second.rrup.data();
    }
    if (wanted.rjb != nullptr) {
        at->second.rjb.resize(sites.n_padded);
        arrays.rjb = at->second.rjb.data();
    }
    distances_bytes_ += (at->second.rrup.size() + at->second.rjb.size()) * sizeof(double);
    const MeshView mesh = section.mesh.view();
    mesh_distances_.begin(set, mesh, sites);
    mesh_distances_.compute(mesh.whole(), section.attributes, arrays);
    return at->second;
}

KiteSections::KiteSections(std::vector<std::shared_ptr<const KiteSection>> sections, TraceEnds ends)
    : sections_{std::move(sections)}
    , coordinates_{traces_of(sections_)}
{
    if (ends == TraceEnds::straight)
        coordinates_.replace_u_max(GeneralisedCoordinates{straight_traces_of(sections_)}.u_max());
    double area = 0.0;
    double east = 0.0;
    double north = 0.0;
    for (const auto& section : sections_) {
        const SurfaceAttributes& own = section->attributes;
        area += section->area_km2;
        attributes_.dip += section->area_km2 * own.dip;
        attributes_.width += section->area_km2 * own.width;
        attributes_.ztor += section->area_km2 * own.ztor;
        east += section->area_km2 * std::sin(own.strike * geo::radians_per_degree);
        north += section->area_km2 * std::cos(own.strike * geo::radians_per_degree);
    }
    attributes_.dip /= area;
    attributes_.width /= area;
    attributes_.ztor /= area;
    attributes_.strike = std::fmod(std::atan2(east, north) / geo::radians_per_degree + 360.0, 360.0);
    attributes_.hypocentre = hypocentre_of(sections_);
}

geo::LonLat KiteSections::closest_to(const geo::Vector3& site) const noexcept
{
    const auto nearest = std::ranges::min_element(sections_, {}, [&](const auto& section) {
        return squared_distance_from(section->mesh.view(), site);
    });
    const MeshView mesh = (*nearest)->mesh.view();
    return closest_on(mesh, mesh.whole(), site);
}

void KiteSections::distances(InstructionSet set, const SitesKey& key, const SiteArrays& sites,
                             const geo::Point& hypocentre, SectionCache& cache,
                             const DistanceArrays& distances) const
{
    const std::size_t n = sites.n_padded;
    for (std::size_t i = 0; i < sections_.size(); ++i) {
        const SectionCache::Distances& own = cache.distances(set, *sections_[i], key, sites, distances);
        if (distances.rrup != nullptr) {
            if (i == 0)
                std::ranges::copy(own.rrup, distances.rrup);
            else
                keep_smaller(own.rrup, n, distances.rrup);
        }
        if (distances.rjb != nullptr) {
            if (i == 0)
                std::ranges::copy(own.rjb, distances.rjb);
            else
                keep_smaller(own.rjb, n, distances.rjb);
        }
    }
    if (distances.repi != nullptr || distances.rhypo != nullptr) {
        PlanarRupture plane{}; // one that has nothing but its hypocentre
        plane.hypocentre = hypocentre;
        plane.epicentre = geo::cartesian({hypocentre.lon, hypocentre.lat, 0.0});
        DistanceArrays of_hypocentre;
        of_hypocentre.repi = distances.repi;
        of_hypocentre.rhypo = distances.rhypo;
        planar_distances(set, plane, sites, of_hypocentre);
    }
    if (distances.rx == nullptr && distances.ry0 == nullptr)
        return;
    AlignedVector<double>& scratch = cache.scratch();
    scratch.resize((2 + GeneralisedCoordinates::n_scratch) * n);
    double* t = distances.rx != nullptr ? distances.rx : scratch.data();
    double* u = distances.ry0 != nullptr ? distances.ry0 : scratch.data() + n;
    coordinates_.compute(set, sites, t, u, scratch.data() + 2 * n);
    if (distances.ry0 != nullptr)
        coordinates_.beyond_ends(set, n, distances.ry0);
}

} // namespace mtc::psha
