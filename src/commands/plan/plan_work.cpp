#include "commands/plan/plan_work.hpp"

#include "config/values.hpp"
#include "output/reader.hpp"
#include "output/rows.hpp"
#include "output/schema.hpp"
#include "perf/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace mtc::commands {

namespace {

using simulate::SchedulerRank;
using simulate::StageWork;
using SourceKey = std::pair<std::uint32_t, std::uint32_t>; // stage, source
constexpr double notable_share = 0.02;                     ///< of the time, to be said

SchedulerRank scheduler_rank_of(std::string_view value)
{
    return value == "dedicated" ? SchedulerRank::dedicated
           : value == "working" ? SchedulerRank::working
                                : SchedulerRank::automatic;
}

/// What the table of tasks tells beside the other tables.
///
/// The cost class of a source is the one with most of the units of tasks that name the source first; sources
/// that no task names are of the commonest class of their kind.
class TaskFacts {
public:
    TaskFacts(const output::Reader& reader, const std::vector<output::SourceRecord>& sources)
    {
        std::map<SourceKey, std::map<std::uint32_t, std::uint64_t>> votes;
        for (const auto& task : reader.rows(output::task_layout(), output::path::tasks)) {
            votes[{task.stage, task.source}][task.cost_class] += task.n_units;
            rank_0_computed_[task.stage] = rank_0_computed_[task.stage] || task.rank == 0;
            seconds_[task.stage] += static_cast<double>(task.duration_s);
        }
        std::map<std::pair<std::uint32_t, std::string>, std::map<std::uint32_t, std::uint64_t>> of_kind;
        for (const output::SourceRecord& source : sources)
            if (const auto own = votes.find({source.stage, source.source}); own != votes.end()) {
                class_of_[own->first] = commonest(own->second);
                of_kind[{source.stage, source.kind}][commonest(own->second)] += source.n_units;
            }
        for (const output::SourceRecord& source : sources) {
            const auto kind = of_kind.find({source.stage, source.kind});
            class_of_.try_emplace({source.stage, source.source},
                                  kind == of_kind.end() ? 0 : commonest(kind->second));
        }
    }
    [[nodiscard]] std::uint32_t class_of(const output::SourceRecord& source) const
    {
        return class_of_.at({source.stage, source.source});
    }
    /// [s] of all tasks of a stage, with what passes between their units
    [[nodiscard]] double seconds(std::uint32_t stage) const
    {
        const auto found = seconds_.find(stage);
        return found == seconds_.end() ? 0.0 : found->second;
    }
    [[nodiscard]] bool rank_0_computed(std::uint32_t stage) const
    {
        const auto found = rank_0_computed_.find(stage);
        return found != rank_0_computed_.end() && found->second;
    }

private:
    static std::uint32_t commonest(const std::map<std::uint32_t, std::uint64_t>& votes)
    {
        return std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; })->first;
    }
    std::map<SourceKey, std::uint32_t> class_of_;
    std::map<std::uint32_t, bool> rank_0_computed_;
    std::map<std::uint32_t, double> seconds_;
};

/// The sources of one stage as parcels, one each, with the means of their units.
void add_sources(StageWork& stage, std::uint32_t number, const std::vector<output::SourceRecord>& sources,
                 const TaskFacts& tasks, std::size_t n_classes)
{
    std::vector<double> seconds(n_classes, 0.0);
    std::vector<double> weight(n_classes, 0.0);
    std::uint64_t first = 0;
    for (const output::SourceRecord& source : sources) {
        if (source.stage != number || source.n_units == 0)
            continue;
        const auto n_units = static_cast<double>(source.n_units);
        const CostClass cost_class{
            std::min(tasks.class_of(source), static_cast<std::uint32_t>(n_classes - 1))};
        const double own_weight = source.weight > 0.0 ? source.weight : n_units;
        stage.parcels.push_back({SourceId{source.source}, BlockId::none(), cost_class,
                                 UnitRange{UnitId{first}, source.n_units}, own_weight});
        stage.means.push_back({source.seconds / n_units, source.n_units, cost_class});
        first += source.n_units;
        seconds[cost_class.value()] += source.seconds;
        weight[cost_class.value()] += own_weight;
    }
    for (std::size_t c = 0; c < n_classes; ++c)
        stage.classes.push_back(
            {fmt::format("class {}", c), seconds[c] > 0.0 ? seconds[c] / weight[c] : 1e-6});
}

/// What passes between two units is part of neither: messages, or waiting for a core that others use.
/// Returns it. [s]
double add_time_between_units(StageWork& stage, double tasks_s)
{
    double units_s = 0.0;
    double n_units = 0.0;
    for (const simulate::UnitMean& mean : stage.means) {
        units_s += mean.unit_s * static_cast<double>(mean.n_units);
        n_units += static_cast<double>(mean.n_units);
    }
    const double between_s = n_units == 0.0 ? 0.0 : std::max(0.0, tasks_s - units_s) / n_units;
    for (simulate::UnitMean& mean : stage.means)
        mean.unit_s += between_s;
    return between_s * n_units;
}

/// Variance of the logarithm of unit times, were all units of a source alike.
double explained_variance(const StageWork& stage, CostClass cost_class)
{
    double n = 0.0;
    double sum = 0.0;
    double squares = 0.0;
    for (const simulate::UnitMean& mean : stage.means) {
        if (mean.cost_class != cost_class || !(mean.unit_s > 0.0))
            continue;
        const auto n_units = static_cast<double>(mean.n_units);
        const double ln = std::log(mean.unit_s);
        n += n_units;
        sum += n_units * ln;
        squares += n_units * ln * ln;
    }
    return n == 0.0 ? 0.0 : std::max(0.0, squares / n - (sum / n) * (sum / n));
}

void add_spreads(StageWork& stage, std::uint32_t number, const std::vector<perf::UnitHistogram>& histograms)
{
    stage.spreads.resize(stage.classes.size());
    for (const perf::UnitHistogram& histogram : histograms)
        if (histogram.stage == number && histogram.cost_class < stage.spreads.size())
            stage.spreads[histogram.cost_class] =
                simulate::Spread{histogram, explained_variance(stage, CostClass{histogram.cost_class})};
}

/// Seconds of an operation on the rank where it took longest; 0 when it is not there.
double longest_s(const std::vector<perf::OperationRow>& operations, std::string_view name)
{
    const auto found = std::ranges::find(operations, name, &perf::OperationRow::operation);
    return found == operations.end() ? 0.0 : found->max_s;
}

std::vector<SerialPart> serial_parts(const std::vector<perf::OperationRow>& operations,
                                     const std::vector<perf::RankRow>& ranks, double stages_s)
{
    double reducing_s = 0.0;
    double writing_s = 0.0;
    double total_s = 0.0;
    for (const perf::RankRow& rank : ranks) {
        reducing_s = std::max(reducing_s, rank.reducing_s);
        writing_s = std::max(writing_s, rank.writing_s);
        total_s = std::max(total_s, rank.total_s);
    }
    const double broadcast_s = longest_s(operations, "read input/broadcast");
    const double reading_s = std::max(0.0, longest_s(operations, "read input") - broadcast_s);
    const double rest_s = total_s - stages_s - reading_s - broadcast_s - reducing_s - writing_s;
    return {{"start and what is not named here", std::max(0.0, rest_s)},
            {"reading the input", reading_s},
            {"broadcast", broadcast_s},
            {"reduction", reducing_s},
            {"writing", writing_s}};
}

double sum_s(const std::vector<SerialPart>& parts)
{
    double sum = 0.0;
    for (const SerialPart& part : parts)
        sum += part.seconds;
    return sum;
}

} // namespace

PlanWork work_of_output(const std::string& file)
{
    const output::Reader reader{file};
    const auto sources = reader.rows(output::source_layout(), output::path::sources);
    const auto operations = reader.rows(output::operation_layout(), output::path::operations);
    const auto classes = reader.rows(output::cost_class_layout(), output::path::cost_classes);
    const TaskFacts tasks{reader, sources};
    const bool has_spread = reader.has(output::path::units);
    const auto histograms = has_spread ? reader.rows(output::unit_layout(), output::path::units)
                                       : std::vector<perf::UnitHistogram>{};

    PlanWork work;
    work.n_ranks = static_cast<int>(reader.n_ranks());
    work.calculation.scheduler_rank = scheduler_rank_of(reader.configured("scheduler_rank"));
    work.calculation.task_duration_s = config::parse_duration(reader.configured("task_duration"));
    double stages_s = 0.0;
    for (const output::StageRow& row : reader.rows(output::stage_layout(), output::path::stages)) {
        StageWork stage{.name = row.name};
        const auto n_classes = std::ranges::count(classes, row.stage, &output::CostClassRow::stage);
        add_sources(stage, row.stage, sources, tasks,
                    std::max<std::size_t>(1, static_cast<std::size_t>(n_classes)));
        if (has_spread)
            add_spreads(stage, row.stage, histograms);
        const double between_s = add_time_between_units(stage, tasks.seconds(row.stage));
        if (between_s > notable_share * tasks.seconds(row.stage))
            work.notes.push_back(fmt::format(
                "stage {}: of {:.4g} s in tasks {:.4g} s passed between units (messages, or more ranks than "
                "cores); the plan has them, too",
                row.name, tasks.seconds(row.stage), between_s));
        // On few ranks the scheduler would have worked, too.
        stage.sleeps = work.n_ranks > 1 && work.n_ranks < 8 && !tasks.rank_0_computed(row.stage);
        stage.measured_s = longest_s(operations, row.name);
        stages_s += stage.measured_s;
        if (!stage.parcels.empty())
            work.calculation.stages.push_back(std::move(stage));
    }
    if (work.calculation.stages.empty())
        throw InputError(text(file,
                              ": no source took any time, so there is nothing to plan by. Plan from the "
                              "input instead?"));
    work.serial = serial_parts(operations, reader.rows(output::rank_layout(), output::path::ranks), stages_s);
    work.calculation.serial_s = sum_s(work.serial);
    work.notes.push_back(
        has_spread ? "unit times: mean of each source as measured; spread of its cost class from "
                     "/performance/units"
                   : "unit times: mean of each source as measured, without spread (the file holds no "
                     "/performance/units)");
    work.notes.emplace_back("serial parts: as measured, the same on every number of ranks");
    return work;
}

PlanWork work_of_input(const std::string& file,
                       const std::vector<std::pair<std::string, std::string>>& settings,
                       std::ostream& messages)
{
    const double begin_s = perf::now_s();
    const OpenInput input = open_input(file, settings, messages);
    return work_of_input(file, input, perf::now_s() - begin_s);
}

PlanWork work_of_input(const std::string& file, const OpenInput& input, double reading_s)
{
    PlanWork work;
    work.serial.push_back({"reading the input (here)", reading_s});
    work.calculation.serial_s = sum_s(work.serial);
    work.calculation.scheduler_rank = scheduler_rank_of(input.config.text("scheduler_rank"));
    if (input.config.has("task_duration"))
        work.calculation.task_duration_s = input.config.seconds("task_duration");
    const std::unique_ptr<Workspace> workspace = input.workload->make_workspace();
    engine::Results results{input.workload->stages()};
    for (std::uint32_t s = 0; s < input.workload->stages().size(); ++s) {
        const Stage& declared = input.workload->stages()[s];
        weigh(*input.workload, StageId{s}, results, *workspace);
        StageWork stage{.name = declared.name, .classes = declared.cost_classes, .sleeps = declared.sleeps};
        for (const Parcel& parcel : input.workload->parcels(StageId{s}, results)) {
            if (parcel.weight <= 0.0)
                continue;
            const double seconds =
                parcel.weight * declared.cost_classes.at(parcel.cost_class.value()).seconds_per_weight;
            Parcel anywhere = parcel;
            anywhere.block = BlockId::none();
            stage.parcels.push_back(anywhere);
            stage.means.push_back(
                {seconds / static_cast<double>(parcel.units.count), parcel.units.count, parcel.cost_class});
        }
        if (!stage.parcels.empty())
            work.calculation.stages.push_back(std::move(stage));
    }
    if (work.calculation.stages.empty())
        throw InputError(
            text(file, ": no source matters, so there is nothing to plan. See 'mtc check ", file, "'?"));
    work.notes.emplace_back(
        "times are estimates: weights times the first guesses of the cost classes, off by a "
        "factor of several perhaps. A plan from the output of a short run is better");
    work.notes.emplace_back(
        "broadcast, reduction and writing are not known before a run and count as nothing");
    return work;
}

} // namespace mtc::commands
