#pragma once

#include "mtc/error.hpp"
#include "mtc/workload.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace mtc::output {

template <class T>
inline constexpr Element element_of = Element::text;
template <>
inline constexpr Element element_of<std::uint8_t> = Element::uint8;
template <>
inline constexpr Element element_of<std::uint16_t> = Element::uint16;
template <>
inline constexpr Element element_of<std::int32_t> = Element::int32;
template <>
inline constexpr Element element_of<std::uint32_t> = Element::uint32;
template <>
inline constexpr Element element_of<std::uint64_t> = Element::uint64;
template <>
inline constexpr Element element_of<float> = Element::float32;
template <>
inline constexpr Element element_of<double> = Element::float64;
template <class T, std::size_t N>
inline constexpr Element element_of<std::array<T, N>> = element_of<T>;

/// Elements of a member: 1, or the length of an array.
template <class T>
inline constexpr std::uint32_t extent_of = 1;
template <class T, std::size_t N>
inline constexpr std::uint32_t extent_of<std::array<T, N>> = N;

/// How a record of the program becomes a row of a compound dataset and back: each column is declared once.
/// Members are numbers, std::array of numbers, or std::string; texts are as wide as the longest.
template <class Row>
class RowLayout {
public:
    template <class Member, class Owner>
    RowLayout&& add(std::string name, Member Owner::*member, std::string meaning) &&
    {
        Column column;
        column.field = {std::move(name), element_of<Member>, extent_of<Member>, std::move(meaning)};
        if constexpr (std::is_same_v<Member, std::string>) {
            column.width = [member](const Row& row) {
                return static_cast<std::uint32_t>((row.*member).size());
            };
            column.put = [member](const Row& row, std::span<std::byte> cell) {
                std::memcpy(cell.data(), (row.*member).data(), std::min(cell.size(), (row.*member).size()));
            };
            column.get = [member](Row& row, std::span<const std::byte> cell) {
                const auto* chars = reinterpret_cast<const char*>(cell.data());
                (row.*member).assign(chars, std::find(chars, chars + cell.size(), '\0'));
            };
        } else {
            static_assert(element_of<Member> != Element::text, "a number that the file has no type for");
            column.put = [member](const Row& row, std::span<std::byte> cell) {
                std::memcpy(cell.data(), &(row.*member), sizeof(Member));
            };
            column.get = [member](Row& row, std::span<const std::byte> cell) {
                std::memcpy(&(row.*member), cell.data(), sizeof(Member));
            };
        }
        columns_.push_back(std::move(column));
        return std::move(*this);
    }

    /// A column that files of earlier minor versions do not have: members keep what they are made with.
    template <class Member, class Owner>
    RowLayout&& add_later(std::string name, Member Owner::*member, std::string meaning) &&
    {
        RowLayout&& self = std::move(*this).add(std::move(name), member, std::move(meaning));
        self.columns_.back().required = false;
        return std::move(self);
    }

    /// [n_column] 1 for numbers, their number for arrays, the length of the longest text otherwise.
    [[nodiscard]] std::vector<std::uint32_t> widths(std::span<const Row> rows) const
    {
        std::vector<std::uint32_t> result;
        for (const Column& column : columns_) {
            result.push_back(column.field.extent);
            if (column.width)
                for (const Row& row : rows)
                    result.back() = std::max(result.back(), column.width(row));
        }
        return result;
    }

    /// The dataset of `n_rows` rows whose texts have these widths.
    [[nodiscard]] Dataset dataset(std::string_view path, std::uint64_t n_rows, std::string axis,
                                  std::span<const std::uint32_t> widths) const
    {
        Dataset result{std::string{path}, {}, n_rows, {}, {std::move(axis)}};
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            result.fields.push_back(columns_[i].field);
            result.fields.back().extent = widths[i];
        }
        return result;
    }

    /// Rows as packed bytes; texts longer than their field are cut.
    [[nodiscard]] std::vector<std::byte> pack(std::span<const Row> rows, const Dataset& dataset) const
    {
        std::vector<std::byte> bytes(rows.size() * dataset.row_bytes());
        std::size_t offset = 0;
        for (const Row& row : rows) {
            for (std::size_t i = 0; i < columns_.size(); ++i) {
                const Field& field = dataset.fields[i];
                const std::size_t n = size_of(field.element) * field.extent;
                columns_[i].put(row, std::span{bytes}.subspan(offset, n));
                offset += n;
            }
        }
        return bytes;
    }

    [[nodiscard]] Table table(std::string_view path, std::span<const Row> rows, std::string axis) const
    {
        Table result{dataset(path, rows.size(), std::move(axis), widths(rows)), {}};
        result.bytes = pack(rows, result.dataset);
        return result;
    }

    /// Columns are found by name, so that a later minor version may add some.
    /// \throws IoError  when one is missing or has another type
    [[nodiscard]] std::vector<Row> unpack(const Table& table) const
    {
        std::vector<Row> rows(table.dataset.n_rows);
        for (const Column& column : columns_) {
            std::size_t offset = 0;
            const auto& fields = table.dataset.fields;
            std::size_t i = 0;
            for (; i < fields.size() && fields[i].name != column.field.name; ++i)
                offset += size_of(fields[i].element) * fields[i].extent;
            if (i == fields.size() && !column.required)
                continue;
            if (i == fields.size() || fields[i].element != column.field.element ||
                (!column.width && fields[i].extent != column.field.extent))
                throw IoError{text(table.dataset.path, " has no column '", column.field.name,
                                   "' of the type that format 1 gives it")};
            const std::size_t n = size_of(fields[i].element) * fields[i].extent;
            for (std::size_t row = 0; row < rows.size(); ++row)
                column.get(rows[row],
                           std::span{table.bytes}.subspan(row * table.dataset.row_bytes() + offset, n));
        }
        return rows;
    }

private:
    struct Column {
        Field field;
        bool required = true;
        std::function<std::uint32_t(const Row&)> width; ///< of a text; empty for numbers
        std::function<void(const Row&, std::span<std::byte>)> put;
        std::function<void(Row&, std::span<const std::byte>)> get;
    };
    std::vector<Column> columns_;
};

} // namespace mtc::output
