#include "commands/plan/plan.hpp"

#include "commands/plan/plan_work.hpp"
#include "commands/text/text_table.hpp"
#include "config/read.hpp"
#include "config/values.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <ostream>
#include <span>

namespace mtc::commands {

namespace {

using simulate::Forecast;

constexpr std::uint64_t seed = 1;
constexpr int most_ranks = 1'000'000;
constexpr double crowded = 0.8; ///< rank 0 busy for this share: queues grow, workers wait
constexpr simulate::MessageCost messages_cost{};

std::string seconds(double s)
{
    return fmt::format("{:.4g}", s);
}

std::string percent(double share)
{
    return fmt::format("{:.1f}", 100.0 * share);
}

double work_s(const Forecast& forecast)
{
    return forecast.busy_s;
}

void print_headline(const std::vector<Forecast>& forecasts, std::ostream& out)
{
    const int last = simulate::last_that_pays(forecasts);
    const int most = forecasts.back().n_ranks;
    const int least = forecasts.front().n_ranks;
    if (forecasts.size() == 1)
        fmt::print(
            out,
            "{} ranks take {} s, {} % of their time at work (several --ranks tell where more stop paying)\n",
            most, seconds(forecasts.front().total_s), percent(forecasts.front().efficiency()));
    else if (last == 0)
        fmt::print(out, "up to {} ranks pay: every doubling from {} on gains 10 % of time or more\n", most,
                   least);
    else
        fmt::print(out, "more than {} ranks do not pay: doubling them gains less than 10 % of time\n", last);
}

void print_forecasts(const std::vector<Forecast>& forecasts, std::span<const int> wanted, double serial_s,
                     std::ostream& out)
{
    TextTable table{{{"ranks"},
                     {"makespan [s]"},
                     {"with serial parts [s]"},
                     {"speed-up"},
                     {"efficiency [%]"},
                     {"idle [%]"},
                     {"tasks"},
                     {"rank 0: messages/s"},
                     {"rank 0: busy [%]"}}};
    for (const Forecast& one : forecasts)
        if (std::ranges::find(wanted, one.n_ranks) != wanted.end())
            table.add({fmt::format("{}", one.n_ranks), seconds(one.stages_s), seconds(one.total_s),
                       fmt::format("{:.1f}", (work_s(one) + serial_s) / one.total_s),
                       percent(one.efficiency()), percent(one.idle_share()), fmt::format("{}", one.n_tasks),
                       fmt::format("{:.3g}", one.messages_a_second()), percent(one.rank_0_share())});
    table.print(out);
}

/// Amdahl's law (1967, doi:10.1145/1465482.1465560).
void print_serial(const PlanWork& work, double on_one_core_s, std::ostream& out)
{
    const double serial_s = work.calculation.serial_s;
    fmt::print(out, "\nserial parts: {} s of {} s on one core", seconds(serial_s),
               seconds(on_one_core_s + serial_s));
    if (serial_s > 0.0)
        fmt::print(out, "; whatever the number of ranks, the speed-up stays below {:.3g}\n",
                   (on_one_core_s + serial_s) / serial_s);
    else
        fmt::print(out, "\n");
    TextTable table{{{"serial part", left}, {"time [s]"}, {"share [%]"}, {"speed-up allowed"}}};
    for (const SerialPart& part : work.serial)
        table.add(
            {part.name, seconds(part.seconds), serial_s > 0.0 ? percent(part.seconds / serial_s) : "-",
             part.seconds > 0.0 ? fmt::format("{:.3g}", (on_one_core_s + serial_s) / part.seconds) : "-"});
    table.print(out);
}

/// Where rank 0 cannot feed the others any more, and what blocks would have to last.
void print_rank_0(const std::vector<Forecast>& forecasts, std::ostream& out)
{
    const auto full = std::ranges::find_if(
        forecasts, [](const Forecast& one) { return one.rank_0_serving_s > crowded * one.stages_s; });
    if (full == forecasts.end()) {
        const auto fullest = std::ranges::max_element(
            forecasts, {}, [](const Forecast& one) { return one.rank_0_serving_s / one.stages_s; });
        fmt::print(
            out, "\nrank 0 is no bottleneck: messages keep it busy {} % of the time at most (on {} ranks)\n",
            percent(fullest->rank_0_serving_s / fullest->stages_s), fullest->n_ranks);
        return;
    }
    const double service_s = messages_cost.receipt_s + messages_cost.assign_s;
    fmt::print(
        out,
        "\nrank 0 is the bottleneck from {} ranks on: messages keep it busy {} % of the time there. Blocks "
        "last {} s on the average; for every rank to get its next one in time they must last {} s ({} us "
        "of rank 0 for each, {} ranks). Take fewer ranks, or give them more to do: there is {} s of work "
        "for each\n",
        full->n_ranks, percent(full->rank_0_serving_s / full->stages_s),
        seconds(full->busy_s / static_cast<double>(full->n_tasks)),
        seconds(service_s * full->n_ranks / crowded), seconds(1e6 * service_s), full->n_ranks,
        seconds(full->busy_s / full->n_ranks));
}

/// The plan for the very run that the times are from, beside what was measured in it.
void print_check(const PlanWork& work, std::ostream& out)
{
    double measured_s = 0.0;
    for (const simulate::StageWork& stage : work.calculation.stages)
        measured_s += stage.measured_s;
    if (work.n_ranks < 1 || !(measured_s > 0.0))
        return;
    const Forecast same = simulate::forecast(work.calculation, work.n_ranks, messages_cost, seed);
    fmt::print(out,
               "\ncheck: the run itself, on {} ranks, took {} s in its stages; planned {} s ({:+.1f} %)\n",
               work.n_ranks, seconds(measured_s), seconds(same.stages_s),
               100.0 * (same.stages_s / measured_s - 1.0));
}

[[noreturn]] void refuse_ranks(std::string_view list, std::string_view what, std::string_view why)
{
    throw InputError(text("--ranks ", list, ": '", what, "' ", why, " (accepted: whole numbers from 1 to ",
                          most_ranks, ", parted by commas). --ranks 64,256,4096?"));
}

} // namespace

std::vector<int> parse_ranks(std::string_view list)
{
    std::vector<int> counts;
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        const std::string_view word = config::trimmed(list.substr(begin, end - begin));
        const auto number = config::parse_integer(word);
        if (!number)
            refuse_ranks(list, word, word.empty() ? "is empty" : "is no whole number");
        if (*number < 1 || *number > most_ranks)
            refuse_ranks(list, word, "is no number of ranks");
        counts.push_back(static_cast<int>(*number));
        begin = end + 1;
    }
    return counts;
}

ExitStatus plan(const PlanArguments& arguments, std::ostream& out, std::ostream& messages)
{
    const std::vector<int> wanted = parse_ranks(arguments.ranks);
    const bool from_input = config::is_input(arguments.file);
    if (!from_input && !arguments.settings.empty())
        throw InputError(
            text("--set ", arguments.settings.front().first, " (", arguments.file,
                 " is the output of a run, whose keys cannot be changed). Plan from the input?"));
    const PlanWork work = from_input ? work_of_input(arguments.file, arguments.settings, messages)
                                     : work_of_output(arguments.file);
    std::vector<Forecast> forecasts;
    for (const int n_ranks : simulate::with_powers_of_two(wanted))
        forecasts.push_back(simulate::forecast(work.calculation, n_ranks, messages_cost, seed));

    print_headline(forecasts, out);
    fmt::print(out, "\n");
    print_forecasts(forecasts, wanted, work.calculation.serial_s, out);
    print_serial(work, work_s(forecasts.front()), out);
    print_rank_0(forecasts, out);
    print_check(work, out);
    fmt::print(out, "\n");
    for (const std::string& note : work.notes)
        fmt::print(out, "{}\n", note);
    fmt::print(
        out,
        "simulated with the scheduler of a run, seed {}; a message travels {} us, rank 0 takes {} us for a "
        "receipt and {} us for an assignment; the longest unit took {} s\n",
        seed, seconds(1e6 * messages_cost.one_way_s), seconds(1e6 * messages_cost.receipt_s),
        seconds(1e6 * messages_cost.assign_s), seconds(forecasts.back().longest_unit_s));
    return ExitStatus::complete;
}

} // namespace mtc::commands
