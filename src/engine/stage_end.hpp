#pragma once

#include "engine/messages/mailbox.hpp"
#include "engine/results/results.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace mtc::engine {

/// Which of the living ranks owns each block after the reduction: contiguous shares, so that all write alike.
/// \param living  ascending \returns [n_block]
[[nodiscard]] std::vector<Rank> owners(std::size_t n_blocks, std::span<const Rank> living);

/// One rank's side of the reduction of sums: every rank sends what it holds of a block to the block's owner,
/// point to point, and adds what comes to it. Nothing passes through rank 0 but counts, and no rank has more
/// than a few parts under way. All send to all owners in turn, to each in the order of its blocks: an owner
/// gets the parts of one block at about the same time.
class Reduction {
public:
    Reduction(Results& results, const std::vector<Stage>& stages, Mailbox& mailbox);

    /// [bytes] of parts that a rank has under way; more are sent when fewer are left
    static constexpr std::uint64_t most_under_way = std::uint64_t{16} << 20U;

    /// From now on this rank's parts of blocks that others own go there. \returns how many to each owner
    [[nodiscard]] std::vector<OwnerParts> begin(StageId stage);
    /// Sends parts while few are under way. To be asked again and again. \returns whether there were any
    bool send_some();
    void on_part(std::span<const std::byte> message);
    void expect(StageId stage, std::uint32_t n_parts);
    /// All expected parts are added and all own ones are through.
    [[nodiscard]] bool done();
    [[nodiscard]] StageId stage() const noexcept { return stage_; }

private:
    Results& results_;
    const std::vector<Stage>& stages_;
    Mailbox& mailbox_;
    StageId stage_;
    std::vector<std::pair<BlockId, Rank>> parts_; ///< to send, and to whom
    std::size_t n_sent_ = 0;
    bool known_ = false; ///< the number of parts to expect has come
    std::uint32_t n_expected_ = 0;
    std::uint32_t n_received_ = 0;
};

/// Sends this rank's records of a stage to the scheduler, in messages of bounded size.
void send_collected(StageId stage, std::size_t n_datasets, Results& results, Mailbox& mailbox);
/// Takes in one such message. \returns true when it was the sender's last of the stage
bool on_collected(std::span<const std::byte> message, Results& results);
/// Sends all records of a stage from rank 0 to the others.
void publish(StageId stage, std::size_t n_datasets, const Results& results, Mailbox& mailbox);
/// Takes in one such message.
void on_published(std::span<const std::byte> message, Results& results);

} // namespace mtc::engine
