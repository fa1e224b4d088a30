#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

namespace mtc::durable {

/// Bytes of one process that are saved as a whole, again and again, into two files in turn: what a save that
/// is cut off by death leaves behind is the one before.
///
///     <output>.ckpt/<rank / 100>/<incarnation>.tables0, .tables1     tasks and events of a rank
class Snapshots {
public:
    /// \param stem  path without the last digit; the files are made with the first saves
    explicit Snapshots(std::filesystem::path stem)
        : stem_{std::move(stem)}
    {}
    /// \throws IoError
    void save(std::span<const std::byte> bytes);

private:
    std::filesystem::path stem_;
    std::uint64_t n_saved_ = 0;
};

/// The stems of all snapshots in a folder of checkpoints, sorted; none where it is not there.
[[nodiscard]] std::vector<std::filesystem::path> find_snapshots(const std::filesystem::path& folder);
/// The newer one of the two that are whole; nothing when none is.
[[nodiscard]] std::optional<std::vector<std::byte>> read_snapshot(const std::filesystem::path& stem);

} // namespace mtc::durable
