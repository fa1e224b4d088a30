#include "workloads/psha/ground_motion/coefficients.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

namespace mtc::psha {

namespace {

/// "PGA, PGV, SA(0.01) to SA(10.0)"
std::string available(std::span<const RowImt> rows)
{
    std::string names;
    double shortest = std::numeric_limits<double>::infinity();
    double longest = 0.0;
    for (const RowImt& row : rows) {
        if (row.name != "SA") {
            names += names.empty() ? "" : ", ";
            names += row.name;
            continue;
        }
        shortest = std::min(shortest, row.period);
        longest = std::max(longest, row.period);
    }
    if (longest > 0.0)
        names += (names.empty() ? "" : ", ") + sa_name(shortest) + " to " + sa_name(longest);
    return names;
}

} // namespace

RowPosition find_row(std::span<const RowImt> rows, const CoefficientRequest& request)
{
    const Imt& imt = request.imt;
    std::optional<std::size_t> lower; // nearest SA row on either side
    std::optional<std::size_t> upper;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const RowImt& row = rows[i];
        if (!imt.is_sa() || row.name != "SA") {
            if (row.name == imt.name)
                return {.lower = i, .upper = i};
            continue;
        }
        if (row.period == imt.period)
            return {.lower = i, .upper = i};
        if (row.period < imt.period && (!lower || row.period > rows[*lower].period))
            lower = i;
        if (row.period > imt.period && (!upper || row.period < rows[*upper].period))
            upper = i;
    }
    if (!lower || !upper)
        throw InputError(text(request.model, " has no coefficients for ", imt.name, " (it has ",
                              available(rows), ", and does not extrapolate)."));
    const double ln_lower = std::log(rows[*lower].period);
    const double ln_upper = std::log(rows[*upper].period);
    return {.lower = *lower,
            .upper = *upper,
            .weight = (std::log(imt.period) - ln_lower) / (ln_upper - ln_lower)};
}

} // namespace mtc::psha
