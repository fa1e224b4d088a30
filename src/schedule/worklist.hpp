#pragma once

#include "schedule/decisions.hpp"

#include "mtc/types.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>

namespace mtc::schedule {

/// What a rank was given and has not ended, as the rank itself keeps it: tasks in the order of coming, the
/// first of them computed unit by unit. Between two units it may give some back.
class Worklist {
public:
    void push(Assignment task) { tasks_.push_back(std::move(task)); }
    [[nodiscard]] bool empty() const noexcept { return tasks_.empty(); }
    /// The task that is computed; not when empty().
    [[nodiscard]] const Assignment& front() const { return tasks_.front(); }
    /// The next unit of the front task; not when front_ended().
    [[nodiscard]] UnitId next() const { return UnitId{front().ranges[range_].first.value() + in_range_}; }
    /// The next unit is being computed: it is not given back any more.
    void unit_begun() noexcept { begun_ = true; }
    /// The next unit is computed, in so many seconds.
    void unit_done(double seconds);
    /// Units that were told without their seconds took so many together.
    void took(double seconds) noexcept { done_s_ += seconds; }
    [[nodiscard]] bool front_ended() const { return range_ == front().ranges.size(); }
    [[nodiscard]] std::uint64_t n_done() const noexcept { return n_done_; } ///< units of the front task
    void pop(); ///< the front task ended, whole or not

    /// Gives back units that are not begun, also while one is computed: of n sharers' and one's own equal
    /// parts, in seconds, all but one. Tasks that wait go first, the last one first and whole if it fits;
    /// then the tail of the front task. The last unit of all is only given when everything is asked for.
    [[nodiscard]] GivenBack give_back(const GiveBack& request);

private:
    [[nodiscard]] std::uint64_t n_left(std::size_t task) const;
    [[nodiscard]] double unit_s(std::size_t task) const;
    void cut(std::size_t task, std::uint64_t n_units);

    std::deque<Assignment> tasks_;
    std::size_t range_ = 0;      // of the front task
    std::uint64_t in_range_ = 0; // units of that range that are done
    std::uint64_t n_done_ = 0;   // units of the front task
    double done_s_ = 0.0;        // [s] of those
    bool begun_ = false;         // the next unit of the front task is being computed
};

} // namespace mtc::schedule
