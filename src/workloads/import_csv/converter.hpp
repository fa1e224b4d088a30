#pragma once

#include "workloads/import_csv/column.hpp"
#include "workloads/import_csv/convert.hpp"
#include "workloads/import_csv/splitter.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace mtc::import_csv {

/// A column and where in a record it stands.
struct PlacedColumn {
    Column column;
    std::uint32_t field = 0;
};

/// The values of a column as they go into its dataset.
class ColumnValues {
public:
    void clear() noexcept { n_bytes_ = 0; }
    /// Room for `n` bytes more, whatever stands in it; valid until the next call.
    [[nodiscard]] std::byte* extend(std::size_t n)
    {
        if (n_bytes_ + n > bytes_.size())
            bytes_.resize((n_bytes_ + n) + (n_bytes_ + n) / 2);
        n_bytes_ += n;
        return bytes_.data() + n_bytes_ - n;
    }
    void cut_to(std::size_t n_bytes) noexcept { n_bytes_ = n_bytes; }
    [[nodiscard]] std::size_t n_bytes() const noexcept { return n_bytes_; }
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {bytes_.data(), n_bytes_}; }

private:
    std::vector<std::byte> bytes_;
    std::size_t n_bytes_ = 0;
};

/// Turns batches of records into columns.
class Converter {
public:
    Converter(std::span<const PlacedColumn> columns, const Dialect& dialect, std::size_t n_fields);

    /// The list of a category, before the first batch; outlives this.
    void set_categories(std::size_t column, const Categories* categories)
    {
        categories_[column] = categories;
    }
    /// Appends the records of a batch to the columns. Those with a field that does not fit are bad, and in no
    /// column. \param[out] batch  is left with the good ones
    void append(std::string_view text, Batch& batch, std::vector<BadRecord>& bad);

    void clear();
    [[nodiscard]] const ColumnValues& values(std::size_t column) const { return values_[column]; }

private:
    struct Failure {
        std::uint32_t row;
        std::uint32_t column;
    };
    template <class Convert>
    void each(std::string_view text, const Batch& batch, std::uint32_t column, const Convert& convert);
    void append_column(std::string_view text, const Batch& batch, std::uint32_t column);
    void take_out_failures(std::string_view text, Batch& batch, std::vector<BadRecord>& bad);
    [[nodiscard]] std::string_view field(std::string_view text, const Batch& batch, std::size_t row,
                                         std::uint32_t place) const
    {
        const std::uint32_t* const ends = batch.ends.data() + row * n_fields_;
        const std::uint32_t begin = place == 0 ? batch.begins[row] : ends[place - 1] + 1;
        return text.substr(begin, ends[place] - begin);
    }

    std::vector<PlacedColumn> columns_;
    Dialect dialect_;
    std::size_t n_fields_;
    std::vector<const Categories*> categories_; ///< [n_column]
    std::vector<ColumnValues> values_;          ///< [n_column]
    std::vector<Failure> failures_;
    std::string scratch_;
};

} // namespace mtc::import_csv
