#include "workloads/command/command.hpp"

#include "config/values.hpp"
#include "workloads/command/expression.hpp"
#include "workloads/command/picked.hpp"
#include "workloads/command/print.hpp"
#include "workloads/command/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <thread>
#include <utility>

#include <unistd.h>

namespace mtc::command {
namespace {

constexpr DatasetId results_table{0};
constexpr DatasetId performance_table{1};
constexpr std::uint32_t host_width = 64;

double clock_s(clockid_t clock)
{
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

class Space final : public Workspace {
public:
    Launcher launcher;
    double next_start_s = 0.0; ///< on the monotonic clock; where starts are delayed
    bool has_started = false;
    std::array<char, host_width> host{};

    Space() { ::gethostname(host.data(), host.size() - 1); }
};

/// One task: from its folder to its rows.
class Run {
public:
    Run(const Sweep& sweep, std::uint64_t task, Space& space, UnitResults& results)
        : sweep_{sweep}
        , task_{task}
        , space_{space}
        , results_{results}
        , folder_{sweep.folder_of(task)}
    {}

    /// \throws UnitFailed, UnitInterrupted
    void run()
    {
        do {
            ++n_attempts_;
            await_turn();
            try_once();
        } while (!why_.empty() && n_attempts_ <= sweep_.settings().n_retries);
        if (sweep_.settings().print != Print::nothing)
            print_output(sweep_, task_, ended_, folder_);
        tidy(why_.empty());
        const std::vector<std::byte> row = sweep_.row(task_, ended_, values_);
        const std::vector<std::byte> performance = performance_row();
        if (!why_.empty())
            throw UnitFailed(why_, {{results_table, task_, row}, {performance_table, task_, performance}});
        results_.rows(results_table, task_, row);
        results_.rows(performance_table, task_, performance);
    }

private:
    void leave()
    {
        tidy(true);
        throw UnitInterrupted("it was ended, as the run is to end");
    }

    /// Starts of all ranks together are at least the delay apart: each rank takes every n-th turn.
    void await_turn()
    {
        const double delay_s = sweep_.settings().delay_s;
        if (delay_s == 0.0)
            return;
        const auto n_workers = static_cast<double>(std::max<std::int64_t>(1, launched_ranks() - 1));
        if (!std::exchange(space_.has_started, true))
            space_.next_start_s =
                clock_s(CLOCK_MONOTONIC) +
                delay_s * static_cast<double>(std::max<std::int64_t>(0, launched_as_rank() - 1));
        while (clock_s(CLOCK_MONOTONIC) < space_.next_start_s) {
            constexpr double step_s = 0.02;
            std::this_thread::sleep_for(std::chrono::duration<double>(
                std::min(step_s, space_.next_start_s - clock_s(CLOCK_MONOTONIC))));
            if (!results_.look_around())
                leave();
        }
        space_.next_start_s = clock_s(CLOCK_MONOTONIC) + delay_s * n_workers;
    }

    void try_once()
    {
        ended_ = {};
        why_.clear();
        began_s_ = clock_s(CLOCK_REALTIME);
        Start start;
        try {
            if (!folder_.empty())
                make_run_folder(folder_, sweep_.files(), sweep_.point(task_));
            start = sweep_.start(task_);
        } catch (const Error& error) {
            ended_.cannot_start = error.what();
        }
        if (ended_.cannot_start.empty()) {
            std::optional<Ended> ended =
                space_.launcher.run(start, [this] { return results_.look_around(); });
            if (!ended)
                leave();
            ended_ = std::move(*ended);
        }
        if (!folder_.empty()) {
            std::tie(ended_.output, ended_.n_output) = end_of_file(folder_ / "stdout", start.most_output);
            std::tie(ended_.errors, ended_.n_errors) = end_of_file(folder_ / "stderr", start.most_errors);
        }
        why_ = reason();
        try {
            values_ = pick(ended_.output, sweep_.results());
        } catch (const ComputeError& error) {
            values_ = pick({}, sweep_.results());
            if (why_.empty())
                why_ = error.what();
        }
    }

    /// Why it failed; empty: it did not.
    [[nodiscard]] std::string reason() const
    {
        std::string why;
        if (!ended_.cannot_start.empty())
            return "it cannot be started: " + ended_.cannot_start;
        if (ended_.timed_out)
            why = fmt::format("it took longer than {} s and was ended", sweep_.settings().timeout_s);
        else if (ended_.signal != 0)
            why = fmt::format("ended by signal {} ({})", ended_.signal, ::strsignal(ended_.signal));
        else if (ended_.status != 0)
            why = fmt::format("exit status {}", ended_.status);
        else
            return why;
        if (n_attempts_ > 1)
            why += fmt::format(" at attempt {}", n_attempts_);
        std::string_view last = config::trimmed(ended_.errors);
        last =
            config::trimmed(last.substr(last.rfind('\n') == std::string_view::npos ? 0 : last.rfind('\n')));
        return last.empty() ? why : text(why, "; its last words: ", config::shortened(last));
    }

    /// Takes the folder away unless it is to stay.
    void tidy(bool good) const
    {
        const Keep keep = sweep_.settings().keep;
        std::error_code ignored;
        if (!folder_.empty() && (keep == Keep::none || (keep == Keep::failed && good)))
            std::filesystem::remove_all(folder_, ignored);
    }

    [[nodiscard]] std::vector<std::byte> performance_row() const
    {
        RowWriter row;
        row.put(static_cast<std::int64_t>(task_));
        row.put(static_cast<std::int32_t>(launched_as_rank()));
        row.put(static_cast<std::int32_t>(n_attempts_));
        row.put(began_s_);
        row.put(ended_.wall_s);
        row.put(ended_.cpu_s);
        row.put(ended_.memory_mb);
        row.put_text(space_.host.data(), host_width);
        return std::move(row).take();
    }

    const Sweep& sweep_;
    std::uint64_t task_;
    Space& space_;
    UnitResults& results_;
    std::filesystem::path folder_;
    std::uint64_t n_attempts_ = 0;
    double began_s_ = 0.0; ///< [s] since 1970
    Ended ended_;
    std::vector<Value> values_;
    std::string why_;
};

class Commands final : public Workload {
public:
    explicit Commands(std::span<const std::byte> model)
        : sweep_{model}
    {
        const std::uint64_t n = sweep_.grid().n_points();
        Stage stage;
        stage.name = "sweep";
        Dataset results{.path = "/results/sweep", .fields = {}, .n_rows = n, .axes = {"task"}};
        for (const Column& column : sweep_.columns())
            results.fields.push_back(column.field());
        Dataset performance{.path = "/performance/commands",
                            .fields = {{"task", Element::int64, 1, ""},
                                       {"rank", Element::int32, 1, "that ran it"},
                                       {"n_attempts", Element::int32, 1, "0: it never ended"},
                                       {"start", Element::float64, 1, "[s] since 1970, UTC"},
                                       {"wall_s", Element::float64, 1, "[s] from its start to its end"},
                                       {"cpu_s", Element::float64, 1,
                                        "[s] of processor, with all its children that it waited for"},
                                       {"memory_mb", Element::float64, 1,
                                        "[MB] largest resident set of one of its processes; at least that of "
                                        "the process that starts commands"},
                                       {"host", Element::text, host_width, "that it ran on"}},
                            .n_rows = n,
                            .axes = {"task"}};
        stage.datasets = {std::move(results), std::move(performance)};
        stage.cost_classes = {{"command", 0.1}};
        stage.n_units = n;
        stage.sleeps = true;
        stages_.push_back(std::move(stage));
    }

    const std::vector<Stage>& stages() const override { return stages_; }
    std::vector<SourceInfo> sources(StageId) const override { return {{"sweep", "command"}}; }
    SourceId source_of(UnitKey) const override { return SourceId{0}; }

    /// Tasks of equal weights are one parcel, however many.
    std::vector<Parcel> parcels(StageId, const StageInputs&) const override
    {
        const std::uint64_t n = sweep_.grid().n_points();
        if (sweep_.weight().empty())
            return {{SourceId{0}, BlockId::none(), CostClass{0}, UnitRange{UnitId{0}, n},
                     static_cast<double>(n)}};
        const Expression weight{sweep_.weight(), "weight", sweep_.grid()};
        std::vector<Parcel> list;
        double last = 0.0;
        double sum = 0.0;
        for (std::uint64_t task = 0; task < n; ++task) {
            const double of_task = weight.value(task);
            if (list.empty() || of_task != std::exchange(last, of_task))
                list.push_back({SourceId{0}, BlockId::none(), CostClass{0}, UnitRange{UnitId{task}, 0}, 0.0});
            last = of_task;
            list.back().units.count += 1;
            list.back().weight += of_task;
            sum += of_task;
        }
        for (Parcel& parcel : list) // whatever unit the user has in mind, a mean task weighs 1
            parcel.weight *= static_cast<double>(n) / sum;
        return list;
    }

    void compute(UnitKey unit, const StageInputs&, Workspace& workspace, UnitResults& results) const override
    {
        Run{sweep_, unit.unit.value(), static_cast<Space&>(workspace), results}.run();
    }

    std::unique_ptr<Workspace> make_workspace() const override { return std::make_unique<Space>(); }

    std::string describe(UnitKey unit) const override
    {
        const std::uint64_t task = unit.unit.value();
        const std::string values = sweep_.describe(task);
        return values.empty() ? text("task ", task) : text("task ", task, " (", values, ")");
    }

    std::vector<Fact> facts() const override
    {
        std::vector<Fact> list{{"tasks", text(sweep_.grid().n_points())},
                               {"first command", config::shortened(sweep_.line(0))}};
        if (!sweep_.folder_of(0).empty())
            list.push_back({"its folder", sweep_.folder_of(0).string()});
        return list;
    }

private:
    Sweep sweep_;
    std::vector<Stage> stages_;
};

std::unique_ptr<Workload> open(std::span<const std::byte> model, InstructionSet)
{
    return std::make_unique<Commands>(model);
}

} // namespace

WorkloadKind kind()
{
    return {"command", "Runs of a program for all combinations of parameters", options, read_sweep, open};
}

} // namespace mtc::command
