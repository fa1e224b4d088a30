#pragma once

#include <cstdint>
#include <iosfwd>

namespace mtc::output {
class Reader;
}

/// \file
/// The tables of a run, each led by the line that matters: how much, how uneven, how far from the estimate.
/// `max_rows` is the largest number of rows to print; 0: all. Totals are of all rows.
namespace mtc::commands {

/// Longest first; leads with the error of the estimates, as the median and the 90th percentile of
/// |ln(duration / estimate)|.
void show_tasks(const output::Reader& reader, std::uint64_t max_rows, std::ostream& out);
/// Slowest first, with their share of all seconds.
void show_sources(const output::Reader& reader, std::uint64_t max_rows, std::ostream& out);
/// Cost classes, and which of them have units far off 1-50 ms: shorter ones cost messages, longer ones leave
/// ranks waiting at the end.
void show_units(const output::Reader& reader, std::uint64_t max_rows, std::ostream& out);
/// Idlest first, and the idle share of each stage: 1 - sum of unit times / (computing ranks x makespan).
void show_ranks(const output::Reader& reader, std::uint64_t max_rows, std::ostream& out);
/// Most time first.
void show_operations(const output::Reader& reader, std::uint64_t max_rows, std::ostream& out);
/// Kinds of messages, most bytes first.
void show_transfer(const output::Reader& reader, std::uint64_t max_rows, std::ostream& out);
/// In the order of time.
void show_events(const output::Reader& reader, std::uint64_t max_rows, std::ostream& out);
void show_failures(const output::Reader& reader, std::uint64_t max_rows, std::ostream& out);
/// What held the run back: the sources whose tasks ran during the last tenth of a stage while other ranks
/// waited, and the tasks with the longest units, which nobody can cut.
void show_slow(const output::Reader& reader, std::uint64_t max_rows, std::ostream& out);

} // namespace mtc::commands
