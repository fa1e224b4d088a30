#pragma once

#include "workloads/command/grid.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::command {

/// An expression of numbers, parameters, + - * / ^ and parentheses.
class Expression {
public:
    /// \throws InputError  not an expression; an unknown name, or one of a parameter that is a text
    Expression(std::string_view expression, const std::string& where, const Grid& grid);
    [[nodiscard]] double value(std::uint64_t point) const;

private:
    /// In reverse Polish notation.
    struct Step {
        char what = '#'; ///< '#' number, 'p' parameter, '-' difference, '~' the negative, ...
        double number = 0.0;
        std::size_t parameter = 0;
    };
    class Parser;

    const Grid& grid_;
    std::vector<Step> steps_;
};

} // namespace mtc::command
