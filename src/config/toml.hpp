#pragma once

#include "config/ini.hpp"

#include <span>
#include <string_view>
#include <vector>

/// \file
/// Inputs in TOML: the same keys as in an INI, values in TOML's notation.
namespace mtc::config {

/// Entries of a TOML text in the order written, with values as an INI would have them: texts as they are
/// (line ends become blanks), lists of numbers parted by commas, of words by blanks, of other texts by commas
/// and in quotation marks; tables and lists of anything else as literals. A [table] is a section, which parts
/// nothing, unless it is one of `families`: its keys then are family.NAME. \param file_name  begins the
/// message of an error \throws InputError  where the text stops being TOML, or a key that stands twice (in
/// whatever section)
[[nodiscard]] std::vector<IniEntry> parse_toml(std::string_view text, std::string_view file_name,
                                               std::span<const std::string_view> families = {});

} // namespace mtc::config
