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

/// Cuts the pieces of a rank, in the order of rows, into transfers.
class Rounds {
public:
    Rounds(std::span<const RowPiece> pieces, std::uint64_t n_rows, std::uint64_t row_bytes,
           const TransferLimits& limits)
        : pieces_{pieces}
        , n_rows_{n_rows}
        , row_bytes_{row_bytes}
        , limits_{limits}
    {}
    /// The row before which the next transfer must end, to hold no more than it may.
    [[nodiscard]] std::uint64_t end_row() const
    {
        std::uint64_t n_bytes = 0;
        for (std::size_t i = 0; next_ + i < pieces_.size(); ++i) {
            const RowPiece piece = at(next_ + i);
            n_bytes += piece.bytes.size();
            if (i > 0 && (n_bytes > limits_.n_bytes || i >= limits_.n_runs))
                return piece.first_row;
        }
        return n_rows_;
    }
    /// What stands before a row and was not taken yet.
    [[nodiscard]] std::span<const RowPiece> take_before(std::uint64_t end_row)
    {
        taken_.clear();
        while (next_ < pieces_.size()) {
            const RowPiece piece = at(next_);
            const std::uint64_t n_rows = piece.bytes.size() / row_bytes_;
            if (piece.first_row >= end_row)
                break;
            const std::uint64_t n = std::min(n_rows, end_row - piece.first_row);
            taken_.push_back({piece.first_row, piece.bytes.first(n * row_bytes_)});
            rows_gone_ = n == n_rows ? 0 : rows_gone_ + n;
            if (n < n_rows)
                break;
            ++next_;
        }
        return taken_;
    }
    [[nodiscard]] bool done() const noexcept { return next_ == pieces_.size(); }

private:
    /// A piece without the rows of it that are gone already.
    [[nodiscard]] RowPiece at(std::size_t i) const
    {
        const std::uint64_t gone = i == next_ ? rows_gone_ : 0;
        return {pieces_[i].first_row + gone, pieces_[i].bytes.subspan(gone * row_bytes_)};
    }
    std::span<const RowPiece> pieces_;
    std::uint64_t n_rows_;
    std::uint64_t row_bytes_;
    TransferLimits limits_;
    std::size_t next_ = 0;
    std::uint64_t rows_gone_ = 0; ///< of the next piece
    std::vector<RowPiece> taken_;
};

/// Whether rows of a rank lie between those of others, or before those of a lower one. Collective
bool interleaved(const mpi::Communicator& comm, std::span<const RowPiece> sorted, std::uint64_t row_bytes)
{
    std::uint64_t end = 0;
    if (!sorted.empty())
        end = sorted.back().first_row + sorted.back().bytes.size() / row_bytes;
    std::uint64_t before = 0;
    mpi::check(MPI_Exscan(&end, &before, 1, mpi::datatype<std::uint64_t>(), MPI_MAX, comm.get()),
               "MPI_Exscan");
    const bool mine = comm.rank() > 0 && !sorted.empty() && sorted.front().first_row < before;
    return comm.max(mine ? 1 : 0) == 1;
}

/// One transfer after the other into one dataset, from one packed buffer.
class Sender {
public:
    Sender(const File& file, const DatasetHandle& handle, const Dataset& dataset, bool collective)
        : file_{file}
        , handle_{handle}
        , dataset_{dataset}
        , type_{cell_type(dataset.fields)}
        , transfer_{
              check(H5Pcreate(H5P_DATASET_XFER), file.path(), dataset.path, "create transfer properties")}
    {
        check(H5Pset_dxpl_mpio(transfer_.get(), collective ? H5FD_MPIO_COLLECTIVE : H5FD_MPIO_INDEPENDENT),
              file.path(), dataset.path, "ask for the kind of transfer");
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
        for (std::size_t i = 0; i < pieces.size();) {
            const std::uint64_t first_row = pieces[i].first_row;
            std::uint64_t end_row = first_row;
            for (; i < pieces.size() && pieces[i].first_row == end_row; ++i)
                end_row += pieces[i].bytes.size() / dataset_.row_bytes();
            for (const Box& box : boxes_of(dataset_, first_row, end_row - first_row))
                check(H5Sselect_hyperslab(space.get(), H5S_SELECT_OR, box.start.data(), nullptr,
                                          box.extents.data(), nullptr),
                      file_.path(), dataset_.path, "select rows");
        }
        return space;
    }

    /// The bytes in one run: as they lie when they are one, copied otherwise.
    const std::byte* pack(std::span<const RowPiece> pieces)
    {
        if (pieces.size() == 1)
            return pieces.front().bytes.data();
        std::size_t n_bytes = 0;
        for (const RowPiece& piece : pieces)
            n_bytes += piece.bytes.size();
        buffer_.clear();
        buffer_.reserve(n_bytes);
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
    mpi::together(comm, [&] { sorted = in_order(dataset, pieces, limits); });
    Transfer result;
    std::uint64_t n_bytes = 0;
    for (const RowPiece& piece : sorted)
        n_bytes += piece.bytes.size();
    result.n_bytes = comm.sum(n_bytes);
    // Where ranks' rows alternate, a transfer takes the same stretch of rows from all of them: with gaps in
    // it, MPI-IO would read what stands there before it writes.
    const bool same_stretch = interleaved(comm, sorted, dataset.row_bytes());
    Rounds rounds{sorted, dataset.n_rows, dataset.row_bytes(), limits};
    Sender sender{file, handle, dataset, limits.collective};
    std::int32_t collective = 1;
    while (comm.max(rounds.done() ? 0 : 1) == 1) {
        const std::uint64_t end_row = same_stretch ? comm.min(rounds.end_row()) : rounds.end_row();
        ++result.n_rounds;
        mpi::together(comm, [&] {
            try {
                sender.send(rounds.take_before(end_row));
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
