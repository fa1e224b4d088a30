#pragma once

#include "workloads/import_csv/import_datasets.hpp"
#include "workloads/import_csv/import_space.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// \file
/// Columns whose texts become numbers: a stage of its own finds the texts, in the order of their first
/// appearance, so that a text has the same number whoever reads it.
namespace mtc::import_csv {

constexpr std::size_t most_categories = 65536; // of a column: the numbers are uint16

/// Parts of the files that list their texts: few, because all ranks get all lists.
[[nodiscard]] std::uint64_t n_category_units(const ImportModel& model) noexcept;

/// Lists the texts of one part.
void gather_categories(const ImportModel& model, std::span<const CategoryDatasets> categories,
                       std::uint64_t unit, ImportSpace& space, UnitResults& results);

/// Joins the lists of all parts, once. \throws ComputeError  more texts than there are numbers
void take_categories(std::span<const CategoryDatasets> categories, StageId stage, const StageInputs& inputs,
                     ImportSpace& space);

/// All texts of a category, by number, as its dataset has them.
[[nodiscard]] std::vector<std::byte> category_names(const CategoryDatasets& category,
                                                    const ImportSpace& space);

} // namespace mtc::import_csv
