#pragma once

#include "workloads/import_csv/import_model.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace mtc::import_csv {

/// What a range holds, whatever it means: known before records are looked for.
struct RangeCounts {
    std::uint64_t n_newlines = 0;
    std::uint64_t n_quotes = 0;
};

[[nodiscard]] RangeCounts count_range(const CsvFile& file, const ByteRange& range, const Dialect& dialect);

/// What stands before each range of the files.
class RangeStates {
public:
    /// \param counts  [n_range] of all ranges
    RangeStates(const ImportModel& model, std::span<const RangeCounts> counts);

    /// Whether the range begins between quotes.
    [[nodiscard]] bool in_quotes(std::uint64_t range) const { return in_quotes_[range]; }
    /// Lines of its file that end before it.
    [[nodiscard]] std::uint64_t lines_before(std::uint64_t range) const { return lines_before_[range]; }

private:
    std::vector<std::uint64_t> lines_before_;
    std::vector<bool> in_quotes_;
};

} // namespace mtc::import_csv
