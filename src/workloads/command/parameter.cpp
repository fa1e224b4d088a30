#include "workloads/command/parameter.hpp"

#include "config/check.hpp"
#include "config/nearest.hpp"
#include "config/values.hpp"

#include <fmt/format.h>

#include <boost/tokenizer.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <optional>

namespace mtc::command {
namespace {

constexpr double most_values = 1e12; // of a range

/// Digits behind the point; nothing where there is an exponent.
std::optional<std::int64_t> decimals_of(std::string_view number)
{
    if (number.find_first_of("eEnN") != std::string_view::npos)
        return std::nullopt;
    const std::size_t point = number.find('.');
    return point == std::string_view::npos ? 0 : static_cast<std::int64_t>(number.size() - point - 1);
}

/// The three numbers of a:b:step, when they are such.
std::optional<std::array<double, 3>> three_numbers(std::string_view value)
{
    const std::vector<std::string_view> parts = config::split(value, ":");
    if (parts.size() != 3)
        return std::nullopt;
    std::array<double, 3> numbers{};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto number = config::parse_number(config::trimmed(parts[i]));
        if (!number)
            return std::nullopt;
        numbers[i] = *number;
    }
    return numbers;
}

Range read_range(std::string_view value, const std::string& where)
{
    const auto numbers = three_numbers(value);
    if (!numbers)
        throw InputError(text(where, " (accepted: range first:last:step, as in range 0:1:0.1)"));
    const auto [first, last, step] = *numbers;
    const double n = std::floor((last - first) / step + 0.5) + 1.0;
    if (!(step != 0.0) || !(n >= 1.0))
        throw InputError(text(where, " (", last, " is not reached from ", first, " by steps of ", step,
                              "). Is the sign of the step right?"));
    if (n > most_values)
        throw InputError(text(where, " (", n, " values; accepted: at most ", most_values, ")"));
    Range range{first, step, static_cast<std::uint64_t>(n), -1};
    const std::vector<std::string_view> parts = config::split(value, ":");
    const auto of_first = decimals_of(config::trimmed(parts[0]));
    const auto of_step = decimals_of(config::trimmed(parts[2]));
    if (of_first && of_step)
        range.decimals = std::max(*of_first, *of_step);
    return range;
}

std::vector<std::string> fields_of(const std::string& line, const std::string& where)
{
    try {
        const boost::tokenizer<boost::escaped_list_separator<char>> tokens{line};
        std::vector<std::string> fields;
        for (const std::string& field : tokens)
            fields.emplace_back(config::trimmed(field));
        return fields;
    } catch (const boost::escaped_list_error& error) {
        throw InputError(text(where, ": not a line of CSV (", error.what(), ")"));
    }
}

std::vector<std::string> read_column(const std::filesystem::path& file, std::string_view column,
                                     const std::string& where)
{
    std::ifstream stream{file};
    if (!stream)
        throw InputError(config::suggesting(text(where, " (no such file: ", file.string(), ")"),
                                            config::nearest_file(file)));
    std::vector<std::string> values;
    std::vector<std::string> header;
    std::size_t position = 0;
    std::size_t n_lines = 0;
    for (std::string line; std::getline(stream, line);) {
        const std::string at = text(file.string(), ":", ++n_lines);
        if (config::trimmed(line).empty())
            continue;
        if (line.ends_with('\r'))
            line.pop_back();
        const std::vector<std::string> fields = fields_of(line, at);
        if (header.empty()) {
            header = fields;
            const auto found = std::ranges::find(header, column);
            if (found == header.end())
                throw InputError(config::suggesting(
                    text(where, " (", file.string(), " has no column '", column, "'; it has ",
                         fmt::format("{}", fmt::join(header, ", ")), ")"),
                    config::did_you_mean(column,
                                         std::vector<std::string_view>{header.begin(), header.end()})));
            position = static_cast<std::size_t>(found - header.begin());
            continue;
        }
        if (fields.size() != header.size())
            throw InputError(
                text(at, ": ", fields.size(), " fields (its header has ", header.size(), " columns)"));
        values.push_back(fields[position]);
    }
    if (values.empty())
        throw InputError(text(where, " (", file.string(), " has no rows below its header)"));
    return values;
}

/// Takes the word off that says what follows. \returns whether it was there
bool take_word(std::string_view& value, std::string_view word)
{
    if (!value.starts_with(word) || value.size() == word.size() || value[word.size()] != ' ')
        return false;
    value = config::trimmed(value.substr(word.size()));
    return true;
}

/// Where the name of the file ends in "design.csv:column"; nothing when it is none.
std::optional<std::size_t> column_sign(std::string_view value)
{
    for (const std::string_view ending : {".csv:", ".CSV:", ".txt:"})
        if (const std::size_t found = value.find(ending); found != std::string_view::npos)
            return found + ending.size() - 1;
    return std::nullopt;
}

} // namespace

std::string Range::value(std::uint64_t k) const
{
    const double number = first + static_cast<double>(k) * step;
    if (decimals < 0)
        return fmt::format("{}", number);
    const std::string digits = fmt::format("{:.{}f}", number, decimals);
    return digits.starts_with('-') && digits.find_first_not_of("-0.") == std::string::npos ? digits.substr(1)
                                                                                           : digits;
}

std::vector<std::string> split_list(std::string_view value, const std::string& where)
{
    std::vector<std::string> words;
    const bool commas = value.find(',') != std::string_view::npos;
    std::string word;
    bool quoted = false;
    const auto end_word = [&](bool insist) {
        const std::string trimmed{quoted ? std::string_view{word} : config::trimmed(word)};
        if (insist || quoted || !trimmed.empty())
            words.push_back(trimmed);
        word.clear();
        quoted = false;
    };
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if ((c == '\'' || c == '"') && config::trimmed(word).empty()) {
            const std::size_t close = value.find(c, i + 1);
            if (close == std::string_view::npos)
                throw InputError(text(where, " (a ", c, " without its second)"));
            word = value.substr(i + 1, close - i - 1);
            quoted = true;
            i = close;
        } else if (commas ? c == ',' : c == ' ' || c == '\t') {
            end_word(commas);
        } else if (!quoted) {
            word += c;
        } else if (c != ' ' && c != '\t') {
            throw InputError(
                text(where, " ('", c, "' right behind a quotation; a comma or a blank is accepted)"));
        }
    }
    end_word(false);
    return words;
}

Parameter read_parameter(std::string_view name, std::string_view value, const std::string& where,
                         const std::filesystem::path& folder)
{
    Parameter parameter{.name = std::string{name}};
    value = config::trimmed(value);
    if (take_word(value, "range")) {
        parameter.range = read_range(value, where);
        KindOfAll kind;
        kind.add(parameter.range.value(0));
        kind.add(parameter.range.value(parameter.range.n - 1));
        parameter.kind = kind.kind();
        return parameter;
    }
    const bool is_list = take_word(value, "list");
    if (const auto sign = column_sign(value); sign && !is_list) {
        parameter.csv = value.substr(0, *sign);
        parameter.values =
            read_column(folder / parameter.csv, config::trimmed(value.substr(*sign + 1)), where);
    } else {
        parameter.values = split_list(value, where);
    }
    if (!is_list && parameter.values.size() == 1 && three_numbers(value))
        throw InputError(text(where, " (a range, or a list of one text?). Did you mean 'range ", value,
                              "'? For the text write 'list ", value, "'."));
    KindOfAll kind;
    for (const std::string& word : parameter.values)
        kind.add(word);
    parameter.kind = kind.kind();
    return parameter;
}

} // namespace mtc::command
