#pragma once

#include "durable/checkpoint.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <vector>

namespace mtc::durable {

/// Bytes that a unit gave to a dataset, as the engine keys them: by row, or by unit.
struct JournalPiece {
    DatasetId dataset;
    std::uint64_t key = 0;
    std::span<const std::byte> bytes;
};

/// Rows and records of one process, append-only: entries with a checksum each. Pieces count once an entry
/// that stands behind them says which units are complete.
class Journal {
public:
    /// Creates the file. \throws IoError
    Journal(const std::filesystem::path& path, const Origin& origin);
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    ~Journal();
    /// Appends whole units of a stage, and returns when they are on the disk. After an error nothing more can
    /// be appended, and what was, counts. \throws IoError
    void append(StageId stage, std::span<const JournalPiece> pieces, const schedule::UnitSet& units);

private:
    friend struct JournalReader;
    struct Entry;
    void put(const Entry& entry, std::span<const std::byte> bytes);
    void flush();
    std::filesystem::path path_;
    int descriptor_ = -1;
    std::vector<std::byte> buffer_;
};

/// What a journal holds.
struct JournalContents {
    Origin origin;
    std::map<StageId, schedule::UnitSet> units; ///< complete ones
    std::uint64_t end = 0;                      ///< [bytes] what stands behind does not count
    std::uint64_t n_lost = 0;                   ///< [bytes] behind the end
};

/// Of which calculation it is. \throws IoError  when its beginning is damaged or cut short, with the path
[[nodiscard]] Origin read_journal_origin(const std::filesystem::path& path);
/// \throws IoError  as read_journal_origin()
[[nodiscard]] JournalContents read_journal(const std::filesystem::path& path);
/// Hands on all pieces that count, in the order appended.
void replay_journal(const std::filesystem::path& path, const JournalContents& contents,
                    const std::function<void(StageId, const JournalPiece&)>& take);

} // namespace mtc::durable
