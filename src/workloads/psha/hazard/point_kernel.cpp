#include "workloads/psha/hazard/point_kernel.hpp"

#include "workloads/psha/hazard/reach.hpp"
#include "workloads/psha/source/closest_point.hpp"

#include <algorithm>

namespace mtc::psha {
namespace {

/// The present unit: what the loops over points, magnitudes and ruptures share.
class PointUnit {
public:
    PointUnit(const HazardContext& hazard, SourceId id, HazardSpace& space, UnitContexts& contexts)
        : hazard_{hazard}
        , id_{id}
        , space_{space}
        , contexts_{contexts}
        , source_{contexts.source()}
        , planes_{hazard.model.planes.subspan(source_.planes.first, source_.planes.count)}
        , depths_{hazard.model.depths.subspan(source_.depths.first, source_.depths.count)}
        , mean_{mean_rupture(hazard.model, source_)}
    {}

    /// Makes the sizes of the ruptures of some magnitudes, rows of ModelView::magnitudes.
    void prepare(IndexRange magnitudes)
    {
        sized_ = magnitudes;
        rupture_sizes(hazard_.model, source_, magnitudes, space_.sizes);
    }

    /// \param row         of ModelView::points
    /// \param magnitudes  among those that are prepared
    void add_point(std::uint32_t row, IndexRange magnitudes)
    {
        const PointRecord& point = hazard_.model.points[row];
        const Place place = place_at({point.lon, point.lat});
        const SiteArrays& sites = contexts_.sites();
        epicentral_chords(hazard_.instruction_set, place, sites, contexts_.chords());
        const double nearest = *std::min_element(contexts_.chords(), contexts_.chords() + sites.n);
        const Nearness nearness{hazard_.model, id_, row};
        approximated_ = nearness.is_approximated();
        const bool in_cell = nearness.role() == PointRole::in_cell;
        const Place centre = in_cell ? place_at(nearness.centre()) : place;
        if (in_cell) // from now on it is the cell that is near or far
            epicentral_chords(hazard_.instruction_set, centre, sites, contexts_.chords());
        for (std::uint32_t m = magnitudes.first; m < magnitudes.first + magnitudes.count; ++m) {
            const MagnitudeRecord& record = hazard_.model.magnitudes[m];
            max_distance_ = max_distance_km(hazard_.max_distances(contexts_.group()), record.magnitude);
            sizes_ = std::span{space_.sizes}.subspan((m - sized_.first) * (planes_.size() + 1),
                                                     planes_.size() + 1);
            double reach = 0.0;
            for (const RuptureSize& size : sizes_)
                reach = std::max(reach, surface_reach_km(size));
            if (nearest <= safe_chord_km(max_distance_, reach))
                add_magnitude(place, centre, nearness,
                              nearness.near_rate(record) * hazard_.model.job->investigation_time);
        }
    }

private:
    void add_magnitude(const Place& place, const Place& centre, const Nearness& nearness, double expected)
    {
        const bool some_far = approximated_ && classify(centre, nearness);
        const bool some_near =
            !approximated_ || std::ranges::find(space_.is_near, std::uint8_t{1}) != space_.is_near.end();
        if (some_near && nearness.role() != PointRole::cell)
            for (std::size_t p = 0; p < planes_.size(); ++p)
                for (const DepthRecord& depth : depths_)
                    add_rupture(planar_rupture(place, depth.depth, sizes_[p]),
                                expected * planes_[p].probability * depth.probability, 1);
        if (some_far && nearness.role() != PointRole::in_cell)
            add_rupture(planar_rupture(place, mean_.depth, sizes_.back()), expected, 0);
    }

    /// Marks near sites. \returns whether there is a far one
    bool classify(const Place& centre, const Nearness& nearness)
    {
        const double limit = nearness.limit_km(sizes_[planes_.size() - 1], max_distance_);
        bool all_near = false;
        if (hazard_.model.sites.size() <= hazard_.model.job->max_sites_disagg)
            all_near = near_any_site(centre, limit); // with few sites OpenQuake treats all alike
        const std::size_t n = contexts_.sites().n;
        bool some_far = false;
        for (std::size_t s = 0; s < n; ++s) {
            const bool near = all_near || contexts_.chords()[s] <= limit;
            space_.is_near[s] = near ? 1 : 0;
            some_far = some_far || !near;
        }
        std::fill(space_.is_near.begin() + static_cast<std::ptrdiff_t>(n), space_.is_near.end(),
                  std::uint8_t{2});
        return some_far;
    }

    bool near_any_site(const Place& place, double limit)
    {
        bool near = false;
        for (std::uint32_t b = 0; b < hazard_.blocks.size() && !near; ++b) {
            const SiteArrays sites = hazard_.blocks.arrays(BlockId{b});
            double* chords = contexts_.distances().rrup; // free until the next rupture
            epicentral_chords(hazard_.instruction_set, place, sites, chords);
            near = std::any_of(chords, chords + sites.n, [&](double chord) { return chord <= limit; });
        }
        return near;
    }

    /// \param mark  where the source is approximated: only sites whose is_near is this
    void add_rupture(const PlanarRupture& rupture, double expected, std::uint8_t mark)
    {
        planar_distances(hazard_.instruction_set, rupture, contexts_.sites(), contexts_.distances());
        const RuptureTerms terms{.magnitude = rupture.magnitude,
                                 .rake = rupture.rake,
                                 .dip = rupture.dip,
                                 .ztor = rupture.ztor,
                                 .width = rupture.width,
                                 .hypocentre_depth = rupture.hypocentre.depth};
        const double* rrup = contexts_.distances().rrup;
        const auto closest = [&](const geo::Vector3& site) { return closest_on(rupture, site); };
        if (approximated_)
            contexts_.add_where(
                [&](std::uint32_t s) { return rrup[s] < max_distance_ && space_.is_near[s] == mark; }, terms,
                expected, no_index, closest);
        else
            contexts_.add_where([&](std::uint32_t s) { return rrup[s] < max_distance_; }, terms, expected,
                                no_index, closest);
    }

    const HazardContext& hazard_;
    SourceId id_;
    HazardSpace& space_;
    UnitContexts& contexts_;
    const SourceRecord& source_;
    std::span<const PlaneRecord> planes_;
    std::span<const DepthRecord> depths_;
    MeanRupture mean_;
    bool approximated_ = false;          // the present point
    IndexRange sized_;                   // magnitudes whose sizes are made
    double max_distance_ = 0.0;          // of the present magnitude
    std::span<const RuptureSize> sizes_; // of the present magnitude
};

} // namespace

void add_points(const HazardContext& hazard, const UnitPart& part, HazardSpace& space, UnitContexts& contexts)
{
    const ModelView& model = hazard.model;
    const SourceRecord& source = contexts.source();
    PointUnit unit{hazard, part.source, space, contexts};
    const std::uint64_t end = part.first_atom + part.n_atoms;
    const auto magnitudes_of = [&](std::uint64_t first, std::uint64_t count) {
        return IndexRange{source.magnitudes.first + static_cast<std::uint32_t>(first),
                          static_cast<std::uint32_t>(count)};
    };
    if (source.ends == no_index) { // all points have the same magnitudes
        const std::uint64_t n_magnitudes = source.magnitudes.count;
        unit.prepare(source.magnitudes);
        for (std::uint64_t atom = part.first_atom; atom < end;) {
            const std::uint64_t first = atom % n_magnitudes;
            const std::uint64_t n = std::min(n_magnitudes - first, end - atom);
            unit.add_point(source.points.first + static_cast<std::uint32_t>(atom / n_magnitudes),
                           magnitudes_of(first, n));
            atom += n;
        }
        return;
    }
    const auto ends = model.ends.subspan(source.ends, source.points.count);
    unit.prepare(magnitudes_of(part.first_atom, part.n_atoms));
    auto point = static_cast<std::size_t>(std::ranges::upper_bound(ends, part.first_atom) - ends.begin());
    for (std::uint64_t atom = part.first_atom; atom < end; ++point) {
        const std::uint64_t n = std::min(ends[point], end) - atom;
        if (n > 0)
            unit.add_point(source.points.first + static_cast<std::uint32_t>(point), magnitudes_of(atom, n));
        atom += n;
    }
}

} // namespace mtc::psha
