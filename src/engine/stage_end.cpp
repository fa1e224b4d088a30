#include "engine/stage_end.hpp"

#include "mpi/pulse.hpp"

#include <algorithm>
#include <map>
#include <string>

#include <malloc.h>

namespace mtc::engine {
namespace {

constexpr std::size_t message_bytes = std::size_t{16} << 20; // of collected pieces

} // namespace

std::vector<Rank> owners(std::size_t n_blocks, std::span<const Rank> living)
{
    std::vector<Rank> of_block(n_blocks);
    for (std::size_t b = 0; b < n_blocks; ++b)
        of_block[b] = living[living.size() * b / n_blocks];
    return of_block;
}

Reduction::Reduction(Results& results, const std::vector<Stage>& stages, Mailbox& mailbox)
    : results_{results}
    , stages_{stages}
    , mailbox_{mailbox}
{}

std::vector<OwnerParts> Reduction::begin(StageId stage)
{
    stage_ = stage;
    parts_.clear();
    n_sent_ = 0;
    const BlockSums& sums = results_.block_sums(stage);
    const std::vector<Rank> owner_of = owners(sums.n_blocks(), mailbox_.living());
    std::map<std::int32_t, std::uint32_t> n_parts;
    std::vector<std::uint64_t> turn(owner_of.size()); // place among its owner's blocks, then the owner
    const auto n_ranks = static_cast<std::uint64_t>(mailbox_.n_ranks());
    for (std::uint32_t b = 0, first = 0; b < owner_of.size(); ++b) {
        if (owner_of[b] != owner_of[first])
            first = b;
        const auto after_me =
            static_cast<std::uint64_t>(owner_of[b].value() - mailbox_.rank().value()) + n_ranks;
        turn[b] = (b - first) * n_ranks + after_me % n_ranks;
    }
    for (const BlockId block : sums.held()) {
        const Rank owner = owner_of[block.value()];
        if (owner == mailbox_.rank())
            continue;
        parts_.emplace_back(block, owner);
        ++n_parts[owner.value()];
    }
    std::ranges::sort(parts_, {}, [&](const auto& part) { return turn[part.first.value()]; });
    std::vector<OwnerParts> counts;
    for (const auto& [owner, n] : n_parts)
        counts.push_back({owner, n});
    return counts;
}

bool Reduction::send_some()
{
    const std::size_t n_before = n_sent_;
    BlockSums& sums = results_.block_sums(stage_);
    for (; n_sent_ < parts_.size() && mailbox_.bytes_under_way() < most_under_way; ++n_sent_) {
        const auto& [block, owner] = parts_[n_sent_];
        std::vector<std::byte> bytes(sums.n_bytes(block));
        sums.copy(block, bytes);
        Packer part;
        part.put(PartHeader{sums.n_units(block), stage_.value(), block.value()});
        part.put_bytes(bytes);
        mailbox_.send(part.take(), owner, Tag::part);
        sums.release(block); // the message is the part now
    }
    return n_sent_ > n_before;
}

void Reduction::on_part(std::span<const std::byte> message)
{
    Unpacker unpacker{message};
    const auto header = unpacker.take<PartHeader>();
    const StageId stage{header.stage};
    if (stages_.at(stage.value()).result != ResultKind::sums)
        throw ComputeError(text("a part of stage ", stages_[stage.value()].name, ", which has no sums"));
    results_.block_sums(stage).add_raw(BlockId{header.block}, unpacker.rest(), header.n_units);
    if (const std::string& why = results_.why_sums_stay(); !why.empty())
        throw IoError(why);
    mpi::tick();
    ++n_received_;
}

void Reduction::expect(StageId stage, std::uint32_t n_parts)
{
    if (stage != stage_)
        throw ComputeError(
            text("parts of stage ", stage.value(), " while stage ", stage_.value(), " is reduced"));
    n_expected_ = n_parts;
    known_ = true;
}

bool Reduction::done()
{
    if (!known_ || n_sent_ != parts_.size() || n_received_ != n_expected_ || !mailbox_.idle())
        return false;
    known_ = false;
    n_expected_ = 0;
    n_received_ = 0;
    ::malloc_trim(0); // messages, and blocks that are others' now
    return true;
}

void send_collected(StageId stage, std::size_t n_datasets, Results& results, Mailbox& mailbox)
{
    for (std::uint32_t d = 0; d < n_datasets; ++d) {
        const std::span<const Piece> pieces = results.pieces(stage, DatasetId{d}).pieces();
        std::size_t next = 0;
        do {
            Packer headers;
            Packer bytes;
            std::size_t n = 0;
            std::size_t size = 0;
            for (; next + n < pieces.size() &&
                   (n == 0 || size + pieces[next + n].bytes.size() <= message_bytes);
                 ++n) {
                headers.put(PieceHeader{pieces[next + n].key, pieces[next + n].bytes.size()});
                bytes.put_bytes(pieces[next + n].bytes);
                size += pieces[next + n].bytes.size();
            }
            next += n;
            const bool last = d + 1 == n_datasets && next == pieces.size();
            Packer message;
            message.put(CollectedHeader{n, stage.value(), d, last ? 1U : 0U, 0});
            message.put_bytes(headers.take());
            message.put_bytes(bytes.take());
            mailbox.send(message.take(), Rank{0}, Tag::collected);
        } while (next < pieces.size());
        results.pieces(stage, DatasetId{d}) = {};
    }
    ::malloc_trim(0); // there was a piece for each unit of the stage
}

bool on_collected(std::span<const std::byte> message, Results& results)
{
    Unpacker unpacker{message};
    const auto header = unpacker.take<CollectedHeader>();
    std::vector<PieceHeader> pieces(header.n_pieces);
    for (PieceHeader& piece : pieces)
        piece = unpacker.take<PieceHeader>();
    mpi::tick();
    PieceLog& log = results.pieces(StageId{header.stage}, DatasetId{header.dataset});
    for (const PieceHeader& piece : pieces)
        log.append(piece.key, unpacker.take_bytes(piece.n_bytes));
    return header.last == 1;
}

void publish(StageId stage, std::size_t n_datasets, const Results& results, Mailbox& mailbox)
{
    for (int rank = 1; rank < mailbox.n_ranks(); ++rank)
        for (std::uint32_t d = 0; d < n_datasets; ++d) {
            Packer message;
            message.put(PublishedHeader{stage.value(), d});
            message.put_bytes(results.records(stage, DatasetId{d}));
            mailbox.send(message.take(), Rank{rank}, Tag::published);
        }
}

void on_published(std::span<const std::byte> message, Results& results)
{
    Unpacker unpacker{message};
    const auto header = unpacker.take<PublishedHeader>();
    results.take_records(StageId{header.stage}, DatasetId{header.dataset}, unpacker.rest());
}

} // namespace mtc::engine
