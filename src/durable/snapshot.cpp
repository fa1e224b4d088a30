#include "durable/snapshot.hpp"

#include "durable/checksum.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>

namespace mtc::durable {
namespace {

constexpr std::uint64_t magic = 0x6c62617463746dULL; // "mtctabl"

struct Head {
    std::uint64_t magic = 0;
    std::uint64_t number = 0; ///< of the save
    std::uint64_t n_bytes = 0;
    std::uint64_t bytes_checksum = 0;
    std::uint64_t own_checksum = 0; ///< of what stands above
};

std::uint64_t checksum_of(const Head& head)
{
    return checksum(std::as_bytes(std::span{&head, 1}).first(offsetof(Head, own_checksum)));
}

struct Found {
    std::uint64_t number = 0;
    std::vector<std::byte> bytes;
};

std::optional<Found> read_one(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    Head head;
    file.read(reinterpret_cast<char*>(&head), sizeof head);
    if (!file || head.magic != magic || head.own_checksum != checksum_of(head))
        return std::nullopt;
    std::error_code unknown;
    if (std::filesystem::file_size(path, unknown) < sizeof head + head.n_bytes || unknown)
        return std::nullopt;
    Found found{head.number, std::vector<std::byte>(head.n_bytes)};
    file.read(reinterpret_cast<char*>(found.bytes.data()), static_cast<std::streamsize>(head.n_bytes));
    if (!file || checksum(found.bytes) != head.bytes_checksum)
        return std::nullopt;
    return found;
}

} // namespace

void Snapshots::save(std::span<const std::byte> bytes)
{
    const std::uint64_t number = n_saved_ + 1;
    const std::string path = text(stem_.string(), number % 2);
    Head head{magic, number, bytes.size(), checksum(bytes), 0};
    head.own_checksum = checksum_of(head);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "wbe"), std::fclose};
    if (!file || std::fwrite(&head, sizeof head, 1, file.get()) != 1 ||
        std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size() ||
        std::fflush(file.get()) != 0)
        throw IoError(text(path, ": cannot write (", std::strerror(errno), ")"));
    n_saved_ = number; // after a failure the same file is written again, and the other stays whole
}

std::vector<std::filesystem::path> find_snapshots(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> stems;
    std::error_code not_there;
    for (auto entry = std::filesystem::recursive_directory_iterator{folder, not_there};
         !not_there && entry != std::filesystem::recursive_directory_iterator{}; entry.increment(not_there)) {
        const std::string extension = entry->path().extension().string();
        if (extension == ".tables0" || extension == ".tables1")
            stems.push_back(std::filesystem::path{entry->path()}.replace_extension(".tables"));
    }
    std::ranges::sort(stems);
    stems.erase(std::unique(stems.begin(), stems.end()), stems.end());
    return stems;
}

std::optional<std::vector<std::byte>> read_snapshot(const std::filesystem::path& stem)
{
    std::optional<Found> first = read_one(stem.string() + "0");
    std::optional<Found> second = read_one(stem.string() + "1");
    if (second && (!first || first->number < second->number))
        first = std::move(second);
    if (!first)
        return std::nullopt;
    return std::move(first->bytes);
}

} // namespace mtc::durable
