#pragma once

#include "workloads/import_csv/dialect.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::import_csv {

/// A record that is not imported.
struct BadRecord {
    std::uint32_t begin = 0; ///< its first byte in the text
    std::uint32_t end = 0;   ///< its newline
    std::string why;         ///< "4 fields (the header has 3)"
};

/// Where the fields of some records lie in a text.
struct Batch {
    std::vector<std::uint32_t> begins; ///< [n_row] first byte of each record
    std::vector<std::uint32_t> ends;   ///< [n_row, n_field] byte behind each field
    std::size_t n_rows = 0;
    bool has_quotes = false; ///< fields must be unquoted
};

/// Finds records and their fields. A record has n_field of them; others are bad, empty lines are none.
class Splitter {
public:
    static constexpr std::size_t batch_rows = 4096; ///< a batch and its text stay in the cache

    Splitter(const Dialect& dialect, std::size_t n_fields)
        : dialect_{dialect}
        , n_fields_{n_fields}
    {}

    /// Takes records that begin in [from, stop), batch_rows at most; the last may end behind `stop`.
    /// \param text  64 readable bytes stand behind it; the last record in it ends with \n
    /// \param from  the first byte of a record
    /// \param[out] bad  is added to
    /// \returns the first byte of the next record
    std::size_t split(std::string_view text, std::size_t from, std::size_t stop, Batch& batch,
                      std::vector<BadRecord>& bad) const;

private:
    Dialect dialect_;
    std::size_t n_fields_;
};

/// A field without its quotes; one without any as it stands.
/// \param scratch  holds the result where it is not part of the field
/// \throws nothing; \returns false when quotes stand where none may
[[nodiscard]] bool unquote(std::string_view& field, char quote, std::string& scratch);

/// The fields of one record. \param record  without its newline
[[nodiscard]] std::vector<std::string> fields_of(std::string_view record, const Dialect& dialect);

/// The byte behind the first record's newline, or npos when it does not end in the text.
[[nodiscard]] std::size_t end_of_record(std::string_view text, const Dialect& dialect, bool inside = false);

} // namespace mtc::import_csv
