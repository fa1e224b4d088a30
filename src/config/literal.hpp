#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// \file
/// The Python literals that OpenQuake's job.ini holds: numbers, strings, lists, tuples, dicts, and
/// logscale(a, b, n).
namespace mtc::config {

struct Literal;
struct LiteralEntry;
using LiteralList = std::vector<Literal>;      ///< list or tuple, or what logscale() gives
using LiteralDict = std::vector<LiteralEntry>; ///< in the order written

struct Literal {
    std::variant<std::monostate, bool, double, std::string, LiteralList, LiteralDict>
        value; ///< monostate: None
};

struct LiteralEntry {
    std::string first; ///< the key
    Literal second;
};

/// logscale(a,b,n) = a exp(ln(b/a) k/(n-1)), k = 0 ... n-1, becomes a list of numbers.
/// \param where  "job.ini:14: key", begins the message of an error
/// A dict's key is a text or a number (kept as it is written); the same key twice is refused, where Python
/// would silently take the last. \throws InputError  with the place in the text where it stops being a
/// literal
[[nodiscard]] Literal parse_literal(std::string_view text, std::string_view where);

[[nodiscard]] bool is_none(const Literal& literal);
[[nodiscard]] bool is_number(const Literal& literal);
[[nodiscard]] bool is_text(const Literal& literal);
[[nodiscard]] bool is_list(const Literal& literal);
[[nodiscard]] bool is_dict(const Literal& literal);

/// The literal as the type that is wanted.
/// \throws InputError  "<where> (a number is wanted here, not a list)"
[[nodiscard]] double as_number(const Literal& literal, std::string_view where);
[[nodiscard]] const std::string& as_text(const Literal& literal, std::string_view where);
[[nodiscard]] const LiteralList& as_list(const Literal& literal, std::string_view where);
[[nodiscard]] const LiteralDict& as_dict(const Literal& literal, std::string_view where);
/// A list that holds numbers only.
[[nodiscard]] std::vector<double> as_numbers(const Literal& literal, std::string_view where);

} // namespace mtc::config
