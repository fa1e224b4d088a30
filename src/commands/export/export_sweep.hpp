#pragma once

#include "commands/export/export_csv.hpp"

/// \file
/// The table of a sweep for other programs: a row a task, with its parameters, results, exit status and what
/// it printed, and behind these when, where and how long it ran. Written in blocks of rows, in memory that
/// does not grow with their number. Each function returns the file that it wrote. \throws InputError  when
/// the output is of no sweep \throws IoError  when a file cannot be written
namespace mtc::commands {

/// Whether an output is of a sweep of commands.
[[nodiscard]] bool is_sweep(const output::Reader& reader);

/// <output's stem>.results.csv: a header and a line a task. Numbers have the fewest digits that give the same
/// bits again; a result that was not printed is empty.
[[nodiscard]] Files export_sweep_csv(const output::Reader& reader, const std::filesystem::path& to);
/// <output's stem>.results.npz: an array for each column, as in the file.
[[nodiscard]] Files export_sweep_npz(const output::Reader& reader, const std::filesystem::path& to);

} // namespace mtc::commands
