#include "workloads/import_csv/range_state.hpp"

#include "workloads/import_csv/marks.hpp"

namespace mtc::import_csv {

RangeCounts count_range(const CsvFile& file, const ByteRange& range, const Dialect& dialect)
{
    RangeCounts counts;
    for_each_piece(file, range.begin, range.end, [&](std::span<const char> piece) {
        counts.n_newlines += count(piece, '\n');
        if (dialect.quote != '\0' && dialect.quoted_newlines != 0)
            counts.n_quotes += count(piece, dialect.quote);
    });
    return counts;
}

RangeStates::RangeStates(const ImportModel& model, std::span<const RangeCounts> counts)
    : lines_before_(counts.size())
    , in_quotes_(counts.size(), false)
{
    for (const FileInfo& file : model.files()) {
        std::uint64_t n_lines = file.n_header_lines;
        std::uint64_t n_quotes = 0;
        for (std::uint64_t range = file.first_range; range < file.first_range + file.n_ranges; ++range) {
            lines_before_[range] = n_lines;
            in_quotes_[range] = n_quotes % 2 != 0;
            n_lines += counts[range].n_newlines;
            n_quotes += counts[range].n_quotes;
        }
    }
}

} // namespace mtc::import_csv
