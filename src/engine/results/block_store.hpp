#pragma once

#include "durable/spill_file.hpp"
#include "engine/results/recency.hpp"
#include "mtc/error.hpp"
#include "mtc/flat.hpp"
#include "mtc/types.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace mtc::engine {

/// What was put aside on a disk cannot be read back as it was: whatever it was part of is spoilt.
struct BlockLost : IoError {
    using IoError::IoError;
};

/// Bytes by block, each allocated when it is first changed. Beyond a number of bytes in memory, those blocks
/// that were touched longest ago are put aside in a file, and come back when they are touched again. No MPI,
/// no threads.
class BlockStore {
public:
    static constexpr std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
    /// How much went to the file and came back. [bytes]
    struct Traffic {
        std::uint64_t put_aside = 0;
        std::uint64_t brought_back = 0;
    };

    BlockStore() = default;
    /// \param block_bytes [n_block]
    explicit BlockStore(std::span<const std::uint64_t> block_bytes);

    /// From now on at most so many bytes stay in memory, but one block in any case.
    /// \param file  where the others go; created when the first one does
    void limit(std::uint64_t most_bytes, std::filesystem::path file);
    [[nodiscard]] std::uint64_t most_bytes() const noexcept { return most_bytes_; }

    [[nodiscard]] std::size_t n_blocks() const noexcept { return blocks_.size(); }
    [[nodiscard]] std::uint64_t n_bytes(BlockId block) const { return blocks_.at(block.value()).n_bytes; }
    /// It was changed, wherever it is now.
    [[nodiscard]] bool holds(BlockId id) const
    {
        const Block& block = blocks_.at(id.value());
        return !block.bytes.empty() || block.is_aside;
    }
    /// To be changed: zeros the first time. Valid until another block is touched.
    /// \throws BlockLost
    [[nodiscard]] std::span<std::byte> change(BlockId block);
    /// To be read: empty when the store does not hold it. Valid until another block is touched.
    /// \throws BlockLost
    [[nodiscard]] std::span<const std::byte> look(BlockId block);
    /// Copies it from wherever it is, and leaves it there: that is no touch. \param[out] out [n_bytes()]
    /// \throws BlockLost
    void copy(BlockId block, std::span<std::byte> out) const;
    /// Forgets it.
    void release(BlockId block);

    [[nodiscard]] std::uint64_t bytes_held() const noexcept { return held_; }
    [[nodiscard]] std::uint64_t bytes_in_memory() const noexcept { return in_memory_; }
    [[nodiscard]] const Traffic& traffic() const noexcept { return traffic_; }
    /// Why blocks stay in memory beyond the limit, such as a full disk; empty while they do not.
    [[nodiscard]] const std::string& why_not_aside() const noexcept { return why_not_; }

private:
    struct Block {
        AlignedVector<std::byte> bytes{}; ///< empty: not in memory
        std::uint64_t n_bytes = 0;
        std::uint64_t offset = no_place; ///< in the file; kept from the first time on
        std::uint64_t checksum = 0;      ///< of what is in the file
        bool is_aside = false;           ///< what is in the file is the block
    };
    static constexpr std::uint64_t no_place = std::numeric_limits<std::uint64_t>::max();

    void bring_back(Block& block);
    void read_back(const Block& block, std::span<std::byte> out) const;
    void make_room(std::uint64_t n_bytes);
    [[nodiscard]] bool put_aside(Block& block);
    void allocate(Block& block);

    std::vector<Block> blocks_;
    Recency recency_; ///< of those in memory; with a limit only
    std::uint64_t most_bytes_ = all;
    std::uint64_t held_ = 0;
    std::uint64_t in_memory_ = 0;
    std::filesystem::path path_;
    std::unique_ptr<durable::SpillFile> file_;
    std::uint64_t file_end_ = 0;
    AlignedVector<std::byte> spare_; ///< of the block that was put aside last
    mutable Traffic traffic_;
    std::string why_not_;
};

} // namespace mtc::engine
