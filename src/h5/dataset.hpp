#pragma once

#include "h5/file.hpp"

#include "mtc/workload.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mtc::h5 {

/// Creates a dataset and the groups that lead to it: its space allocated at once and never filled, with the
/// attributes `axes` (names of all axes) and `meaning` (a text for each field) where they are given.
/// Collective when the file is open on several ranks, with equal arguments.
/// \param compression  0: contiguous; 1 to 9: in chunks of about a megabyte, shuffled and deflated
/// \throws Hdf5Error  when there is one of that name already, or no space
[[nodiscard]] DatasetHandle create_dataset(const File& file, const Dataset& dataset, int compression = 0);

/// What create_dataset was given, read back.
/// \throws Hdf5Error  when there is no such dataset
/// \throws Error      when its type is none of ours
[[nodiscard]] Dataset describe(const File& file, const std::string& path);

/// Rows [first_row, first_row + n_rows) of a dataset as packed bytes.
[[nodiscard]] std::vector<std::byte> read_rows(const File& file, const Dataset& dataset,
                                               std::uint64_t first_row, std::uint64_t n_rows);

/// A part of a dataset: first index and extent of each axis.
struct Box {
    std::vector<hsize_t> start;
    std::vector<hsize_t> extents;
};

/// Rows [first_row, first_row + n_rows) as boxes: one, or where rows are counted along several axes
/// (Dataset::outer) a few, in the order of rows.
[[nodiscard]] std::vector<Box> boxes_of(const Dataset& dataset, std::uint64_t first_row,
                                        std::uint64_t n_rows);

/// The numbers of a plain dataset in a box, the last axis fastest, as float64 whatever their type is in the
/// file. \param[out] values  resized to the box
void read_numbers(const File& file, const Dataset& dataset, const Box& box, std::vector<double>& values);

/// A whole dataset with its description.
[[nodiscard]] Table read_table(const File& file, const std::string& path);

/// Extents of all axes, the first included.
[[nodiscard]] std::vector<hsize_t> extents_of(const Dataset& dataset);

} // namespace mtc::h5
