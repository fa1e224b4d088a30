#include "engine/lives/beats.hpp"
#include "engine/messages/traffic.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace mtc;
using namespace mtc::engine;

namespace {

Beat beat(std::int32_t rank, std::uint64_t n_beats, bool gone = false)
{
    return {.rank = rank, .process = 100 + rank, .n_beats = n_beats, .gone = gone ? 1U : 0U};
}

} // namespace

TEST_CASE("who is not heard for longer than one is patient is lost, once")
{
    Judge judge{3, 0.0};
    for (int second = 0; second <= 20; ++second) {
        judge.hear(beat(0, static_cast<std::uint64_t>(second + 1)), second);
        judge.hear(beat(1, second < 5 ? static_cast<std::uint64_t>(second + 1) : 5), second); // stops at 4 s
        judge.hear(beat(2, static_cast<std::uint64_t>(second + 1)), second);
        const std::vector<Loss> lost = judge.lost(second, 10.0);
        REQUIRE(lost.size() == (second == 15 ? 1 : 0));
        if (second == 15)
            CHECK(lost.front().rank == Rank{1});
    }
    CHECK(judge.is_lost(Rank{1}));
    CHECK_FALSE(judge.is_lost(Rank{2}));
}

TEST_CASE("a process that has ended is lost at once, and stays so")
{
    Judge judge{2, 0.0};
    judge.hear(beat(1, 1), 1.0);
    CHECK(judge.lost(1.0, 10.0).empty());
    judge.hear(beat(1, 2, true), 2.0);
    const std::vector<Loss> lost = judge.lost(2.0, 10.0);
    REQUIRE(lost.size() == 1);
    CHECK(lost.front().why == "its process has ended");
    judge.hear(beat(1, 3), 3.0);
    CHECK(judge.lost(3.0, 10.0).empty());
    CHECK(judge.is_lost(Rank{1}));
}

TEST_CASE("time in which nobody could be heard does not count")
{
    Judge judge{2, 0.0};
    judge.hear(beat(0, 1), 1.0);
    judge.hear(beat(1, 1), 1.0);
    judge.excuse_all(100.0); // this process was stopped
    CHECK(judge.lost(105.0, 10.0).empty());
    judge.excuse(Rank{1}, 109.0);
    const std::vector<Loss> lost = judge.lost(111.0, 10.0);
    REQUIRE(lost.size() == 1);
    CHECK(lost.front().rank == Rank{0});
    judge.hear(beat(7, 1), 111.0); // no such rank: a file that is being written
    CHECK(judge.lost(118.0, 10.0).empty());
}

TEST_CASE("a rank whose messages do not arrive is overdue, but not while nobody looks for them")
{
    Arrears arrears{2};
    const Rank from{1};
    CHECK_FALSE(arrears.overdue(from, 3, 3, true, 0.0, 10.0));
    CHECK(arrears.overdue(from, 5, 3, true, 20.0, 10.0));       // since 0 s
    CHECK_FALSE(arrears.overdue(from, 5, 4, true, 21.0, 10.0)); // one has come
    CHECK_FALSE(arrears.overdue(from, 5, 4, true, 30.0, 10.0));
    CHECK_FALSE(arrears.overdue(from, 5, 4, false, 40.0, 10.0)); // rank 0 was in a unit
    CHECK_FALSE(arrears.overdue(from, 5, 4, true, 49.0, 10.0));
    CHECK(arrears.overdue(from, 5, 4, true, 51.0, 10.0));
    Judge judge{2, 50.0};
    judge.cut_off(from);
    REQUIRE(judge.lost(51.0, 10.0).size() == 1);
}

TEST_CASE("what came while this process was stopped is not overdue when it goes on")
{
    Arrears arrears{2};
    const Rank from{1};
    CHECK_FALSE(arrears.overdue(from, 3, 3, true, 0.0, 10.0));
    arrears.excuse_all(100.0); // stopped from 1 s on
    CHECK_FALSE(arrears.overdue(from, 5, 3, true, 100.0, 10.0));
    CHECK_FALSE(arrears.overdue(from, 5, 3, true, 110.0, 10.0));
    CHECK(arrears.overdue(from, 5, 3, true, 111.0, 10.0)); // and does not come
}

TEST_CASE("what MPI has still to send may be on its way, but not for ever")
{
    constexpr double patience_s = 10.0;
    constexpr std::uint64_t n_few = 5000;
    Backlog few;
    CHECK_FALSE(few.moves(0, true, 100.0, patience_s));
    CHECK(few.moves(n_few, true, 101.0, patience_s));
    CHECK(few.moves(n_few, true, 111.0, patience_s));
    CHECK_FALSE(few.moves(n_few, true, 112.0, patience_s)); // it does not go
    CHECK(few.moves(n_few - 1, true, 113.0, patience_s));   // another one went
    CHECK(few.moves(n_few - 1, false, 120.0, patience_s));  // this rank is in a unit and does not call MPI
    CHECK(few.moves(n_few - 1, true, 130.0, patience_s));
    CHECK_FALSE(few.moves(n_few - 1, true, 131.0, patience_s));
    CHECK_FALSE(few.moves(0, true, 132.0, patience_s)); // all is through
    Backlog many; // records for a thousand ranks, all of them at the same time
    constexpr std::uint64_t n_many = 10'000'000'000;
    CHECK(many.moves(n_many, true, 1.0, patience_s));
    CHECK(many.moves(n_many, true, 1000.0, patience_s));
    CHECK_FALSE(many.moves(n_many, true, 1012.0, patience_s));
}

TEST_CASE(
    "a rank that does not get its messages is cut off, but not in a unit, and not when it is heard seldom")
{
    const auto says = [](std::uint64_t n_beats, std::uint64_t n_taken, std::uint64_t n_looks) {
        return Beat{.rank = 1, .n_beats = n_beats, .n_taken = n_taken, .n_looks = n_looks};
    };
    Undelivered undelivered{2};
    std::uint64_t n = 0;
    for (int second = 1; second <= 30; ++second, ++n) // nothing is under way
        CHECK_FALSE(undelivered.overdue(says(n + 1, 3, n), 3, second, 10.0));
    for (int second = 31; second <= 40; ++second, ++n) // one is
        CHECK_FALSE(undelivered.overdue(says(n + 1, 3, n), 4, second, 10.0));
    CHECK_FALSE(undelivered.overdue(says(n, 3, n), 4, 41.0, 10.0)); // the same beat once more
    CHECK(undelivered.overdue(says(n + 1, 3, n), 4, 41.0, 10.0));
    CHECK_FALSE(
        undelivered.overdue(says(n + 2, 4, n + 1), 5, 42.0, 10.0)); // it has come, another is under way
    for (int second = 43; second <= 80; ++second)                   // it computes, and does not look
        CHECK_FALSE(undelivered.overdue(says(++n + 2, 4, 100), 5, second, 10.0));
    for (int second = 87; second <= 160; second += 7) { // its beats come seldom
        ++n;
        CHECK_FALSE(undelivered.overdue(says(n + 2, 4, 100 + n), 5, second, 10.0));
    }
}

TEST_CASE("what a run has sent is not counted in the next run of the same process")
{
    Traffic counts;
    counts.begin(3);
    Traffic::add_one(counts.n_to_rank_0);
    Traffic::add_one(counts.taken[2]);
    Traffic::add_one(counts.sent[1]);
    Traffic::add_one(counts.n_under_way);
    counts.begin(4);
    CHECK(counts.n_to_rank_0 == 0);
    CHECK(counts.n_under_way == 0);
    REQUIRE(counts.taken.size() == 4);
    REQUIRE(counts.sent.size() == 4);
    for (std::size_t rank = 0; rank < 4; ++rank)
        CHECK((counts.taken[rank] == 0 && counts.sent[rank] == 0));
}

TEST_CASE("the beats of a node come back from its file")
{
    const std::filesystem::path path = "beats.node";
    std::filesystem::remove(path);
    CHECK(read_beats(path).empty());
    std::vector<Beat> page{beat(4, 10), beat(5, 20, true)};
    page[1].in_system = 2;
    page[1].n_taken = 7;
    page[1].n_looks = 8;
    const std::vector<Beat> copy = read_page(page);
    REQUIRE(write_beats(path, copy));
    page[0].n_beats = 11;
    REQUIRE(write_beats(path, read_page(page)));
    const std::vector<Beat> read = read_beats(path);
    REQUIRE(read.size() == 2);
    CHECK(read[0].rank == 4);
    CHECK(read[0].n_beats == 11);
    CHECK(read[1].process == 105);
    CHECK(read[1].gone == 1);
    CHECK(read[1].in_system == 2);
    CHECK(read[1].n_taken == 7);
    CHECK(read[1].n_looks == 8);
    CHECK_FALSE(write_beats("no/such/folder", copy));
}
