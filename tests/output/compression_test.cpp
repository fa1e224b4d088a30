#include "h5/dataset.hpp"
#include "output/writer.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <span>

namespace mtc {

using test::world;

namespace {

constexpr std::uint64_t n_rows = 3000;
constexpr std::uint64_t n_columns = 120; // a row of 960 bytes: several chunks, none of a rank alone

double value_of(std::uint64_t row, std::uint64_t column)
{
    return 1.0 / static_cast<double>(1 + row / 10 + column);
}

/// Rows dealt to ranks in turns of seven. \returns the size of the file
std::uintmax_t write(const std::filesystem::path& path, std::int32_t compression)
{
    output::RunInfo info;
    info.calculation_mode = "classical";
    info.compression = world().rank() == 0 ? compression : -1; // only rank 0's is looked at
    const Dataset dataset{.path = "/results/hcurves_stats",
                          .fields = {{.name = ""}},
                          .n_rows = n_rows,
                          .inner = {2, n_columns / 2},
                          .axes = {"site", "imt", "level"}};
    std::vector<std::vector<double>> mine;
    std::vector<h5::RowPiece> pieces;
    for (std::uint64_t row = 0; row < n_rows; ++row) {
        if ((row / 7) % static_cast<std::uint64_t>(world().size()) !=
            static_cast<std::uint64_t>(world().rank()))
            continue;
        mine.emplace_back();
        for (std::uint64_t column = 0; column < n_columns; ++column)
            mine.back().push_back(value_of(row, column));
        pieces.push_back({row, std::as_bytes(std::span{mine.back()})});
    }
    output::Writer writer{world(), path, info};
    writer.write_rows(dataset, pieces);
    writer.finish();
    world().barrier();
    return std::filesystem::file_size(path);
}

} // namespace

TEST_CASE("compressed results hold the same bits in less space")
{
    const std::uintmax_t plain_bytes = write("plain.h5", 0);
    const std::uintmax_t compressed_bytes = write("compressed.h5", 4);
    CHECK(plain_bytes > n_rows * n_columns * sizeof(double));
    CHECK(compressed_bytes < plain_bytes / 2);
    const Table plain = h5::read_table(h5::File::open("plain.h5"), "/results/hcurves_stats");
    const Table compressed = h5::read_table(h5::File::open("compressed.h5"), "/results/hcurves_stats");
    CHECK(plain.bytes == compressed.bytes);
    CHECK(plain.bytes.size() == n_rows * n_columns * sizeof(double));

    // A part of it, as float64.
    std::vector<double> part;
    const h5::File file = h5::File::open("compressed.h5");
    h5::read_numbers(file, compressed.dataset, {{1500, 1, 3}, {2, 1, 4}}, part);
    REQUIRE(part.size() == 8);
    CHECK(part[0] == value_of(1500, n_columns / 2 + 3));
    CHECK(part[7] == value_of(1501, n_columns / 2 + 6));
}

} // namespace mtc
