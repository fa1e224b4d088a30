#include "durable/background.hpp"

#include <csignal>
#include <ctime>
#include <exception>
#include <utility>

namespace mtc::durable {

double thread_processor_s() noexcept
{
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

Background::~Background()
{
    {
        const std::lock_guard lock{mutex_};
        leave_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable())
        thread_.join();
}

void Background::post(std::function<void()> job)
{
    const std::lock_guard lock{mutex_};
    jobs_.push(std::move(job));
    if (!thread_.joinable()) {
        // Signals are for the thread that looks at them between units.
        sigset_t all;
        sigset_t before;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, &before);
        thread_ = std::thread{[this] { work(); }};
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }
    changed_.notify_all();
}

bool Background::idle() const
{
    const std::lock_guard lock{mutex_};
    return jobs_.empty() && !busy_;
}

void Background::wait()
{
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return jobs_.empty() && !busy_; });
}

std::optional<std::string> Background::take_error()
{
    const std::lock_guard lock{mutex_};
    return std::exchange(error_, std::nullopt);
}

double Background::processor_s() const
{
    const std::lock_guard lock{mutex_};
    return processor_s_;
}

void Background::work()
{
    std::unique_lock lock{mutex_};
    while (true) {
        changed_.wait(lock, [this] { return leave_ || !jobs_.empty(); });
        if (jobs_.empty())
            return;
        std::function<void()> job = std::move(jobs_.front());
        jobs_.pop();
        busy_ = true;
        std::optional<std::string> error = error_;
        lock.unlock();
        if (!error) {
            try {
                job();
            } catch (const std::exception& failure) {
                error = failure.what();
            }
        }
        job = nullptr; // its memory goes before anybody is told that it is done
        const double used_s = thread_processor_s();
        lock.lock();
        error_ = std::move(error);
        processor_s_ = used_s;
        busy_ = false;
        changed_.notify_all();
    }
}

} // namespace mtc::durable
