#include "workloads/import_csv/convert.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <optional>

using namespace mtc::import_csv;

namespace {

template <class Number>
std::optional<Number> value_of(std::string_view field, ColumnKind kind, std::uint32_t size = 0)
{
    std::byte bytes[8];
    if (!to_value(field, {kind, size}, bytes))
        return std::nullopt;
    Number number{};
    std::memcpy(&number, bytes, sizeof number);
    return number;
}

std::optional<std::int64_t> decimal(std::string_view field, std::uint32_t decimals)
{
    return value_of<std::int64_t>(field, ColumnKind::decimal, decimals);
}

std::optional<std::int32_t> date(std::string_view field)
{
    return value_of<std::int32_t>(field, ColumnKind::date);
}

std::optional<std::int64_t> datetime(std::string_view field)
{
    return value_of<std::int64_t>(field, ColumnKind::datetime);
}

} // namespace

TEST_CASE("decimals are exact")
{
    CHECK(decimal("2.26", 2) == 226);
    CHECK(decimal("2.3", 2) == 230);
    CHECK(decimal("2", 2) == 200);
    CHECK(decimal("2.", 2) == 200);
    CHECK(decimal(".5", 2) == 50);
    CHECK(decimal("-0.05", 2) == -5);
    CHECK(decimal("+7", 0) == 7);
    CHECK(decimal(" 1.10 ", 2) == 110);
    CHECK(decimal("1.1000", 2) == 110);
    CHECK(decimal("922337203685477579.9", 1) == 9223372036854775799);
    CHECK(decimal("922337203685477580.8", 1) == std::nullopt); // 2^63
    CHECK(decimal("92233720368547757", 0) == 92233720368547757);
    for (const std::string_view wrong :
         {"", "-", ".", "1.234", "1,5", "1e3", "--1", "1.2.3", "0x1", "99999999999999999999"})
        CHECK(decimal(wrong, 2) == std::nullopt);
}

TEST_CASE("short decimals are what long ones are")
{
    int n_short = 0;
    for (const std::string_view letters : {"0123456789", "0.9", "./:", "-+. 5"})
        for (std::uint32_t code = 0; code < 20000; ++code)
            for (const std::uint32_t decimals : {1U, 2U, 3U}) {
                char memory[16] = "###############";
                std::size_t size = 0;
                for (std::uint32_t rest = code; rest > 0; rest /= static_cast<std::uint32_t>(letters.size()))
                    memory[size++] = letters[rest % letters.size()];
                if (size > decimals) { // a point where it belongs
                    std::copy_backward(memory + size - decimals, memory + size, memory + size + 1);
                    memory[size++ - decimals] = '.';
                }
                std::int64_t units = -1;
                if (size > 8 || !to_short_decimal({memory, size}, decimals, units))
                    continue;
                ++n_short;
                REQUIRE(decimal({memory, size}, decimals) == units);
            }
    CHECK(n_short > 20000);
    const auto short_decimal = [](const char(&memory)[9], std::size_t size, std::uint32_t decimals) {
        std::int64_t units = -1;
        return to_short_decimal({memory, size}, decimals, units) ? units : -1;
    };
    CHECK(short_decimal("2.26,###", 4, 2) == 226);
    CHECK(short_decimal("14.29\n##", 5, 2) == 1429);
    CHECK(short_decimal("12345.67", 8, 2) == 1234567);
    CHECK(short_decimal("0.5#####", 3, 1) == 5);
    CHECK(short_decimal("2.2#####", 3, 2) == -1);
    CHECK(short_decimal("-2.26###", 5, 2) == -1);
    CHECK(short_decimal("2226####", 4, 2) == -1);
    CHECK(short_decimal("a.26####", 4, 2) == -1);
}

TEST_CASE("dates and times count from 1970")
{
    CHECK(date("1970-01-01") == 0);
    CHECK(date("2014-01-01") == 16071);
    CHECK(date("1969-12-31") == -1);
    CHECK(date("2024-02-29") == 19782);
    for (const std::string_view wrong :
         {"2023-02-29", "2014-13-01", "2014-1-1", "2014/01/01", "14-01-01", ""})
        CHECK(date(wrong) == std::nullopt);
    constexpr std::int64_t day = 86'400'000'000;
    CHECK(datetime("1970-01-02") == day);
    CHECK(datetime("1970-01-02 01:02") == day + 3'720'000'000);
    CHECK(datetime("1970-01-01T00:00:01.5Z") == 1'500'000);
    CHECK(datetime("1970-01-01 00:00:00.123456789") == 123'456);
    CHECK(datetime("1970-01-01 02:00:00+02:00") == 0);
    CHECK(datetime("1970-01-01 02:00:00-0230") == 16'200'000'000);
    for (const std::string_view wrong :
         {"1970-01-01 24:00", "1970-01-01 1:00", "1970-01-01 00:60", "1970-01-01x00:00", "1970-01-01 00:00+",
          "1970-01-01 00:00:00.", "1970-01-01 00:00 UTC"})
        CHECK(datetime(wrong) == std::nullopt);
    int n_days = 0;
    for (int day_number = -200000; day_number < 200000; day_number += 997, ++n_days) {
        const std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{day_number}}};
        char text[32];
        std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(ymd.year()),
                      static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
        CHECK(date(text) == day_number);
    }
    CHECK(n_days == 402);
}

TEST_CASE("numbers fill their types and no more")
{
    CHECK(value_of<std::int8_t>("-128", ColumnKind::int8) == -128);
    CHECK(value_of<std::int8_t>("128", ColumnKind::int8) == std::nullopt);
    CHECK(value_of<std::uint16_t>("65535", ColumnKind::uint16) == 65535);
    CHECK(value_of<std::uint32_t>("-1", ColumnKind::uint32) == std::nullopt);
    CHECK(value_of<std::int64_t>("9223372036854775807", ColumnKind::int64) == 9223372036854775807);
    CHECK(value_of<std::uint64_t>("18446744073709551616", ColumnKind::uint64) == std::nullopt);
    CHECK(value_of<std::int32_t>("1.0", ColumnKind::int32) == std::nullopt);
    CHECK(value_of<std::int32_t>("", ColumnKind::int32) == std::nullopt);
    CHECK(value_of<double>("+1.5e-3", ColumnKind::float64) == 1.5e-3);
    CHECK(std::isnan(*value_of<double>("", ColumnKind::float64)));
    CHECK(value_of<double>("1,5", ColumnKind::float64) == std::nullopt);
    CHECK(value_of<float>("0.1", ColumnKind::float32) == 0.1F);
    CHECK(value_of<std::uint8_t>("TRUE", ColumnKind::boolean) == 1);
    CHECK(value_of<std::uint8_t>("off", ColumnKind::boolean) == 0);
    CHECK(value_of<std::uint8_t>("maybe", ColumnKind::boolean) == std::nullopt);
}
