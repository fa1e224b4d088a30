#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// \file
/// The Python literals that OpenQuake's job.ini holds: numbers, strings, lists, tuples, dicts, and
/// logscale(a, b, n).
namespace mtc::config {

struct Literal;
using LiteralList = std::vector<Literal>;                         ///< list or tuple, or what logscale() gives
using LiteralDict = std::vector<std::pair<std::string, Literal>>; ///< in the order written

struct Literal {
    std::variant<std::monostate, bool, double, std::string, LiteralList, LiteralDict>
        value; ///< monostate: None
};

/// logscale(a,b,n) = a exp(ln(b/a) k/(n-1)), k = 0 ... n-1, becomes a list of numbers.
/// \param where  "job.ini:14: key", begins the message of an error
/// \throws InputError  with the place in the text where it stops being a literal
[[nodiscard]] Literal parse_literal(std::string_view text, std::string_view where);

} // namespace mtc::config
