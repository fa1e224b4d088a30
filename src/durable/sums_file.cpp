#include "durable/sums_file.hpp"

#include "durable/checksum.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <cstring>

namespace mtc::durable {
namespace {

constexpr std::uint64_t magic = 0x736d7573'63746dULL; // "mtcsums"

/// The first page: where the header is.
struct Front {
    std::uint64_t magic = 0;
    std::uint64_t generation = 0;
    std::uint64_t header_offset = 0;
    std::uint64_t header_bytes = 0;
    std::uint64_t checksum = 0; ///< of what stands above
};

std::uint64_t checksum_of(const Front& front)
{
    return checksum(std::as_bytes(std::span{&front, 1}).first(offsetof(Front, checksum)));
}

} // namespace

void SumsFile::write_block(std::uint32_t block, std::uint64_t n_units, const PageBuffer& bytes)
{
    SavedBlock& saved = blocks_[block];
    if (saved.n_bytes == 0) {
        saved.block = block;
        saved.offset = end_;
        saved.n_bytes = bytes.used().size();
        end_ += bytes.pages().size();
    }
    saved.n_units = n_units;
    saved.checksum = checksum(bytes.used());
    file_.write(bytes, saved.offset);
}

void SumsFile::finish(CheckpointHeader header)
{
    for (const auto& [block, saved] : blocks_)
        header.blocks.push_back(saved);
    file_.sync();
    const std::vector<std::byte> bytes = serialised(header);
    PageBuffer pages{bytes.size()};
    std::ranges::copy(bytes, pages.used().begin());
    file_.write(pages, end_);
    Front front{magic, header.id.generation, end_, bytes.size(), 0};
    front.checksum = checksum_of(front);
    PageBuffer page{sizeof front};
    std::memcpy(page.used().data(), &front, sizeof front);
    file_.write(page, 0);
    file_.sync();
}

std::optional<CheckpointHeader> read_sums_header(const std::filesystem::path& path)
{
    if (std::filesystem::file_size(path) < sizeof(Front))
        return std::nullopt;
    Front front;
    std::memcpy(&front, read_part(path, 0, sizeof front).used().data(), sizeof front);
    const auto raw = std::as_bytes(std::span{&front, 1});
    if (std::ranges::all_of(raw, [](std::byte byte) { return byte == std::byte{0}; }))
        return std::nullopt;
    if (front.magic != magic || front.checksum != checksum_of(front))
        throw IoError(text(path.string(), ": its first page is damaged"));
    const PageBuffer bytes = read_part(path, front.header_offset, front.header_bytes);
    try {
        return checkpoint_header(bytes.used());
    } catch (const IoError& error) {
        throw IoError(text(path.string(), ": ", error.what()));
    }
}

void read_sums(const std::filesystem::path& path, const CheckpointHeader& header,
               const std::function<void(const SavedBlock&, std::span<const std::byte>)>& take)
{
    for (const SavedBlock& block : header.blocks) {
        const PageBuffer bytes = read_part(path, block.offset, block.n_bytes);
        if (checksum(bytes.used()) != block.checksum)
            throw IoError(
                text(path.string(), ": block ", block.block, " is damaged (its checksum does not fit)"));
        take(block, bytes.used());
    }
}

} // namespace mtc::durable
