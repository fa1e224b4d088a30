#include "commands/new_input.hpp"

#include "config/check.hpp"
#include "config/read.hpp"
#include "workloads/registry.hpp"

#include <fstream>
#include <ostream>
#include <sstream>
#include <vector>

namespace mtc::commands {
namespace {

constexpr std::size_t width = 100; // of comments [letters]

/// The sentence as comments, broken between words.
void comment(std::ostream& out, std::string_view sentence)
{
    std::istringstream words{std::string{sentence}};
    std::string line(1, '#');
    for (std::string word; words >> word;) {
        if (line.size() + word.size() >= width) {
            out << line << '\n';
            line.resize(1); // the sign itself
        }
        line += ' ';
        line += word;
    }
    out << line << '\n';
}

void write_key(std::ostream& out, const Option& option)
{
    out << '\n';
    comment(out, option.sentence);
    comment(out, text("Accepted: ", config::accepted(option), "."));
    out << (option.required ? "" : "# ") << option.name << " = " << option.default_value << '\n';
}

std::string input_of(const WorkloadKind& kind)
{
    std::ostringstream out;
    comment(out, text(kind.sentence,
                      ". Keys behind a # have the value that stands there, or none; take the # away to "
                      "change one. `mtc check` says what is missing or wrong."));
    out << "\n[general]\ncalculation_mode = " << kind.name << "\n# description = \n\n[" << kind.name << "]\n";
    for (const bool required : {true, false}) // what must be given first
        for (const Option& option : kind.options())
            if (option.required == required)
                write_key(out, option);
    out << "\n[mtc]\n";
    for (const Option& option : config::engine_options())
        if (option.name != "calculation_mode" && option.name != "description")
            write_key(out, option);
    return std::move(out).str();
}

} // namespace

ExitStatus new_input(const NewInputArguments& arguments, std::ostream& out)
{
    const std::string input = input_of(workload_kind(arguments.calculation_mode));
    if (arguments.file.empty()) {
        out << input;
        return ExitStatus::complete;
    }
    if (std::filesystem::exists(arguments.file))
        throw InputError(text(arguments.file.string(), " (is there already). Name another file?"));
    std::ofstream file{arguments.file};
    file << input;
    file.close();
    if (!file)
        throw IoError(text(arguments.file.string(), " (cannot be written)"));
    out << arguments.file.string() << " written; fill in what has no value, then: mtc check "
        << arguments.file.string() << '\n';
    return ExitStatus::complete;
}

} // namespace mtc::commands
