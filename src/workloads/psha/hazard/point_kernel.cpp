#include "workloads/psha/hazard/point_kernel.hpp"

#include "simd/dispatch.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {
namespace {

/// The present unit: what the loops over points, magnitudes and ruptures share.
class PointUnit {
public:
    PointUnit(const HazardContext& hazard, const AtomRun& run, HazardSpace& space)
        : hazard_{hazard}
        , space_{space}
        , block_{run.block}
        , source_{hazard.model.sources[run.source.value()]}
        , group_{hazard.model.groups[source_.group]}
        , span_{hazard.blocks.span(run.block)}
        , sites_{hazard.blocks.arrays(run.block)}
        , planes_{hazard.model.planes.subspan(source_.planes.first, source_.planes.count)}
        , depths_{hazard.model.depths.subspan(source_.depths.first, source_.depths.count)}
        , max_distances_{hazard.model.max_distances.subspan(group_.max_distance.first,
                                                            group_.max_distance.count)}
        , mean_{mean_rupture(hazard.model, source_)}
        , approximated_{is_approximated(hazard.model, source_)}
    {
        double* arrays = space.distances.data();
        const std::size_t n = sites_.n_padded;
        const std::uint32_t needs = hazard.distances;
        const auto array = [&](std::uint32_t bit, std::size_t which) {
            return (needs & bit) != 0 ? arrays + which * n : nullptr;
        };
        distances_ = {array(needs_rrup, 0), array(needs_rjb, 1),  array(needs_rx, 2),
                      array(needs_ry0, 3),  array(needs_repi, 4), array(needs_rhypo, 5)};
        chords_ = arrays + 6 * n;
        rupture_sizes(hazard.model, source_, space.sizes);
        std::ranges::fill(space.sums, 0.0);
        std::ranges::fill(space.touched, std::uint8_t{0});
        space.contexts.clear();
    }

    void add_point(geo::LonLat position, std::uint64_t first_magnitude, std::uint64_t n_magnitudes)
    {
        const Place place = place_at(position);
        epicentral_chords(hazard_.instruction_set, place, sites_, chords_);
        const double nearest = *std::min_element(chords_, chords_ + sites_.n);
        for (std::uint64_t m = first_magnitude; m < first_magnitude + n_magnitudes; ++m) {
            const MagnitudeRecord& record = hazard_.model.magnitudes[source_.magnitudes.first + m];
            max_distance_ = max_distance_km(max_distances_, record.magnitude);
            sizes_ = std::span{space_.sizes}.subspan(m * (planes_.size() + 1), planes_.size() + 1);
            double reach = 0.0;
            for (const RuptureSize& size : sizes_)
                reach = std::max(reach, surface_reach_km(size));
            if (nearest <= safe_chord_km(max_distance_, reach))
                add_magnitude(place, record.annual_rate * source_.rate_factor *
                                         hazard_.model.job->investigation_time);
        }
    }

    /// Evaluates what is gathered and not yet added.
    void flush();
    void give(UnitResults& results);

private:
    void add_magnitude(const Place& place, double expected)
    {
        const bool some_far = approximated_ && classify(place);
        const bool some_near =
            !approximated_ || std::ranges::find(space_.is_near, std::uint8_t{1}) != space_.is_near.end();
        if (some_near)
            for (std::size_t p = 0; p < planes_.size(); ++p)
                for (const DepthRecord& depth : depths_)
                    add_rupture(planar_rupture(place, depth.depth, sizes_[p]),
                                expected * planes_[p].probability * depth.probability, approximated_, 1);
        if (some_far)
            add_rupture(planar_rupture(place, mean_.depth, sizes_.back()), expected, true, 0);
    }

    /// Marks near sites. \returns whether there is a far one
    bool classify(const Place& place)
    {
        const double limit = near_limit_km(group_, sizes_[planes_.size() - 1], max_distance_);
        bool all_near = false;
        if (hazard_.model.sites.size() <= hazard_.model.job->max_sites_disagg)
            all_near = near_any_site(place, limit); // with few sites OpenQuake treats all alike
        bool some_far = false;
        for (std::size_t s = 0; s < sites_.n; ++s) {
            const bool near = all_near || chords_[s] <= limit;
            space_.is_near[s] = near ? 1 : 0;
            some_far = some_far || !near;
        }
        std::fill(space_.is_near.begin() + static_cast<std::ptrdiff_t>(sites_.n), space_.is_near.end(),
                  std::uint8_t{2});
        return some_far;
    }

    bool near_any_site(const Place& place, double limit)
    {
        bool near = false;
        for (std::uint32_t b = 0; b < hazard_.blocks.size() && !near; ++b) {
            const SiteArrays sites = hazard_.blocks.arrays(BlockId{b});
            double* chords = distances_.rrup; // free until the next rupture
            epicentral_chords(hazard_.instruction_set, place, sites, chords);
            near = std::any_of(chords, chords + sites.n, [&](double chord) { return chord <= limit; });
        }
        return near;
    }

    /// \param only_marked  only sites whose is_near is `mark`
    void add_rupture(const PlanarRupture& rupture, double expected, bool only_marked, std::uint8_t mark)
    {
        planar_distances(hazard_.instruction_set, rupture, sites_, distances_);
        for (std::uint32_t s = 0; s < sites_.n; ++s) {
            if (!(distances_.rrup[s] < max_distance_) || (only_marked && space_.is_near[s] != mark))
                continue;
            if (space_.contexts.room() == 0)
                flush();
            space_.contexts.append(rupture, hazard_.model.sites[span_.first + s], s, distances_, expected);
            space_.touched[s] = 1;
        }
    }

    [[noreturn]] void refuse(const ContextBatch& batch, std::uint32_t model, std::size_t imt,
                             std::size_t context) const;

    const HazardContext& hazard_;
    HazardSpace& space_;
    BlockId block_;
    const SourceRecord& source_;
    const GroupRecord& group_;
    const SiteSpan& span_;
    SiteArrays sites_;
    std::span<const PlaneRecord> planes_;
    std::span<const DepthRecord> depths_;
    std::span<const MaxDistanceRecord> max_distances_;
    MeanRupture mean_;
    bool approximated_;
    DistanceArrays distances_;
    double* chords_ = nullptr;
    double max_distance_ = 0.0;          // of the present magnitude
    std::span<const RuptureSize> sizes_; // of the present magnitude
};

void PointUnit::flush()
{
    Contexts& contexts = space_.contexts;
    if (contexts.size() == 0)
        return;
    const ContextBatch batch = contexts.batch();
    const LevelLayout& levels = hazard_.levels;
    const std::size_t imt_cells = span_.count * levels.n_levels_padded;
    for (std::uint32_t g = 0; g < group_.group_models.count; ++g) {
        const std::uint32_t model = hazard_.model.group_models[group_.group_models.first + g].model;
        hazard_.models[model]->evaluate(hazard_.instruction_set, batch, space_.model_scratch,
                                        space_.mean.data(), space_.sigma.data());
        for (std::size_t imt = 0; imt < levels.n_imt; ++imt) {
            const double* mean = space_.mean.data() + imt * batch.n_padded;
            const double* sigma = space_.sigma.data() + imt * batch.n_padded;
            for (std::size_t i = 0; i < batch.n; ++i)
                if (!(sigma[i] >= 0.0) || std::isnan(mean[i]))
                    refuse(batch, model, imt, i);
            hazard_.exceedance.accumulate(
                hazard_.instruction_set, {mean, sigma, contexts.rates(), contexts.rows(), batch.n},
                levels.ln_levels.data() + imt * levels.n_levels_padded, levels.n_levels,
                {space_.sums.data() + (g * levels.n_imt + imt) * imt_cells, levels.n_levels_padded});
        }
    }
    space_.n_contexts += batch.n;
    space_.n_evaluations += batch.n * group_.group_models.count * levels.cells();
    contexts.clear();
}

void PointUnit::refuse(const ContextBatch& batch, std::uint32_t model, std::size_t imt,
                       std::size_t context) const
{
    const Site& site = hazard_.model.sites[span_.first + space_.contexts.rows()[context]];
    throw ComputeError(text("the ground motion of ", hazard_.model.reader.texts("models")[model], " for ",
                            hazard_.model.imts[imt].name, " is not a number (rupture of magnitude ",
                            batch.mag[context], ", rake ", batch.rake[context], ", dip ", batch.dip[context],
                            ", top at ", batch.ztor[context], " km, at site ", site.lon, " ", site.lat, ")"));
}

void PointUnit::give(UnitResults& results)
{
    const LevelLayout& levels = hazard_.levels;
    const std::size_t n_models = group_.group_models.count;
    const std::size_t per_site = n_models * levels.cells();
    space_.runs.clear();
    for (std::size_t s = 0; s < span_.count; ++s) {
        if (space_.touched[s] == 0)
            continue;
        double* cells = space_.cells.data() + s * per_site;
        for (std::size_t gi = 0; gi < n_models * levels.n_imt; ++gi)
            std::copy_n(space_.sums.data() + (gi * span_.count + s) * levels.n_levels_padded, levels.n_levels,
                        cells + gi * levels.n_levels);
        space_.runs.push_back(
            {s * hazard_.blocks.cells_per_site() + group_.group_models.first * levels.cells(),
             {cells, per_site}});
    }
    if (!space_.runs.empty())
        results.add(block_, space_.runs);
}

} // namespace

HazardContext::HazardContext(std::span<const std::byte> bytes, InstructionSet set)
    : model{bytes}
    , instruction_set{set}
    , levels{model}
    , blocks{model, levels}
    , units{model, blocks, levels}
    , exceedance{model.job->truncation_level, model.job->exceedance_tolerance}
{
    std::vector<Imt> imts;
    for (const ImtRecord& imt : model.imts)
        imts.push_back(imt_from_text(imt.name));
    for (const std::string& spec : model.reader.texts("models")) {
        models.push_back(make_model(spec, imts));
        site_parameters |= models.back()->site_parameters();
        distances |= models.back()->distances();
    }
    distances |= needs_rrup; // decides which sites are in range
}

HazardSpace::HazardSpace(const HazardContext& hazard)
    : contexts{hazard.site_parameters, hazard.distances, hazard.model.job->minimum_distance}
    , mean(hazard.levels.n_imt * Contexts::capacity)
    , sigma(hazard.levels.n_imt * Contexts::capacity)
    , distances(7 * simd::padded(hazard.blocks.largest()))
{
    std::size_t most_models = 0;
    for (const GroupRecord& group : hazard.model.groups)
        most_models = std::max<std::size_t>(most_models, group.group_models.count);
    const std::size_t n_sites = hazard.blocks.largest();
    sums.resize(most_models * hazard.levels.n_imt * n_sites * hazard.levels.n_levels_padded);
    touched.resize(n_sites);
    is_near.resize(simd::padded(n_sites));
    cells.resize(n_sites * most_models * hazard.levels.cells());
    runs.reserve(n_sites);
    std::size_t most_sizes = 0;
    for (const SourceRecord& source : hazard.model.sources)
        most_sizes = std::max(most_sizes, std::size_t{source.magnitudes.count} * (source.planes.count + 1));
    sizes.reserve(most_sizes);
}

void compute_point_unit(const HazardContext& hazard, const AtomRun& run, HazardSpace& space,
                        UnitResults& results)
{
    const SourceRecord& source = hazard.model.sources[run.source.value()];
    const std::uint64_t n_magnitudes = source.magnitudes.count;
    PointUnit unit{hazard, run, space};
    for (std::uint64_t atom = run.first; atom < run.first + run.count;) {
        const std::uint64_t first = atom % n_magnitudes;
        const std::uint64_t n = std::min(n_magnitudes - first, run.first + run.count - atom);
        const PointRecord& point = hazard.model.points[source.points.first + atom / n_magnitudes];
        unit.add_point({point.lon, point.lat}, first, n);
        atom += n;
    }
    unit.flush();
    unit.give(results);
}

} // namespace mtc::psha
