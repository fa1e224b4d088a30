#include "config/command_line.hpp"
#include "config/commands.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>
#include <utility>

namespace mtc::config {
namespace {

std::string dashed(const CommandOption& option)
{
    return option.argument.empty() ? text("--", option.name) : text("--", option.name, " ", option.argument);
}

void help_line(std::ostream& out, std::string_view name, std::string_view sentence,
               std::span<const std::string_view> choices = {})
{
    constexpr int width = 26;
    out << "  " << std::left << std::setw(width) << name << ' ' << sentence;
    if (!choices.empty())
        out << ": " << alternatives(choices);
    out << '\n';
}

std::string program_help()
{
    std::ostringstream out;
    out << "mtc runs a calculation of very many independent pieces on one process or on many:\n\n"
           "  mtc input.ini\n  mpirun -n 16 mtc input.ini\n\nCommands (without one: run):\n";
    for (const Command& command : all_commands())
        help_line(out, usage(command).substr(4), command.sentence);
    help_line(out, "help [command|keys|models]",
              "print this help, that of a command, all keys of an input, or the ground-motion models");
    out << "\nOptions:\n";
    for (const CommandOption& option : all_options()) {
        std::string users;
        for (const Command& command : all_commands()) {
            if (std::find(command.options.begin(), command.options.end(), option.name) !=
                command.options.end())
                users += text(users.empty() ? "" : ", ", command.name);
        }
        help_line(out, dashed(option),
                  users.empty() ? std::string{option.sentence} : text(option.sentence, " [", users, "]"));
    }
    return std::move(out).str();
}

} // namespace

std::string help_text(std::string_view name)
{
    const Command* command = find_command(name);
    if (command == nullptr)
        return program_help();
    std::ostringstream out;
    out << "usage: " << usage(*command) << " [options]\n\nTo " << command->sentence << ".\n\n";
    for (const Positional& positional : command->positionals)
        help_line(out, positional.name, positional.sentence, positional.choices);
    out << "\nOptions:\n";
    for (const CommandOption& option : all_options()) {
        if (takes(*command, option.name))
            help_line(out, dashed(option), option.sentence, option.choices);
    }
    return std::move(out).str();
}

} // namespace mtc::config
