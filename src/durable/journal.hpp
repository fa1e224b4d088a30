#pragma once

#include "durable/checkpoint.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace mtc::durable {

/// Bytes that a unit gave to a dataset, as the engine keys them: by row, or by unit.
struct JournalPiece {
    DatasetId dataset;
    std::uint64_t key = 0;
    std::span<const std::byte> bytes;
};

/// Consecutive pieces of a journal whose keys ascend, about run_bytes of them: what is read back at a time.
struct JournalRun {
    static constexpr std::uint64_t run_bytes = std::uint64_t{1} << 20U;
    static constexpr std::uint64_t most_gap = 16; ///< between two keys: runs hardly overlap then

    StageId stage;
    DatasetId dataset;
    std::uint64_t first_key = 0;
    std::uint64_t last_key = 0;
    std::uint64_t n_pieces = 0;
    std::uint64_t n_bytes = 0;       ///< of the pieces
    std::uint64_t offset = 0;        ///< [bytes] in the file
    std::uint64_t bytes_on_file = 0; ///< with what stands before each piece
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
    /// Appends whole units of a stage, and returns when they are on the disk. A file that was removed
    /// meanwhile is written anew. After an error none of them is there, what was appended before counts, and
    /// the same may be appended again. \returns where the pieces are \throws IoError
    std::vector<JournalRun> append(StageId stage, std::span<const JournalPiece> pieces,
                                   const schedule::UnitSet& units);
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    /// For this process alone, as long as this lives: what was appended can be read there even when the file
    /// was removed.
    [[nodiscard]] std::string open_path() const;
    /// How often the file was written anew.
    [[nodiscard]] int n_restored() const noexcept { return n_restored_; }

private:
    friend struct JournalReader;
    struct Entry;
    [[nodiscard]] std::vector<JournalRun> put_all(StageId stage, std::span<const JournalPiece> pieces,
                                                  const schedule::UnitSet& units);
    void cut_back();
    void restore();
    void put(const Entry& entry, std::span<const std::byte> bytes);
    void flush();
    std::filesystem::path path_;
    std::vector<std::byte> origin_; ///< the first entry's bytes
    int descriptor_ = -1;
    std::vector<std::byte> buffer_;
    std::uint64_t end_ = 0;       ///< [bytes] of the file, when the buffer is flushed
    std::uint64_t whole_end_ = 0; ///< [bytes] what stands before is on the disk
    bool ragged_ = false;         ///< behind it may stand what is left of an append that failed
    int n_restored_ = 0;
};

/// What a journal holds.
struct JournalContents {
    Origin origin;
    std::map<StageId, schedule::UnitSet> units; ///< complete ones
    std::vector<JournalRun> runs;               ///< all pieces that count
    std::uint64_t end = 0;                      ///< [bytes] what stands behind does not count
    std::uint64_t n_lost = 0;                   ///< [bytes] behind the end
};

/// Of which calculation it is. \throws IoError  when its beginning is damaged or cut short, with the path
[[nodiscard]] Origin read_journal_origin(const std::filesystem::path& path);
/// \throws IoError  as read_journal_origin()
[[nodiscard]] JournalContents read_journal(const std::filesystem::path& path);
/// Hands on the pieces of a run, in the order appended; `bytes` holds them as long as the caller keeps it.
/// \throws IoError  when they are no longer there or damaged
void read_run(const std::filesystem::path& path, const JournalRun& run, std::vector<std::byte>& bytes,
              const std::function<void(const JournalPiece&)>& take);

} // namespace mtc::durable
