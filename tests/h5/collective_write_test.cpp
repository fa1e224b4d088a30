#include "h5/parallel.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <sys/resource.h>

namespace mtc {

using test::world;

namespace {

/// Row r, cell c of the expected dataset.
double value_at(std::uint64_t row, std::uint64_t cell)
{
    return 1000.0 * static_cast<double>(row) + static_cast<double>(cell);
}

Dataset numbers(std::uint64_t n_rows)
{
    return {
        "/results/numbers", {{"", Element::float64, 1, "a number"}}, n_rows, {2, 3}, {"row", "two", "three"}};
}

/// Rows of this rank, dealt one by one like cards.
struct DealtRows {
    explicit DealtRows(std::uint64_t n_rows, std::uint64_t first_empty_rank = 1000)
    {
        const auto rank = static_cast<std::uint64_t>(world().rank());
        const std::uint64_t n_holders =
            std::min<std::uint64_t>(static_cast<std::uint64_t>(world().size()), first_empty_rank);
        if (rank >= n_holders)
            return;
        for (std::uint64_t row = rank; row < n_rows; row += n_holders)
            for (std::uint64_t cell = 0; cell < 6; ++cell)
                values.push_back(value_at(row, cell));
        std::uint64_t n = 0;
        for (std::uint64_t row = rank; row < n_rows; row += n_holders, ++n)
            pieces.push_back({row, std::as_bytes(std::span{values}.subspan(n * 6, 6))});
    }
    std::vector<double> values;
    std::vector<h5::RowPiece> pieces;
};

std::uint64_t count_right(const std::filesystem::path& path, std::uint64_t n_rows)
{
    const h5::File file = h5::File::open(path);
    const Table table = h5::read_table(file, "/results/numbers");
    std::vector<double> values(table.bytes.size() / sizeof(double));
    std::memcpy(values.data(), table.bytes.data(), table.bytes.size());
    std::uint64_t n_right = 0;
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(values.size(), n_rows * 6); ++i)
        n_right += values[i] == value_at(i / 6, i % 6) ? 1U : 0U;
    return n_right;
}

h5::Transfer write(const std::filesystem::path& path, const Dataset& dataset,
                   std::span<const h5::RowPiece> pieces, const h5::TransferLimits& limits)
{
    h5::File file = h5::create_parallel(path, world());
    h5::Transfer transfer;
    {
        const h5::DatasetHandle handle = h5::create_dataset(file, dataset);
        transfer = h5::write_rows(file, world(), handle, dataset, pieces, limits);
    }
    file.close();
    world().barrier();
    return transfer;
}

} // namespace

TEST_CASE("rows of all ranks reach their place, in one collective transfer")
{
    const DealtRows mine{1001};
    const h5::Transfer transfer = write("dealt.h5", numbers(1001), mine.pieces, {});
    CHECK(transfer.n_rounds == 1);
    CHECK(transfer.collective);
    CHECK(count_right("dealt.h5", 1001) == 6006);
}

TEST_CASE("a transfer that is not collective is told from one that is")
{
    const DealtRows mine{1001};
    const h5::Transfer transfer = write("alone.h5", numbers(1001), mine.pieces, {.collective = false});
    CHECK_FALSE(transfer.collective);
    CHECK(count_right("alone.h5", 1001) == 6006);
}

TEST_CASE("pieces that end where no transfer ends are cut there")
{
    // Ranks take turns with runs of 1, 2, 3, ... rows; transfers are of 10 rows of a rank at most.
    std::vector<double> values;
    for (std::uint64_t i = 0; i < 6 * 500; ++i)
        values.push_back(value_at(i / 6, i % 6));
    std::vector<h5::RowPiece> pieces;
    const auto n_ranks = static_cast<std::uint64_t>(world().size());
    for (std::uint64_t row = 0, turn = 0; row < 500; ++turn) {
        const std::uint64_t n = std::min<std::uint64_t>(1 + turn % 23, 500 - row);
        if (turn % n_ranks == static_cast<std::uint64_t>(world().rank()))
            pieces.push_back({row, std::as_bytes(std::span{values}).subspan(row * 48, n * 48)});
        row += n;
    }
    const h5::Transfer transfer = write("turns.h5", numbers(500), pieces, {480, 2048});
    CHECK(transfer.n_rounds > 500 / (20 * n_ranks));
    CHECK(transfer.n_bytes == 24'000);
    CHECK(transfer.collective);
    CHECK(count_right("turns.h5", 500) == 3000);
}

TEST_CASE("a small window takes several transfers and gives the same file")
{
    const DealtRows mine{1001};
    const h5::Transfer transfer = write("windows.h5", numbers(1001), mine.pieces, {4800, 2048});
    const std::uint64_t most_rows =
        (1001 + static_cast<std::uint64_t>(world().size()) - 1) / static_cast<std::uint64_t>(world().size());
    CHECK(transfer.n_rounds == (most_rows + 99) / 100); // 48 bytes a row
    CHECK(transfer.collective);
    CHECK(count_right("windows.h5", 1001) == 6006);
    const h5::Transfer by_runs = write("runs.h5", numbers(1001), mine.pieces, {std::uint64_t{1} << 20U, 7});
    CHECK(by_runs.n_rounds == (most_rows + 6) / 7);
    CHECK(count_right("runs.h5", 1001) == 6006);
}

TEST_CASE("one piece larger than the window is cut; ranks without rows take part")
{
    std::vector<double> values;
    for (std::uint64_t i = 0; i < 600; ++i)
        values.push_back(value_at(i / 6, i % 6));
    std::vector<h5::RowPiece> pieces;
    if (world().rank() == world().size() - 1)
        pieces = {{50, std::as_bytes(std::span{values}).subspan(50 * 48)},
                  {0, std::as_bytes(std::span{values}).first(50 * 48)}};
    const h5::Transfer transfer = write("one.h5", numbers(100), pieces, {480, 2048});
    CHECK(transfer.n_rounds == 10);
    CHECK(transfer.collective);
    CHECK(count_right("one.h5", 100) == 600);
}

TEST_CASE("a dataset without rows is written and read")
{
    const h5::Transfer transfer = write("empty.h5", numbers(0), {}, {});
    CHECK(transfer.n_rounds == 0);
    const Table table = h5::read_table(h5::File::open("empty.h5"), "/results/numbers");
    CHECK(table.bytes.empty());
    CHECK(table.dataset.inner == std::vector<std::uint64_t>{2, 3});
}

TEST_CASE("rows given twice, in part or outside are refused on every rank")
{
    std::vector<double> values(60, 1.0);
    const auto bytes = std::as_bytes(std::span{values});
    const auto refuse = [&](std::vector<h5::RowPiece> pieces) {
        if (world().rank() != 0)
            pieces.clear();
        std::string message;
        try {
            write("refused.h5", numbers(10), pieces, {});
        } catch (const ComputeError& error) {
            message = error.what();
        }
        return message;
    };
    CHECK(refuse({{0, bytes.first(96)}, {1, bytes.first(48)}}) ==
          "rows 1 to 2 of /results/numbers are given twice (the rows before them end at 2)");
    CHECK(refuse({{9, bytes.first(96)}}) == "rows 9 to 11 of /results/numbers lie outside (it has 10 rows)");
    CHECK(refuse({{0, bytes.first(50)}}) ==
          "rows 0 to 1 of /results/numbers are given as 50 bytes (a row has 48)");
}

TEST_CASE("a file in a folder that is not there is refused on every rank with the system's reason")
{
    std::string message;
    try {
        (void)h5::create_parallel("absent/file.h5", world());
    } catch (const IoError& error) {
        message = error.what();
    }
    CHECK(message == "absent/file.h5: cannot create the file (No such file or directory)");
}

TEST_CASE("a transfer that fails on one rank is an error on all, in the system's words")
{
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const DealtRows mine{100'000}; // 4.8 MB
    h5::File file = h5::create_parallel("failing.h5", world());
    std::string message;
    {
        const h5::DatasetHandle handle = h5::create_dataset(file, numbers(100'000));
        const rlimit one_mb{std::uint64_t{1} << 20U, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &one_mb);
        try {
            h5::write_rows(file, world(), handle, numbers(100'000), mine.pieces, {48'000, 1000});
        } catch (const IoError& error) {
            message = error.what();
        }
        setrlimit(RLIMIT_FSIZE, &before);
    }
    file.close();
    CHECK(message.find("failing.h5: cannot write (File too large). ") == 0);
    CHECK(message.find("failing.h5:/results/numbers: cannot write the dataset (") != std::string::npos);
}

} // namespace mtc
