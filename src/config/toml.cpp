#include "config/toml.hpp"

#include "config/values.hpp"

#include "mtc/error.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace mtc::config {
namespace {

std::string on_one_line(std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return std::string{trimmed(text)};
}

std::string quoted(std::string_view text)
{
    std::string literal{"'"};
    for (const char c : text) {
        if (c == '\'' || c == '\\')
            literal += '\\';
        literal += c;
    }
    return literal + '\'';
}

/// A number, a flag, a date or a time, as an INI has it.
std::string plain(const toml::node& node)
{
    if (const auto* number = node.as_integer())
        return std::to_string(number->get());
    if (const auto* number = node.as_floating_point())
        return fmt::format("{}", number->get()); // the shortest that is the same number
    if (const auto* flag = node.as_boolean())
        return flag->get() ? "true" : "false";
    std::ostringstream out;
    node.visit([&out](const auto& value) {
        if constexpr (toml::is_date<decltype(value)> || toml::is_time<decltype(value)> ||
                      toml::is_date_time<decltype(value)>)
            out << value.get();
    });
    return std::move(out).str();
}

/// As the literals in OpenQuake's INI files.
std::string literal(const toml::node& node)
{
    std::string parts;
    if (const auto* table = node.as_table()) {
        for (const auto& [key, value] : *table)
            parts += text(parts.empty() ? "" : ", ", quoted(key.str()), ": ", literal(value));
        return text("{", parts, "}");
    }
    if (const auto* list = node.as_array()) {
        for (const toml::node& value : *list)
            parts += text(parts.empty() ? "" : ", ", literal(value));
        return text("[", parts, "]");
    }
    if (const auto* string = node.as_string())
        return quoted(string->get());
    if (const auto* flag = node.as_boolean())
        return flag->get() ? "True" : "False";
    return plain(node);
}

bool is_one_word(const toml::node& node)
{
    const auto* string = node.as_string();
    return string != nullptr && !string->get().empty() &&
           string->get().find_first_of(" \t\r\n,") == std::string::npos;
}

std::string list_value(const toml::array& list)
{
    const bool words = std::all_of(list.begin(), list.end(), is_one_word);
    const bool plain_values = std::all_of(list.begin(), list.end(), [](const toml::node& node) {
        return node.is_value() && !node.is_string();
    });
    if (!words && !plain_values)
        return literal(list);
    std::string joined;
    for (const toml::node& node : list)
        joined +=
            text(joined.empty() ? "" : (words ? " " : ", "), words ? node.as_string()->get() : plain(node));
    return joined;
}

std::string value_text(const toml::node& node)
{
    if (const auto* string = node.as_string())
        return on_one_line(string->get());
    if (const auto* list = node.as_array())
        return list_value(*list);
    return node.is_table() ? literal(node) : plain(node);
}

/// A table is a section when it is written as [name], and a value when it is written in braces; toml++ has no
/// more than where it stands and that the latter is inline. What is dotted, as in parameter.depth = 3, is
/// neither.
bool is_value(const toml::node& node)
{
    return !node.is_table() || node.as_table()->is_inline();
}

void take(const toml::table& table, const std::string& section, std::vector<IniEntry>& entries)
{
    for (const auto& [key, node] : table) {
        const std::string name{key.str()};
        if (is_value(node))
            entries.push_back({lower_case(name), value_text(node), section, node.source().begin.line});
        else
            take(*node.as_table(), section.empty() ? name : text(section, ".", name), entries);
    }
}

} // namespace

std::vector<IniEntry> parse_toml(std::string_view text_of_file, std::string_view file_name)
{
    toml::table document;
    try {
        document = toml::parse(text_of_file);
    } catch (const toml::parse_error& error) {
        throw InputError(text(file_name, ":", error.source().begin.line, ": ", error.description(),
                              " (an input that ends in .toml is TOML). Are quotes around a text missing?"));
    }
    std::vector<IniEntry> entries;
    take(document, "", entries);
    std::stable_sort(entries.begin(), entries.end(),
                     [](const IniEntry& a, const IniEntry& b) { return a.line < b.line; });
    return entries;
}

} // namespace mtc::config
