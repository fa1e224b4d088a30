#include "workloads/command/command_line.hpp"

#include "config/check.hpp"
#include "config/nearest.hpp"
#include "config/values.hpp"

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

namespace mtc::command {
namespace {

/// What a shell does something with, but for quotation marks.
constexpr std::string_view signs_of_shell = "|&;<>()$`\\*?[]\n";
constexpr std::string_view words_of_shell =
    " ! . : [ alias bg break case cd command continue echo eval exec exit export false fg for function "
    "getopts "
    "hash if jobs kill let local printf pwd read readonly return set shift source test time times trap true "
    "type ulimit umask unalias unset until wait while { } ";

bool is_word_of_shell(std::string_view word)
{
    return words_of_shell.find(text(" ", word, " ")) != std::string_view::npos;
}

bool asks_for_shell(const Template& command)
{
    bool at_word = true;
    bool first_word = true;
    char open = '\0';
    for (const Piece& piece : command.pieces()) {
        if (piece.is_field) {
            at_word = false;
            continue;
        }
        for (const char c : piece.literal) {
            if (open == '\'') { // all else stands for itself there
                open = c == '\'' ? '\0' : open;
                continue;
            }
            if (c == '\'' || c == '"') {
                open = open == c ? '\0' : open == '\0' ? c : open;
            } else if (signs_of_shell.find(c) != std::string_view::npos &&
                       (open == '\0' || std::string_view{"$`\\"}.find(c) != std::string_view::npos)) {
                return true;
            } else if (open == '\0' && ((at_word && (c == '~' || c == '#')) || (first_word && c == '='))) {
                return true;
            }
            if (open == '\0' && (c == ' ' || c == '\t')) {
                first_word = first_word && at_word;
                at_word = true;
            } else {
                at_word = false;
            }
        }
    }
    return false;
}

} // namespace

std::string quoted(std::string value)
{
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=./:,@%^";
    if (!value.empty() && value.find_first_not_of(plain) == std::string::npos)
        return value;
    std::string word = "'";
    for (const char c : value)
        if (c == '\'')
            word += "'\"'\"'";
        else
            word += c;
    return word + "'";
}

std::vector<Template> split_words(const Template& command, const std::string& where)
{
    std::vector<Template> words;
    std::vector<Piece> word;
    bool begun = false;
    char open = '\0';
    const auto add = [&](char c) {
        if (word.empty() || word.back().is_field)
            word.push_back({});
        word.back().literal += c;
        begun = true;
    };
    const auto end_word = [&] {
        if (begun)
            words.emplace_back(std::exchange(word, {}));
        begun = false;
    };
    for (const Piece& piece : command.pieces()) {
        if (piece.is_field) {
            word.push_back(piece);
            begun = true;
            continue;
        }
        for (const char c : piece.literal) {
            if (open != '\0' && c == open) {
                open = '\0';
            } else if (open != '\0') {
                add(c);
            } else if (c == '\'' || c == '"') {
                open = c;
                begun = true; // '' is a word
            } else if (c == ' ' || c == '\t' || c == '\n') {
                end_word();
            } else {
                add(c);
            }
        }
    }
    if (open != '\0')
        throw InputError(text(where, " (a ", open, " without its second)"));
    end_word();
    return words;
}

CommandTemplate::CommandTemplate(Template command, Shell shell, const std::string& where)
    : whole_{std::move(command)}
    , needs_shell_{shell == Shell::always || (shell == Shell::when_needed && asks_for_shell(whole_))}
{
    words_ = split_words(whole_, where);
    if (words_.empty())
        throw InputError(text(where, " (no command)"));
    const std::vector<Piece>& first = words_.front().pieces();
    if (shell == Shell::when_needed && first.size() == 1 && !first[0].is_field &&
        is_word_of_shell(first[0].literal) && find_program(first[0].literal, ".").empty())
        needs_shell_ = true;
}

std::vector<std::string> CommandTemplate::words(const Point& point) const
{
    if (needs_shell_)
        return {"/bin/sh", "-c", whole_.render(point, quoted)};
    std::vector<std::string> words;
    for (const Template& word : words_)
        if (const auto arguments = word.arguments(point))
            words.insert(words.end(), arguments->begin(), arguments->end());
        else
            words.push_back(word.render(point));
    return words;
}

std::string CommandTemplate::line(const Point& point) const
{
    return whole_.render(point, quoted);
}

std::string CommandTemplate::program() const
{
    const std::vector<Piece>& first = words_.front().pieces();
    if (first.size() != 1 || first[0].is_field)
        return {};
    const std::string& name = first[0].literal;
    if (needs_shell_ && (is_word_of_shell(name) || name.find('=') != std::string::npos ||
                         name.find_first_of(signs_of_shell) != std::string::npos || name.starts_with('~') ||
                         name.starts_with('#')))
        return {};
    return name;
}

std::string find_program(const std::string& name, const std::filesystem::path& folder)
{
    std::error_code ignored;
    const auto may_start = [&](const std::filesystem::path& path) {
        return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
    };
    if (name.find('/') != std::string::npos) {
        const std::filesystem::path path =
            std::filesystem::absolute(folder / name, ignored).lexically_normal();
        return may_start(path) ? path.string() : std::string{};
    }
    const char* const path = std::getenv("PATH");
    for (const std::string_view part : config::split(path == nullptr ? "/usr/bin:/bin" : path, ":"))
        if (const std::filesystem::path candidate = std::filesystem::path{part} / name; may_start(candidate))
            return std::filesystem::absolute(candidate, ignored).string();
    return {};
}

void check_program(const std::string& name, const std::filesystem::path& folder, const std::string& where)
{
    if (name.empty() || !find_program(name, folder).empty())
        return;
    std::error_code ignored;
    if (name.find('/') != std::string::npos) {
        const std::filesystem::path path =
            std::filesystem::absolute(folder / name, ignored).lexically_normal();
        const bool is_there = std::filesystem::exists(path, ignored);
        throw InputError(config::suggesting(
            text(where,
                 is_there ? " (no program that may be started: " : " (no such command: ", path.string(), ")"),
            is_there ? "" : config::nearest_file(path)));
    }
    std::vector<std::string> programs;
    const char* const path = std::getenv("PATH");
    for (const std::string_view part : config::split(path == nullptr ? "" : path, ":"))
        for (std::filesystem::directory_iterator entry{part, ignored}, end; !ignored && entry != end;
             entry.increment(ignored))
            programs.push_back(entry->path().filename().string());
    std::ranges::sort(programs);
    throw InputError(config::suggesting(
        text(where, " (no such command: '", name, "' is in no folder of PATH)"),
        config::did_you_mean(name, std::vector<std::string_view>{programs.begin(), programs.end()})));
}

} // namespace mtc::command
