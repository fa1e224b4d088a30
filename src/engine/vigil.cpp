#include "engine/vigil.hpp"

#include "engine/inheritance.hpp"
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

void Vigil::bury(schedule::Scheduler& scheduler, StageId stage, Mailbox& mailbox, perf::Recorder& recorder)
{
    for (const Loss& loss : heartbeat_->take_losses()) {
        const std::uint64_t before = scheduler.progress(perf::now_s()).units_done;
        bury_one(loss, scheduler, stage, mailbox);
        const std::uint64_t after = scheduler.progress(perf::now_s()).units_done;
        const std::string what = text("rank ", loss.rank.value(), " was lost (", loss.why,
                                      "): ", hopeless_.empty() ? "the others go on" : hopeless_, "; ",
                                      before > after ? before - after : 0, " units are computed again");
        recorder.add_event("rank_lost", what);
        std::cerr << text("warning: ", what, "\n");
    }
}

void Vigil::bury_one(const Loss& loss, schedule::Scheduler& scheduler, StageId stage, Mailbox& mailbox)
{
    // Should it come back. If not, the message is never through, and nobody waits for it.
    mailbox.send_header(LeaveMessage{End::dismissed}, loss.rank, Tag::leave);
    mailbox.lose(loss.rank);
    std::map<StageId, schedule::UnitSet> saved;
    if (hopeless_.empty())
        hopeless_ = estate_.why_irreplaceable(stage);
    if (hopeless_.empty()) {
        try {
            saved = estate_.seal(loss.rank, stage);
        } catch (const IoError& error) {
            hopeless_ = error.what();
        }
    }
    for (const auto& [before, by_rank] : done_before_)
        for (const UnitRange& units : by_rank.at(static_cast<std::size_t>(loss.rank.value())))
            if (hopeless_.empty() && !saved[before].contains(units))
                hopeless_ = "it held results of an earlier stage that are not saved";
    if (!hopeless_.empty())
        scheduler.revoke();
    scheduler.on_rank_lost(loss.rank, saved[stage], perf::now_s());
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
