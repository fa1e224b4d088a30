#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mtc::config {

/// The known name that differs from `name` by the fewest insertions, deletions, replacements and swaps of
/// neighbours; nothing when all differ by more than a third of their letters. The case of letters does not
/// count; of equally near names the first is taken.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view name,
                                                      std::span<const std::string_view> known);

/// " Did you mean 'x'?" or an empty text.
[[nodiscard]] std::string did_you_mean(std::string_view name, std::span<const std::string_view> known);

} // namespace mtc::config
