#pragma once

#include "mtc/config.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mtc::config {

/// What an option accepts, in words: "a number > 0 [km]", "auto, baseline, avx2 or avx512".
[[nodiscard]] std::string accepted(const Option& option);

/// Why a value does not fit its option, with what is accepted and a suggestion: " (not a number; accepted: a
/// number > 0 [km])"; nothing when it fits.
/// \param where   "job.ini:14: key = value", for the message of a literal
/// \param folder  where relative paths start
[[nodiscard]] std::optional<std::string> complaint(const Option& option, const std::string& value,
                                                   const std::string& where,
                                                   const std::filesystem::path& folder);

/// " Did you mean 'x.xml'?" with the nearest name in the folder of a file that is not there, or an empty
/// text.
[[nodiscard]] std::string nearest_file(const std::filesystem::path& missing);

} // namespace mtc::config
