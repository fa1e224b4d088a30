#include "engine/vigil.hpp"

#include "engine/saves/inheritance.hpp"
#include "mpi/pulse.hpp"
#include "perf/clock.hpp"

#include <algorithm>
#include <iostream>

namespace mtc::engine {
namespace {

// Beats come every second whatever is computed. Who misses them for a minute may still be kept from running
// by a node that swaps; where units are long, waiting costs less than computing them again. But the loss of a
// node in a unit of a day is not to be noticed in twenty.
constexpr double least_patience_s = 60.0;
constexpr double most_patience_s = 600.0;
constexpr double patience_in_units = 20.0;

} // namespace

Vigil::Vigil(Heartbeat& heartbeat, Estate estate, double patience_s)
    : heartbeat_{&heartbeat}
    , estate_{std::move(estate)}
    , automatic_{patience_s == 0.0}
{
    heartbeat.set_patience(automatic_ ? least_patience_s : patience_s);
}

void Vigil::be_patient(double unit_s)
{
    longest_unit_s_ = unit_s;
    if (heartbeat_ != nullptr && automatic_)
        heartbeat_->set_patience(std::clamp(patience_in_units * unit_s, least_patience_s, most_patience_s));
}

void Vigil::enter(Phase phase) noexcept
{
    if (heartbeat_ != nullptr)
        heartbeat_->enter(phase);
}

void Vigil::bury(const StageWork& work, Mailbox& mailbox, Failures& failures, perf::Recorder& recorder)
{
    for (const Loss& loss : heartbeat_->take_losses()) {
        const std::uint64_t before = work.first.progress(perf::now_s()).units_done;
        bury_one(loss, work, mailbox, failures);
        const std::uint64_t after = work.first.progress(perf::now_s()).units_done;
        const std::string what = text("rank ", loss.rank.value(), " was lost (", loss.why,
                                      "): ", hopeless_.empty() ? "the others go on" : "the run is left", "; ",
                                      before > after ? before - after : 0, " units are computed again");
        recorder.add_event("rank_lost", what);
        std::cerr << text("warning: ", what, "\n");
    }
}

/// What the rank had saved, by stage; sets hopeless_ when the run cannot go on without the rest.
std::map<StageId, schedule::UnitSet> Vigil::take_saves(Rank rank, StageId stage, const Failures& failures)
{
    std::map<StageId, schedule::UnitSet> saved;
    const auto give_up = [&](const std::string& why) {
        hopeless_ = text("rank ", rank.value(), " was lost, and ", why);
    };
    if (hopeless_.empty())
        if (const std::string why = estate_.why_irreplaceable(stage); !why.empty())
            give_up(why);
    if (hopeless_.empty()) {
        try {
            saved = estate_.seal(rank, stage);
        } catch (const IoError& error) {
            give_up(error.what());
        }
    }
    for (const auto& [before, by_rank] : done_before_) {
        bool all_saved = true;
        failures.computed_again(before, rank).for_each([&](const UnitRange& units) {
            all_saved = all_saved && saved[before].contains(units);
        });
        schedule::UnitSet not_here = failures.failed_once(before);
        saved[before].for_each([&](const UnitRange& units) { not_here.add(units); });
        for (const UnitRange& units : by_rank.at(static_cast<std::size_t>(rank.value())))
            all_saved = all_saved && not_here.contains(units);
        if (hopeless_.empty() && !all_saved)
            give_up("it held results of an earlier stage that are not saved");
    }
    return saved;
}

void Vigil::bury_one(const Loss& loss, const StageWork& work, Mailbox& mailbox, Failures& failures)
{
    // Should it come back. If not, the message is never through, and nobody waits for it.
    mailbox.send_header(LeaveMessage{End::dismissed}, loss.rank, Tag::leave);
    const std::vector<Rank> lost_before = mailbox.lost();
    mailbox.lose(loss.rank);
    schedule::UnitSet saved = take_saves(loss.rank, work.stage, failures)[work.stage];
    if (!hopeless_.empty()) {
        work.first.revoke();
        work.active().revoke();
    }
    failures.on_deaths(lost_before);
    failures.on_rank_lost(work.stage, loss.rank, saved);
    if (work.again != nullptr) // a later round computes what was lost of this one
        work.again->on_rank_lost(loss.rank, failures.placed_at(work.stage, loss.rank), perf::now_s());
    failures.failed_once(work.stage).for_each([&](const UnitRange& units) { saved.add(units); });
    work.first.on_rank_lost(loss.rank, saved, perf::now_s());
}

void Vigil::end_stage(StageId stage, const schedule::Scheduler& scheduler, const std::vector<Stage>& stages,
                      Mailbox& mailbox, Results& results, Saver& saver)
{
    if (heartbeat_ == nullptr)
        return;
    const Stage& ended = stages[stage.value()];
    if (ended.destination == Destination::file && ended.placement == Placement::anywhere)
        for (int rank = 0; rank < mailbox.n_ranks(); ++rank) {
            const auto done = scheduler.done_by(Rank{rank});
            done_before_[stage].emplace_back(done.begin(), done.end());
        }
    for (const auto& [bequest, heir] : estate_.deal(stage, mailbox.living())) {
        Packer message;
        message.put(InheritHeader{stage.value(), bequest.is_journal ? 1U : 0U});
        message.put_bytes(std::as_bytes(std::span{bequest.path}));
        if (heir == mailbox.rank())
            inherit(message.take(), stages, results, saver);
        else
            mailbox.send(message.take(), heir, Tag::inherit);
    }
}

} // namespace mtc::engine
