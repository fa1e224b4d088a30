#pragma once

#include "engine/lives/heartbeat.hpp"
#include "engine/messages/mailbox.hpp"
#include "engine/results/results.hpp"
#include "engine/runner.hpp"
#include "engine/saves/saver.hpp"
#include "engine/stage_end.hpp"
#include "mtc/workload.hpp"

#include <exception>

namespace mtc::engine {

/// Every rank but 0: computes what it is sent, looks for messages between units, tells what it ended.
class Worker {
public:
    /// \param heartbeat  may be null: then rank 0 is never lost
    Worker(const Workload& workload, Mailbox& mailbox, Results& results, TaskRunner& runner,
           perf::Recorder& recorder, Saver& saver, Heartbeat* heartbeat = nullptr);

    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Until rank 0 says leave, or is lost.
    [[nodiscard]] End run();

private:
    [[nodiscard]] bool attend();
    [[nodiscard]] bool look_around() noexcept;
    void handle(const Message& message);
    void compute();
    void tell_failures();
    void ask_to_stop(const std::string& why);
    void end_stage(StageId stage, bool save);
    void lose(std::span<const std::byte> ranks);

    const Workload& workload_;
    Mailbox& mailbox_;
    Results& results_;
    TaskRunner& runner_;
    perf::Recorder& recorder_;
    Saver& saver_;
    Heartbeat* heartbeat_;
    Reduction reduction_;
    Waiter waiter_;
    bool reducing_ = false;
    double reducing_since_s_ = 0.0;
    bool left_ = false;
    bool asked_to_stop_ = false; ///< rank 0 was
    bool failed_ = false;        ///< a unit left parts behind: nothing more is computed here
    bool revoked_ = false;       ///< the run ends: units that wait are left
    std::exception_ptr thrown_;  ///< while a unit waited
    End end_ = End::complete;
};

} // namespace mtc::engine
