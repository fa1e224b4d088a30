#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mtc::test {

/// A line of FORMAT.md: an object, a column of a compound, or an attribute.
struct FormatLine {
    std::string path;               ///< "/results/levels", "/@filetype", "*@axes"; of the table for a column
    std::string column;             ///< empty for objects and attributes
    std::string type;               ///< "float64", "text", "compound", "group", ...
    std::vector<std::string> shape; ///< symbols or numbers; empty: a single value
    std::string mode;               ///< calculation modes it belongs to, parted by ", "; empty: all
    bool may_be_absent = false;
    int number = 0; ///< of the line, for messages
};

/// \throws Error  naming the line that has not the form of the page
[[nodiscard]] std::vector<FormatLine> read_format_page(const std::filesystem::path& page);

/// Holds a file and the page against each other, both ways: everything in the file is on the page with the
/// type and shape it says, symbols stand for one number, and every line is in the file unless it may be
/// absent. \return what differs; empty when nothing does
[[nodiscard]] std::vector<std::string> check_against_format(const std::filesystem::path& file,
                                                            const std::filesystem::path& page);

} // namespace mtc::test
