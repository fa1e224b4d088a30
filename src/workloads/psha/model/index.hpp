#pragma once

#include "mtc/error.hpp"
#include "workloads/psha/model/model.hpp"

#include <cstddef>
#include <cstdint>

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

} // namespace mtc::psha
