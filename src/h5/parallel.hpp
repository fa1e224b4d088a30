#pragma once

#include "h5/dataset.hpp"
#include "mpi/communicator.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mtc::h5 {

/// Advice to MPI-IO: {"striping_factor", "8"}.
struct Hint {
    std::string key;
    std::string value;
};

/// For writing by all ranks through MPI-IO; replaces a file of that name. Collective.
[[nodiscard]] File create_parallel(const std::filesystem::path& path, const mpi::Communicator& comm,
                                   std::span<const Hint> hints = {});

/// create_dataset() on all ranks, after its space on the disk is reserved: HDF5 itself learns of a full disk
/// too late, and then cannot even close the file. Collective. \throws IoError  on every rank, when there is
/// no space
[[nodiscard]] DatasetHandle create_dataset_with_space(const File& file, const mpi::Communicator& comm,
                                                      const Dataset& dataset, int compression = 0);

/// Whole consecutive rows of a dataset.
struct RowPiece {
    std::uint64_t first_row = 0;
    std::span<const std::byte> bytes;
};

/// At most so much goes into one collective transfer of a rank: it is packed in memory, and MPI counts are
/// int.
struct TransferLimits {
    std::uint64_t n_bytes = std::uint64_t{8} << 20U; ///< [bytes] fits a cache; one row where rows are larger
    std::size_t n_runs = 2048; ///< pieces; HDF5 takes time quadratic in them to join their selections
    bool collective = true;    ///< false: each rank by itself, to compare with
};

/// How a collective write went, the same on every rank.
struct Transfer {
    std::uint64_t n_rounds = 0;
    std::uint64_t n_bytes = 0; ///< [bytes] of all ranks
    bool collective = true;    ///< HDF5 did every transfer collectively, on every rank
};

/// Writes the rows that each rank has, in as many collective transfers as the rank with most needs. The
/// pieces of all ranks together should cover the dataset; no two may overlap. A rank may have none.
/// Collective. \throws ComputeError  on every rank, when pieces of a rank overlap, are no whole rows or lie
/// outside \throws IoError       on every rank, when a transfer fails on one
Transfer write_rows(const File& file, const mpi::Communicator& comm, const DatasetHandle& handle,
                    const Dataset& dataset, std::span<const RowPiece> pieces,
                    const TransferLimits& limits = {});

} // namespace mtc::h5
