#include "commands/text/number_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace mtc::commands {

namespace {

/// Powers of ten that float64 holds exactly.
constexpr std::array<double, 23> exact_powers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

constexpr int n_digits = 7;

/// The exact way, for what the fast one leaves.
void append_exactly(std::string& text, double value)
{
    char buffer[40];
    const auto result =
        std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific, n_digits - 1);
    for (char* c = buffer; c != result.ptr; ++c)
        if (*c == 'e' && std::isfinite(value))
            *c = 'E';
    text.append(buffer, result.ptr);
}

} // namespace

void append_scientific(std::string& text, double value)
{
    if (value == 0.0 && !std::signbit(value)) {
        text += "0.000000E+00";
        return;
    }
    // One multiplication by an exact power of ten: off by at most 2^-53 of a value below 1e7, or 1.2e-9.
    // Where the digit behind the last is that close to a tie, the exact way decides.
    constexpr double tie_margin = 1e-6;
    if (!(value >= 1e-15 && value < 1e6)) {
        append_exactly(text, value);
        return;
    }
    int exponent = static_cast<int>(std::floor(std::log10(value)));
    double scaled = value * exact_powers[static_cast<std::size_t>(n_digits - 1 - exponent)];
    if (scaled < 1e6) // the logarithm was rounded up
        scaled = value * exact_powers[static_cast<std::size_t>(n_digits - 1 - --exponent)];
    const double whole = std::floor(scaled);
    const double rest = scaled - whole;
    if (std::abs(rest - 0.5) < tie_margin || scaled < 1e6 || scaled >= 1e7 - tie_margin) {
        append_exactly(text, value);
        return;
    }
    auto digits = static_cast<std::uint32_t>(whole) + (rest > 0.5 ? 1U : 0U);
    if (digits == 10'000'000U) {
        digits = 1'000'000U;
        ++exponent;
    }
    const auto digit = [](std::uint32_t number) { return static_cast<char>('0' + number); };
    char buffer[12] = {'0', '.', '0', '0', '0', '0', '0', '0', 'E', exponent < 0 ? '-' : '+', '0', '0'};
    for (int place = 7; place > 1; --place, digits /= 10)
        buffer[place] = digit(digits % 10);
    buffer[0] = digit(digits);
    const auto magnitude = static_cast<std::uint32_t>(std::abs(exponent));
    buffer[10] = digit(magnitude / 10);
    buffer[11] = digit(magnitude % 10);
    text.append(buffer, sizeof buffer);
}

void append_coordinate(std::string& text, double value)
{
    char buffer[340]; // the largest float64 has 309 digits before its point
    const auto result = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, 5);
    text.append(buffer, result.ptr);
}

} // namespace mtc::commands
