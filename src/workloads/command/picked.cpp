#include "workloads/command/picked.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"
#include "workloads/command/parameter.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

namespace mtc::command {
namespace {

constexpr std::uint32_t usual_width = 64;
constexpr std::int64_t widest = 65536;

/// "float", "int", "text" or "text40".
void set_type(Column& column, std::string_view type, const std::string& where)
{
    if (type == "float")
        return;
    if (type == "int") {
        column.kind = ValueKind::integer;
        return;
    }
    const auto width = type == "text"             ? std::optional<std::int64_t>{usual_width}
                       : type.starts_with("text") ? config::parse_integer(type.substr(4))
                                                  : std::nullopt;
    static constexpr std::array<std::string_view, 3> known{"float", "int", "text"};
    if (!width || *width < 1 || *width > widest)
        throw InputError(config::suggesting(
            text(where, " ('", type,
                 "' is no type; accepted: float, int, text, or text40 for at most 40 bytes)"),
            config::did_you_mean(type, known)));
    column.kind = ValueKind::text;
    column.width = static_cast<std::uint32_t>(*width);
}

/// nan and inf are results as well.
std::optional<double> no_finite_number(std::string_view word)
{
    std::string lower = config::lower_case(word);
    const bool negative = lower.starts_with('-');
    if (negative || lower.starts_with('+'))
        lower.erase(0, 1);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (lower == "nan")
        return std::numeric_limits<double>::quiet_NaN();
    if (lower == "inf" || lower == "infinity")
        return negative ? -infinity : infinity;
    return std::nullopt;
}

Value missing(ValueKind kind)
{
    if (kind == ValueKind::integer)
        return std::numeric_limits<std::int64_t>::min();
    if (kind == ValueKind::number)
        return std::numeric_limits<double>::quiet_NaN();
    return std::string{};
}

} // namespace

std::vector<Column> read_result_columns(std::string_view value, const std::string& where)
{
    std::vector<Column> columns;
    for (const std::string& word : split_list(value, where)) {
        const std::size_t colon = std::min(word.find(':'), word.size());
        Column column{.name = std::string{config::trimmed(std::string_view{word}.substr(0, colon))},
                      .meaning = "result, from standard output"};
        if (column.name.empty())
            throw InputError(text(where, " (a result without a name; accepted: name or name:type)"));
        if (colon < word.size())
            set_type(column, config::trimmed(std::string_view{word}.substr(colon + 1)), where);
        columns.push_back(std::move(column));
    }
    return columns;
}

std::vector<Value> pick(std::string_view output, const std::vector<Column>& columns)
{
    std::vector<std::string_view> found(columns.size());
    std::vector<bool> has(columns.size(), false);
    while (!output.empty()) {
        const std::string_view line = output.substr(0, output.find('\n'));
        output.remove_prefix(std::min(line.size() + 1, output.size()));
        const std::size_t sign = line.find('=');
        if (sign == std::string_view::npos)
            continue;
        const std::string_view name = config::trimmed(line.substr(0, sign));
        const auto column = std::ranges::find(columns, name, &Column::name);
        if (column == columns.end())
            continue;
        const auto i = static_cast<std::size_t>(column - columns.begin());
        found[i] = config::trimmed(line.substr(sign + 1));
        has[i] = true;
    }
    std::vector<Value> values;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (!has[i]) {
            values.push_back(missing(columns[i].kind));
            continue;
        }
        if (const auto special =
                columns[i].kind == ValueKind::number ? no_finite_number(found[i]) : std::nullopt) {
            values.emplace_back(std::in_place_type<double>, *special);
            continue;
        }
        try {
            values.push_back(typed(found[i], columns[i].kind));
        } catch (const ComputeError& error) {
            throw ComputeError(text("its output says ", columns[i].name, " = ", config::shortened(found[i]),
                                    " (", error.what(), ")"));
        }
    }
    return values;
}

} // namespace mtc::command
