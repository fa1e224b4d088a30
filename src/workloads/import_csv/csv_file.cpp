#include "workloads/import_csv/csv_file.hpp"

#include "workloads/import_csv/marks.hpp"
#include "workloads/import_csv/splitter.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mtc::import_csv {
namespace {

constexpr std::size_t piece_bytes = std::size_t{1} << 20U;
constexpr std::size_t spare_bytes = std::size_t{1} << 16U; // read behind a range, for its last record

[[noreturn]] void fail(const std::string& path, const char* action)
{
    const int reason = errno;
    throw IoError(text(path, ": cannot ", action, " (", std::strerror(reason), ")"));
}

/// The byte behind the newline that ends a record, from a place in it on; npos when it is not in the text.
std::size_t behind_record(std::string_view text, std::size_t from, const Dialect& dialect, bool in_quotes)
{
    const std::size_t end = dialect.quoted_newlines != 0
                                ? end_of_record(text.substr(from), dialect, in_quotes)
                                : text.substr(from).find('\n');
    if (end == std::string_view::npos)
        return end;
    return from + end + (dialect.quoted_newlines != 0 ? 0 : 1);
}

} // namespace

CsvFile::CsvFile(const std::string& path)
    : path_{path}
    , descriptor_{::open(path.c_str(), O_RDONLY | O_CLOEXEC)}
{
    if (descriptor_ < 0)
        fail(path_, "open the file");
}

CsvFile::CsvFile(CsvFile&& other) noexcept
    : path_{std::move(other.path_)}
    , descriptor_{std::exchange(other.descriptor_, -1)}
{}

CsvFile& CsvFile::operator=(CsvFile&& other) noexcept
{
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

CsvFile::~CsvFile()
{
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

std::size_t CsvFile::read(std::uint64_t offset, std::span<char> into) const
{
    std::size_t n = 0;
    while (n < into.size()) {
        const ssize_t got =
            ::pread(descriptor_, into.data() + n, into.size() - n, static_cast<off_t>(offset + n));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            fail(path_, "read");
        if (got == 0)
            break;
        n += static_cast<std::size_t>(got);
    }
    return n;
}

std::uint64_t CsvFile::size() const
{
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0)
        fail(path_, "ask for the size");
    return static_cast<std::uint64_t>(status.st_size);
}

void for_each_piece(const CsvFile& file, std::uint64_t begin, std::uint64_t end,
                    const std::function<void(std::span<const char>)>& take)
{
    std::vector<char> piece(static_cast<std::size_t>(std::min<std::uint64_t>(end - begin, piece_bytes)));
    while (begin < end) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(end - begin, piece.size()));
        const std::size_t n = file.read(begin, std::span{piece}.first(wanted));
        if (n < wanted)
            throw IoError(text(file.path(), ": ends at byte ", begin + n,
                               "; it was longer when the calculation began"));
        take(std::span{piece}.first(n));
        begin += n;
    }
}

void RangeReader::fill(const CsvFile& file, std::uint64_t from, std::size_t n_bytes)
{
    if (buffer_.size() < n_bytes + 1 + marks_bytes)
        buffer_.resize(n_bytes + 1 + marks_bytes);
    n_bytes_ = file.read(from, std::span{buffer_}.first(n_bytes));
    at_end_ = n_bytes_ < n_bytes;
    if (at_end_ && n_bytes_ > 0 && buffer_[n_bytes_ - 1] != '\n')
        buffer_[n_bytes_++] = '\n'; // the last line of a file need not end
}

RangeText RangeReader::read(const CsvFile& file, const ByteRange& range, const Dialect& dialect)
{
    if (range.begin == range.end)
        return {.text = {}, .offset = range.end, .stop = 0};
    const std::uint64_t from = range.first ? range.begin : range.begin - 1;
    const auto stop = static_cast<std::size_t>(range.end - from);
    for (std::size_t spare = spare_bytes;; spare *= 4) {
        if (spare > longest_record)
            throw ComputeError(text(file.path(), ": no record ends in the ", longest_record,
                                    " bytes behind byte ", range.end, " (is a quote not closed?)"));
        fill(file, from, stop + spare);
        const std::string_view text{buffer_.data(), n_bytes_};
        if (n_bytes_ < stop)
            throw IoError(mtc::text(file.path(), ": ends at byte ", from + n_bytes_,
                                    "; it was longer when the calculation began"));
        std::size_t first = 0;
        if (!range.first) { // a newline right before the range ends a record
            const bool is_quote = dialect.quote != '\0' && text.front() == dialect.quote;
            first = behind_record(text, 0, dialect, range.in_quotes != is_quote);
        }
        if (first == std::string_view::npos && !at_end_)
            continue;
        if (first >= stop)
            return {.text = {}, .offset = range.end, .stop = 0};
        bool in_quotes = false;
        if (dialect.quoted_newlines != 0 && dialect.quote != '\0')
            in_quotes = count({text.data() + first, stop - 1 - first}, dialect.quote) % 2 != 0;
        std::size_t end = behind_record(text, stop - 1, dialect, in_quotes);
        if (end == std::string_view::npos && !at_end_)
            continue;
        end = std::min(end, text.size());
        return {.text = text.substr(first, end - first), .offset = from + first, .stop = stop - first};
    }
}

} // namespace mtc::import_csv
