#include "h5/parallel.hpp"
#include "mpi/together.hpp"
#include "output/writer.hpp"

#include <algorithm>
#include <utility>

namespace mtc::output {
namespace {

/// Pieces that lie in memory.
class InMemory final : public PieceStream {
public:
    explicit InMemory(std::span<const UnitPiece> pieces)
    {
        for (const UnitPiece& piece : pieces) {
            pieces_.push_back({piece.unit, piece.bytes});
            n_bytes_ += piece.bytes.size();
        }
        std::ranges::stable_sort(pieces_, {}, &KeyedPiece::key);
    }
    std::uint64_t n_bytes() const override { return n_bytes_; }
    std::uint64_t stretch_end() const override { return to_the_end; }
    std::span<const KeyedPiece> take_before(std::uint64_t end) override
    {
        const std::size_t first = next_;
        while (next_ < pieces_.size() && pieces_[next_].key < end)
            ++next_;
        return std::span{pieces_}.subspan(first, next_ - first);
    }
    bool done() const override { return next_ == pieces_.size(); }

private:
    std::vector<KeyedPiece> pieces_;
    std::uint64_t n_bytes_ = 0;
    std::size_t next_ = 0;
};

/// Adds the counts of units [first, first + counts.size()) over all ranks. Units have few holders, so the
/// upper bits count those, and a unit that two ranks hold is found.
constexpr unsigned holder_bit = 44;
constexpr std::uint64_t count_mask = (std::uint64_t{1} << holder_bit) - 1;

void sum_counts(const mpi::Communicator& comm, const Dataset& dataset, std::uint64_t first,
                std::span<std::uint64_t> counts)
{
    for (std::uint64_t& count : counts)
        count += count == 0 ? 0 : std::uint64_t{1} << holder_bit;
    comm.sum_in_place(counts);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] >> holder_bit > 1)
            throw ComputeError{text("unit ", first + i, " has records of ", dataset.path, " on ",
                                    counts[i] >> holder_bit, " ranks (one rank must hold all)")};
        counts[i] &= count_mask;
    }
}

void add(h5::Transfer& sum, const h5::Transfer& part)
{
    sum.n_rounds += part.n_rounds;
    sum.n_bytes += part.n_bytes;
    sum.collective = sum.collective && part.collective;
}

/// What one rank takes for a stretch; when it fails on one it does on all. Collective
std::span<const KeyedPiece> take(const mpi::Communicator& comm, PieceStream& mine, std::uint64_t end)
{
    std::span<const KeyedPiece> pieces;
    mpi::together(comm, [&] { pieces = mine.take_before(end); });
    return pieces;
}

} // namespace

h5::Transfer Writer::write_rows(const Dataset& dataset, PieceStream& mine)
{
    h5::Transfer transfer;
    all_or_none([&] {
        const h5::DatasetHandle handle = h5::create_dataset_with_space(
            *file_, comm_, dataset, dataset.path.starts_with("/results/") ? compression_ : 0);
        while (comm_.max(mine.done() ? 0 : 1) == 1) {
            std::vector<h5::RowPiece> rows;
            for (const KeyedPiece& piece : take(comm_, mine, comm_.min(mine.stretch_end())))
                rows.push_back({piece.key, piece.bytes});
            add(transfer, h5::write_rows(*file_, comm_, handle, dataset, rows));
        }
    });
    return transfer;
}

h5::Transfer Writer::write_records(const Dataset& dataset, std::span<const UnitPiece> pieces,
                                   std::uint64_t n_units)
{
    InMemory mine{pieces};
    return write_records(dataset, mine, n_units);
}

h5::Transfer Writer::write_records(const Dataset& dataset, PieceStream& mine, std::uint64_t n_units,
                                   bool starts)
{
    h5::Transfer transfer;
    all_or_none([&] {
        const Dataset start{dataset.path + "_start",
                            {{"", Element::uint64, 1, "first record of each unit, and the number of all"}},
                            n_units + 1,
                            {},
                            {"unit"}};
        Dataset records = dataset;
        records.n_rows = comm_.sum(mine.n_bytes()) / dataset.row_bytes();
        h5::DatasetHandle start_handle;
        if (starts)
            start_handle = h5::create_dataset_with_space(*file_, comm_, start);
        const h5::DatasetHandle handle = h5::create_dataset_with_space(*file_, comm_, records);

        // Units are counted in stretches, so that memory does not grow with their number.
        constexpr std::uint64_t most_counted = std::uint64_t{1} << 20U;
        std::uint64_t next_record = 0;
        for (std::uint64_t first = 0, end = 0; first <= n_units; first = end) {
            end = std::min({first + most_counted, n_units + 1, comm_.min(mine.stretch_end())});
            const std::span<const KeyedPiece> pieces = take(comm_, mine, end);
            mpi::together(comm_, [&] {
                if (!pieces.empty() && pieces.back().key >= n_units)
                    throw ComputeError{text("unit ", pieces.back().key, " has records of ", dataset.path,
                                            " (the stage has ", n_units, " units)")};
            });
            std::vector<std::uint64_t> counts(end - first, 0);
            for (const KeyedPiece& piece : pieces)
                counts[piece.key - first] += piece.bytes.size() / dataset.row_bytes();
            sum_counts(comm_, dataset, first, counts);
            for (std::uint64_t& count : counts)
                next_record += std::exchange(count, next_record);
            std::vector<h5::RowPiece> placed;
            std::uint64_t row = 0;
            for (std::size_t i = 0; i < pieces.size(); ++i) {
                if (i == 0 || pieces[i - 1].key != pieces[i].key)
                    row = counts[pieces[i].key - first];
                placed.push_back({row, pieces[i].bytes});
                row += pieces[i].bytes.size() / dataset.row_bytes();
            }
            if (starts) {
                std::vector<h5::RowPiece> rows;
                if (comm_.rank() == 0)
                    rows.push_back({first, std::as_bytes(std::span{counts})});
                h5::write_rows(*file_, comm_, start_handle, start, rows);
            }
            add(transfer, h5::write_rows(*file_, comm_, handle, records, placed));
        }
        mpi::together(comm_, [&] {
            if (!mine.done())
                throw ComputeError{text("a unit behind the last has records of ", dataset.path,
                                        " (the stage has ", n_units, " units)")};
        });
    });
    return transfer;
}

} // namespace mtc::output
