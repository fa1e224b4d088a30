#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Text to value, one function a type. Each takes the whole text or gives nothing: "1.5km" is not 1.5.
namespace mtc::config {

/// Without the blanks (tabs, line ends) around it.
[[nodiscard]] std::string_view trimmed(std::string_view text);
[[nodiscard]] std::string lower_case(std::string_view text);
/// For messages: at most 80 letters, the rest as "...".
[[nodiscard]] std::string shortened(std::string_view text);
/// `message` and, where there is one, a suggestion: "problem (why). Suggestion?".
[[nodiscard]] std::string suggesting(std::string message, std::string_view suggestion);
/// Parts between any of the separators; empty parts are dropped.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, std::string_view separators);

/// A finite float64, correctly rounded; nothing for inf, nan or what exceeds float64.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);
/// true, yes, 1 or false, no, 0, in any case.
[[nodiscard]] std::optional<bool> parse_flag(std::string_view text);
/// Numbers parted by blanks or commas.
[[nodiscard]] std::optional<std::vector<double>> parse_numbers(std::string_view text);
/// Seconds, or 90s, 15m, 2h, 1d, or as Slurm writes them: MM:SS, HH:MM:SS, D-HH, D-HH:MM, D-HH:MM:SS. [s]
[[nodiscard]] std::optional<double> parse_duration(std::string_view text);
/// Names of files parted by blanks.
[[nodiscard]] std::vector<std::string_view> split_paths(std::string_view text);

} // namespace mtc::config
