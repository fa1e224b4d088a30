#include "schedule/guided.hpp"
#include "schedule/queue.hpp"
#include "schedule/stock.hpp"

#include "schedule/builders.hpp"
#include "schedule/queue_order.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

using namespace mtc;
using namespace mtc::schedule;
using namespace mtc::schedule::test;

namespace {

Work alike(std::uint32_t n)
{
    WorkBuilder builder{{1.0}};
    for (std::uint32_t p = 0; p < n; ++p)
        builder.parcel();
    return builder.build();
}

std::size_t n_neighbours(const std::vector<std::uint64_t>& units)
{
    std::size_t n = 0;
    for (std::size_t i = 1; i < units.size(); ++i)
        n += units[i] == units[i - 1] + 1 ? 1 : 0;
    return n;
}

} // namespace

TEST_CASE("units that cannot be told apart are mixed, in the same way every time")
{
    const Work work = alike(1000);
    const std::vector<std::uint64_t> mixed = queue_order(work, 4);
    REQUIRE(mixed.size() == 1000);
    CHECK(n_neighbours(mixed) < 10);
    CHECK(mixed == queue_order(work, 4));
    CHECK(mixed == queue_order(work, 100)); // groups of one already
    std::vector<std::uint64_t> sorted = mixed;
    std::ranges::sort(sorted);
    CHECK(sorted == queue_order(work, 1)); // one rank alone keeps the order of the input
    // The mean place of the first half is that of all: 500 +- 13 when random.
    double places = 0.0;
    for (std::size_t place = 0; place < mixed.size(); ++place)
        places += mixed[place] < 500 ? static_cast<double>(place) : 0.0;
    CHECK(places / 500.0 == doctest::Approx(500.0).epsilon(0.1));
}

TEST_CASE("of many units neighbours stay together")
{
    const std::uint32_t n = 100'000;
    const std::vector<std::uint64_t> mixed = queue_order(alike(n), 2);
    REQUIRE(mixed.size() == n);
    const std::size_t n_groups = n - n_neighbours(mixed);
    CHECK(n_groups <= 2 * Queue::groups_a_rank + 1);
    CHECK(n_groups > Queue::groups_a_rank);
}

TEST_CASE("what can be told apart, cut or belongs to a block is not mixed")
{
    WorkBuilder builder{{1.0}};
    for (int p = 0; p < 100; ++p)
        builder.parcel().weight(100.0 - p);
    const std::vector<std::uint64_t> by_weight = queue_order(builder.build(), 8);
    CHECK(by_weight.size() == 100);
    CHECK(n_neighbours(by_weight) == 99);

    WorkBuilder of_two{{1.0}};
    for (int p = 0; p < 100; ++p)
        of_two.parcel().units(2).weight(1.0);
    const std::vector<std::uint64_t> pairs = queue_order(of_two.build(), 8);
    CHECK(pairs.size() == 100);
    CHECK(std::ranges::is_sorted(pairs));

    WorkBuilder in_blocks{{1.0}};
    for (std::uint32_t p = 0; p < 100; ++p)
        in_blocks.parcel().at_block(p % 3);
    const std::vector<std::uint64_t> blocks = queue_order(in_blocks.build(), 8);
    CHECK(blocks.size() == 100);
    CHECK(std::ranges::is_sorted(blocks));
}

TEST_CASE("what is given back of mixed units is offered again")
{
    const Work work = alike(1000);
    Ledger ledger{work.parcels};
    Queue queue;
    for (std::uint32_t p = 0; p < 1000; ++p)
        queue.push(ParcelId{p});
    queue.sort(ledger, 4);
    std::vector<Piece> taken;
    for (int i = 0; i < 10; ++i) {
        taken.push_back(queue.offer(End::heavy, BlockId::none(), ledger).value().piece);
        ledger.take_out(taken.back(), ledger.amount(taken.back()));
        Pieces pieces;
        pieces.push_back(taken.back());
        ledger.assign(TaskId{static_cast<std::uint64_t>(i)}, pieces);
    }
    for (const Piece& piece : ledger.shorten(TaskId{3}, 1))
        queue.put_back(piece, TaskId{3}, ledger);
    const auto again = queue.offer(End::heavy, BlockId::none(), ledger);
    REQUIRE(again.has_value());
    CHECK(again->piece.units == taken[3].units);
    CHECK(again->parent == TaskId{3});
}

TEST_CASE("blocks do not get shorter than is worth a message")
{
    const Settings settings{.n_ranks = 9, .rank_0_works = false};
    constexpr double plenty_s = 1e6;
    CHECK(least_s(settings, 0.0, plenty_s, 1) == doctest::Approx(least_block_s));
    CHECK(least_s(settings, 60.0, plenty_s, 1) == doctest::Approx(0.6));
    const Settings bounded{.n_ranks = 9, .rank_0_works = false, .task_duration_s = 0.01};
    CHECK(least_s(bounded, 60.0, plenty_s, 1) == doctest::Approx(0.01));
    const Settings few{.n_ranks = 4, .rank_0_works = true};
    CHECK(least_s(few, 60.0, plenty_s, 4) == doctest::Approx(1.2)); // rank 0 fills the gaps of three,
    const Settings many{.n_ranks = 64, .rank_0_works = true};
    CHECK(least_s(many, 60.0, plenty_s, 64) == doctest::Approx(0.6)); // and not those of 63
    const Settings crowded{.n_ranks = 9, .rank_0_works = false, .n_processors = 2};
    CHECK(least_s(crowded, 0.0, plenty_s, 8) == doctest::Approx(16.0 * least_block_s));
    CHECK(least_s(crowded, 10.0, plenty_s, 8) == doctest::Approx(3.2));
    CHECK(least_s(crowded, 10.0, 4.0, 8) == doctest::Approx(1.0)); // a quarter of what is left
    CHECK(least_s(crowded, 10.0, 0.4, 8) == doctest::Approx(0.8));
    CHECK(least_s(crowded, 10.0, plenty_s, 2) == doctest::Approx(0.1)); // the others were lost
    CHECK(least_s(crowded, 60.0, plenty_s, 8) == doctest::Approx(automatic_task_duration_s));
    CHECK(least_s(crowded, 3600.0, plenty_s, 8) == doctest::Approx(72.0));

    // 300 ms of work for one who should have a millisecond, or ten if that is more.
    WorkBuilder builder{{1e-3}};
    builder.parcel().units(100).weight(100.0);
    builder.parcel().units(2000).weight(200.0); // weighs a tenth of what it should
    const Work work = builder.build();
    Stock stock{work.parcels, work.classes, {}, 1, 8, 64.0, {}};
    Wish wish{.seconds = 1e-3};
    const auto probe = stock.take({.seconds = 4e-3}, TaskId{0});
    REQUIRE(probe != nullptr);
    CHECK(probe->amount.units == 4);
    (void)stock.settle({.task = TaskId{0},
                        .cost_class = CostClass{0},
                        .strand = StrandId::none(),
                        .n_done = 4,
                        .duration_s = 4e-3});
    CHECK(stock.take(wish, TaskId{1})->amount.units == 1);
    wish.least_s = 10e-3;
    CHECK(stock.take(wish, TaskId{2})->amount.units == 10);
    for (std::uint64_t task = 3; stock.ledger().waiting().units > 2000; ++task)
        (void)stock.take(wish, TaskId{task});
    CHECK(stock.take(wish, TaskId{100})->amount.units == 10); // a millisecond of its weight
}
