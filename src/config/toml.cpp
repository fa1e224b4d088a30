#include "config/toml.hpp"

#include "config/values.hpp"

#include "mtc/error.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

namespace mtc::config {
namespace {

std::string on_one_line(std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return std::string{trimmed(text)};
}

std::string in_quotes(std::string_view text)
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
            parts += text(parts.empty() ? "" : ", ", in_quotes(key.str()), ": ", literal(value));
        return text("{", parts, "}");
    }
    if (const auto* list = node.as_array()) {
        for (const toml::node& value : *list)
            parts += text(parts.empty() ? "" : ", ", literal(value));
        return text("[", parts, "]");
    }
    if (const auto* string = node.as_string())
        return in_quotes(string->get());
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

std::string joined(const toml::array& list, std::string_view separator, std::string (*one)(const toml::node&))
{
    std::string all;
    for (const toml::node& node : list)
        all += text(all.empty() ? "" : separator, one(node));
    return all;
}

std::string list_value(const toml::array& list)
{
    if (std::all_of(list.begin(), list.end(), is_one_word))
        return joined(list, " ", [](const toml::node& word) { return word.as_string()->get(); });
    if (std::all_of(list.begin(), list.end(), [](const toml::node& node) { return node.is_string(); }))
        return joined(list, ", ", literal);
    const bool plain_values = std::all_of(list.begin(), list.end(), [](const toml::node& node) {
        return node.is_value() && !node.is_string();
    });
    return plain_values ? joined(list, ", ", plain) : literal(list);
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

class Entries {
public:
    explicit Entries(std::span<const std::string_view> families)
        : families_{families}
    {}

    void take(const toml::table& table, const std::string& section)
    {
        const bool family =
            std::find(families_.begin(), families_.end(), lower_case(section)) != families_.end();
        for (const auto& [key, node] : table) {
            const std::string name{key.str()};
            if (is_value(node))
                entries_.push_back({family ? text(lower_case(section), ".", name) : lower_case(name),
                                    value_text(node), section, node.source().begin.line});
            else
                take(*node.as_table(), section.empty() ? name : text(section, ".", name));
        }
    }

    [[nodiscard]] std::vector<IniEntry> in_order() &&
    {
        std::stable_sort(entries_.begin(), entries_.end(),
                         [](const IniEntry& a, const IniEntry& b) { return a.line < b.line; });
        return std::move(entries_);
    }

private:
    std::span<const std::string_view> families_;
    std::vector<IniEntry> entries_;
};

} // namespace

std::vector<IniEntry> parse_toml(std::string_view content, std::string_view file_name,
                                 std::span<const std::string_view> families)
{
    toml::table document;
    try {
        document = toml::parse(content);
    } catch (const toml::parse_error& error) {
        throw InputError(text(file_name, ":", error.source().begin.line, ": ", error.description(),
                              " (an input that ends in .toml is TOML). Are quotes around a text missing?"));
    }
    Entries entries{families};
    entries.take(document, "");
    std::vector<IniEntry> found = std::move(entries).in_order();
    refuse_twice(found, file_name);
    return found;
}

} // namespace mtc::config
