#include "engine/failures/failures.hpp"

#include "engine/failures/failed_unit.hpp"
#include "engine/results/results.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace mtc;
using namespace mtc::engine;
using Verdict = Failures::Verdict;

namespace {

constexpr std::uint64_t input = 3;
constexpr std::uint64_t n_units = 6;

/// Stage 0 tells the scheduler how to cut stage 1, whose rows go to the file. Two units a source.
class Pairs final : public Workload {
public:
    Pairs()
    {
        Stage weigh;
        weigh.name = "weigh";
        weigh.destination = Destination::scheduler;
        weigh.n_units = n_units;
        Stage rows;
        rows.name = "rows";
        rows.n_units = n_units;
        stages_ = {weigh, rows};
    }
    const std::vector<Stage>& stages() const override { return stages_; }
    std::vector<SourceInfo> sources(StageId) const override { return {{"a", "k"}, {"b", "k"}, {"c", "k"}}; }
    SourceId source_of(UnitKey unit) const override
    {
        return SourceId{static_cast<std::uint32_t>(unit.unit.value() / 2)};
    }
    std::vector<Parcel> parcels(StageId, const StageInputs&) const override
    {
        std::vector<Parcel> list;
        for (std::uint32_t s = 0; s < 3; ++s)
            list.push_back({SourceId{s}, BlockId{s}, CostClass{0}, {UnitId{2 * s}, 2}, 8.0});
        return list;
    }
    void compute(UnitKey, const StageInputs&, Workspace&, UnitResults&) const override {}
    std::unique_ptr<Workspace> make_workspace() const override { return nullptr; }
    std::string describe(UnitKey unit) const override { return text("unit ", unit.unit.value()); }

private:
    std::vector<Stage> stages_;
};

UnitKey row(std::uint64_t unit)
{
    return {StageId{1}, UnitId{unit}};
}

/// A life of a calculation whose folder is `name`.ckpt.
struct Life {
    Life(const std::string& name, FailurePolicy policy)
        : failures{workload, policy, durable::Mishaps{name + ".ckpt", input}, recorder}
    {}
    Pairs workload;
    Results nothing{workload.stages()};
    perf::Recorder recorder;
    Failures failures;
};

void forget(const std::string& name)
{
    std::filesystem::remove_all(name + ".ckpt");
}

constexpr FailurePolicy skip{.on_error = FailurePolicy::OnError::skip};
constexpr FailurePolicy retry_twice{.on_error = FailurePolicy::OnError::retry, .n_retries = 2};

} // namespace

TEST_CASE("the message of an exception tells its causes")
{
    try {
        try {
            throw ComputeError("inner");
        } catch (...) {
            std::throw_with_nested(ComputeError("outer"));
        }
    } catch (const std::exception& error) {
        CHECK(with_causes(error) == "outer, because: inner");
    }
}

TEST_CASE("the policies: stop, skip, and retry elsewhere so many times")
{
    forget("policies");
    Life stop{"policies", {}};
    CHECK(stop.failures.on_error(row(1), Rank{0}, "x") == Verdict::stop);
    CHECK_FALSE(stop.failures.any());

    Life skipping{"policies", skip};
    CHECK(skipping.failures.on_error(row(1), Rank{0}, "x") == Verdict::skip);
    CHECK(skipping.failures.n_failed() == 1);
    REQUIRE(skipping.failures.rows().size() == 1);
    CHECK(skipping.failures.rows()[0].name == "a");
    CHECK(skipping.failures.rows()[0].why == "x");

    Life retrying{"policies2", retry_twice};
    const std::vector<Parcel> parcels = retrying.workload.parcels(StageId{1}, retrying.nothing);
    const std::vector<Rank> ranks{Rank{1}, Rank{2}};
    CHECK(retrying.failures.on_error(row(3), Rank{1}, "x") == Verdict::retry);
    Retries again = retrying.failures.take_retries(StageId{1}, parcels, {}, ranks);
    REQUIRE(again.parcels.size() == 1);
    CHECK(again.parcels[0].units == UnitRange{UnitId{3}, 1});
    CHECK(again.parcels[0].weight == 4.0);
    CHECK(again.owner_of.at(again.parcels[0].block.value()) == Rank{2});                   // elsewhere
    CHECK(retrying.failures.take_retries(StageId{1}, parcels, {}, ranks).parcels.empty()); // it is under way
    CHECK(retrying.failures.on_error(row(3), Rank{2}, "x") == Verdict::retry);
    CHECK(retrying.failures.take_retries(StageId{1}, parcels, {}, ranks).parcels.size() == 1);
    CHECK(retrying.failures.on_error(row(3), Rank{1}, "x") == Verdict::skip);
    CHECK(retrying.failures.rows()[0].n_tries == 3);
    forget("policies2");
}

TEST_CASE(
    "a unit placed at an owner is tried again there, and nothing is left out of a stage that cuts others")
{
    forget("owners");
    Life life{"owners", retry_twice};
    const std::vector<Parcel> parcels = life.workload.parcels(StageId{1}, life.nothing);
    const std::vector<Rank> owners{Rank{0}, Rank{1}, Rank{2}};
    CHECK(life.failures.on_error(row(4), Rank{2}, "x") == Verdict::retry);
    CHECK(life.failures.take_retries(StageId{1}, parcels, owners, owners).owner_of[0] == Rank{2});
    const UnitKey weigh{StageId{0}, UnitId{0}};
    CHECK(life.failures.on_error(weigh, Rank{0}, "x") == Verdict::retry);
    CHECK(life.failures.on_error(weigh, Rank{0}, "x") == Verdict::retry);
    CHECK(life.failures.on_error(weigh, Rank{0}, "x") == Verdict::stop);
}

TEST_CASE("a unit that was given up stays so in the next life, until it is forgiven")
{
    forget("lives");
    CHECK(Life{"lives", skip}.failures.on_error(row(2), Rank{0}, "x") == Verdict::skip);
    Life next{"lives", skip};
    CHECK(next.failures.given_up()[1].contains({UnitId{2}, 1}));
    CHECK(next.failures.any());
    Life stopping{"lives", {}}; // whoever wants no gaps gets none
    CHECK(stopping.failures.given_up()[1].n_units() == 0);
    durable::Mishaps mishaps{"lives.ckpt", input};
    mishaps.forgive();
    Life forgiven{"lives", skip};
    CHECK(forgiven.failures.given_up()[1].n_units() == 0);
    CHECK_FALSE(forgiven.failures.any());
    forget("lives");
}

TEST_CASE("a unit that has cost too many workers over all lives is not tried again")
{
    forget("costly");
    for (int life = 0; life < 3; ++life) {
        Life it{"costly", skip};
        CHECK(it.failures.given_up()[1].n_units() == 0);
        it.failures.on_memory(row(5), Rank{0}, "no memory");
    }
    Life fourth{"costly", skip};
    CHECK(fourth.failures.given_up()[1].contains({UnitId{5}, 1}));
    REQUIRE(fourth.failures.rows().size() == 1);
    CHECK(fourth.failures.rows()[0].n_tries == 3);
    Life patient{"costly", {.most_lost = 4}};
    CHECK(patient.failures.given_up()[1].n_units() == 0);
    Life stop{"costly", {}};
    CHECK_THROWS_AS((void)stop.failures.given_up(), UnitError);
    forget("costly");
}

TEST_CASE("what a unit that was given up has left stands in the file, unless it was computed after all")
{
    forget("left");
    const std::vector<UnitRows> rows{{DatasetId{0}, 2, {std::byte{7}}}};
    const auto left = [](const Failures& failures) {
        std::vector<UnitKey> units;
        failures.for_each_left([&](UnitKey unit, const std::vector<UnitRows>& of_unit) {
            CHECK(of_unit.at(0).bytes == std::vector<std::byte>{std::byte{7}});
            units.push_back(unit);
        });
        return units;
    };
    Life first{"left", skip};
    CHECK(first.failures.on_error(row(2), Rank{0}, "x", rows) == Verdict::skip);
    CHECK(first.failures.on_error(row(3), Rank{0}, "x") == Verdict::skip);
    CHECK(left(first.failures) == std::vector{row(2)});
    Life next{"left", skip};
    (void)next.failures.given_up();
    CHECK(left(next.failures) == std::vector{row(2)});
    durable::Mishaps mishaps{"left.ckpt", input};
    mishaps.forgive();
    Life forgiven{"left", skip};
    (void)forgiven.failures.given_up();
    CHECK(left(forgiven.failures).empty());
    forget("left");
}
