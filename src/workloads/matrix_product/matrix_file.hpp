#pragma once

#include "h5/dataset.hpp"

#include "mtc/config.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::matrix_product {

/// A matrix in an HDF5 file, as `file.h5:/dataset` names it.
struct MatrixName {
    std::filesystem::path file;
    std::string dataset;
    std::uint64_t n_rows = 0;
    std::uint64_t n_columns = 0;
    std::int64_t n_bytes = 0;     ///< of the file, and
    std::int64_t modified_ns = 0; ///< when it was changed: another file is another calculation
};

/// Finds a matrix that a key names, relative to the folder of the input. Rank 0.
/// \throws InputError  no such file or dataset (nearest and all names), not of two axes, not of numbers,
/// empty
[[nodiscard]] MatrixName find_matrix(const Config& config, std::string_view key);

/// An open matrix: parts of it are read as float64.
class MatrixFile {
public:
    /// \throws Error  when it is no longer there
    MatrixFile(const std::string& file, const std::string& dataset);
    /// Rows [first_row, ...) and columns [first_column, ...), row after row.
    void read(std::uint64_t first_row, std::uint64_t n_rows, std::uint64_t first_column,
              std::uint64_t n_columns, std::vector<double>& values) const;

private:
    h5::File file_;
    Dataset dataset_;
};

} // namespace mtc::matrix_product
