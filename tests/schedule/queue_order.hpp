#pragma once

#include "schedule/builders.hpp"
#include "schedule/queue.hpp"

#include <cstdint>
#include <vector>

namespace mtc::schedule::test {

/// The first units of the parcels in the order in which a queue that `n_ranks` share offers them.
[[nodiscard]] inline std::vector<std::uint64_t> queue_order(const Work& work, int n_ranks)
{
    Ledger ledger{work.parcels};
    Queue queue;
    for (std::uint32_t p = 0; p < ledger.parcels().size(); ++p)
        queue.push(ParcelId{p});
    queue.sort(ledger, n_ranks);
    std::vector<std::uint64_t> units;
    while (const auto offer = queue.offer(End::heavy, BlockId::none(), ledger)) {
        ledger.take_out(offer->piece, ledger.amount(offer->piece));
        units.push_back(offer->piece.units.first.value());
    }
    return units;
}

} // namespace mtc::schedule::test
