#include "commands/text/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace mtc::commands {

void TextTable::print(std::ostream& out) const
{
    std::vector<std::string> headers;
    std::vector<std::size_t> widths;
    for (const Column& column : columns_) {
        headers.push_back(column.header);
        widths.push_back(column.header.size());
    }
    const auto widen = [&widths](const std::vector<std::string>& row) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    };
    for (const auto& row : rows_)
        widen(row);
    widen(total_);
    const auto print_row = [&](const std::vector<std::string>& cells) {
        std::string line;
        for (std::size_t i = 0; i < cells.size(); ++i)
            line += columns_[i].align == Align::left ? fmt::format("{:<{}}  ", cells[i], widths[i])
                                                     : fmt::format("{:>{}}  ", cells[i], widths[i]);
        line.erase(line.find_last_not_of(' ') + 1);
        out << line << '\n';
    };
    print_row(headers);
    for (const auto& row : rows_)
        print_row(row);
    if (total_.empty())
        return;
    std::vector<std::string> line;
    for (const std::size_t width : widths)
        line.push_back(std::string(width, '-'));
    print_row(line);
    print_row(total_);
}

} // namespace mtc::commands
