#pragma once

#include "mtc/workload.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::import_csv {

enum class ColumnKind : std::uint32_t {
    int8,
    uint8,
    uint16,
    int32,
    uint32,
    int64,
    uint64,
    float32,
    float64,
    boolean,
    decimal,  ///< int64, in units of the last digit
    date,     ///< int32 days since 1970-01-01
    datetime, ///< int64 microseconds since 1970-01-01T00:00:00 UTC
    text,     ///< of fixed length
    category, ///< uint16: its place in a list of the texts that occur
    skip,     ///< not imported
};

/// What a field of the file becomes.
struct ColumnType {
    ColumnKind kind = ColumnKind::text;
    std::uint32_t size = 0; ///< text, category: bytes of the longest; decimal: digits behind the point
};

/// A column as the input declares it.
struct Column {
    std::string name;
    ColumnType type;
    std::optional<std::string> when_empty{}; ///< stands in for an empty field
};

/// Reads `code text(18), date date, "Unit Price" decimal(2) default 0`: names with blanks or commas in
/// quotes. \param where  "job.ini:7", for messages \throws InputError  unknown type (nearest known), size
/// missing or out of range, a name twice
[[nodiscard]] std::vector<Column> parse_columns(std::string_view declarations, const std::string& where);

/// As it is declared: "decimal(2)".
[[nodiscard]] std::string name_of(const ColumnType& type);

/// [bytes] of a value.
[[nodiscard]] std::size_t width(const ColumnType& type) noexcept;

/// The one field of the column's dataset.
[[nodiscard]] Field field_of(const Column& column);

} // namespace mtc::import_csv
