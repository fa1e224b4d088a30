#include "engine/results/pieces.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <span>
#include <vector>

namespace mtc::engine {

// Not among the tests without MPI: sanitizers end a program that asks for so much.
TEST_CASE("a piece for which there is no memory leaves the log as it was")
{
    engine::PieceLog log;
    const std::vector<std::byte> small(1000, std::byte{1});
    log.append(0, small);
    const std::span<const std::byte> too_large{small.data(), std::size_t{1} << 60U}; // nobody looks into it
    CHECK_THROWS_AS(log.append(1, too_large), std::bad_alloc);
    const std::vector<std::byte> large(3'000'000, std::byte{2}); // more than is left of the first chunk
    log.append(2, large);
    CHECK(log.pieces().size() == 2);
    CHECK(log.n_bytes() == small.size() + large.size());
    CHECK(std::ranges::equal(log.pieces()[0].bytes, small));
    CHECK(std::ranges::equal(log.pieces()[1].bytes, large));
}

} // namespace mtc::engine
