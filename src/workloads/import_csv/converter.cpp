#include "workloads/import_csv/converter.hpp"

#include "config/values.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>

namespace mtc::import_csv {
namespace {

/// n bytes, from 16 to 32, in two moves that may overlap.
void copy_up_to_32(const char* from, std::size_t n, std::byte* to) noexcept
{
    constexpr std::size_t half = 16;
    std::memcpy(to, from, half);
    std::memcpy(to + n - half, from + n - half, half);
}

} // namespace

Converter::Converter(std::span<const PlacedColumn> columns, const Dialect& dialect, std::size_t n_fields)
    : columns_{columns.begin(), columns.end()}
    , dialect_{dialect}
    , n_fields_{n_fields}
    , categories_(columns.size(), nullptr)
    , values_(columns.size())
{}

void Converter::clear()
{
    for (ColumnValues& values : values_)
        values.clear();
}

/// `convert(field, value, in_text)` for each record of the batch; in_text: 64 bytes can be read from its
/// begin on.
template <class Convert>
void Converter::each(std::string_view text, const Batch& batch, std::uint32_t column, const Convert& convert)
{
    const PlacedColumn& placed = columns_[column];
    const std::size_t n_bytes = width(placed.column.type);
    std::byte* value = values_[column].extend(batch.n_rows * n_bytes);
    if (!batch.has_quotes && !placed.column.when_empty) {
        for (std::size_t row = 0; row < batch.n_rows; ++row, value += n_bytes)
            if (!convert(field(text, batch, row, placed.field), value, std::true_type{})) [[unlikely]]
                failures_.push_back({static_cast<std::uint32_t>(row), column});
        return;
    }
    for (std::size_t row = 0; row < batch.n_rows; ++row, value += n_bytes) {
        std::string_view content = field(text, batch, row, placed.field);
        const bool unquoted = unquote(content, dialect_.quote, scratch_);
        if (content.empty() && placed.column.when_empty)
            content = *placed.column.when_empty;
        if (!unquoted || !convert(content, value, std::false_type{}))
            failures_.push_back({static_cast<std::uint32_t>(row), column});
    }
}

void Converter::append_column(std::string_view text, const Batch& batch, std::uint32_t column)
{
    const ColumnType type = columns_[column].column.type;
    switch (type.kind) {
    case ColumnKind::text:
        each(text, batch, column,
             [n = std::size_t{type.size}](std::string_view field, std::byte* value, auto in_text) {
                 if (field.size() > n)
                     return false;
                 if (in_text && n >= 16 && n <= 32) {
                     copy_up_to_32(field.data(), n, value);
                 } else {
                     std::memcpy(value, field.data(), field.size());
                 }
                 if (field.size() < n)
                     std::memset(value + field.size(), 0, n - field.size());
                 return true;
             });
        return;
    case ColumnKind::category:
        each(text, batch, column,
             [categories = categories_[column], &type](std::string_view field, std::byte* value, auto) {
                 std::uint16_t place = 0;
                 if (field.size() > type.size || (categories != nullptr && !categories->find(field, place)))
                     return false;
                 std::memcpy(value, &place, sizeof place);
                 return true;
             });
        return;
    case ColumnKind::decimal:
        each(text, batch, column, [&type](std::string_view field, std::byte* value, auto in_text) {
            std::int64_t units = 0;
            if (!(in_text && to_short_decimal(field, type.size, units)) &&
                !to_decimal(field, type.size, units)) [[unlikely]]
                return to_value(field, type, value);
            std::memcpy(value, &units, sizeof units);
            return true;
        });
        return;
    case ColumnKind::date: {
        // Files are often sorted by date: the last one is not converted again.
        std::array<char, 10> last{};
        std::int32_t days = 0;
        each(text, batch, column, [&](std::string_view field, std::byte* value, auto) {
            if (field.size() != last.size() || std::memcmp(field.data(), last.data(), last.size()) != 0) {
                if (!to_date(field, days))
                    return to_value(field, type, value);
                std::memcpy(last.data(), field.data(), last.size());
            }
            std::memcpy(value, &days, sizeof days);
            return true;
        });
        return;
    }
    default:
        each(text, batch, column, [&type](std::string_view field, std::byte* value, auto) {
            return to_value(field, type, value);
        });
    }
}

void Converter::append(std::string_view text, Batch& batch, std::vector<BadRecord>& bad)
{
    failures_.clear();
    for (std::uint32_t column = 0; column < columns_.size(); ++column)
        append_column(text, batch, column);
    if (!failures_.empty())
        take_out_failures(text, batch, bad);
}

void Converter::take_out_failures(std::string_view text, Batch& batch, std::vector<BadRecord>& bad)
{
    std::ranges::stable_sort(failures_, {}, &Failure::row);
    std::vector<bool> failed(batch.n_rows, false);
    for (const Failure& failure : failures_) {
        if (failed[failure.row])
            continue; // the first column's is said
        failed[failure.row] = true;
        const PlacedColumn& placed = columns_[failure.column];
        const std::string_view content = field(text, batch, failure.row, placed.field);
        std::string_view unquoted = content;
        const bool quotes_fit = unquote(unquoted, dialect_.quote, scratch_);
        bad.push_back({batch.begins[failure.row], batch.ends[(failure.row + 1) * n_fields_ - 1],
                       mtc::text(placed.column.name, " = '", config::shortened(content), "' (",
                                 quotes_fit ? why_not(placed.column.type)
                                            : std::string{"a quote inside the field; it must stand doubled "
                                                          "in a field between quotes"},
                                 ")")});
    }
    std::size_t n_good = 0;
    for (std::size_t row = 0; row < batch.n_rows; ++row) {
        if (failed[row])
            continue;
        if (n_good != row) {
            batch.begins[n_good] = batch.begins[row];
            std::copy_n(batch.ends.data() + row * n_fields_, n_fields_,
                        batch.ends.data() + n_good * n_fields_);
        }
        ++n_good;
    }
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        ColumnValues& values = values_[column];
        const std::size_t n_bytes = width(columns_[column].column.type);
        const std::size_t before = values.n_bytes() - batch.n_rows * n_bytes;
        values.cut_to(before);
        std::byte* to = values.extend(batch.n_rows * n_bytes);
        const std::byte* from = to;
        for (std::size_t row = 0; row < batch.n_rows; ++row, from += n_bytes)
            if (!failed[row]) {
                std::memmove(to, from, n_bytes);
                to += n_bytes;
            }
        values.cut_to(before + n_good * n_bytes);
    }
    batch.n_rows = n_good;
}

} // namespace mtc::import_csv
