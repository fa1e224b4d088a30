#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// \file
/// Pieces of JSON as text.
namespace mtc::commands {

/// A JSON string, quotes included; harmless inside <script> of HTML too.
[[nodiscard]] std::string json_string(std::string_view words);
/// A JSON number; null for what is not finite.
[[nodiscard]] std::string json_number(double value);
/// [a, b, ...] of pieces that are JSON already.
[[nodiscard]] std::string json_list(std::span<const std::string> pieces);
/// A JSON string of the little-endian float32 of the values in base64 (RFC 4648).
[[nodiscard]] std::string json_floats(std::span<const float> values);

} // namespace mtc::commands
