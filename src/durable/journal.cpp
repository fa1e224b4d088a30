#include "durable/journal.hpp"

#include "durable/checksum.hpp"
#include "durable/seal.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mtc::durable {

/// Before the bytes of an entry.
struct Journal::Entry {
    enum class Kind : std::uint32_t { origin = 0x6d746331, piece, units };
    Kind kind = Kind::origin;
    std::uint32_t stage = 0;
    std::uint32_t dataset = 0;
    std::uint32_t padding = 0;
    std::uint64_t key = 0;
    std::uint64_t n_bytes = 0;
    std::uint64_t bytes_checksum = 0;
    std::uint64_t entry_checksum = 0; ///< of what stands above

    [[nodiscard]] std::uint64_t own_checksum() const
    {
        return checksum(std::as_bytes(std::span{this, 1}).first(offsetof(Entry, entry_checksum)));
    }
    /// Adds a piece that stands at `offset` to the last run, or begins another.
    void add_to(std::vector<JournalRun>& runs, std::uint64_t offset) const
    {
        const std::uint64_t on_file = sizeof(Entry) + n_bytes;
        if (!runs.empty()) {
            JournalRun& last = runs.back();
            if (last.stage == StageId{stage} && last.dataset == DatasetId{dataset} &&
                last.offset + last.bytes_on_file == offset && key >= last.last_key &&
                key - last.last_key <= JournalRun::most_gap &&
                last.bytes_on_file + on_file <= JournalRun::run_bytes) {
                last.last_key = key;
                ++last.n_pieces;
                last.n_bytes += n_bytes;
                last.bytes_on_file += on_file;
                return;
            }
        }
        runs.push_back({StageId{stage}, DatasetId{dataset}, key, key, 1, n_bytes, offset, on_file});
    }
};

namespace {

constexpr std::size_t flush_bytes = std::size_t{4} << 20U;

[[noreturn]] void fail(const std::filesystem::path& path, const char* action)
{
    const int reason = errno;
    throw IoError(text(path.string(), ": cannot ", action, " (", std::strerror(reason), ")"));
}

} // namespace

Journal::Journal(const std::filesystem::path& path, const Origin& origin)
    : path_{path}
    , descriptor_{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)}
{
    if (descriptor_ < 0)
        fail(path_, "create the file");
    CheckpointHeader header;
    header.origin = origin;
    header.stage = StageId{0};
    origin_ = serialised(header);
}

Journal::~Journal()
{
    ::close(descriptor_);
}

void Journal::put(const Entry& given, std::span<const std::byte> bytes)
{
    Entry entry = given;
    entry.n_bytes = bytes.size();
    entry.bytes_checksum = checksum(bytes);
    entry.entry_checksum = entry.own_checksum();
    const auto raw = std::as_bytes(std::span{&entry, 1});
    buffer_.insert(buffer_.end(), raw.begin(), raw.end());
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    end_ += raw.size() + bytes.size();
    if (buffer_.size() >= flush_bytes)
        flush();
}

void Journal::flush()
{
    std::span<const std::byte> bytes = buffer_;
    while (!bytes.empty()) {
        const ssize_t n =
            ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(end_ - bytes.size()));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            fail(path_, "write");
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    buffer_.clear();
}

std::vector<JournalRun> Journal::put_all(StageId stage, std::span<const JournalPiece> pieces,
                                         const schedule::UnitSet& units)
{
    if (end_ == 0)
        put({.kind = Entry::Kind::origin}, origin_);
    std::vector<JournalRun> runs;
    for (const JournalPiece& piece : pieces) {
        const Entry entry{.kind = Entry::Kind::piece,
                          .stage = stage.value(),
                          .dataset = piece.dataset.value(),
                          .key = piece.key,
                          .n_bytes = piece.bytes.size()};
        entry.add_to(runs, end_);
        put(entry, piece.bytes);
    }
    std::vector<UnitRange> ranges;
    units.for_each([&ranges](const UnitRange& range) { ranges.push_back(range); });
    put({.kind = Entry::Kind::units, .stage = stage.value()}, std::as_bytes(std::span{ranges}));
    flush();
    return runs;
}

std::vector<JournalRun> Journal::append(StageId stage, std::span<const JournalPiece> pieces,
                                        const schedule::UnitSet& units)
{
    // Pieces that an append left must not come to stand before the units of another: they would count twice.
    if (ragged_)
        cut_back();
    if (ragged_)
        throw IoError(text(path_.string(), ": cannot take away what is left of a write that failed"));
    try {
        std::vector<JournalRun> runs = put_all(stage, pieces, units);
        if (::fdatasync(descriptor_) != 0)
            fail(path_, "bring it to the disk");
        struct stat found {};
        if (::fstat(descriptor_, &found) == 0 && found.st_nlink == 0)
            restore();
        whole_end_ = end_;
        return runs;
    } catch (const std::exception&) {
        cut_back();
        throw;
    }
}

/// After an append that failed. Pages that a failed fdatasync left count as written for the kernel: all of
/// them are written again.
void Journal::cut_back()
{
    buffer_.clear();
    end_ = whole_end_;
    // Of a process that was given up the end is what its seal says, and stays.
    std::error_code unknown;
    ragged_ = std::filesystem::exists(seal_path(path_), unknown) ||
              ::ftruncate(descriptor_, static_cast<off_t>(whole_end_)) != 0;
}

std::string Journal::open_path() const
{
    return text("/proc/self/fd/", descriptor_);
}

/// What was removed can still be read as long as it is open.
void Journal::restore()
{
    std::error_code refused;
    std::filesystem::create_directories(path_.parent_path(), refused);
    std::filesystem::copy_file(open_path(), path_, std::filesystem::copy_options::overwrite_existing,
                               refused);
    if (refused)
        throw IoError(text(path_.string(),
                           ": was removed, and with it what was saved; it cannot be written anew (",
                           refused.message(), ")"));
    const int anew = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    // The number stays, and with it open_path().
    const bool whole =
        anew >= 0 && ::fdatasync(anew) == 0 && ::dup3(anew, descriptor_, O_CLOEXEC) == descriptor_;
    const int reason = errno;
    if (anew >= 0)
        ::close(anew);
    errno = reason;
    if (!whole)
        fail(path_, "write it anew");
    ++n_restored_;
}

namespace {

/// Bytes of a journal that may count: a sealed one ends where its seal says.
std::uint64_t countable_bytes(const std::filesystem::path& path)
{
    const std::uint64_t n_bytes = std::filesystem::file_size(path);
    const std::optional<Seal> seal = read_seal(seal_path(path));
    return seal ? std::min(n_bytes, seal->journal_bytes) : n_bytes;
}

/// Entries one after the other, as long as they are whole.
class EntryReader {
public:
    explicit EntryReader(const std::filesystem::path& path)
        : size_{countable_bytes(path)}
        , file_{path, std::ios::binary}
    {}
    /// The next entry that is whole and undamaged; its bytes are in bytes().
    template <class Entry>
    std::optional<Entry> next()
    {
        Entry entry;
        if (size_ - at_ < sizeof entry)
            return std::nullopt;
        file_.read(reinterpret_cast<char*>(&entry), sizeof entry);
        if (!file_ || entry.entry_checksum != entry.own_checksum() ||
            entry.n_bytes > size_ - at_ - sizeof entry)
            return std::nullopt;
        bytes_.resize(entry.n_bytes);
        file_.read(reinterpret_cast<char*>(bytes_.data()), static_cast<std::streamsize>(bytes_.size()));
        if (!file_ || checksum(bytes_) != entry.bytes_checksum)
            return std::nullopt;
        at_ += sizeof entry + bytes_.size();
        return entry;
    }
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }
    [[nodiscard]] std::uint64_t at() const noexcept { return at_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

private:
    std::uint64_t size_;
    std::uint64_t at_ = 0;
    std::ifstream file_;
    std::vector<std::byte> bytes_;
};

} // namespace

/// Reads what the class writes.
struct JournalReader {
    using Entry = Journal::Entry;
};

namespace {

Origin first_entry(EntryReader& reader, const std::filesystem::path& path)
{
    using Entry = JournalReader::Entry;
    const auto first = reader.next<Entry>();
    if (!first || first->kind != Entry::Kind::origin)
        throw IoError(text(path.string(), ": its beginning is damaged or cut short"));
    try {
        return checkpoint_header(reader.bytes()).origin;
    } catch (const IoError& error) {
        throw IoError(text(path.string(), ": ", error.what()));
    }
}

} // namespace

Origin read_journal_origin(const std::filesystem::path& path)
{
    EntryReader reader{path};
    return first_entry(reader, path);
}

JournalContents read_journal(const std::filesystem::path& path)
{
    using Entry = JournalReader::Entry;
    EntryReader reader{path};
    JournalContents contents;
    contents.origin = first_entry(reader, path);
    contents.end = reader.at();
    std::size_t n_counting = 0; // runs
    std::uint64_t at = reader.at();
    while (const auto entry = reader.next<Entry>()) {
        const std::uint64_t offset = std::exchange(at, reader.at());
        if (entry->kind == Entry::Kind::piece)
            entry->add_to(contents.runs, offset);
        if (entry->kind != Entry::Kind::units)
            continue;
        std::vector<UnitRange> ranges(entry->n_bytes / sizeof(UnitRange));
        if (!ranges.empty())
            std::memcpy(ranges.data(), reader.bytes().data(), ranges.size() * sizeof(UnitRange));
        for (const UnitRange& range : ranges)
            contents.units[StageId{entry->stage}].add(range);
        contents.end = reader.at();
        n_counting = contents.runs.size(); // what stands behind is not adjacent: it begins another run
    }
    contents.runs.resize(n_counting);
    contents.n_lost = reader.size() - contents.end;
    return contents;
}

void read_run(const std::filesystem::path& path, const JournalRun& run, std::vector<std::byte>& bytes,
              const std::function<void(const JournalPiece&)>& take)
{
    using Entry = JournalReader::Entry;
    const auto changed = [&path] {
        return IoError(text(path.string(), ": has changed since it was written"));
    };
    bytes.resize(run.bytes_on_file);
    std::ifstream file{path, std::ios::binary};
    file.seekg(static_cast<std::streamoff>(run.offset));
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file)
        throw changed();
    for (std::span<const std::byte> rest = bytes; !rest.empty();) {
        Entry entry;
        if (rest.size() < sizeof entry)
            throw changed();
        std::memcpy(&entry, rest.data(), sizeof entry);
        rest = rest.subspan(sizeof entry);
        if (entry.entry_checksum != entry.own_checksum() || entry.n_bytes > rest.size() ||
            checksum(rest.first(entry.n_bytes)) != entry.bytes_checksum)
            throw changed();
        take({DatasetId{entry.dataset}, entry.key, rest.first(entry.n_bytes)});
        rest = rest.subspan(entry.n_bytes);
    }
}

} // namespace mtc::durable
