#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace mtc::test {

/// Rows of a comma-separated file without quotes, the heading (and lines that begin with #) left out.
inline std::vector<std::vector<std::string>> csv_rows(const std::filesystem::path& file)
{
    std::ifstream in{file};
    std::vector<std::vector<std::string>> rows;
    bool heading = true;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line[0] == '#')
            continue;
        if (std::exchange(heading, false))
            continue;
        std::vector<std::string>& row = rows.emplace_back();
        std::istringstream cells{line};
        for (std::string cell; std::getline(cells, cell, ',');)
            row.push_back(cell);
    }
    return rows;
}

inline double number(const std::string& cell)
{
    return std::strtod(cell.c_str(), nullptr);
}

} // namespace mtc::test
