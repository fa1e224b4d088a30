#include "config/completion.hpp"

#include "config/commands.hpp"

#include "mtc/error.hpp"

#include <sstream>
#include <utility>

namespace mtc::config {
namespace {

std::string blanked(std::span<const std::string_view> words)
{
    std::string all;
    for (const std::string_view word : words)
        all += text(all.empty() ? "" : " ", word);
    return all;
}

/// "--output --set --help" of one command.
std::string options_of(const Command& command)
{
    std::string all;
    for (const CommandOption& option : all_options()) {
        if (takes(command, option.name))
            all += text(all.empty() ? "--" : " --", option.name);
    }
    return all;
}

/// Choices of a command's words, where it has some: they are told by name, whichever word they are for.
std::string choices_of(const Command& command)
{
    std::string all;
    for (const Positional& positional : command.positionals)
        if (!positional.choices.empty())
            all += text(all.empty() ? "" : " ", blanked(positional.choices));
    return all;
}

/// Within '...' of any of the shells.
std::string quotable(std::string_view sentence)
{
    std::string safe;
    for (const char c : sentence) {
        if (c == '\'')
            safe += "’";
        else
            safe += c;
    }
    return safe;
}

/// Within '[...]' of zsh's _arguments as well, which splits at brackets and colons.
std::string explained(std::string_view sentence)
{
    std::string safe;
    for (const char c : quotable(sentence)) {
        if (c == '[' || c == ']' || c == ':')
            safe += '\\';
        safe += c;
    }
    return safe;
}

std::string bash_script()
{
    std::ostringstream out;
    out << "# mtc completion bash > ~/.local/share/bash-completion/completions/mtc\n"
           "_mtc() {\n"
           "    local word command=run i choices='' options=''\n"
           "    word=${COMP_WORDS[COMP_CWORD]}\n"
           "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "        case ${COMP_WORDS[i]} in\n"
           "            help|"
        <<
        [] {
            std::string names;
            for (const Command& command : all_commands())
                names += text(names.empty() ? "" : "|", command.name);
            return names;
        }()
        << ") command=${COMP_WORDS[i]}; break ;;\n"
           "        esac\n"
           "    done\n"
           "    case ${COMP_WORDS[COMP_CWORD - 1]} in\n";
    std::string others; // what follows these is a file, or what nobody can know
    for (const CommandOption& option : all_options()) {
        if (!option.choices.empty())
            out << "        --" << option.name << ") choices='" << blanked(option.choices) << "' ;;\n";
        else if (!option.argument.empty())
            others += text(others.empty() ? "--" : "|--", option.name);
    }
    out << "        " << others << ") return ;;\n";
    out << "    esac\n"
           "    if [ -z \"$choices\" ]; then\n"
           "        case $command in\n";
    for (const Command& command : all_commands())
        out << "            " << command.name << ") options='" << options_of(command) << "' choices='"
            << choices_of(command) << "' ;;\n";
    out << "            help) choices='keys models " << blanked(command_names()) << "' ;;\n"
        << "        esac\n"
           "        if [[ $word == -* ]]; then choices=$options\n"
           "        elif [ \"$COMP_CWORD\" -eq 1 ]; then choices='"
        << blanked(command_names())
        << "'; fi\n"
           "    fi\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$word\")\n"
           "}\n"
           "complete -o default -F _mtc mtc\n"; // files where nothing else is known
    return std::move(out).str();
}

std::string zsh_script()
{
    std::ostringstream out;
    out << "#compdef mtc\n"
           "# mtc completion zsh > a folder of $fpath/_mtc\n"
           "_mtc() {\n"
           "    local -a commands\n"
           "    commands=(\n";
    for (const Command& command : all_commands())
        out << "        '" << command.name << ':' << quotable(command.sentence) << "'\n";
    out << "        'help:print help'\n"
           "    )\n"
           "    if (( CURRENT == 2 )); then\n"
           "        _describe command commands\n"
           "        _files\n"
           "        return\n"
           "    fi\n"
           "    local command=${words[2]}\n"
           "    case $command in\n";
    for (const Command& command : all_commands()) {
        out << "        " << command.name << (command.name == "run" ? "|*.ini|*.toml|*.zip" : "")
            << ") _arguments";
        for (const CommandOption& option : all_options()) {
            if (!takes(command, option.name))
                continue;
            out << " \\\n            '" << (option.repeatable ? "*" : "") << "--" << option.name << '['
                << explained(option.sentence) << ']';
            if (!option.choices.empty())
                out << ':' << option.name << ":(" << blanked(option.choices) << ')';
            else if (!option.argument.empty())
                out << ':' << option.argument << ":_files";
            out << '\'';
        }
        const std::string choices = choices_of(command);
        out << " \\\n            '*:word:"
            << (choices.empty() ? "_files'"
                                : text("_alternative \"c:choice:(", choices, ")\" \"f:file:_files\"'"))
            << " ;;\n";
    }
    out << "    esac\n"
           "}\n"
           "_mtc \"$@\"\n";
    return std::move(out).str();
}

std::string fish_script()
{
    std::ostringstream out;
    const std::string names = blanked(command_names());
    out << "# mtc completion fish > ~/.config/fish/completions/mtc.fish\n";
    for (const Command& command : all_commands()) {
        out << "complete -c mtc -n 'not __fish_seen_subcommand_from " << names << "' -a " << command.name
            << " -d '" << quotable(command.sentence) << "'\n";
        const std::string here =
            command.name == "run" // the command that need not be named
                ? text("complete -c mtc -n '__fish_seen_subcommand_from run; or not "
                       "__fish_seen_subcommand_from ",
                       names, "'")
                : text("complete -c mtc -n '__fish_seen_subcommand_from ", command.name, "'");
        for (const CommandOption& option : all_options()) {
            if (!takes(command, option.name))
                continue;
            out << here << " -l " << option.name;
            if (!option.choices.empty())
                out << " -x -a '" << blanked(option.choices) << '\'';
            else if (!option.argument.empty())
                out << " -r";
            out << " -d '" << quotable(option.sentence) << "'\n";
        }
        if (const std::string choices = choices_of(command); !choices.empty())
            out << here << " -a '" << choices << "'\n";
    }
    return std::move(out).str();
}

/// Text of a manual page: no letter of it is an instruction.
std::string roff(std::string_view sentence)
{
    std::string safe;
    for (const char c : sentence) {
        if (c == '\\')
            safe += "\\e";
        else if (c == '-')
            safe += "\\-";
        else if ((c == '.' || c == '\'') && safe.empty())
            safe += text("\\&", c);
        else
            safe += c;
    }
    return safe;
}

} // namespace

std::string completion_script(std::string_view shell)
{
    return shell == "bash" ? bash_script() : shell == "zsh" ? zsh_script() : fish_script();
}

std::string man_page(std::string_view version)
{
    std::ostringstream out;
    out << ".TH MTC 1 \"\" \"mtc " << roff(version) << "\" \"User commands\"\n"
        << ".SH NAME\nmtc \\- calculations of very many independent pieces of work, on one core or on "
           "thousands\n"
        << ".SH SYNOPSIS\n";
    for (const Command& command : all_commands())
        out << ".B " << roff(usage(command)) << "\n[options]\n.br\n";
    out << ".SH DESCRIPTION\n"
           "mtc reads an input (INI or TOML; OpenQuake's job.ini), splits the calculation into units of "
           "work, keeps all\n"
           "ranks busy and writes one HDF5 file with the results and with tables of how the run went. "
           "Started by\n"
           ".B mpirun \\-n\n.I N\n.B mtc\n.I input.ini\nit runs on\n.I N\nranks. Without the name of a "
           "command it runs.\n"
        << ".SH COMMANDS\n";
    for (const Command& command : all_commands()) {
        out << ".TP\n.B " << roff(usage(command)) << '\n' << roff(command.sentence) << ".\n";
        for (const Positional& positional : command.positionals)
            if (!positional.choices.empty())
                out << roff(positional.name) << ": " << roff(alternatives(positional.choices)) << ".\n";
    }
    out << ".SH OPTIONS\n";
    for (const CommandOption& option : all_options()) {
        std::string users;
        for (const Command& command : all_commands())
            if (takes(command, option.name))
                users += text(users.empty() ? "" : ", ", command.name);
        out << ".TP\n.B \\-\\-" << roff(option.name);
        if (!option.argument.empty())
            out << "\\fR \\fI" << roff(option.argument) << "\\fR";
        out << '\n' << roff(option.sentence);
        if (!option.choices.empty())
            out << ": " << roff(alternatives(option.choices));
        out << ".\n(" << roff(users) << ")\n";
    }
    out << ".SH EXIT STATUS\n"
           ".TP\n.B 0\nComplete.\n.TP\n.B 1\nFailed.\n.TP\n.B 2\nBad input or usage.\n"
           ".TP\n.B 3\nComplete, but for what failed.\n.TP\n.B 4\nRunning (mtc status only).\n"
           ".TP\n.B 75\nNot complete, but saved: the same command goes on from there.\n"
           ".SH ENVIRONMENT\n"
           ".TP\n.B MTC_HOME\nFolder for the records of calculations; ~/.mtc without it, none when it is "
           "empty.\n"
           ".TP\n.B NO_COLOR\nWhen it is set to anything, errors and warnings have no colours on a "
           "terminal.\n"
           ".SH SEE ALSO\nmtc help keys, which lists all keys of an input, mtc help models, the "
           "ground-motion models;\n.BR mpirun (1)\n";
    return std::move(out).str();
}

} // namespace mtc::config
