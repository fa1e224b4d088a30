#include "engine/failures/failures.hpp"

#include "durable/crash_report.hpp"
#include "engine/failures/failed_unit.hpp"

#include <algorithm>
#include <exception>
#include <iostream>
#include <iterator>
#include <utility>

namespace mtc::engine {
namespace {

constexpr std::uint64_t most_told = 20; // the others stand in the output

} // namespace

std::string with_causes(const std::exception& error)
{
    std::string all = error.what();
    try {
        std::rethrow_if_nested(error);
    } catch (const std::exception& cause) {
        all += text(", because: ", with_causes(cause));
    } catch (...) {
        all += ", because of an exception that is no std::exception";
    }
    return all;
}

Failures::Failures(const Workload& workload, FailurePolicy policy, durable::Mishaps mishaps,
                   perf::Recorder& recorder)
    : workload_{workload}
    , policy_{policy}
    , mishaps_{std::move(mishaps)}
    , recorder_{recorder}
    , failed_(workload.stages().size())
    , failed_once_(workload.stages().size())
{}

const SourceInfo& Failures::source_of(UnitKey unit)
{
    auto found = sources_.find(unit.stage);
    if (found == sources_.end())
        found = sources_.emplace(unit.stage, workload_.sources(unit.stage)).first;
    return found->second.at(workload_.source_of(unit).value());
}

/// Later stages are cut by the records of these: without one, whole sources would be missing unseen.
bool Failures::may_go_on_without(StageId stage) const
{
    const Destination destination = workload_.stages().at(stage.value()).destination;
    return policy_.on_error != FailurePolicy::OnError::stop &&
           (destination == Destination::file || destination == Destination::owners);
}

void Failures::remember(durable::Mishap mishap)
{
    try {
        mishaps_.add(std::move(mishap));
    } catch (const IoError& error) {
        std::cerr << "warning: " << error.what() << ": a later run will not know of this failure\n";
    }
}

void Failures::give_up(UnitKey unit, Rank rank, std::uint32_t n_tries, const std::string& why)
{
    note_failed(unit);
    failed_.at(unit.stage.value()).add({unit.unit, 1});
    trials_.erase(unit);
    ++n_failed_;
    if (rows_.size() == most_rows)
        return;
    perf::FailureRow row;
    row.stage = unit.stage.value();
    row.unit = unit.unit.value();
    row.source = workload_.source_of(unit).value();
    row.name = source_of(unit).name;
    row.rank = rank.value();
    row.n_tries = n_tries;
    row.why = why;
    rows_.push_back(std::move(row));
}

void Failures::count(const durable::Mishap& mishap)
{
    if (mishap.kind == durable::Mishap::Kind::crash || mishap.kind == durable::Mishap::Kind::memory)
        ++n_lost_[mishap.unit];
    if (mishap.kind == durable::Mishap::Kind::crash && mishap.why.starts_with(durable::unit_timed_out))
        ++n_timeouts_[mishap.unit];
}

std::string Failures::in_words(const durable::Mishap& mishap)
{
    return text("on rank ", mishap.rank, " (", mishap.host, "): source ", source_of(mishap.unit).name, ", ",
                workload_.describe(mishap.unit), ": ", mishap.why);
}

std::vector<schedule::UnitSet> Failures::given_up()
{
    for (const durable::Mishap& mishap : mishaps_.all())
        recorder_.add_event(std::string{durable::name(mishap.kind)},
                            text("at ", mishap.when, " ", in_words(mishap)));
    for (const durable::Mishap& mishap : mishaps_.counting()) {
        count(mishap);
        if (mishap.kind == durable::Mishap::Kind::skipped && may_go_on_without(mishap.unit.stage))
            give_up(mishap.unit, Rank{mishap.rank}, 1, mishap.why);
    }
    on_deaths({});
    std::vector<UnitKey> units;
    for (const auto& [unit, n] : n_lost_)
        units.push_back(unit);
    give_up_costly(units);
    return failed_;
}

void Failures::on_deaths(std::span<const Rank> lost_before)
{
    std::vector<UnitKey> units;
    try {
        for (const durable::Mishap& mishap : mishaps_.take_crashes()) {
            count(mishap);
            recorder_.add_event("crash", in_words(mishap));
            if (std::ranges::find(lost_before, Rank{mishap.rank}) == lost_before.end())
                units.push_back(mishap.unit);
        }
    } catch (const IoError& error) {
        std::cerr << "warning: " << error.what() << '\n';
    }
    give_up_costly(units);
}

void Failures::give_up_costly(std::span<const UnitKey> units)
{
    for (const UnitKey& unit : units) {
        const std::uint32_t n = n_lost_[unit];
        const std::uint32_t n_timeouts = n_timeouts_[unit];
        const bool too_long = n_timeouts > policy_.n_retries;
        if ((n < policy_.most_lost && !too_long) || failed_.at(unit.stage.value()).contains({unit.unit, 1}))
            continue;
        const std::string why = too_long ? text("it took longer than unit_timeout ", n_timeouts, " times")
                                         : text("it has cost ", n, " workers");
        if (!may_go_on_without(unit.stage))
            throw UnitError{unit, text(message(unit, workload_.describe(unit)), ": ", why,
                                       " and is not tried again. Go on without it with on_error = skip, or "
                                       "try it once more with --retry-failed?")};
        std::cerr << text("warning: ", message(unit, workload_.describe(unit)), ": ", why,
                          " and is left out\n");
        give_up(unit, Rank::none(), n, why);
        remember({.kind = durable::Mishap::Kind::skipped, .unit = unit, .rank = -1, .why = why});
    }
}

/// What its last rank holds of it is nothing.
void Failures::note_failed(UnitKey unit)
{
    failed_once_.at(unit.stage.value()).add({unit.unit, 1});
    if (const auto place = places_.find(unit); place != places_.end())
        place->second.in_vain = true;
}

void Failures::on_rank_lost(StageId stage, Rank rank, const schedule::UnitSet& saved)
{
    computed_again(stage, rank).for_each([&](const UnitRange& units) {
        for (UnitId unit = units.first; unit != units.end(); unit = UnitId{unit.value() + 1})
            if (!saved.contains({unit, 1})) {
                places_.at({stage, unit}).in_vain = true;
                trials_[{stage, unit}].waits = true;
            }
    });
}

schedule::UnitSet Failures::placed_at(StageId stage, Rank rank) const
{
    schedule::UnitSet units;
    for (const auto& [unit, place] : places_)
        if (unit.stage == stage && place.rank == rank)
            units.add({unit.unit, 1});
    return units;
}

schedule::UnitSet Failures::computed_again(StageId stage, Rank rank) const
{
    schedule::UnitSet units;
    for (const auto& [unit, place] : places_)
        if (unit.stage == stage && place.rank == rank && !place.in_vain)
            units.add({unit.unit, 1});
    return units;
}

std::string Failures::message(UnitKey unit, const std::string& why)
{
    return text("stage ", workload_.stages().at(unit.stage.value()).name, ", source ", source_of(unit).name,
                ", ", why);
}

Failures::Verdict Failures::on_error(UnitKey unit, Rank rank, const std::string& why,
                                     std::vector<UnitRows> rows)
{
    if (++n_told_ <= most_told)
        std::cerr << text("warning: ", why, "\n");
    if (n_told_ == most_told)
        std::cerr << "warning: later failures stand in the output alone\n";
    recorder_.add_event("error", why);
    note_failed(unit);
    Trial& trial = trials_[unit];
    ++trial.n_errors;
    trial.on.insert(rank);
    if (policy_.on_error == FailurePolicy::OnError::retry && trial.n_errors <= policy_.n_retries) {
        trial.waits = true;
        return Verdict::retry;
    }
    const std::uint32_t n_tries = trial.n_errors;
    trials_.erase(unit);
    if (!may_go_on_without(unit.stage))
        return Verdict::stop;
    give_up(unit, rank, n_tries, why);
    remember({.kind = durable::Mishap::Kind::skipped,
              .unit = unit,
              .rank = rank.value(),
              .why = why,
              .rows = std::move(rows)});
    return Verdict::skip;
}

void Failures::on_memory(UnitKey unit, Rank rank, const std::string& why)
{
    recorder_.add_event("memory", why);
    ++n_lost_[unit];
    remember({.kind = durable::Mishap::Kind::memory, .unit = unit, .rank = rank.value(), .why = why});
}

Retries Failures::take_retries(StageId stage, std::span<const Parcel> parcels, std::span<const Rank> of_block,
                               std::span<const Rank> computing)
{
    Retries retries;
    if (std::ranges::none_of(trials_, [](const auto& entry) { return entry.second.waits; }))
        return retries;
    std::map<UnitId, const Parcel*> parcel_of; // by its first unit
    for (const Parcel& parcel : parcels)
        parcel_of.emplace(parcel.units.first, &parcel);
    std::size_t next = 0; // they are spread over the ranks
    for (auto& [unit, trial] : trials_) {
        if (unit.stage != stage || !std::exchange(trial.waits, false))
            continue;
        const Parcel* const parcel = std::prev(parcel_of.upper_bound(unit.unit))->second;
        Rank rank = computing[next % computing.size()];
        for (std::size_t i = 0; i < computing.size() && trial.on.contains(rank); ++i)
            rank = computing[++next % computing.size()];
        ++next;
        if (!of_block.empty())
            rank = of_block[parcel->block.value()];
        Parcel alone = *parcel;
        alone.units = {unit.unit, 1};
        alone.weight /= static_cast<double>(parcel->units.count);
        alone.block = BlockId{static_cast<std::uint32_t>(retries.parcels.size())};
        retries.parcels.push_back(alone);
        retries.owner_of.push_back(rank);
        places_[unit] = {rank, false};
    }
    return retries;
}

} // namespace mtc::engine
