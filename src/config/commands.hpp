#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// The one declaration of the program's commands and options: the parser and the help come from it.
namespace mtc::config {

/// The one declaration of an option of the command line.
struct CommandOption {
    std::string_view name;
    std::string_view argument; ///< as in the help; empty: none follows
    std::string_view sentence;
    std::vector<std::string_view> choices{};
    bool repeatable = false;
};

/// A word of the command line that is no option.
struct Positional {
    std::string_view name;
    std::string_view sentence;
    std::vector<std::string_view> choices{};
    bool required = true;
    bool several = false; ///< the last one: any number of words
};

struct Command {
    std::string_view name;
    std::string_view sentence;
    std::vector<Positional> positionals;
    std::vector<std::string_view> options; ///< names in all_options()
};

/// What `mtc jobscript` writes scripts for, each an option of its name.
inline constexpr std::string_view batch_systems[] = {"slurm", "pbs", "torque", "sge"};

[[nodiscard]] const std::vector<CommandOption>& all_options();
[[nodiscard]] const std::vector<Command>& all_commands();
/// nullptr when there is none of this name.
[[nodiscard]] const Command* find_command(std::string_view name);
[[nodiscard]] std::vector<std::string_view> command_names();
[[nodiscard]] bool takes(const Command& command, std::string_view option);
/// "one, two, three"
[[nodiscard]] std::string alternatives(std::span<const std::string_view> choices);
/// "mtc show output.h5 [table]"
[[nodiscard]] std::string usage(const Command& command);

} // namespace mtc::config
