#include "durable/seal.hpp"

#include "durable/checksum.hpp"
#include "durable/direct_file.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace mtc::durable {
namespace {

constexpr std::uint64_t magic = 0x6c6165'73'63746dULL; // "mtcseal"

struct Front {
    std::uint64_t magic = 0;
    std::uint64_t journal_bytes = 0;
    std::uint64_t n_sums = 0;
    std::uint64_t checksum = 0; ///< of what stands above, and of the sums behind it
};

std::uint64_t checksum_of(const Front& front, std::span<const Seal::Sums> sums)
{
    return checksum(std::as_bytes(std::span{&front, 1}).first(offsetof(Front, checksum))) ^
           checksum(std::as_bytes(sums));
}

/// A folder knows of a new name only when it is on the disk itself.
void sync_folder(const std::filesystem::path& folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    ::fsync(descriptor);
    ::close(descriptor);
}

} // namespace

bool Seal::holds(StageId stage, std::uint64_t generation) const
{
    return std::ranges::any_of(
        sums, [&](const Sums& s) { return s.stage == stage.value() && s.generation == generation; });
}

std::filesystem::path seal_path(const std::filesystem::path& file)
{
    const std::string name = file.filename().string();
    return file.parent_path() / (name.substr(0, name.find('.')) + ".seal");
}

void write_seal(const std::filesystem::path& path, const Seal& seal)
{
    Front front{magic, seal.journal_bytes, seal.sums.size(), 0};
    front.checksum = checksum_of(front, seal.sums);
    PageBuffer bytes{sizeof front + seal.sums.size() * sizeof(Seal::Sums)};
    std::memcpy(bytes.used().data(), &front, sizeof front);
    if (!seal.sums.empty())
        std::memcpy(bytes.used().data() + sizeof front, seal.sums.data(),
                    seal.sums.size() * sizeof(Seal::Sums));
    const std::filesystem::path temporary = path.string() + ".new";
    {
        DirectFile file{temporary};
        file.write(bytes, 0);
        file.sync();
    }
    std::error_code failed;
    std::filesystem::rename(temporary, path, failed);
    if (failed)
        throw IoError(text(path.string(), ": cannot be written (", failed.message(), ")"));
    sync_folder(path.parent_path());
}

std::optional<Seal> read_seal(const std::filesystem::path& path)
{
    const int descriptor =
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC); // opening asks network file systems anew
    if (descriptor < 0)
        return std::nullopt;
    ::close(descriptor);
    Front front;
    std::memcpy(&front, read_part(path, 0, sizeof front).used().data(), sizeof front);
    constexpr std::uint64_t most_sums = 1'000'000;
    if (front.magic != magic || front.n_sums > most_sums)
        throw IoError(text(path.string(), ": is damaged"));
    Seal seal{.journal_bytes = front.journal_bytes, .sums = {}};
    seal.sums.resize(front.n_sums);
    if (!seal.sums.empty()) {
        const PageBuffer bytes = read_part(path, sizeof front, front.n_sums * sizeof(Seal::Sums));
        std::memcpy(seal.sums.data(), bytes.used().data(), bytes.used().size());
    }
    if (front.checksum != checksum_of(front, seal.sums))
        throw IoError(text(path.string(), ": is damaged"));
    return seal;
}

} // namespace mtc::durable
