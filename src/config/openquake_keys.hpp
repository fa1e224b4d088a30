#pragma once

#include "config/read.hpp"

#include <string_view>

namespace mtc::config {

/// A key of OpenQuake's job.ini that mtc does not declare as an Option.
struct OpenQuakeKey {
    std::string_view name;
    KeyClass key_class = KeyClass::without_effect;
    std::string_view feature{};  ///< changes_numbers: what the key asks for, for the message
    std::string_view harmless{}; ///< changes_numbers: values, parted by blanks, that ask for nothing (an
                                 ///< empty one never does)
};

/// Nothing for a key that OpenQuake does not know either, and for those that every workload of mtc declares.
[[nodiscard]] const OpenQuakeKey* find_openquake_key(std::string_view key);

/// What a calculation_mode of OpenQuake that mtc does not have asks for ("scenario hazard"), for the message;
/// empty for others.
[[nodiscard]] std::string_view openquake_mode(std::string_view mode);

} // namespace mtc::config
