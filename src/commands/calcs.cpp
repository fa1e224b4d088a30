#include "commands/calcs.hpp"

#include "calcs/database.hpp"
#include "commands/status.hpp"
#include "commands/text/text_table.hpp"
#include "config/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <sstream>
#include <utility>

namespace mtc::commands {
namespace {

using calcs::Calculation;
using calcs::Database;

/// A run that was killed could not say so itself: its files tell.
ExitStatus true_status(const Calculation& calculation)
{
    if (calculation.status != ExitStatus::running)
        return calculation.status;
    std::ostringstream ignored;
    try {
        return status({calculation.output}, ignored);
    } catch (const Error&) {
        return ExitStatus::unfinished; // nothing is left of it
    }
}

std::string status_word(ExitStatus status)
{
    switch (status) {
    case ExitStatus::complete:
        return "complete";
    case ExitStatus::failed:
        return "failed";
    case ExitStatus::bad_input:
        return "bad input";
    case ExitStatus::some_sources_failed:
        return "complete, some failed";
    case ExitStatus::running:
        return "running";
    case ExitStatus::unfinished:
        break;
    }
    return "unfinished";
}

void print_list(std::span<const Calculation> found, std::ostream& out)
{
    TextTable table{{{"number"},
                     {"begun (UTC)", left},
                     {"status", left},
                     {"calculation", left},
                     {"ranks"},
                     {"time [s]"},
                     {"output", left},
                     {"description", left}}};
    for (const Calculation& c : found)
        table.add({std::to_string(c.id), c.begun, status_word(true_status(c)), c.mode,
                   std::to_string(c.n_ranks), fmt::format("{:.1f}", c.elapsed_s), c.output, c.description});
    table.print(out);
}

/// What is remembered of one, as name and value.
std::vector<std::pair<std::string, std::string>> facts(const Calculation& c)
{
    return {{"number", std::to_string(c.id)},
            {"calculation_mode", c.mode},
            {"description", c.description},
            {"status", status_word(true_status(c))},
            {"message", c.message},
            {"input", c.input},
            {"output", c.output},
            {"input_hash", fmt::format("fnv1a64:{:016x}", c.input_hash)},
            {"begun", c.begun},
            {"ended", c.ended},
            {"time [s]", fmt::format("{:.1f}", c.elapsed_s)},
            {"starts", std::to_string(c.n_lives)},
            {"ranks", std::to_string(c.n_ranks)},
            {"host", c.host},
            {"mtc", c.version}};
}

std::map<std::string, std::string> keys_of(const Calculation& calculation)
{
    std::map<std::string, std::string> keys;
    std::istringstream lines{calculation.config};
    for (std::string line; std::getline(lines, line);) {
        const std::size_t sign = std::min(line.find(" = "), line.size());
        keys.emplace(line.substr(0, sign), line.substr(std::min(sign + 3, line.size())));
    }
    return keys;
}

void print_one(const Calculation& calculation, std::ostream& out)
{
    for (const auto& [name, value] : facts(calculation)) {
        if (!value.empty())
            out << fmt::format("{:<18} {}\n", name, value);
    }
    out << "\nkeys given:\n";
    for (const auto& [key, value] : keys_of(calculation))
        out << "    " << key << " = " << value << '\n';
}

void compare(const Calculation& a, const Calculation& b, std::ostream& out)
{
    TextTable table{{{"", left}, {std::to_string(a.id), left}, {std::to_string(b.id), left}}};
    const auto of_a = facts(a);
    const auto of_b = facts(b);
    for (std::size_t i = 1; i < of_a.size(); ++i) { // from 1: their numbers differ
        if (of_a[i].second != of_b[i].second)
            table.add({of_a[i].first, of_a[i].second, of_b[i].second});
    }
    const auto keys_of_a = keys_of(a);
    const auto keys_of_b = keys_of(b);
    std::set<std::string> names;
    for (const auto* keys : {&keys_of_a, &keys_of_b})
        for (const auto& [key, value] : *keys)
            names.insert(key);
    const auto value = [](const std::map<std::string, std::string>& keys, const std::string& key) {
        const auto found = keys.find(key);
        return found == keys.end() ? std::string{"-"} : config::shortened(found->second);
    };
    for (const std::string& name : names) {
        if (value(keys_of_a, name) != value(keys_of_b, name))
            table.add({"key " + name, value(keys_of_a, name), value(keys_of_b, name)});
    }
    table.print(out);
    out << (a.input_hash == b.input_hash ? "the same input and model: the same results\n"
                                         : "inputs or models differ (input_hash)\n");
}

/// The calculation of a number, or the last one.
Calculation named(const Database& database, const std::string& word)
{
    const std::vector<Calculation> last = database.find({}, 1);
    if (last.empty())
        throw InputError(text("calculation ", word, " (none is remembered yet)"));
    const std::optional<std::int64_t> id = word == "last" ? last.front().id : config::parse_integer(word);
    if (!id)
        throw InputError(text("calculation ", word, " (accepted: a number of 'mtc calcs list', or last)"));
    if (std::optional<Calculation> found = database.get(*id))
        return *std::move(found);
    throw InputError(
        text("calculation ", word, " (there is none of this number; the last is ", last.front().id, ")"));
}

void want(const CalcsArguments& arguments, std::size_t least, std::size_t most, std::string_view what)
{
    if (arguments.words.size() < least || arguments.words.size() > most)
        throw InputError(
            text("mtc calcs ", arguments.action, " (accepted: mtc calcs ", arguments.action, " ", what, ")"));
}

} // namespace

ExitStatus calcs(const CalcsArguments& arguments, std::ostream& out)
{
    if (arguments.file.empty())
        throw InputError("mtc calcs (nothing is remembered: MTC_HOME is empty, or there is no home folder)");
    constexpr std::size_t any = 1000;
    Database database{arguments.file};
    const std::vector<std::string>& words = arguments.words;
    if (arguments.action == "list" || arguments.action == "search") {
        want(arguments, arguments.action == "list" ? 0 : 1, arguments.action == "list" ? 0 : any, "WORD...");
        const std::vector<Calculation> found = database.find(words, arguments.max_rows);
        print_list(found, out);
        out << fmt::format("{} calculations in {}\n", found.size(), arguments.file.string());
    } else if (arguments.action == "show") {
        want(arguments, 1, 1, "NUMBER");
        print_one(named(database, words[0]), out);
    } else if (arguments.action == "compare") {
        want(arguments, 2, 2, "NUMBER NUMBER");
        compare(named(database, words[0]), named(database, words[1]), out);
    } else if (arguments.action == "delete") {
        want(arguments, 1, any, "NUMBER...");
        std::vector<Calculation> doomed; // all or none
        for (const std::string& word : words)
            doomed.push_back(named(database, word));
        for (const Calculation& c : doomed) {
            (void)database.remove(c.id);
            out << fmt::format("calculation {} is forgotten; its files stay ({})\n", c.id, c.output);
        }
    } else if (arguments.action == "dump") {
        want(arguments, 1, 1, "FILE");
        database.dump(words[0]);
        out << fmt::format("{} calculations written to {}\n", database.find({}, 0).size(), words[0]);
    } else if (arguments.action == "restore") {
        want(arguments, 1, 1, "FILE");
        out << fmt::format("{} calculations taken from {}\n", database.restore(words[0]), words[0]);
    } else {
        throw std::logic_error("unknown action of mtc calcs");
    }
    return ExitStatus::complete;
}

} // namespace mtc::commands
