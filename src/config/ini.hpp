#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// The text layer of an input file: lines become keys and values, nothing is interpreted. It reads what
/// Python's configparser reads, because OpenQuake's users write for that: lines are prepared here (continued
/// values joined, comments and section lines taken out), Boost.Program_options parses them.
namespace mtc::config {

struct IniEntry {
    std::string key;      ///< as canonical_key() has it
    std::string value;    ///< lines of one value joined by a single blank, no blanks around it
    std::string section;  ///< without brackets; empty before the first section line
    std::size_t line = 0; ///< line of the key, from 1
};

/// In lower case, as configparser has it; what follows a dot is a name of the user's and stays as it is.
[[nodiscard]] std::string canonical_key(std::string_view key);

/// \throws InputError  naming both places, where a key stands twice (in whatever section)
void refuse_twice(const std::vector<IniEntry>& entries, std::string_view file_name);

/// Entries of an INI text in the order written.
///
/// `[section]` lines, `key = value` or `key : value`; a line indented deeper than its key's continues the
/// value; lines whose first letter is # or ; are comments, also inside a value. A # or ; further on belongs
/// to the value. CRLF and a UTF-8 byte order mark are tolerated. \param file_name  begins the message of an
/// error \throws InputError  a line that is none of these, or a key that stands twice (in whatever section)
[[nodiscard]] std::vector<IniEntry> parse_ini(std::string_view text, std::string_view file_name);

} // namespace mtc::config
