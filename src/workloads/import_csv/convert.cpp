#include "workloads/import_csv/convert.hpp"

#include "config/values.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>

namespace mtc::import_csv {
namespace {

constexpr std::int64_t microseconds_per_second = 1'000'000;

/// std::from_chars knows no leading '+'.
std::string_view without_plus(std::string_view field) noexcept
{
    return field.size() > 1 && field[0] == '+' && field[1] != '-' ? field.substr(1) : field;
}

template <class Number>
bool store(std::string_view field, std::byte* value) noexcept
{
    field = without_plus(field);
    Number number{};
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
    if (error != std::errc{} || end != field.data() + field.size())
        return false;
    std::memcpy(value, &number, sizeof number);
    return true;
}

/// An empty field is no number known: NaN, as numpy and pandas have it.
template <class Float>
bool store_float(std::string_view field, std::byte* value) noexcept
{
    if (!field.empty())
        return store<Float>(field, value);
    constexpr Float nothing = std::numeric_limits<Float>::quiet_NaN();
    std::memcpy(value, &nothing, sizeof nothing);
    return true;
}

/// Exactly n digits.
bool digits(const char* text, std::size_t n, unsigned& value) noexcept
{
    value = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const auto digit = static_cast<unsigned>(static_cast<unsigned char>(text[i])) - '0';
        if (digit > 9)
            return false;
        value = value * 10 + digit;
    }
    return true;
}

bool store_flag(std::string_view field, std::byte* value) noexcept
{
    static constexpr std::array<std::string_view, 12> words{"true",  "t", "yes", "y", "1", "on",
                                                            "false", "f", "no",  "n", "0", "off"};
    std::array<char, 5> lower{};
    if (field.size() > lower.size())
        return false;
    for (std::size_t i = 0; i < field.size(); ++i)
        lower[i] = field[i] >= 'A' && field[i] <= 'Z' ? static_cast<char>(field[i] - 'A' + 'a') : field[i];
    for (std::size_t i = 0; i < words.size(); ++i)
        if (words[i] == std::string_view{lower.data(), field.size()}) {
            *value = std::byte{i < words.size() / 2};
            return true;
        }
    return false;
}

template <class Number, class Convert>
bool store_by(std::byte* value, const Convert& convert) noexcept
{
    Number number = 0;
    if (!convert(number))
        return false;
    std::memcpy(value, &number, sizeof number);
    return true;
}

/// HH:MM[:SS[.f]] at the beginning of a text, which is cut. \returns microseconds, negative when it is none
std::int64_t take_clock(std::string_view& text) noexcept
{
    unsigned hours = 0;
    unsigned minutes = 0;
    unsigned seconds = 0;
    if (text.size() < 5 || text[2] != ':' || !digits(text.data(), 2, hours) ||
        !digits(text.data() + 3, 2, minutes) || hours > 23 || minutes > 59)
        return -1;
    text.remove_prefix(5);
    std::int64_t fraction = 0;
    if (!text.empty() && text.front() == ':') {
        if (text.size() < 3 || !digits(text.data() + 1, 2, seconds) || seconds > 59)
            return -1;
        text.remove_prefix(3);
        if (!text.empty() && text.front() == '.') {
            text.remove_prefix(1);
            std::int64_t unit = microseconds_per_second;
            std::size_t n = 0;
            for (; n < text.size() && text[n] >= '0' && text[n] <= '9'; ++n) {
                unit /= 10; // 0 beyond the sixth digit, which is cut
                fraction += unit * (text[n] - '0');
            }
            if (n == 0)
                return -1;
            text.remove_prefix(n);
        }
    }
    return (std::int64_t{hours} * 3600 + minutes * 60 + seconds) * microseconds_per_second + fraction;
}

/// Z, +HH, +HHMM or +HH:MM. \returns false when it is none
bool offset_of(std::string_view text, std::int64_t& microseconds) noexcept
{
    microseconds = 0;
    if (text.empty() || text == "Z" || text == "z")
        return true;
    unsigned hours = 0;
    unsigned minutes = 0;
    const bool colon = text.size() == 6 && text[3] == ':';
    if ((text.front() != '+' && text.front() != '-') || (text.size() != 3 && text.size() != 5 && !colon) ||
        !digits(text.data() + 1, 2, hours) || hours > 23 ||
        (text.size() > 3 && (!digits(text.data() + (colon ? 4 : 3), 2, minutes) || minutes > 59)))
        return false;
    microseconds = (std::int64_t{hours} * 3600 + minutes * 60) * microseconds_per_second;
    if (text.front() == '-')
        microseconds = -microseconds;
    return true;
}

bool store_trimmed(std::string_view field, const ColumnType& type, std::byte* value) noexcept
{
    switch (type.kind) {
    case ColumnKind::int8:
        return store<std::int8_t>(field, value);
    case ColumnKind::uint8:
        return store<std::uint8_t>(field, value);
    case ColumnKind::uint16:
        return store<std::uint16_t>(field, value);
    case ColumnKind::int32:
        return store<std::int32_t>(field, value);
    case ColumnKind::uint32:
        return store<std::uint32_t>(field, value);
    case ColumnKind::int64:
        return store<std::int64_t>(field, value);
    case ColumnKind::uint64:
        return store<std::uint64_t>(field, value);
    case ColumnKind::float32:
        return store_float<float>(field, value);
    case ColumnKind::float64:
        return store_float<double>(field, value);
    case ColumnKind::boolean:
        return store_flag(field, value);
    case ColumnKind::decimal:
        return store_by<std::int64_t>(
            value, [&](std::int64_t& number) { return to_decimal(field, type.size, number); });
    case ColumnKind::date:
        return store_by<std::int32_t>(value, [&](std::int32_t& days) { return to_date(field, days); });
    case ColumnKind::datetime:
        return store_by<std::int64_t>(value, [&](std::int64_t& time) { return to_datetime(field, time); });
    case ColumnKind::text:
    case ColumnKind::category:
    case ColumnKind::skip:
        break;
    }
    return false;
}

} // namespace

bool Categories::add(std::string_view name)
{
    if (places_.find(name) != places_.end())
        return false;
    places_.emplace(std::string{name}, static_cast<std::uint16_t>(places_.size()));
    return true;
}

bool to_date(std::string_view field, std::int32_t& days) noexcept
{
    unsigned year = 0;
    unsigned month = 0;
    unsigned day = 0;
    if (field.size() != 10 || field[4] != '-' || field[7] != '-' || !digits(field.data(), 4, year) ||
        !digits(field.data() + 5, 2, month) || !digits(field.data() + 8, 2, day))
        return false;
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)},
                                           std::chrono::month{month}, std::chrono::day{day}};
    if (!date.ok())
        return false;
    days = static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
    return true;
}

bool to_datetime(std::string_view field, std::int64_t& microseconds) noexcept
{
    std::int32_t days = 0;
    if (field.size() < 10 || !to_date(field.substr(0, 10), days))
        return false;
    microseconds = std::int64_t{days} * 86400 * microseconds_per_second;
    field.remove_prefix(10);
    if (field.empty())
        return true;
    if (field.front() != ' ' && field.front() != 'T' && field.front() != 't')
        return false;
    field.remove_prefix(1);
    const std::int64_t clock = take_clock(field);
    std::int64_t offset = 0;
    if (clock < 0 || !offset_of(field, offset))
        return false;
    microseconds += clock - offset;
    return true;
}

bool to_decimal(std::string_view field, std::uint32_t decimals, std::int64_t& units) noexcept
{
    const char* at = field.data();
    const char* const end = at + field.size();
    const bool negative = at != end && *at == '-';
    if (at != end && (*at == '-' || *at == '+'))
        ++at;
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max() / 10 - 1;
    std::uint64_t value = 0;
    const char* const whole = at;
    for (; at != end; ++at) {
        const auto digit = static_cast<unsigned>(static_cast<unsigned char>(*at)) - '0';
        if (digit > 9)
            break;
        if (value > most)
            return false;
        value = value * 10 + digit;
    }
    auto n_digits = at - whole;
    std::uint32_t behind = 0;
    if (at != end && *at == '.') {
        const char* const point = at++;
        for (; at != end; ++at) {
            const auto digit = static_cast<unsigned>(static_cast<unsigned char>(*at)) - '0';
            if (digit > 9 || (behind == decimals && digit != 0))
                return false;
            if (behind == decimals)
                continue;
            if (value > most)
                return false;
            value = value * 10 + digit;
            ++behind;
        }
        n_digits += at - point - 1;
    }
    if (at != end || n_digits == 0)
        return false;
    for (; behind < decimals; ++behind) {
        if (value > most)
            return false;
        value *= 10;
    }
    units = negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
    return true;
}

bool to_value(std::string_view field, const ColumnType& type, std::byte* value) noexcept
{
    return store_trimmed(field, type, value) || store_trimmed(config::trimmed(field), type, value);
}

std::string why_not(const ColumnType& type)
{
    switch (type.kind) {
    case ColumnKind::float32:
    case ColumnKind::float64:
        return text("not a ", name_of(type));
    case ColumnKind::boolean:
        return "neither true, t, yes, y, on, 1 nor false, f, no, n, off, 0";
    case ColumnKind::decimal:
        return text("not a number of at most ", type.size, " digits behind the point");
    case ColumnKind::date:
        return "not a date YYYY-MM-DD";
    case ColumnKind::datetime:
        return "not a date and time as YYYY-MM-DD HH:MM:SS";
    case ColumnKind::text:
    case ColumnKind::category:
        return text("longer than ", type.size, " bytes");
    default:
        return text("not an ", name_of(type));
    }
}

} // namespace mtc::import_csv
