#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace mtc::commands {

/// A table for people: columns as wide as needed, numbers to the right, texts to the left.
class TextTable {
public:
    enum class Align { left, right };
    struct Column {
        std::string header; ///< with its unit: "busy [s]"
        Align align = Align::right;
    };
    explicit TextTable(std::vector<Column> columns)
        : columns_{std::move(columns)}
    {}
    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    /// A last row, set off by a line.
    void total(std::vector<std::string> cells) { total_ = std::move(cells); }
    void print(std::ostream& out) const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
    std::vector<std::string> total_;
};

/// Of columns that hold texts.
inline constexpr auto left = TextTable::Align::left;

} // namespace mtc::commands
