#include "workloads/command/template.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace mtc::command {
namespace {

constexpr std::array<std::pair<std::string_view, Placeholder::Source>, 4> builtins{
    {{"task", Placeholder::Source::task},
     {"rank", Placeholder::Source::rank},
     {"n", Placeholder::Source::n},
     {"folder", Placeholder::Source::folder}}};

/// "case.in:12" for a place in a file of several lines.
std::string place(std::string_view all, std::size_t offset, const std::string& where)
{
    if (all.find('\n') == std::string_view::npos)
        return where;
    return text(where, ":",
                1 + std::count(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

Placeholder named(std::string_view name, const Grid& grid, const std::string& where)
{
    Placeholder field;
    const auto found = std::ranges::find(grid.names(), name);
    if (found != grid.names().end()) {
        field.parameter = static_cast<std::size_t>(found - grid.names().begin());
        return field;
    }
    std::vector<std::string_view> known{grid.names().begin(), grid.names().end()};
    for (const auto& [builtin, source] : builtins) {
        known.push_back(builtin);
        field.source = source;
        if (builtin == name)
            return field;
    }
    throw InputError(config::suggesting(
        text(where, " ({", name, "} is no parameter; known: ", fmt::format("{}", fmt::join(known, ", ")),
             "; a brace of the text itself is written twice)"),
        config::did_you_mean(name, known)));
}

/// A whole number goes as a number where the format is one of numbers.
std::string formatted(const Value& value, const std::string& format)
{
    const std::string braced = "{:" + format + "}";
    const bool of_number = format.find_first_of("eEfFgGaA%") != std::string::npos;
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return of_number ? fmt::format(fmt::runtime(braced), static_cast<double>(*integer))
                         : fmt::format(fmt::runtime(braced), *integer);
    if (const auto* number = std::get_if<double>(&value))
        return fmt::format(fmt::runtime(braced), *number);
    return fmt::format(fmt::runtime(braced), std::get<std::string>(value));
}

std::string part_of(std::string value, Placeholder::Part part)
{
    const std::size_t slash = value.rfind('/');
    const std::size_t name = slash == std::string::npos ? 0 : slash + 1;
    const std::size_t dot = value.rfind('.');
    const bool has_extension = dot != std::string::npos && dot > name;
    switch (part) {
    case Placeholder::Part::whole:
        break;
    case Placeholder::Part::no_extension:
        return has_extension ? value.substr(0, dot) : value;
    case Placeholder::Part::base:
        return value.substr(name);
    case Placeholder::Part::folder:
        return slash == std::string::npos ? "." : value.substr(0, std::max<std::size_t>(slash, 1));
    case Placeholder::Part::base_no_extension:
        return value.substr(name, has_extension ? dot - name : std::string::npos);
    }
    return value;
}

/// What a field is, without quotes. \throws fmt::format_error
std::string value_of(const Placeholder& field, const Point& point)
{
    const auto whole = [&](std::uint64_t number) {
        return formatted(static_cast<std::int64_t>(number), field.format);
    };
    switch (field.source) {
    case Placeholder::Source::parameter:
        if (field.format.empty())
            return part_of(point.grid.text_of(field.parameter, point.task), field.part);
        return formatted(point.grid.value_of(field.parameter, point.task), field.format);
    case Placeholder::Source::task:
        return whole(point.task);
    case Placeholder::Source::number:
        return whole(point.task + 1);
    case Placeholder::Source::rank:
        return formatted(point.rank, field.format);
    case Placeholder::Source::n:
        return whole(point.grid.n_points());
    case Placeholder::Source::folder:
        return formatted(std::string{point.folder}, field.format);
    case Placeholder::Source::all_arguments:
        break;
    }
    return {};
}

std::optional<Placeholder::Part> part_named(std::string_view sign)
{
    using Part = Placeholder::Part;
    for (const auto& [known, part] :
         {std::pair{"", Part::whole}, std::pair{".", Part::no_extension}, std::pair{"/", Part::base},
          std::pair{"//", Part::folder}, std::pair{"/.", Part::base_no_extension}})
        if (sign == known)
            return part;
    return std::nullopt;
}

/// What stands between the braces of a placeholder of GNU parallel; nothing when it is none.
std::optional<Placeholder> field_of_parallel(std::string_view inner, const Grid& grid)
{
    Placeholder field;
    if (inner == "#") {
        field.source = Placeholder::Source::number;
        return field;
    }
    const std::size_t n_digits = std::min(inner.find_first_not_of("0123456789"), inner.size());
    const auto part = part_named(inner.substr(n_digits));
    if (!part)
        return std::nullopt;
    field.part = *part;
    if (n_digits == 0) {
        field.source = Placeholder::Source::all_arguments;
        return field;
    }
    const auto number = config::parse_integer(inner.substr(0, n_digits));
    if (!number || *number < 1 || static_cast<std::size_t>(*number) > grid.n_parameters())
        throw InputError(text("{", inner, "} (a command takes ", grid.n_parameters(),
                              grid.n_parameters() == 1 ? " argument" : " arguments",
                              ", as --max-args says, or lines_per_command in an input)"));
    field.parameter = static_cast<std::size_t>(*number) - 1;
    return field;
}

} // namespace

std::vector<std::string_view> names_of_placeholders()
{
    std::vector<std::string_view> names;
    for (const auto& [name, source] : builtins)
        names.push_back(name);
    return names;
}

Template::Template(std::string_view all, const std::string& where, const Grid& grid)
{
    const Point example{grid, 0, 0, "", grid.n_parameters()};
    std::string literal;
    const auto end_literal = [&] {
        if (!literal.empty())
            pieces_.push_back({std::exchange(literal, {})});
    };
    for (std::size_t i = 0; i < all.size(); ++i) {
        const char c = all[i];
        if (c != '{' && c != '}') {
            literal += c;
            continue;
        }
        if (i + 1 < all.size() && all[i + 1] == c) {
            literal += c;
            ++i;
            continue;
        }
        const std::size_t end = c == '{' ? all.find('}', i) : std::string_view::npos;
        if (end == std::string_view::npos)
            throw InputError(
                text(place(all, i, where), " (a single '", c,
                     "'; a placeholder is {name}, a brace of the text itself is written twice)"));
        const std::string_view inner = all.substr(i + 1, end - i - 1);
        const std::size_t colon = std::min(inner.find(':'), inner.size());
        end_literal();
        Piece piece{"", true, named(config::trimmed(inner.substr(0, colon)), grid, place(all, i, where))};
        if (colon < inner.size())
            piece.field.format = inner.substr(colon + 1);
        try {
            (void)value_of(piece.field, example);
        } catch (const fmt::format_error& error) {
            throw InputError(text(place(all, i, where), " ({", inner, "}: ", error.what(),
                                  "; its first value is ",
                                  value_of({piece.field.source, piece.field.parameter}, example), ")"));
        }
        pieces_.push_back(std::move(piece));
        i = end;
    }
    end_literal();
}

Template Template::of_parallel(std::string_view all, const Grid& grid)
{
    Template made;
    std::string literal;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::size_t end = all[i] == '{' ? all.find('}', i) : std::string_view::npos;
        const auto field = end == std::string_view::npos
                               ? std::nullopt
                               : field_of_parallel(all.substr(i + 1, end - i - 1), grid);
        if (!field) {
            literal += all[i];
            continue;
        }
        if (!literal.empty())
            made.pieces_.push_back({std::exchange(literal, {})});
        made.pieces_.push_back({"", true, *field});
        i = end;
    }
    if (!literal.empty())
        made.pieces_.push_back({literal});
    return made;
}

bool Template::uses(Placeholder::Source source) const
{
    return std::ranges::any_of(
        pieces_, [&](const Piece& piece) { return piece.is_field && piece.field.source == source; });
}

std::optional<std::vector<std::string>> Template::arguments(const Point& point) const
{
    if (pieces_.size() != 1 || !uses(Placeholder::Source::all_arguments))
        return std::nullopt;
    std::vector<std::string> all;
    for (std::size_t i = 0; i < point.n_arguments; ++i)
        all.push_back(part_of(point.grid.text_of(i, point.task), pieces_[0].field.part));
    return all;
}

std::string Template::render(const Point& point, const std::function<std::string(std::string)>& quote) const
{
    std::string all;
    const auto add = [&](std::string value) { all += quote ? quote(std::move(value)) : value; };
    for (const Piece& piece : pieces_) {
        if (!piece.is_field) {
            all += piece.literal;
        } else if (piece.field.source == Placeholder::Source::all_arguments) {
            for (std::size_t i = 0; i < point.n_arguments; ++i) {
                all += i == 0 ? "" : " ";
                add(part_of(point.grid.text_of(i, point.task), piece.field.part));
            }
        } else if (piece.field.source == Placeholder::Source::parameter &&
                   piece.field.parameter >= point.n_arguments) {
            continue; // the last command has fewer arguments
        } else {
            add(value_of(piece.field, point));
        }
    }
    return all;
}

} // namespace mtc::command
