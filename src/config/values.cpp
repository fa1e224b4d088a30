#include "config/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

namespace mtc::config {
namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

/// std::from_chars knows no leading '+'; "+-1" stays wrong.
std::string_view without_plus(std::string_view text)
{
    if (text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+')
        text.remove_prefix(1);
    return text;
}

template <class Number>
std::optional<Number> whole(std::string_view text)
{
    text = without_plus(text);
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

bool only_digits(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// HH:MM:SS, MM:SS, or after days HH, HH:MM, HH:MM:SS.
std::optional<double> parse_clock(std::string_view clock, bool after_days)
{
    constexpr std::array<double, 3> unit_s{3600.0, 60.0, 1.0};
    const auto n_parts = static_cast<std::size_t>(std::count(clock.begin(), clock.end(), ':')) + 1;
    const std::vector<std::string_view> parts = split(clock, ":");
    if (parts.size() != n_parts || n_parts > 3 || (n_parts == 1 && !after_days))
        return std::nullopt;
    const std::size_t first_unit = after_days ? 0 : unit_s.size() - n_parts;
    double seconds = 0.0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::optional<double> part = only_digits(parts[i]) ? parse_number(parts[i]) : std::nullopt;
        if (!part || (i > 0 && *part >= 60.0))
            return std::nullopt;
        seconds += *part * unit_s[first_unit + i];
    }
    return seconds;
}

} // namespace

std::string_view trimmed(std::string_view text)
{
    const auto is_letter = [](char c) { return static_cast<unsigned char>(c) > ' '; };
    if (!text.empty() && is_letter(text.front()) && is_letter(text.back()))
        return text; // as nearly all are
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return text.substr(text.size());
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string lower_case(std::string_view text)
{
    std::string lower{text};
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

std::string shortened(std::string_view text)
{
    constexpr std::size_t longest = 80;
    if (text.size() <= longest)
        return std::string{text};
    std::size_t end = longest - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end; // not inside a UTF-8 letter
    return std::string{text.substr(0, end)} + "...";
}

std::string suggesting(std::string message, std::string_view suggestion)
{
    if (!suggestion.empty())
        message.append(".").append(suggestion);
    return message;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators)
{
    std::vector<std::string_view> parts;
    std::size_t begin = text.find_first_not_of(separators);
    while (begin != std::string_view::npos) {
        const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = text.find_first_not_of(separators, end);
    }
    return parts;
}

std::optional<double> parse_number(std::string_view text)
{
    const std::optional<double> value = whole<double>(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text)
{
    return whole<std::int64_t>(text);
}

std::optional<bool> parse_flag(std::string_view text)
{
    const std::string word = lower_case(text);
    if (word == "true" || word == "yes" || word == "1")
        return true;
    if (word == "false" || word == "no" || word == "0")
        return false;
    return std::nullopt;
}

std::optional<std::vector<double>> parse_numbers(std::string_view text)
{
    std::vector<double> numbers;
    for (const std::string_view part : split(text, " \t\r\n,")) {
        const std::optional<double> number = parse_number(part);
        if (!number)
            return std::nullopt;
        numbers.push_back(*number);
    }
    return numbers;
}

std::optional<double> parse_duration(std::string_view text)
{
    if (text.empty() || ((text.front() < '0' || text.front() > '9') && text.front() != '.'))
        return std::nullopt;
    if (const std::size_t dash = text.find('-');
        dash != std::string_view::npos && only_digits(text.substr(0, dash))) {
        const std::optional<double> days = parse_number(text.substr(0, dash));
        const std::optional<double> rest = parse_clock(text.substr(dash + 1), true);
        return days && rest ? std::optional{*days * 86400.0 + *rest} : std::nullopt;
    }
    if (text.find(':') != std::string_view::npos)
        return parse_clock(text, false);

    double unit_s = 1.0;
    switch (text.back()) {
    case 's':
        break;
    case 'm':
        unit_s = 60.0;
        break;
    case 'h':
        unit_s = 3600.0;
        break;
    case 'd':
        unit_s = 86400.0;
        break;
    default:
        return parse_number(text);
    }
    const std::optional<double> count = parse_number(text.substr(0, text.size() - 1));
    return count && std::isfinite(*count * unit_s) ? std::optional{*count * unit_s} : std::nullopt;
}

std::vector<std::string_view> split_paths(std::string_view text)
{
    return split(text, blanks);
}

} // namespace mtc::config
