#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include <pthread.h>

namespace mtc::engine {

/// Ends this rank when a unit takes longer than the key unit_timeout: nothing else can end a computation that
/// does not come back. The rank dies as by a crash (engine/lives/crash.hpp), so that its backtrace tells
/// where it was, and the policy decides what becomes of the unit (Failures). Units that wait for something
/// (UnitResults::look_around) end that themselves.
class UnitWatch {
public:
    /// Of the thread that makes it. \param limit_s  [s] 0: nothing is watched
    explicit UnitWatch(double limit_s);
    UnitWatch(const UnitWatch&) = delete;
    UnitWatch& operator=(const UnitWatch&) = delete;
    ~UnitWatch();

private:
    void watch();

    double limit_s_;
    pthread_t computing_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool leave_ = false;
    std::thread thread_;
};

} // namespace mtc::engine
