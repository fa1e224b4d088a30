#include "commands/text_table.hpp"

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
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
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
}

} // namespace mtc::commands
