#pragma once

#include "mtc/error.hpp"
#include "workloads/psha/model/model.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mtc::psha {

/// A row number of the flat model. \throws InputError  when the model is larger than its 32-bit rows can
/// number
[[nodiscard]] inline std::uint32_t to_index(std::size_t row)
{
    if (row >= no_index)
        throw InputError(text("the hazard model has a list of ", row, " entries (at most ", no_index - 1,
                              " are accepted). Divide the calculation?"));
    return static_cast<std::uint32_t>(row);
}

/// Appends records and tells where they are.
template <class Record>
IndexRange append(std::vector<Record>& all, const std::vector<Record>& some)
{
    const IndexRange range{.first = to_index(all.size()), .count = to_index(some.size())};
    (void)to_index(all.size() + some.size());
    all.insert(all.end(), some.begin(), some.end());
    return range;
}

} // namespace mtc::psha
