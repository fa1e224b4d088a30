#include "calcs/diary.hpp"

#include "calcs/database.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace mtc::calcs {

/// What is still to be entered, and by whom.
struct Diary::Desk {
    std::filesystem::path file;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void(Database&)>> entries;
    std::string error;
    bool busy = false;
    bool leave = false;

    void post(std::function<void(Database&)> entry)
    {
        const std::lock_guard lock{mutex};
        entries.push_back(std::move(entry));
        changed.notify_all();
    }

    void work()
    {
        std::unique_lock lock{mutex};
        for (;;) {
            changed.wait(lock, [this] { return leave || !entries.empty(); });
            if (entries.empty())
                return;
            const std::function<void(Database&)> entry = std::move(entries.front());
            entries.pop_front();
            busy = true;
            lock.unlock();
            std::string problem;
            try {
                Database database{file}; // anew each time: a run may last for days
                entry(database);
            } catch (const std::exception& failure) {
                problem = failure.what();
            }
            lock.lock();
            if (error.empty())
                error = std::move(problem);
            busy = false;
            changed.notify_all();
        }
    }
};

Diary::Diary(std::filesystem::path file)
{
    if (file.empty())
        return;
    desk_ = std::make_shared<Desk>();
    desk_->file = std::move(file);
}

Diary::~Diary()
{
    if (!desk_)
        return;
    const std::lock_guard lock{desk_->mutex};
    desk_->leave = true;
    desk_->changed.notify_all();
}

void Diary::begun(Calculation calculation)
{
    if (!desk_)
        return;
    run_id_ = calculation.run_id;
    desk_->post([calculation = std::move(calculation)](Database& database) { database.begin(calculation); });
    if (!std::exchange(has_begun_, true))
        std::thread{[desk = desk_] { desk->work(); }}.detach(); // it may hang with its disk
}

void Diary::ended(ExitStatus status, double elapsed_s, std::string message)
{
    if (!has_begun_)
        return;
    desk_->post([run_id = run_id_, status, elapsed_s, message = std::move(message)](Database& database) {
        database.end(run_id, status, elapsed_s, message);
    });
}

std::string Diary::settle(double patience_s)
{
    if (!has_begun_)
        return {};
    std::unique_lock lock{desk_->mutex};
    const bool done = desk_->changed.wait_for(lock, std::chrono::duration<double>{patience_s},
                                              [this] { return desk_->entries.empty() && !desk_->busy; });
    return done ? desk_->error : text(desk_->file.string(), ": does not answer");
}

} // namespace mtc::calcs
