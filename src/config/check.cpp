#include "config/check.hpp"

#include "config/literal.hpp"
#include "config/nearest.hpp"
#include "config/values.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::config {
namespace {

namespace fs = std::filesystem;

std::string_view type_in_words(ValueType type)
{
    switch (type) {
    case ValueType::text:
        return "text";
    case ValueType::number:
        return "a number";
    case ValueType::integer:
        return "a whole number";
    case ValueType::flag:
        return "true or false";
    case ValueType::numbers:
        return "numbers parted by blanks or commas";
    case ValueType::choice:
        return "a choice";
    case ValueType::path:
        return "an input file, relative to the folder of the input";
    case ValueType::literal:
        return "a Python literal";
    case ValueType::duration:
        return "a duration (90, 90s, 15m, 2h, 1d, 12:00:00 or 1-12:00:00)";
    }
    return {};
}

std::string range_in_words(const Option& option)
{
    const bool bounded_below = std::isfinite(option.min);
    const bool bounded_above = std::isfinite(option.max);
    const std::string_view above = option.exclusive_min ? "> " : ">= ";
    if (bounded_below && bounded_above)
        return option.exclusive_min ? text(" > ", option.min, " and <= ", option.max)
                                    : text(" from ", option.min, " to ", option.max);
    if (bounded_below)
        return text(" ", above, option.min);
    return bounded_above ? text(" <= ", option.max) : std::string{};
}

bool in_range(const Option& option, double value)
{
    return (option.exclusive_min ? value > option.min : value >= option.min) && value <= option.max;
}

/// A value cut by a comment that configparser, too, takes for part of the value.
std::string comment_hint(const std::string& value)
{
    return value.find_first_of("#;") == std::string::npos ? std::string{}
                                                          : " Put the comment on a line of its own?";
}

/// Why the value, converted or not, does not fit.
template <class Value>
std::optional<std::string> complaint_about(const Option& option, const std::string& value,
                                           std::string_view wrong_type, const std::optional<Value>& converted)
{
    if (!converted)
        return suggesting(text(" (", wrong_type, "; accepted: ", accepted(option), ")"), comment_hint(value));
    if (!in_range(option, static_cast<double>(*converted)))
        return text(" (out of range; accepted: ", accepted(option), ")");
    return std::nullopt;
}

std::optional<std::string> numbers_complaint(const Option& option, const std::string& value)
{
    const std::optional<std::vector<double>> numbers = parse_numbers(value);
    if (!numbers)
        return suggesting(text(" (not numbers; accepted: ", accepted(option), ")"), comment_hint(value));
    for (const double number : *numbers) {
        if (!in_range(option, number))
            return text(" (", number, " is out of range; accepted: ", accepted(option), ")");
    }
    return std::nullopt;
}

std::optional<std::string> choice_complaint(const Option& option, const std::string& value)
{
    for (const std::string_view choice : option.choices) {
        if (value == choice)
            return std::nullopt;
    }
    return suggesting(text(" (accepted: ", accepted(option), ")"), did_you_mean(value, option.choices));
}

std::optional<std::string> path_complaint(const std::string& value, const fs::path& folder)
{
    for (const std::string_view name : split_paths(value)) {
        const fs::path path = folder / name;
        std::error_code error;
        const fs::file_status status = fs::status(path, error);
        if (!fs::exists(status))
            return suggesting(text(" (no such file: ", fs::absolute(path).lexically_normal().string(), ")"),
                              nearest_file(path));
        if (fs::is_directory(status))
            return text(" (a folder, not a file: ", fs::absolute(path).lexically_normal().string(), ")");
    }
    return std::nullopt;
}

std::optional<std::string> literal_complaint(const std::string& value, const std::string& where)
{
    try {
        (void)parse_literal(value, where);
        return std::nullopt;
    } catch (const InputError& error) {
        return std::string{error.what()}.substr(where.size());
    }
}

} // namespace

std::string accepted(const Option& option)
{
    std::string words;
    if (option.type == ValueType::choice) {
        for (std::size_t i = 0; i < option.choices.size(); ++i) {
            if (i > 0)
                words += i + 1 == option.choices.size() ? " or " : ", ";
            words += option.choices[i];
        }
    } else {
        words = text(type_in_words(option.type), range_in_words(option));
    }
    if (option.unit.empty())
        return words;
    return option.unit.front() == '[' ? text(words, " ", option.unit) : text(words, " [", option.unit, "]");
}

std::optional<std::string> complaint(const Option& option, const std::string& value, const std::string& where,
                                     const fs::path& folder)
{
    switch (option.type) {
    case ValueType::text:
        return std::nullopt;
    case ValueType::number:
        return complaint_about(option, value, "not a number", parse_number(value));
    case ValueType::integer:
        return complaint_about(option, value, "not a whole number", parse_integer(value));
    case ValueType::flag:
        if (!parse_flag(value))
            return suggesting(" (neither true nor false; accepted: true, false, yes, no, 1 or 0)",
                              comment_hint(value));
        return std::nullopt;
    case ValueType::duration:
        return complaint_about(option, value, "not a duration", parse_duration(value));
    case ValueType::numbers:
        return numbers_complaint(option, value);
    case ValueType::choice:
        return choice_complaint(option, value);
    case ValueType::path:
        return path_complaint(value, folder);
    case ValueType::literal:
        return literal_complaint(value, where);
    }
    return std::nullopt;
}

std::string nearest_file(const fs::path& missing)
{
    std::vector<std::string> names;
    const fs::path folder = missing.parent_path().empty() ? fs::path{"."} : missing.parent_path();
    std::error_code error;
    for (fs::directory_iterator entry{folder, error}, end; !error && entry != end; entry.increment(error)) {
        if (!entry->is_directory(error))
            names.push_back(entry->path().filename().string());
    }
    std::sort(names.begin(), names.end()); // the order of a folder is the file system's own
    const std::vector<std::string_view> known(names.begin(), names.end());
    return did_you_mean(missing.filename().string(), known);
}

} // namespace mtc::config
