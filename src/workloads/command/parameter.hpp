#pragma once

#include "workloads/command/values.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::command {

/// Values a + k step, k = 0, 1, ..., with as many decimals as a and step were written with.
struct Range {
    double first = 0.0;
    double step = 0.0;
    std::uint64_t n = 0;
    std::int64_t decimals = 0; ///< -1: the shortest text of the number

    [[nodiscard]] std::string value(std::uint64_t k) const;
};

/// The values of one name: a list, or a range, which is not written out.
struct Parameter {
    std::string name;
    ValueKind kind = ValueKind::text;
    Range range{};                     ///< n = 0: a list
    std::vector<std::string> values{}; ///< of a list
    std::string csv{};                 ///< the file that the list is a column of; empty: of none

    [[nodiscard]] std::uint64_t size() const noexcept { return range.n > 0 ? range.n : values.size(); }
};

/// Reads the value of a key parameter.NAME: "1, 2, 3", "list a b", "range 0:1:0.1" (both ends included, the
/// last within half a step), "design.csv:column".
/// \param where   file, line, key and value, for messages
/// \param folder  that relative paths start from
/// \throws InputError
[[nodiscard]] Parameter read_parameter(std::string_view name, std::string_view value,
                                       const std::string& where, const std::filesystem::path& folder);

/// Words parted by commas where there is one, otherwise by blanks; '...' and "..." keep theirs together.
/// \throws InputError  a quotation mark without its second
[[nodiscard]] std::vector<std::string> split_list(std::string_view value, const std::string& where);

} // namespace mtc::command
