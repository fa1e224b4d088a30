#include "engine/failures/failures.hpp"
#include "engine/manager.hpp"
#include "engine/messages/mailbox.hpp"
#include "engine/progress.hpp"
#include "engine/results/results.hpp"
#include "engine/runner.hpp"
#include "engine/worker.hpp"
#include "perf/clock.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <cstring>
#include <fstream>
#include <memory>
#include <numeric>
#include <thread>
#include <utility>

using namespace mtc;

namespace {

constexpr std::uint32_t n_sources = 40;
constexpr std::uint32_t n_blocks = 5;
constexpr std::uint64_t units_per_source = 6;
constexpr std::uint64_t cells = 3;

struct Weight {
    std::uint32_t source;
    std::uint32_t weight;
};

class NoSpace final : public Workspace {};

/// Three stages that read each other: weights to the scheduler, sums by block to their owners, rows from the
/// sums. Every fourth source weighs nothing and must not be computed.
class Counting final : public Workload {
public:
    explicit Counting(std::optional<std::uint64_t> failing = {},
                      Destination of_weights = Destination::scheduler)
        : failing_{failing}
    {
        Stage weigh;
        weigh.name = "weigh";
        weigh.result = ResultKind::records;
        weigh.destination = of_weights;
        weigh.n_units = n_sources;
        weigh.datasets = {{.path = "/weights",
                           .fields = {{.name = "source", .element = Element::uint32},
                                      {.name = "weight", .element = Element::uint32}}}};
        weigh.cost_classes = {{"all", 1e-6}};
        Stage sum;
        sum.name = "sum";
        sum.result = ResultKind::sums;
        sum.destination = Destination::owners;
        sum.reads = StageId{0};
        sum.n_units = n_blocks * n_sources * units_per_source;
        sum.block_cells.assign(n_blocks, cells);
        sum.cost_classes = {{"even", 1e-6}, {"odd", 1e-6}};
        Stage rows;
        rows.name = "rows";
        rows.result = ResultKind::rows;
        rows.placement = Placement::owner;
        rows.reads = StageId{1};
        rows.n_units = n_blocks;
        rows.datasets = {
            {.path = "/results/totals", .fields = {{.name = ""}}, .n_rows = n_blocks, .inner = {cells}}};
        rows.cost_classes = {{"all", 1e-6}};
        stages_ = {weigh, sum, rows};
    }

    const std::vector<Stage>& stages() const override { return stages_; }
    std::vector<SourceInfo> sources(StageId) const override
    {
        return std::vector<SourceInfo>(n_sources, {"s", "k"});
    }
    SourceId source_of(UnitKey unit) const override
    {
        const std::uint64_t u = unit.unit.value();
        return SourceId{
            static_cast<std::uint32_t>(unit.stage == StageId{1} ? u / units_per_source % n_sources : u)};
    }

    std::vector<Parcel> parcels(StageId stage, const StageInputs& inputs) const override
    {
        std::vector<Parcel> list;
        if (stage == StageId{0})
            for (std::uint32_t s = 0; s < n_sources; ++s)
                list.push_back({SourceId{s}, BlockId::none(), CostClass{0}, {UnitId{s}, 1}, 1.0});
        if (stage == StageId{1}) {
            const std::span<const std::byte> bytes = inputs.records(StageId{0}, DatasetId{0});
            REQUIRE(bytes.size() == n_sources * sizeof(Weight));
            for (std::uint32_t b = 0; b < n_blocks; ++b)
                for (std::uint32_t s = 0; s < n_sources; ++s) {
                    Weight weight{};
                    std::memcpy(&weight, bytes.data() + s * sizeof weight, sizeof weight);
                    REQUIRE(weight.source == s); // in the order of units
                    list.push_back({SourceId{s},
                                    BlockId{b},
                                    CostClass{s % 2},
                                    {UnitId{(b * n_sources + s) * units_per_source}, units_per_source},
                                    static_cast<double>(weight.weight)});
                }
        }
        if (stage == StageId{2})
            for (std::uint32_t b = 0; b < n_blocks; ++b)
                list.push_back({SourceId{b}, BlockId{b}, CostClass{0}, {UnitId{b}, 1}, 1.0});
        return list;
    }

    void compute(UnitKey unit, const StageInputs& inputs, Workspace&, UnitResults& results) const override
    {
        const auto u = unit.unit.value();
        if (unit.stage == StageId{0}) {
            const Weight weight{static_cast<std::uint32_t>(u), static_cast<std::uint32_t>(u % 4)};
            results.records(DatasetId{0}, std::as_bytes(std::span{&weight, 1}));
        } else if (unit.stage == StageId{1}) {
            if (failing_ == u)
                throw ComputeError("made to fail");
            if (stages_[0].destination == Destination::everyone &&
                inputs.records(StageId{0}, DatasetId{0}).size() != n_sources * sizeof(Weight))
                throw ComputeError("not everyone has the weights");
            const std::vector<double> values{std::ldexp(static_cast<double>(u), -20), 0.5};
            const CellRun run{1, values};
            results.add(BlockId{static_cast<std::uint32_t>(u / (n_sources * units_per_source))}, {&run, 1});
        } else {
            std::vector<double> totals(cells);
            inputs.sums(StageId{1}, BlockId{static_cast<std::uint32_t>(u)}, 0, totals);
            totals[0] =
                static_cast<double>(inputs.units_in(StageId{1}, BlockId{static_cast<std::uint32_t>(u)}));
            results.rows(DatasetId{0}, u, std::as_bytes(std::span{totals}));
        }
    }

    std::unique_ptr<Workspace> make_workspace() const override { return std::make_unique<NoSpace>(); }
    std::string describe(UnitKey unit) const override { return text("unit ", unit.unit.value()); }

private:
    std::vector<Stage> stages_;
    std::optional<std::uint64_t> failing_;
};

/// A source of many units that sleep, said to be as light as each of many short ones, is first in the list of
/// one stage; the row of a unit is its number. All that compute begin together, however busy the machine is.
class Lopsided final : public Workload {
public:
    static constexpr std::uint64_t n_long = 100; ///< units of source 0
    static constexpr std::uint32_t n_short = 20; ///< sources of one unit
    static constexpr std::uint64_t n_units = n_long + n_short;

    /// \param computing  the ranks that compute
    explicit Lopsided(const mpi::Communicator& computing)
        : computing_{computing}
    {
        Stage stage;
        stage.name = "sleep";
        stage.n_units = n_units;
        stage.datasets = {{.path = "/results/numbers", .fields = {{.name = ""}}, .n_rows = n_units}};
        stage.cost_classes = {{"sleep", 1e-3}};
        stage.sleeps = true;
        stages_.push_back(std::move(stage));
    }
    const std::vector<Stage>& stages() const override { return stages_; }
    std::vector<SourceInfo> sources(StageId) const override
    {
        return std::vector<SourceInfo>(1 + n_short, {"s", "k"});
    }
    SourceId source_of(UnitKey unit) const override
    {
        const std::uint64_t u = unit.unit.value();
        return SourceId{u < n_long ? 0 : static_cast<std::uint32_t>(u - n_long + 1)};
    }
    std::vector<Parcel> parcels(StageId, const StageInputs&) const override
    {
        std::vector<Parcel> list{{SourceId{0}, BlockId::none(), CostClass{0}, {UnitId{0}, n_long}, 1e-4}};
        for (std::uint32_t s = 1; s <= n_short; ++s)
            list.push_back({SourceId{s}, BlockId::none(), CostClass{0}, {UnitId{n_long + s - 1}, 1}, 1.0});
        return list;
    }
    void compute(UnitKey unit, const StageInputs&, Workspace&, UnitResults& results) const override
    {
        if (!std::exchange(begun_, true))
            computing_.barrier();
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
        const auto number = static_cast<double>(unit.unit.value());
        results.rows(DatasetId{0}, unit.unit.value(), std::as_bytes(std::span{&number, 1}));
    }
    std::unique_ptr<Workspace> make_workspace() const override { return std::make_unique<NoSpace>(); }
    std::string describe(UnitKey unit) const override { return text("unit ", unit.unit.value()); }

private:
    const mpi::Communicator& computing_;
    mutable bool begun_ = false;
    std::vector<Stage> stages_;
};

struct Outcome {
    bool failed = false;
    std::string why;
    std::vector<perf::FailureRow> failures; ///< on rank 0
    engine::End end = engine::End::complete;
    std::vector<double> totals;     ///< [n_block][cells] of the rows that this rank holds
    std::uint64_t n_units = 0;      ///< computed here
    std::uint64_t n_given_back = 0; ///< events that rank 0 recorded
};

Outcome run(const mpi::Communicator& world, const Workload& workload, std::size_t n_rows = n_blocks,
            std::size_t n_columns = cells, engine::FailurePolicy policy = {})
{
    Outcome outcome;
    outcome.totals.assign(n_rows * n_columns, 0.0);
    perf::Recorder recorder;
    engine::Results results{workload.stages()};
    engine::Saver saver{{.folder = "never.ckpt"}, workload.stages(), results, recorder,
                        Rank{world.rank()},       world.size()};
    engine::TaskRunner runner{workload, results, recorder, Rank{world.rank()}};
    engine::Mailbox mailbox{world, recorder};
    if (world.rank() == 0) {
        std::ofstream nowhere{"/dev/null"};
        engine::Progress progress{nowhere, [](const std::string&, double) {}};
        engine::Failures failures{workload, policy, durable::Mishaps{{}, 0}, recorder};
        engine::Manager manager{workload, {}, mailbox, results, runner, recorder, progress, saver, failures};
        try {
            outcome.end = manager.run(std::vector<schedule::UnitSet>(workload.stages().size()));
        } catch (const engine::UnitError& error) {
            outcome.failed = true;
            outcome.why = error.what();
        }
        outcome.failures.assign(failures.rows().begin(), failures.rows().end());
    } else {
        engine::Worker worker{workload, mailbox, results, runner, recorder, saver};
        outcome.failed = worker.run() == engine::End::failed;
    }
    const StageId last{static_cast<std::uint32_t>(workload.stages().size() - 1)};
    for (const engine::Piece& piece : results.pieces(last, DatasetId{0}).pieces())
        std::memcpy(outcome.totals.data() + piece.key * n_columns, piece.bytes.data(), piece.bytes.size());
    const perf::Tables tables = recorder.tables();
    outcome.n_units = tables.rank.n_units;
    for (const perf::EventRow& event : tables.events)
        outcome.n_given_back += event.kind == "give_back" ? 1U : 0U;
    world.barrier(); // messages of the next case must not meet this one's
    return outcome;
}

} // namespace

TEST_CASE("three stages that read each other give the sums of all units, each computed once")
{
    const mpi::Communicator& world = test::world();
    const Counting workload;
    Outcome outcome = run(world, workload);
    world.sum_in_place(std::span{outcome.totals});
    const std::uint64_t n_units = world.sum(outcome.n_units);
    const bool failed = world.max(outcome.failed ? 1 : 0) != 0;
    CHECK_FALSE(failed);
    const std::uint64_t n_weighed = n_sources * 3 / 4; // every fourth weighs nothing
    CHECK(n_units == n_sources + n_blocks * n_weighed * units_per_source + n_blocks);
    for (std::uint64_t b = 0; b < n_blocks; ++b) {
        double expected = 0.0;
        for (std::uint64_t s = 0; s < n_sources; ++s)
            for (std::uint64_t u = 0; u < units_per_source; ++u)
                if (s % 4 != 0)
                    expected +=
                        std::ldexp(static_cast<double>((b * n_sources + s) * units_per_source + u), -20);
        CHECK(outcome.totals[b * cells] == static_cast<double>(n_weighed * units_per_source));
        CHECK(outcome.totals[b * cells + 1] == expected); // multiples of 2^-20: exact
        CHECK(outcome.totals[b * cells + 2] == 37.0);     // 90 halves saturate
    }
}

TEST_CASE("records for everyone are on every rank before the next stage begins")
{
    const mpi::Communicator& world = test::world();
    const Counting workload{{}, Destination::everyone};
    const Outcome outcome = run(world, workload); // a unit that misses them fails
    const int n_failed = world.sum(outcome.failed ? 1 : 0);
    const std::uint64_t n_units = world.sum(outcome.n_units);
    CHECK(n_failed == 0);
    CHECK(n_units == n_sources + n_blocks * (n_sources * 3 / 4) * units_per_source + n_blocks);
}

TEST_CASE("a source that was thought light is given back in part and shared, and every unit is computed once")
{
    const mpi::Communicator& world = test::world();
    const mpi::Communicator computing = world.split(world.rank() == 0 ? 0 : 1);
    Outcome outcome = run(world, Lopsided{computing}, Lopsided::n_units, 1);
    const bool computed_here = outcome.n_units > 0;
    world.sum_in_place(std::span{outcome.totals});
    const std::uint64_t n_units = world.sum(outcome.n_units);
    const std::uint64_t n_given_back = world.sum(outcome.n_given_back);
    const bool failed = world.max(outcome.failed ? 1 : 0) != 0;
    CHECK_FALSE(failed);
    CHECK(n_units == Lopsided::n_units);
    std::uint64_t n_right = 0;
    for (std::uint64_t u = 0; u < Lopsided::n_units; ++u)
        n_right += outcome.totals[u] == static_cast<double>(u) ? 1U : 0U; // twice would be twice as much
    CHECK(n_right == Lopsided::n_units);
    CHECK((world.size() < 3 || n_given_back > 0)); // rank 0 only serves: two must compute
    CHECK(computed_here == (world.rank() != 0 || world.size() == 1));
}

TEST_CASE("a unit that fails is left out, tried again or not, and the others are all there")
{
    const mpi::Communicator& world = test::world();
    const std::uint64_t failing = 7 * units_per_source + 2; // in block 0
    const Counting whole;
    const Counting workload{failing};
    Outcome complete = run(world, whole);
    world.sum_in_place(std::span{complete.totals});
    for (const std::uint32_t n_retries : {0U, 2U}) {
        Outcome outcome = run(world, workload, n_blocks, cells,
                              {.on_error = n_retries == 0 ? engine::FailurePolicy::OnError::skip
                                                          : engine::FailurePolicy::OnError::retry,
                               .n_retries = n_retries});
        world.sum_in_place(std::span{outcome.totals});
        const int n_failed = world.sum(outcome.failed ? 1 : 0);
        CHECK(n_failed == 0);
        for (std::size_t i = 0; i < outcome.totals.size(); ++i) {
            const double missing = i == 0   ? 1.0
                                   : i == 1 ? std::ldexp(static_cast<double>(failing), -20)
                                            : 0.0;
            CHECK(outcome.totals[i] == complete.totals[i] - missing);
        }
        if (world.rank() == 0) {
            REQUIRE(outcome.failures.size() == 1);
            CHECK(outcome.failures[0].unit == failing);
            CHECK(outcome.failures[0].n_tries == n_retries + 1);
        }
    }
}

// The last case: messages that nobody takes any more stay behind after a failure.
TEST_CASE("a unit that fails ends the run on every rank, named")
{
    const mpi::Communicator& world = test::world();
    const Counting workload{7 * units_per_source + 2};
    const Outcome outcome = run(world, workload);
    const int n_failed = world.sum(outcome.failed ? 1 : 0);
    CHECK(n_failed == world.size());
    if (world.rank() == 0)
        CHECK(outcome.why.find("stage sum, source s, unit 44, on rank ") == 0);
    if (world.rank() == 0)
        CHECK(outcome.why.ends_with(": made to fail"));
}
