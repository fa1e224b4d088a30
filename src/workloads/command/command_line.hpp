#pragma once

#include "workloads/command/template.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::command {

enum class Shell : std::uint32_t { when_needed, always, never };

/// A command, ready for the values of a task: words of a program that is started directly, or a text for
/// /bin/sh where it needs one (pipes, redirections, variables, ...). Values are quoted for a shell, so that
/// each stays one word.
class CommandTemplate {
public:
    /// \throws InputError  unbalanced quotation marks, no word at all
    CommandTemplate(Template command, Shell shell, const std::string& where);

    [[nodiscard]] bool needs_shell() const noexcept { return needs_shell_; }
    /// The words to start: "/bin/sh", "-c" and a text, or a program and its arguments.
    [[nodiscard]] std::vector<std::string> words(const Point& point) const;
    /// For people.
    [[nodiscard]] std::string line(const Point& point) const;
    /// The name of the program, where it is the same for all tasks and no built-in command of a shell;
    /// otherwise empty.
    [[nodiscard]] std::string program() const;

private:
    Template whole_;
    std::vector<Template> words_;
    bool needs_shell_ = false;
};

/// The words of a text with quotation marks as a shell has them, without anything else a shell does.
/// \throws InputError
[[nodiscard]] std::vector<Template> split_words(const Template& command, const std::string& where);

/// As one word of a shell: a b becomes 'a b', c'd becomes 'c'"'"'d'.
[[nodiscard]] std::string quoted(std::string value);

/// Where a program is: by PATH, or from `folder` when its name holds a slash. Empty when there is none that
/// may be started.
[[nodiscard]] std::string find_program(const std::string& name, const std::filesystem::path& folder);

/// \throws InputError  there is no such program (nearest name in PATH)
void check_program(const std::string& name, const std::filesystem::path& folder, const std::string& where);

} // namespace mtc::command
