#include "h5/parallel.hpp"

#include "h5/disk.hpp"
#include "h5/type.hpp"
#include "mpi/together.hpp"

#include <algorithm>
#include <utility>

namespace mtc::h5 {

namespace {

class Info {
public:
    explicit Info(std::span<const Hint> hints)
    {
        mpi::check(MPI_Info_create(&info_), "MPI_Info_create");
        for (const Hint& hint : hints)
            mpi::check(MPI_Info_set(info_, hint.key.c_str(), hint.value.c_str()), "MPI_Info_set");
    }
    Info(const Info&) = delete;
    Info& operator=(const Info&) = delete;
    ~Info() { MPI_Info_free(&info_); }
    [[nodiscard]] MPI_Info get() const noexcept { return info_; }

private:
    MPI_Info info_ = MPI_INFO_NULL;
};

/// The pieces of this rank in the order of rows, cut so that a transfer holds whole ones.
std::vector<RowPiece> in_order(const Dataset& dataset, std::span<const RowPiece> pieces,
                               const TransferLimits& limits)
{
    const std::uint64_t row_bytes = dataset.row_bytes();
    std::vector<RowPiece> sorted;
    for (const RowPiece& piece : pieces)
        if (!piece.bytes.empty())
            sorted.push_back(piece);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const RowPiece& a, const RowPiece& b) { return a.first_row < b.first_row; });
    const std::uint64_t rows_at_most =
        std::max<std::uint64_t>(limits.n_bytes / std::max<std::uint64_t>(row_bytes, 1), 1);
    std::vector<RowPiece> cut;
    std::uint64_t next_free = 0;
    for (const RowPiece& piece : sorted) {
        const std::uint64_t n_rows = row_bytes == 0 ? 0 : piece.bytes.size() / row_bytes;
        const std::string rows =
            text("rows ", piece.first_row, " to ", piece.first_row + n_rows, " of ", dataset.path);
        if (n_rows * row_bytes != piece.bytes.size())
            throw ComputeError{
                text(rows, " are given as ", piece.bytes.size(), " bytes (a row has ", row_bytes, ")")};
        if (piece.first_row < next_free)
            throw ComputeError{text(rows, " are given twice (the rows before them end at ", next_free, ")")};
        if (piece.first_row + n_rows > dataset.n_rows)
            throw ComputeError{text(rows, " lie outside (it has ", dataset.n_rows, " rows)")};
        next_free = piece.first_row + n_rows;
        for (std::uint64_t row = 0; row < n_rows; row += rows_at_most) {
            const std::uint64_t n = std::min(rows_at_most, n_rows - row);
            cut.push_back({piece.first_row + row, piece.bytes.subspan(row * row_bytes, n * row_bytes)});
        }
    }
    return cut;
}

/// Pieces of one transfer each.
std::vector<std::span<const RowPiece>> in_rounds(std::span<const RowPiece> pieces,
                                                 const TransferLimits& limits)
{
    std::vector<std::span<const RowPiece>> rounds;
    std::size_t first = 0;
    std::uint64_t n_bytes = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (i > first && (n_bytes + pieces[i].bytes.size() > limits.n_bytes || i - first >= limits.n_runs)) {
            rounds.push_back(pieces.subspan(first, i - first));
            first = i;
            n_bytes = 0;
        }
        n_bytes += pieces[i].bytes.size();
    }
    if (first < pieces.size())
        rounds.push_back(pieces.subspan(first));
    return rounds;
}

/// One transfer after the other into one dataset, from one packed buffer.
class Sender {
public:
    Sender(const File& file, const DatasetHandle& handle, const Dataset& dataset)
        : file_{file}
        , handle_{handle}
        , dataset_{dataset}
        , type_{cell_type(dataset.fields)}
        , transfer_{
              check(H5Pcreate(H5P_DATASET_XFER), file.path(), dataset.path, "create transfer properties")}
    {
        check(H5Pset_dxpl_mpio(transfer_.get(), H5FD_MPIO_COLLECTIVE), file.path(), dataset.path,
              "ask for collective transfer");
    }

    void send(std::span<const RowPiece> pieces)
    {
        const SpaceHandle selected = select(pieces);
        const hsize_t n_cells = static_cast<hsize_t>(
            check(H5Sget_select_npoints(selected.get()), file_.path(), dataset_.path, "count"));
        const hsize_t extent = std::max<hsize_t>(n_cells, 1);
        const SpaceHandle packed{
            check(H5Screate_simple(1, &extent, nullptr), file_.path(), dataset_.path, "make a shape")};
        if (n_cells == 0)
            check(H5Sselect_none(packed.get()), file_.path(), dataset_.path, "select nothing");
        check(
            H5Dwrite(handle_.get(), type_.get(), packed.get(), selected.get(), transfer_.get(), pack(pieces)),
            file_.path(), dataset_.path, "write the dataset");
    }

    [[nodiscard]] bool was_collective() const
    {
        H5D_mpio_actual_io_mode_t mode = H5D_MPIO_NO_COLLECTIVE;
        check(H5Pget_mpio_actual_io_mode(transfer_.get(), &mode), file_.path(), dataset_.path,
              "ask for the transfer");
        return mode != H5D_MPIO_NO_COLLECTIVE;
    }

private:
    [[nodiscard]] SpaceHandle select(std::span<const RowPiece> pieces) const
    {
        SpaceHandle space{check(H5Dget_space(handle_.get()), file_.path(), dataset_.path, "read the shape")};
        check(H5Sselect_none(space.get()), file_.path(), dataset_.path, "select nothing");
        std::vector<hsize_t> start(dataset_.inner.size() + 1, 0);
        std::vector<hsize_t> extents = extents_of(dataset_);
        for (std::size_t i = 0; i < pieces.size();) {
            const std::uint64_t first_row = pieces[i].first_row;
            std::uint64_t end_row = first_row;
            for (; i < pieces.size() && pieces[i].first_row == end_row; ++i)
                end_row += pieces[i].bytes.size() / dataset_.row_bytes();
            start.front() = first_row;
            extents.front() = end_row - first_row;
            check(H5Sselect_hyperslab(space.get(), H5S_SELECT_OR, start.data(), nullptr, extents.data(),
                                      nullptr),
                  file_.path(), dataset_.path, "select rows");
        }
        return space;
    }

    /// The bytes in one run: as they lie when they are one, copied otherwise.
    const std::byte* pack(std::span<const RowPiece> pieces)
    {
        if (pieces.size() == 1)
            return pieces.front().bytes.data();
        buffer_.clear();
        for (const RowPiece& piece : pieces)
            buffer_.insert(buffer_.end(), piece.bytes.begin(), piece.bytes.end());
        return buffer_.data();
    }

    const File& file_;
    const DatasetHandle& handle_;
    const Dataset& dataset_;
    TypeHandle type_;
    PropertiesHandle transfer_;
    std::vector<std::byte> buffer_;
};

/// What the system says of the place where the dataset ends: MPI-IO's own reason is often "unknown error".
std::string explain(const File& file, const DatasetHandle& handle, const std::string& hdf5_reason)
{
    const haddr_t offset = H5Dget_offset(handle.get());
    const hsize_t n_bytes = H5Dget_storage_size(handle.get());
    const std::string reason = offset == HADDR_UNDEF ? "" : why_not_written(file.path(), offset + n_bytes);
    return reason.empty() ? hdf5_reason
                          : text(file.path().string(), ": cannot write (", reason, "). ", hdf5_reason);
}

} // namespace

File create_parallel(const std::filesystem::path& path, const mpi::Communicator& comm,
                     std::span<const Hint> hints)
{
    mpi::together(comm, [&] {
        if (comm.rank() == 0)
            check_creatable(path);
    });
    FileHandle handle;
    mpi::together(comm, [&] {
        const Info info{hints};
        const PropertiesHandle access = file_access();
        check(H5Pset_fapl_mpio(access.get(), comm.get(), info.get()), path, {}, "set the driver");
        handle = FileHandle{check(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get()), path, {},
                                  "create the file")};
    });
    return File{std::move(handle), path};
}

DatasetHandle create_dataset_with_space(const File& file, const mpi::Communicator& comm,
                                        const Dataset& dataset, int compression)
{
    // Headers and the rounding of HDF5's allocation.
    constexpr std::uint64_t spare_bytes = 1U << 16U;
    DatasetHandle handle;
    mpi::together(comm, [&] {
        if (comm.rank() != 0)
            return;
        try {
            reserve(file.path(), dataset.n_rows * dataset.row_bytes() + spare_bytes);
        } catch (const IoError& error) {
            throw IoError{text(error.what(), " for ", dataset.path)};
        }
    });
    mpi::together(comm, [&] { handle = create_dataset(file, dataset, compression); });
    return handle;
}

Transfer write_rows(const File& file, const mpi::Communicator& comm, const DatasetHandle& handle,
                    const Dataset& dataset, std::span<const RowPiece> pieces, const TransferLimits& limits)
{
    std::vector<RowPiece> sorted;
    std::vector<std::span<const RowPiece>> rounds;
    mpi::together(comm, [&] {
        sorted = in_order(dataset, pieces, limits);
        rounds = in_rounds(sorted, limits);
    });
    Transfer result;
    result.n_rounds = comm.max<std::uint64_t>(rounds.size());
    Sender sender{file, handle, dataset};
    std::int32_t collective = 1;
    for (std::uint64_t round = 0; round < result.n_rounds; ++round) {
        mpi::together(comm, [&] {
            try {
                sender.send(round < rounds.size() ? rounds[round] : std::span<const RowPiece>{});
                collective = std::min(collective, sender.was_collective() ? 1 : 0);
            } catch (const Hdf5Error& error) {
                throw IoError{explain(file, handle, error.what())};
            }
        });
    }
    result.collective = comm.min(collective) == 1;
    return result;
}

} // namespace mtc::h5
