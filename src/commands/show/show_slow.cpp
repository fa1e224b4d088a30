#include "commands/show/show_performance.hpp"
#include "commands/tables/held_sources.hpp"
#include "commands/tables/run_tables.hpp"
#include "commands/text/text_table.hpp"
#include "output/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace mtc::commands {

namespace {

using output::Reader;
void print_held(const HeldSources& held, std::uint64_t max_rows, std::ostream& out)
{
    const std::vector<Held>& list = held.list;
    out << fmt::format("'{}' held the run back most: ranks waited {} s for it at the end of stage '{}', "
                       "{} % of such waiting\n\n",
                       list.front().source, shown_s(list.front().held_s), list.front().stage,
                       percent(list.front().held_s, held.waited_s));
    TextTable table{{{"source", left},
                     {"stage", left},
                     {"waited for, all ranks [s]"},
                     {"share [%]"},
                     {"tasks at the end"},
                     {"last end in stage [s]"}}};
    for (std::uint64_t i = 0; i < n_shown(list.size(), max_rows); ++i)
        table.add({list[i].source, list[i].stage, shown_s(list[i].held_s),
                   percent(list[i].held_s, held.waited_s), fmt::format("{}", list[i].n_tasks),
                   shown_s(list[i].last_end_s)});
    table.total({fmt::format("all {}", list.size()), "", shown_s(held.waited_s),
                 percent(held.waited_s, held.waited_s), "", ""});
    table.print(out);
    out << rest_line(list.size(), max_rows, "sources");
}

} // namespace

void show_slow(const Reader& reader, std::uint64_t max_rows, std::ostream& out)
{
    std::vector<TaskRecord> tasks = read_tasks(reader);
    if (tasks.empty()) {
        out << "no tasks\n";
        return;
    }
    const Names names{reader};
    if (const HeldSources held = held_sources(tasks, names); held.list.empty())
        out << "no rank waited for another during the last tenth of a stage\n";
    else
        print_held(held, max_rows, out);
    std::stable_sort(tasks.begin(), tasks.end(),
                     [](const auto& a, const auto& b) { return a.max_unit_s > b.max_unit_s; });
    out << fmt::format("\nlongest unit {} s ('{}'): a unit is never cut\n\n",
                       shown_s(tasks.front().max_unit_s), names.sources_of(tasks.front()));
    print_tasks(tasks, names, max_rows, out);
}

} // namespace mtc::commands
