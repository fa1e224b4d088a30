#pragma once

#include <array>
#include <string>
#include <string_view>

namespace mtc::config {

inline constexpr std::array<std::string_view, 3> shells{"bash", "zsh", "fish"};

/// A script that lets a shell complete the program's commands, options and choices; made from their
/// declaration. \param shell  one of `shells`
[[nodiscard]] std::string completion_script(std::string_view shell);

/// The manual page, in roff (man(7)), from the same declaration. \param version  of the program
[[nodiscard]] std::string man_page(std::string_view version);

} // namespace mtc::config
