#pragma once

#include "perf/tables.hpp"

#include <cstddef>
#include <vector>

namespace mtc::perf {

/// The tasks of one rank in the order in which they were computed, in bounded memory. When the rows reach
/// their largest number, neighbours are merged in pairs, and what has been merged merges again later: the
/// last rows, which tell what held the end of a run back, stay single.
class TaskLog {
public:
    static constexpr std::size_t default_max_rows = 100'000;

    /// \param max_rows  at least 2
    explicit TaskLog(std::size_t max_rows = default_max_rows)
        : max_rows_{max_rows}
    {}
    void add(const TaskRow& task);
    [[nodiscard]] const std::vector<TaskRecord>& rows() const noexcept { return rows_; }

private:
    void merge_neighbours();

    std::size_t max_rows_;
    std::vector<TaskRecord> rows_;
};

/// The row of a single task.
[[nodiscard]] TaskRecord record_of(const TaskRow& task) noexcept;

} // namespace mtc::perf
