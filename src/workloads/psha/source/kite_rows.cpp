#include "workloads/psha/source/kite_rows.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <utility>

namespace mtc::psha {
namespace {

double mean_depth(const KiteRow& row)
{
    double sum = 0.0;
    double n = 0.0;
    for (const geo::Point& node : row)
        if (is_there(node)) {
            sum += node.depth;
            n += 1.0;
        }
    return sum / n;
}

bool is_deeper_somewhere(const KiteRow& upper, const KiteRow& lower)
{
    for (std::size_t c = 0; c < upper.size(); ++c)
        if (lower[c].depth < upper[c].depth) // false where either is missing
            return true;
    return false;
}

} // namespace

void sort_by_depth(std::vector<KiteRow>& rows)
{
    std::ranges::stable_sort(rows, {}, mean_depth);
    for (std::size_t upper = 0; upper + 1 < rows.size(); ++upper)
        for (std::size_t lower = upper; lower + 1 < rows.size(); ++lower)
            if (is_deeper_somewhere(rows[upper], rows[lower]))
                std::swap(rows[upper], rows[lower]);
}

void drop_empty_columns(std::vector<KiteRow>& rows)
{
    const std::size_t n_columns = rows.empty() ? 0 : rows.front().size();
    for (std::size_t c = n_columns; c-- > 0;)
        if (std::ranges::none_of(rows, [c](const KiteRow& row) { return is_there(row[c]); }))
            for (KiteRow& row : rows)
                row.erase(row.begin() + static_cast<std::ptrdiff_t>(c));
}

bool is_to_be_turned(const std::vector<KiteRow>& rows)
{
    constexpr double no_way_km = 1e-6;
    for (std::size_t r = 0; r + 1 < rows.size(); ++r)
        for (std::size_t c = 0; c + 1 < rows[r].size(); ++c) {
            const geo::Point& node = rows[r][c];
            const geo::Point& along = rows[r][c + 1];
            const geo::Point& down = rows[r + 1][c];
            if (!is_there(node) || !is_there(along) || !is_there(down) || !is_there(rows[r + 1][c + 1]))
                continue;
            const geo::LonLat here{node.lon, node.lat};
            if (geo::distance_km(here, {down.lon, down.lat}) < no_way_km)
                return true;
            const double turn =
                geo::azimuth_deg(here, {down.lon, down.lat}) - geo::azimuth_deg(here, {along.lon, along.lat});
            return std::sin(turn * geo::radians_per_degree) < 0.0;
        }
    throw InputError("the mesh of the kite surface has no complete cell (profiles too far apart in depth, or "
                     "steps too long). Lower rupture_mesh_spacing?");
}

} // namespace mtc::psha
