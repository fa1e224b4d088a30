#pragma once

#include "mtc/error.hpp"

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::commands {

struct ShowArguments {
    std::filesystem::path file;
    std::string what = "contents";
    std::uint64_t max_rows = 20; ///< of each table; 0: all
};

/// What `show` can show: contents, input, config, tasks, units, sources, ranks, operations,
/// transfer, events, failures, slow.
[[nodiscard]] const std::vector<std::string_view>& show_choices();

/// Prints a part of an output file for people: first the line that matters, then the table.
/// \return exit status
/// \throws InputError  when the file cannot be read or `what` is not known
ExitStatus show(const ShowArguments& arguments, std::ostream& out);

} // namespace mtc::commands
