#pragma once

#include "engine/heartbeat.hpp"
#include "engine/mailbox.hpp"
#include "engine/results.hpp"
#include "engine/runner.hpp"
#include "engine/saver.hpp"
#include "engine/stage_end.hpp"
#include "mtc/workload.hpp"

namespace mtc::engine {

/// Every rank but 0: computes what it is sent, looks for messages between units, tells what it ended.
class Worker {
public:
    /// \param heartbeat  may be null: then rank 0 is never lost
    Worker(const Workload& workload, Mailbox& mailbox, Results& results, TaskRunner& runner,
           perf::Recorder& recorder, Saver& saver, Heartbeat* heartbeat = nullptr);

    /// Until rank 0 says leave, or is lost.
    [[nodiscard]] End run();

private:
    void handle(const Message& message);
    void compute();
    void end_stage(StageId stage);
    void lose(std::span<const std::byte> ranks);

    const Workload& workload_;
    Mailbox& mailbox_;
    Results& results_;
    TaskRunner& runner_;
    perf::Recorder& recorder_;
    Saver& saver_;
    Heartbeat* heartbeat_;
    Reduction reduction_;
    Waiter waiter_{worker_naps};
    bool reducing_ = false;
    double reducing_since_s_ = 0.0;
    bool left_ = false;
    bool asked_to_stop_ = false; ///< rank 0 was
    bool failed_ = false;        ///< a unit failed here: nothing more is computed
    End end_ = End::complete;
};

} // namespace mtc::engine
