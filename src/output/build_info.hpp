#pragma once

#include <string_view>

/// What is known of the program when it is built.
namespace mtc::output::build_info {

extern const std::string_view version; ///< "0.1.0"
extern const std::string_view
    git_sha1; ///< "-dirty" at its end when files were changed; "unknown" outside git
extern const std::string_view compiler; ///< "GNU 12.2.0"

} // namespace mtc::output::build_info
