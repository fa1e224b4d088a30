#pragma once

#include "durable/checkpoint.hpp"
#include "durable/direct_file.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>

namespace mtc::durable {

/// One of the two files of a rank's sums. A page that says where the header is, then blocks, each at a place
/// of its own that it keeps, then the header. Written by one thread.
class SumsFile {
public:
    explicit SumsFile(const std::filesystem::path& path)
        : file_{path}
    {}
    /// A block as it is now. From here to finish() the file says nothing that counts.
    void write_block(std::uint32_t block, std::uint64_t n_units, const PageBuffer& bytes);
    /// Completes the save: header and first page, once all blocks are on the disk.
    /// \param header  all but `blocks`
    void finish(CheckpointHeader header);

private:
    DirectFile file_;
    std::map<std::uint32_t, SavedBlock> blocks_;
    std::uint64_t end_ = PageBuffer::page;
};

/// What a file of sums says of itself; nothing when no save into it was ever completed.
/// \throws IoError  when it is damaged, with the path
[[nodiscard]] std::optional<CheckpointHeader> read_sums_header(const std::filesystem::path& path);
/// Reads every block and hands it on. \throws IoError  at the first damaged one, with the path
void read_sums(const std::filesystem::path& path, const CheckpointHeader& header,
               const std::function<void(const SavedBlock&, std::span<const std::byte>)>& take);

} // namespace mtc::durable
