#pragma once

#include "commands/export/export_csv.hpp"

/// \file
/// Disaggregations as CSV files, one for each kind and site; a file whose values are all 0 is not written.
/// The first line is a comment with the edges of all bins; rows are bins by their centres, by intensity
/// measure and probability. Each function returns the files that it wrote.
/// \throws InputError  when the output holds no disaggregation \throws IoError  when a file cannot be written
namespace mtc::commands {

/// <kind>-mean-<site>.csv where the output has means, <kind>-<site>.csv otherwise.
[[nodiscard]] Files export_disagg_csv(const output::Reader& reader, const std::filesystem::path& to);
/// <kind>-<site>.csv: a column for each chosen realization.
[[nodiscard]] Files export_disagg_rlzs_csv(const output::Reader& reader, const std::filesystem::path& to);
/// <kind>-traditional-<site>.csv: each bin's share of the realization's rate; they add up to 1.
[[nodiscard]] Files export_disagg_traditional_csv(const output::Reader& reader,
                                                  const std::filesystem::path& to);
/// There is no such format. \throws InputError  always
[[nodiscard]] Files export_disagg_npz(const output::Reader& reader, const std::filesystem::path& to);

} // namespace mtc::commands
