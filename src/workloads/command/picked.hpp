#pragma once

#include "workloads/command/values.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mtc::command {

/// Reads the key `results`: "energy, n:int, label:text, name:text40"; a float where no type is given.
/// \throws InputError
[[nodiscard]] std::vector<Column> read_result_columns(std::string_view value, const std::string& where);

/// What lines `name = value` of an output say; of several lines the last. What is not there is nan, the
/// lowest integer, or an empty text. \throws ComputeError  a value is not of its column's kind
[[nodiscard]] std::vector<Value> pick(std::string_view output, const std::vector<Column>& columns);

} // namespace mtc::command
