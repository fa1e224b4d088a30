#include "commands/text/json_text.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>

namespace mtc::commands {

static_assert(std::endian::native == std::endian::little, "json_floats copies bytes as they are");

std::string json_string(std::string_view words)
{
    std::string json = "\"";
    for (const char c : words) {
        if (c == '"' || c == '\\')
            json += fmt::format("\\{}", c);
        else if (static_cast<unsigned char>(c) < 0x20U || c == '<')
            json += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
            json += c;
    }
    return json + '"';
}

std::string json_number(double value)
{
    return std::isfinite(value) ? fmt::format("{:.9g}", value) : "null";
}

std::string json_list(std::span<const std::string> pieces)
{
    return fmt::format("[{}]", fmt::join(pieces, ","));
}

std::string json_floats(std::span<const float> values)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::string_view bytes{reinterpret_cast<const char*>(values.data()), values.size_bytes()};
    std::string json;
    json.reserve(bytes.size() * 4 / 3 + 8);
    json += '"';
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            json += i + k > bytes.size() ? '=' : digits[group >> (18U - 6U * k) & 63U];
    }
    return json + '"';
}

} // namespace mtc::commands
