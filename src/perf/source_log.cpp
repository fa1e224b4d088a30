#include "perf/source_log.hpp"

#include <algorithm>
#include <compare>
#include <tuple>

namespace mtc::perf {
namespace {

constexpr std::size_t fewest_to_merge = 1024;

auto key(const SourceRow& row) noexcept
{
    return std::tuple{row.stage, row.source};
}

void merge(std::vector<SourceRow>& rows)
{
    if (!std::ranges::is_sorted(rows, {}, key))
        std::ranges::stable_sort(rows, {}, key);
    std::size_t n = 0;
    for (const SourceRow& row : rows) {
        if (n == 0 || key(rows[n - 1]) != key(row)) {
            rows[n++] = row;
            continue;
        }
        rows[n - 1].n_units += row.n_units;
        rows[n - 1].weight += row.weight;
        rows[n - 1].seconds += row.seconds;
    }
    rows.resize(n);
}

} // namespace

SourceRow& SourceLog::row(StageId stage, SourceId source)
{
    const bool same =
        !rows_.empty() && rows_.back().stage == stage.value() && rows_.back().source == source.value();
    if (same)
        return rows_.back();
    if (rows_.size() - n_merged_ >= std::max(fewest_to_merge, n_merged_)) {
        merge(rows_);
        n_merged_ = rows_.size();
    }
    return rows_.emplace_back(SourceRow{.stage = stage.value(), .source = source.value()});
}

std::vector<SourceRow> SourceLog::rows() const
{
    std::vector<SourceRow> merged = rows_;
    merge(merged);
    return merged;
}

} // namespace mtc::perf
