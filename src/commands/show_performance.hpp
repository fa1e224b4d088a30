#pragma once

#include <cstdint>
#include <iosfwd>

namespace mtc::output {
class Reader;
}

/// \file
/// The tables of a run, each led by the line that matters: how much, how uneven, how far from the estimate.
namespace mtc::commands {

/// Longest first. \param max_rows  0: all
void show_tasks(const output::Reader& reader, std::uint64_t max_rows, std::ostream& out);
/// Slowest first, with their share of all seconds.
void show_sources(const output::Reader& reader, std::uint64_t max_rows, std::ostream& out);
/// With the idle share, idlest first.
void show_ranks(const output::Reader& reader, std::uint64_t max_rows, std::ostream& out);
void show_operations(const output::Reader& reader, std::uint64_t max_rows, std::ostream& out);
/// The slowest sources, and the tasks with the longest units: what a user can cut or the scheduler could not
/// split.
void show_slow(const output::Reader& reader, std::uint64_t max_rows, std::ostream& out);

} // namespace mtc::commands
