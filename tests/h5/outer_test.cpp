#include "h5/parallel.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>

namespace mtc {

using test::world;

namespace {

Dataset grid(std::vector<std::uint64_t> outer, std::vector<std::uint64_t> inner)
{
    std::uint64_t n_rows = 1;
    for (const std::uint64_t extent : outer)
        n_rows *= extent;
    return {.path = "/results/grid",
            .fields = {{.name = "", .element = Element::int64}},
            .n_rows = n_rows,
            .inner = std::move(inner),
            .outer = std::move(outer)};
}

} // namespace

TEST_CASE("rows along several axes are boxes that cover them once, in their order")
{
    const Dataset dataset = grid({3, 4, 5}, {2});
    std::uint64_t n_ranges = 0;
    for (std::uint64_t first = 0; first < 60; ++first)
        for (std::uint64_t end = first; end <= 60; ++end) {
            std::uint64_t next = first;
            for (const h5::Box& box : h5::boxes_of(dataset, first, end - first)) {
                REQUIRE(box.start.size() == 4);
                REQUIRE(box.extents[3] == 2);
                const std::uint64_t begin = (box.start[0] * 4 + box.start[1]) * 5 + box.start[2];
                REQUIRE(begin == next);
                next += box.extents[0] * box.extents[1] * box.extents[2];
            }
            REQUIRE(next == end);
            ++n_ranges;
        }
    CHECK(n_ranges == 60 * 61 / 2 + 60);
    CHECK(h5::boxes_of(dataset, 0, 60).size() == 1);
    CHECK(h5::boxes_of(dataset, 1, 58).size() == 5);
}

TEST_CASE("rows along two axes are written in any pieces, in chunks or not")
{
    const Dataset dataset = grid({37, 11}, {});
    std::uint64_t n_right = 0;
    for (const int compression : {0, 3}) {
        // Pieces of 1 to 29 points, dealt to the ranks in turn.
        std::vector<std::int64_t> values(dataset.n_rows);
        for (std::uint64_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<std::int64_t>(3 * i + 1);
        std::vector<h5::RowPiece> mine;
        std::uint64_t first = 0;
        for (int turn = 0; first < dataset.n_rows; ++turn) {
            const std::uint64_t n = std::min<std::uint64_t>(1 + static_cast<std::uint64_t>(turn) * 7 % 29,
                                                            dataset.n_rows - first);
            if (turn % world().size() == world().rank())
                mine.push_back({first, std::as_bytes(std::span{values}.subspan(first, n))});
            first += n;
        }
        {
            h5::File file = h5::create_parallel("grid.h5", world());
            const h5::DatasetHandle handle =
                h5::create_dataset_with_space(file, world(), dataset, compression);
            const h5::Transfer transfer = h5::write_rows(file, world(), handle, dataset, mine);
            CHECK(transfer.n_bytes == dataset.n_rows * sizeof(std::int64_t));
        }
        world().barrier();
        const h5::File file = h5::File::open("grid.h5");
        const Table table = h5::read_table(file, "/results/grid");
        CHECK(table.dataset.n_rows == 37);
        CHECK(table.dataset.inner == std::vector<std::uint64_t>{11});
        REQUIRE(table.bytes.size() == values.size() * sizeof(std::int64_t));
        for (std::uint64_t i = 0; i < values.size(); ++i) {
            std::int64_t value = 0;
            std::memcpy(&value, table.bytes.data() + i * sizeof value, sizeof value);
            n_right += value == values[i] ? 1U : 0U;
        }
        world().barrier();
    }
    CHECK(n_right == 2 * 37 * 11);
}

} // namespace mtc
