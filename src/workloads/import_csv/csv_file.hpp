#pragma once

#include "workloads/import_csv/dialect.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::import_csv {

/// A file that is open for reading at any place.
class CsvFile {
public:
    CsvFile() = default;
    /// \throws IoError  with the system's reason
    explicit CsvFile(const std::string& path);
    CsvFile(CsvFile&& other) noexcept;
    CsvFile& operator=(CsvFile&& other) noexcept;
    ~CsvFile();

    /// As many bytes as there are from `offset` on. \returns how many \throws IoError
    std::size_t read(std::uint64_t offset, std::span<char> into) const;
    /// [bytes] \throws IoError
    [[nodiscard]] std::uint64_t size() const;
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
    int descriptor_ = -1;
};

/// Hands on the bytes [begin, end) of a file in pieces. \throws IoError
void for_each_piece(const CsvFile& file, std::uint64_t begin, std::uint64_t end,
                    const std::function<void(std::span<const char>)>& take);

/// The records that begin in a range of a file.
struct RangeText {
    std::string_view text;    ///< from the range's first record on; the last record is whole and ends with \n
    std::uint64_t offset = 0; ///< of the text in the file
    std::size_t stop = 0;     ///< records begin before it
};

/// [begin, end) of a file.
struct ByteRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    bool first = false;     ///< a record begins at `begin`
    bool in_quotes = false; ///< `begin` lies between quotes
};

/// Reads ranges of files, one after the other, into memory that it keeps.
class RangeReader {
public:
    static constexpr std::size_t longest_record = std::size_t{64} << 20U; // [bytes]

    /// Valid until the next call. \throws IoError, ComputeError  a record beyond longest_record
    [[nodiscard]] RangeText read(const CsvFile& file, const ByteRange& range, const Dialect& dialect);

private:
    void fill(const CsvFile& file, std::uint64_t from, std::size_t n_bytes);
    std::vector<char> buffer_; ///< 64 bytes longer than what it holds
    std::size_t n_bytes_ = 0;
    bool at_end_ = false; ///< of the file
};

} // namespace mtc::import_csv
