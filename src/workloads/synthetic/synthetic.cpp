#include "workloads/synthetic/synthetic.hpp"

#include "workloads/synthetic/fail.hpp"
#include "workloads/synthetic/shared_sums.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <ctime>

namespace mtc::synthetic {
namespace {

struct Job {
    std::uint64_t n_tasks = 0;
    std::uint64_t units_per_task = 1; ///< 0 where tasks differ
    std::uint64_t output_bytes = 0;   ///< of a task
    std::uint64_t sum_cells = 0;      ///< of a block of sums; 0: tasks return bytes
    FailHow fail_how = FailHow::by_throw;
    std::int32_t fail_rank = -1; ///< any when negative
    std::uint32_t spin = 0;
    std::uint32_t known_weights = 1;
};

const std::vector<Option>& options()
{
    static const std::vector<Option> list{
        {.name = "n_tasks",
         .type = ValueType::integer,
         .default_value = "1000",
         .sentence = "Number of tasks",
         .min = 1,
         .max = 1e8},
        {.name = "distribution",
         .type = ValueType::choice,
         .default_value = "equal",
         .sentence = "How long tasks last when time_ms is not given: all 100 ms; 1 to 200 ms; 10 to 5120 ms "
                     "in powers "
                     "of two; or 1 to 20 ms and the last one 10 s",
         .choices = {"equal", "uniform", "powers", "straggler"}},
        {.name = "time_ms",
         .type = ValueType::numbers,
         .unit = "ms",
         .sentence =
             "How long tasks last, instead of a distribution; used again from the first when there are "
             "more tasks than times",
         .min = 0},
        {.name = "time_scale",
         .type = ValueType::number,
         .default_value = "1",
         .sentence = "Multiplies all times",
         .min = 0},
        {.name = "work",
         .type = ValueType::choice,
         .default_value = "sleep",
         .sentence = "Sleep, or spin until the processor time is used up",
         .choices = {"sleep", "spin"}},
        {.name = "units_per_task",
         .type = ValueType::integer,
         .default_value = "1",
         .sentence = "Equal units that a task can be split into",
         .min = 1,
         .max = 1e6},
        {.name = "unit_ms",
         .type = ValueType::number,
         .unit = "ms",
         .sentence = "How long the units of a task last at most, instead of units_per_task",
         .min = 0.001},
        {.name = "weights",
         .type = ValueType::choice,
         .default_value = "known",
         .sentence = "Whether the scheduler is told how long tasks last, or that all are alike",
         .choices = {"known", "equal"}},
        {.name = "output_bytes",
         .type = ValueType::integer,
         .default_value = "0",
         .unit = "bytes",
         .sentence = "What a task returns: byte k is (31 task + k) mod 256",
         .min = 0,
         .max = 1e9},
        {.name = "sum_mb",
         .type = ValueType::number,
         .default_value = "0",
         .unit = "MB",
         .sentence = "Tasks return nothing, but add to sums of this size, each to one of 64 parts of them",
         .min = 0,
         .max = 1e6},
        {.name = "fail_task",
         .type = ValueType::numbers,
         .sentence = "Numbers of tasks whose first unit fails, to see what happens then",
         .min = 0},
        {.name = "fail_how",
         .type = ValueType::choice,
         .default_value = "throw",
         .sentence =
             "How they fail: by an exception, by a signal, by asking for memory without end, or by never "
             "coming back",
         .choices = {"throw", "segfault", "bus", "divide", "abort", "memory", "hang"}},
        {.name = "fail_rank",
         .type = ValueType::integer,
         .sentence = "They fail on this rank only",
         .min = 0,
         .max = 1e6},
        {.name = "fail_while", .sentence = "They fail only as long as this file is there"},
    };
    return list;
}

/// Times of the published test lists. [ms]
double listed_time_ms(std::string_view distribution, std::uint64_t task, std::uint64_t n_tasks)
{
    const std::uint64_t h = mix((std::uint64_t{1} << 32) + task);
    if (distribution == "uniform")
        return static_cast<double>(1 + h % 200);
    if (distribution == "powers")
        return 10.0 * std::exp2(std::min(std::countr_zero(h), 9));
    if (distribution == "straggler")
        return task + 1 == n_tasks ? 10000.0 : static_cast<double>(1 + h % 20);
    return 100.0;
}

/// [n_tasks + 1] the first unit of each task, and the number of all
std::vector<std::uint64_t> first_units(const Config& config, const std::vector<double>& seconds)
{
    const auto units_per_task = static_cast<std::uint64_t>(config.integer("units_per_task"));
    std::vector<std::uint64_t> first(1, 0);
    for (const double task_s : seconds)
        first.push_back(
            first.back() +
            (config.has("unit_ms")
                 ? std::max(std::uint64_t{1}, static_cast<std::uint64_t>(std::ceil(
                                                  task_s / (1e-3 * config.number("unit_ms")) - 1e-9)))
                 : units_per_task));
    return first;
}

ModelBytes read(const Config& config, Notes& notes)
{
    Job job;
    job.n_tasks = static_cast<std::uint64_t>(config.integer("n_tasks"));
    job.units_per_task =
        config.has("unit_ms") ? 0 : static_cast<std::uint64_t>(config.integer("units_per_task"));
    job.output_bytes = static_cast<std::uint64_t>(config.integer("output_bytes"));
    job.sum_cells = SharedSums::cells(config.number("sum_mb"));
    if (job.sum_cells > 0 && config.given("output_bytes"))
        notes.warnings.push_back(text(config.where("output_bytes"), " has no effect beside sum_mb"));
    const std::vector<std::uint64_t> failing = failing_tasks(config);
    job.fail_how = fail_how(config.text("fail_how"));
    if (config.has("fail_rank"))
        job.fail_rank = static_cast<std::int32_t>(config.integer("fail_rank"));
    const std::string fail_while =
        config.has("fail_while") ? (config.input_folder() / config.text("fail_while")).string() : "";
    job.spin = config.text("work") == "spin" ? 1 : 0;
    job.known_weights = config.text("weights") == "known" ? 1 : 0;
    const std::vector<double> times =
        config.has("time_ms") ? config.numbers("time_ms") : std::vector<double>{};
    if (!times.empty() && config.given("distribution"))
        notes.warnings.push_back(text(config.where("distribution"), " has no effect beside time_ms"));
    for (const double time_ms : times)
        if (!(time_ms >= 0.0))
            throw InputError(text(config.where("time_ms"), " (times must be >= 0 ms)"));
    const double scale = config.number("time_scale");
    std::vector<double> seconds(job.n_tasks);
    for (std::uint64_t task = 0; task < job.n_tasks; ++task)
        seconds[task] = 1e-3 * scale *
                        (times.empty() ? listed_time_ms(config.text("distribution"), task, job.n_tasks)
                                       : times[task % times.size()]);
    if (config.has("unit_ms") && config.given("units_per_task"))
        notes.warnings.push_back(text(config.where("units_per_task"), " has no effect beside unit_ms"));
    FlatWriter model;
    model.add_one("job", job);
    model.add("seconds", seconds);
    model.add("first_unit", first_units(config, seconds));
    model.add("failing", failing);
    model.add("fail_while", std::vector<char>{fail_while.begin(), fail_while.end()});
    return model.finish();
}

void sleep_for(double seconds)
{
    timespec until{};
    clock_gettime(CLOCK_MONOTONIC, &until);
    const double end = static_cast<double>(until.tv_nsec) * 1e-9 + seconds;
    until.tv_sec += static_cast<time_t>(end);
    until.tv_nsec = static_cast<long>((end - std::floor(end)) * 1e9);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
    }
}

double processor_seconds()
{
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

void spin_for(double seconds)
{
    const double end = processor_seconds() + seconds;
    while (processor_seconds() < end) {
    }
}

class Space final : public Workspace {
public:
    std::vector<std::byte> bytes;
    std::vector<double> values;
};

class Synthetic final : public Workload {
public:
    explicit Synthetic(std::span<const std::byte> model)
        : job_{FlatReader{model}.get_one<Job>("job")}
        , seconds_{FlatReader{model}.get<double>("seconds")}
        , first_unit_{FlatReader{model}.get<std::uint64_t>("first_unit")}
        , failing_{FlatReader{model}.get<std::uint64_t>("failing")}
        , sums_{job_.sum_cells}
    {
        const std::span<const char> path = FlatReader{model}.get<char>("fail_while");
        fail_while_.assign(path.begin(), path.end());
        Stage stage;
        stage.name = "work";
        if (sums_.any()) {
            sums_.declare(stage);
        } else {
            stage.result = ResultKind::records;
            stage.destination = Destination::file;
            stage.datasets = {{.path = "/results/output",
                               .fields = {{.name = "", .element = Element::uint8}},
                               .axes = {"byte"}}};
        }
        stage.cost_classes = {{job_.spin != 0 ? "spin" : "sleep", job_.known_weights != 0 ? 1.0 : 0.1}};
        stage.n_units = first_unit_.back();
        stage.sleeps = job_.spin == 0;
        stages_.push_back(std::move(stage));
        if (sums_.any())
            stages_.push_back(sums_.writing(StageId{0}));
    }

    const std::vector<Stage>& stages() const override { return stages_; }

    std::vector<SourceInfo> sources(StageId stage) const override
    {
        if (stage != StageId{0})
            return Workload::sources(stage);
        std::vector<SourceInfo> list;
        list.reserve(job_.n_tasks);
        for (std::uint64_t task = 0; task < job_.n_tasks; ++task)
            list.push_back({text("task ", task), job_.spin != 0 ? "spin" : "sleep"});
        return list;
    }

    SourceId source_of(UnitKey unit) const override
    {
        return SourceId{unit.stage == StageId{0} ? static_cast<std::uint32_t>(task_of(unit)) : 0};
    }

    std::vector<Parcel> parcels(StageId stage, const StageInputs&) const override
    {
        if (stage != StageId{0})
            return sums_.parcels();
        // A task of no time still costs its message: without a weight it would not be computed at all.
        constexpr double overhead_s = 1e-6;
        std::vector<Parcel> list(job_.n_tasks);
        for (std::uint64_t task = 0; task < job_.n_tasks; ++task)
            list[task] = {SourceId{static_cast<std::uint32_t>(task)}, sums_.block_of(task), CostClass{0},
                          UnitRange{UnitId{first_unit_[task]}, n_units(task)},
                          job_.known_weights != 0 ? seconds_[task] + overhead_s : 1.0};
        return list;
    }

    void compute(UnitKey unit, const StageInputs& inputs, Workspace& workspace,
                 UnitResults& results) const override
    {
        auto& space = static_cast<Space&>(workspace);
        if (unit.stage != StageId{0})
            return sums_.write(unit, inputs, space.values, results);
        const std::uint64_t task = task_of(unit);
        const std::uint64_t part = unit.unit.value() - first_unit_[task];
        if (part == 0 && std::ranges::binary_search(failing_, task) &&
            is_to_fail(job_.fail_rank, fail_while_))
            fail(job_.fail_how);
        const double seconds = seconds_[task] / static_cast<double>(n_units(task));
        if (seconds > 0.0)
            job_.spin != 0 ? spin_for(seconds) : sleep_for(seconds);
        if (sums_.any())
            return sums_.add(sums_.block_of(task), unit, space.values, results);
        const std::uint64_t first = job_.output_bytes * part / n_units(task);
        const std::uint64_t end = job_.output_bytes * (part + 1) / n_units(task);
        std::vector<std::byte>& bytes = space.bytes;
        bytes.resize(end - first);
        for (std::uint64_t k = first; k < end; ++k)
            bytes[k - first] = static_cast<std::byte>((task * 31 + k) % 256);
        if (!bytes.empty())
            results.records(DatasetId{0}, bytes);
    }

    std::unique_ptr<Workspace> make_workspace() const override { return std::make_unique<Space>(); }

    std::string describe(UnitKey unit) const override
    {
        if (unit.stage != StageId{0})
            return Workload::describe(unit);
        const std::uint64_t task = task_of(unit);
        return text("task ", task, ", unit ", unit.unit.value() - first_unit_[task], " of ", n_units(task));
    }

private:
    [[nodiscard]] std::uint64_t task_of(UnitKey unit) const
    {
        if (job_.units_per_task != 0)
            return unit.unit.value() / job_.units_per_task;
        const auto after = std::ranges::upper_bound(first_unit_, unit.unit.value());
        return static_cast<std::uint64_t>(after - first_unit_.begin()) - 1;
    }
    [[nodiscard]] std::uint64_t n_units(std::uint64_t task) const
    {
        return first_unit_[task + 1] - first_unit_[task];
    }

    Job job_;
    std::span<const double> seconds_;
    std::span<const std::uint64_t> first_unit_; ///< [n_tasks + 1]
    std::span<const std::uint64_t> failing_;    ///< tasks, ascending
    std::string fail_while_;
    SharedSums sums_;
    std::vector<Stage> stages_;
};

std::unique_ptr<Workload> open(std::span<const std::byte> model, InstructionSet)
{
    return std::make_unique<Synthetic>(model);
}

} // namespace

std::uint64_t mix(std::uint64_t x) noexcept
{
    std::uint64_t z = x + 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

WorkloadKind kind()
{
    return {"synthetic", "Tasks that sleep or spin for given times and return bytes", options, read, open};
}

} // namespace mtc::synthetic
