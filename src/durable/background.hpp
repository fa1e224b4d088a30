#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <thread>

namespace mtc::durable {

/// [s] Processor time of the calling thread: where processors are shared things take longer than they cost.
[[nodiscard]] double thread_processor_s() noexcept;

/// A helper thread that does one job after the other. It starts with the first job and never calls MPI. After
/// a job that threw, the next ones are dropped until take_error() was asked.
class Background {
public:
    Background() = default;
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;
    /// Waits for all jobs.
    ~Background();
    void post(std::function<void()> job);
    [[nodiscard]] bool idle() const;
    /// Returns when nothing is left to do.
    void wait();
    /// What went wrong since the last time that one asked. Not while jobs are under way.
    [[nodiscard]] std::optional<std::string> take_error();
    /// Processor time that the jobs took so far. [s]
    [[nodiscard]] double processor_s() const;

private:
    void work();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::queue<std::function<void()>> jobs_;
    std::optional<std::string> error_;
    double processor_s_ = 0.0;
    bool busy_ = false;
    bool leave_ = false;
    std::thread thread_; ///< last: it uses what stands above
};

} // namespace mtc::durable
