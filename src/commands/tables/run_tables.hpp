#pragma once

#include "output/rows.hpp"

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mtc::output {
class Reader;
}

/// \file
/// The performance tables of a file with the names behind their numbers, and how a number is shown.
namespace mtc::commands {

using output::SourceRecord;
using perf::TaskRecord;

/// Of the run that wrote the file: those of runs before it count from other origins of time.
[[nodiscard]] std::vector<TaskRecord> read_tasks(const output::Reader& reader);
[[nodiscard]] std::vector<SourceRecord> read_sources(const output::Reader& reader);
[[nodiscard]] std::vector<perf::RankRow> read_ranks(const output::Reader& reader);

/// Names of stages, cost classes and sources; numbers where the file has no name.
class Names {
public:
    explicit Names(const output::Reader& reader);
    [[nodiscard]] std::string stage(std::uint32_t stage) const;
    [[nodiscard]] std::string cost_class(std::uint32_t stage, std::uint32_t cost_class) const;
    [[nodiscard]] std::string source(std::uint32_t stage, std::uint32_t source) const;
    /// "area 7", or "area 7 and 3 more" for a bundle.
    [[nodiscard]] std::string sources_of(const TaskRecord& task) const;

private:
    using Key = std::pair<std::uint32_t, std::uint32_t>;
    std::map<std::uint32_t, std::string> stages_;
    std::map<Key, std::string> cost_classes_;
    std::map<Key, std::string> sources_;
};

/// Four digits.
[[nodiscard]] std::string shown_s(double seconds);
/// "12.5", or "-" when there is no whole.
[[nodiscard]] std::string percent(double part, double whole);
/// "1.23 MB"
[[nodiscard]] std::string shown_bytes(double n_bytes);
/// How many of `n` rows are printed.
[[nodiscard]] std::uint64_t n_shown(std::uint64_t n, std::uint64_t max_rows);
/// The line after a table that is cut; empty when it is whole.
[[nodiscard]] std::string rest_line(std::uint64_t n, std::uint64_t max_rows, std::string_view what);

/// Rows of tasks as they come, and the totals of all.
void print_tasks(const std::vector<TaskRecord>& tasks, const Names& names, std::uint64_t max_rows,
                 std::ostream& out);

} // namespace mtc::commands
