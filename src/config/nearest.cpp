#include "config/nearest.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace mtc::config {
namespace {

/// Keys, models and file names are ASCII; letters beyond it are compared as they stand.
char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same(char a, char b)
{
    return lower(a) == lower(b);
}

/// Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours, no part of
/// the text edited twice. Row by row, since only the two rows above are looked at.
std::size_t edit_distance(std::string_view from, std::string_view to)
{
    std::vector<std::size_t> two_above(to.size() + 1);
    std::vector<std::size_t> above(to.size() + 1);
    std::vector<std::size_t> row(to.size() + 1);
    for (std::size_t j = 0; j <= to.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        two_above.swap(above);
        above.swap(row);
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t replaced = above[j - 1] + (same(from[i - 1], to[j - 1]) ? 0U : 1U);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && same(from[i - 1], to[j - 2]) && same(from[i - 2], to[j - 1]))
                row[j] = std::min(row[j], two_above[j - 2] + 1);
        }
    }
    return row[to.size()];
}

} // namespace

std::optional<std::string_view> nearest(std::string_view name, std::span<const std::string_view> known)
{
    std::optional<std::string_view> best;
    std::size_t smallest = 0;
    for (const std::string_view candidate : known) {
        const std::size_t distance = edit_distance(name, candidate);
        if (3 * distance > std::max(name.size(), candidate.size()))
            continue;
        if (!best || distance < smallest) {
            best = candidate;
            smallest = distance;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view name, std::span<const std::string_view> known)
{
    const std::optional<std::string_view> found = nearest(name, known);
    return found ? text(" Did you mean '", *found, "'?") : std::string{};
}

} // namespace mtc::config
