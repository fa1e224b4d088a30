#pragma once

#include "engine/failures/failures.hpp"
#include "engine/lives/heartbeat.hpp"
#include "engine/messages/mailbox.hpp"
#include "engine/results/results.hpp"
#include "engine/saves/estate.hpp"
#include "engine/saves/saver.hpp"
#include "perf/recorder.hpp"
#include "schedule/scheduler.hpp"

#include <string>
#include <vector>

namespace mtc::engine {

/// Who computes the units of the present stage.
struct StageWork {
    StageId stage;
    schedule::Scheduler& first;           ///< all units
    schedule::Scheduler* again = nullptr; ///< those that failed and are computed again at the moment
    [[nodiscard]] schedule::Scheduler& active() const noexcept { return again != nullptr ? *again : first; }
};

/// Rank 0's watch over the others: what happens when one is lost, so that the run goes on without it, or ends
/// such that it can be started again.
///
/// A rank is lost for good once it is named: what it had saved is sealed, what it had not is computed by
/// others, it is told to leave should it come back, and nothing it still says counts. What was sealed is
/// taken over by living ranks at the end of the stage, before results leave for their owners.
class Vigil {
public:
    Vigil() = default; ///< nobody watches: no rank is ever lost
    /// \param patience_s  a rank that is not heard for so long is lost; 0: by the longest unit
    Vigil(Heartbeat& heartbeat, Estate estate, double patience_s);

    [[nodiscard]] bool has_losses() const noexcept
    {
        return heartbeat_ != nullptr && heartbeat_->has_losses();
    }
    /// Messages to some ranks may be lost, and nobody would know.
    [[nodiscard]] bool has_other_nodes() const noexcept
    {
        return heartbeat_ != nullptr && heartbeat_->has_other_nodes();
    }
    /// Buries those that were lost since. The present stage is revoked when it cannot go on.
    /// \throws UnitError  a unit has cost too many workers, and the policy is to stop
    void bury(const StageWork& work, Mailbox& mailbox, Failures& failures, perf::Recorder& recorder);
    /// Which rank was lost without which the run cannot go on, and why; empty: it can.
    [[nodiscard]] const std::string& hopeless() const noexcept { return hopeless_; }
    void enter(Phase phase) noexcept;
    /// A unit of the present stage took so long. [s]
    void note_unit(double seconds)
    {
        if (seconds > longest_unit_s_)
            be_patient(seconds);
    }
    /// All units of the stage are done: living ranks take over what was sealed, and who did what is kept.
    void end_stage(StageId stage, const schedule::Scheduler& scheduler, const std::vector<Stage>& stages,
                   Mailbox& mailbox, Results& results, Saver& saver);

private:
    void be_patient(double unit_s);
    void bury_one(const Loss& loss, const StageWork& work, Mailbox& mailbox, Failures& failures);
    [[nodiscard]] std::map<StageId, schedule::UnitSet> take_saves(Rank rank, StageId stage,
                                                                  const Failures& failures);

    Heartbeat* heartbeat_ = nullptr;
    Estate estate_;
    bool automatic_ = true;
    double longest_unit_s_ = 0.0;
    std::string hopeless_;
    /// [n_stage][n_ranks] of stages that ended and whose results wait for the file, with units that failed
    std::map<StageId, std::vector<std::vector<UnitRange>>> done_before_;
};

} // namespace mtc::engine
