#include "workloads/psha/sites/sites_nearest.hpp"

#include "workloads/psha/geo/geodesy.hpp"

#include <algorithm>
#include <boost/geometry.hpp>
#include <boost/geometry/index/rtree.hpp>

#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

namespace mtc::psha {
namespace {

namespace bg = boost::geometry;
using Position = bg::model::point<double, 3, bg::cs::cartesian>;
using Entry = std::pair<Position, std::uint32_t>;

Position position_of(const Site& site)
{
    const geo::Vector3 at = geo::cartesian({site.lon, site.lat, site.depth});
    return {at[0], at[1], at[2]};
}

double squared_distance(const Position& a, const Position& b)
{
    const double x = a.get<0>() - b.get<0>();
    const double y = a.get<1>() - b.get<1>();
    const double z = a.get<2>() - b.get<2>();
    return x * x + y * y + z * z;
}

} // namespace

std::vector<NearestPlace> nearest_places(std::span<const Site> sites, std::span<const Site> places)
{
    constexpr std::size_t entries_per_node = 16;
    constexpr unsigned n_candidates = 8; // a site in the middle of a cell has four neighbours equally near
    std::vector<Entry> entries;
    entries.reserve(places.size());
    for (std::size_t i = 0; i < places.size(); ++i)
        entries.emplace_back(position_of(places[i]), static_cast<std::uint32_t>(i));
    const bg::index::rtree<Entry, bg::index::rstar<entries_per_node>> tree{entries};
    std::vector<NearestPlace> found;
    found.reserve(sites.size());
    std::vector<Entry> candidates;
    for (const Site& site : sites) {
        const Position at = position_of(site);
        candidates.clear();
        tree.query(bg::index::nearest(at, n_candidates), std::back_inserter(candidates));
        std::pair best{std::numeric_limits<double>::infinity(), std::uint32_t{0}};
        for (const Entry& candidate : candidates)
            best = std::min(best, std::pair{squared_distance(at, candidate.first), candidate.second});
        found.push_back({.place = best.second, .distance_km = std::sqrt(best.first)});
    }
    return found;
}

} // namespace mtc::psha
