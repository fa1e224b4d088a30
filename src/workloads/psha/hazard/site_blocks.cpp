#include "workloads/psha/hazard/site_blocks.hpp"

#include "simd/dispatch.hpp"
#include "workloads/psha/hazard/exceedance.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace mtc::psha {
namespace {

constexpr std::string_view spans_section = "site_blocks";
constexpr std::string_view values_section = "site_block_values";
constexpr std::uint64_t block_bytes = 512 * 1024; // of sums: stays in a core's own cache

double chord(const geo::Vector3& a, const geo::Vector3& b)
{
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

} // namespace

LevelLayout::LevelLayout(const ModelView& model)
    : n_imt{model.imts.size()}
    , n_levels{model.imts.front().levels.count}
    , n_levels_padded{simd::padded(n_levels)}
    , ln_levels(n_imt * n_levels_padded, ln_level_padding)
{
    for (std::size_t i = 0; i < n_imt; ++i)
        for (std::size_t l = 0; l < n_levels; ++l)
            ln_levels[i * n_levels_padded + l] = std::log(model.levels[model.imts[i].levels.first + l]);
}

std::vector<SiteSpan> write_site_blocks(const ModelView& model, const LevelLayout& levels, FlatWriter& writer)
{
    const std::uint64_t cells_per_site = model.group_models.size() * levels.cells();
    const auto n_sites = static_cast<std::uint64_t>(model.sites.size());
    const std::uint64_t most =
        std::max<std::uint64_t>(1, block_bytes / (8 * std::max<std::uint64_t>(1, cells_per_site)));
    const std::uint64_t n_blocks = (n_sites + most - 1) / most;
    std::vector<SiteSpan> spans;
    std::vector<double> values;
    for (std::uint64_t b = 0; b < n_blocks; ++b) {
        SiteSpan span;
        span.first = static_cast<std::uint32_t>(n_sites * b / n_blocks);
        span.count = static_cast<std::uint32_t>(n_sites * (b + 1) / n_blocks) - span.first;
        span.first_value = values.size();
        std::vector<geo::Point> points;
        for (const Site& site : model.sites.subspan(span.first, span.count)) {
            points.push_back({site.lon, site.lat, site.depth});
            const geo::Vector3 place = geo::cartesian({site.lon, site.lat, 0.0});
            for (std::size_t k = 0; k < 3; ++k)
                span.centre[k] += place[k] / span.count;
        }
        for (const geo::Point& point : points)
            span.radius_km =
                std::max(span.radius_km, chord(span.centre, geo::cartesian({point.lon, point.lat, 0.0})));
        const SiteBlock block{points};
        values.insert(values.end(), block.values().begin(), block.values().end());
        spans.push_back(span);
    }
    writer.add(spans_section, spans);
    writer.add(values_section, values);
    return spans;
}

SiteBlocks::SiteBlocks(const ModelView& model, const LevelLayout& levels)
    : spans_{model.reader.get<SiteSpan>(spans_section)}
    , values_{model.reader.get<double>(values_section)}
    , cells_per_site_{model.group_models.size() * levels.cells()}
{
    for (const SiteSpan& span : spans_)
        largest_ = std::max(largest_, span.count);
}

SiteArrays SiteBlocks::arrays(BlockId block) const
{
    const SiteSpan& of = span(block);
    return site_arrays(values_.subspan(of.first_value), of.count);
}

} // namespace mtc::psha
