#include "commands/export/export_sweep.hpp"

#include "commands/text/csv_file.hpp"
#include "commands/text/npz.hpp"
#include "h5/dataset.hpp"

#include "mtc/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>

namespace mtc::commands {

namespace {

using output::Reader;

constexpr const char* results_path = "/results/sweep";
constexpr const char* performance_path = "/performance/commands"; ///< its rows are those of the results
constexpr std::uint64_t rows_at_once = 4096;

/// A column of one of the two tables.
struct Column {
    std::size_t table = 0; ///< of SweepTables
    Field field;
    std::size_t offset = 0; ///< in a row of its table [bytes]
};

/// Both tables of a sweep, read block by block as one.
class SweepTables {
public:
    explicit SweepTables(const Reader& reader)
        : file_{reader.file()}
    {
        if (!is_sweep(reader))
            throw InputError(text(file_.path().string(), ": holds no table of a sweep (calculation_mode '",
                                  reader.attribute("calculation_mode"), "')"));
        for (const char* path : {results_path, performance_path}) {
            const std::size_t table = tables_.size();
            tables_.push_back(h5::describe(file_, path));
            std::size_t offset = 0;
            for (const Field& field : tables_.back().fields) {
                if (table == 0 || field.name != "task") // it stands in both
                    columns_.push_back({table, field, offset});
                offset += size_of(field.element) * field.extent;
            }
        }
    }

    [[nodiscard]] std::uint64_t n_rows() const { return tables_.front().n_rows; }
    [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }

    /// Calls `use(n)` after each block of n rows has been read.
    template <class Use>
    void for_each_block(Use use)
    {
        for (std::uint64_t first = 0; first < n_rows(); first += rows_at_once) {
            const std::uint64_t n = std::min(rows_at_once, n_rows() - first);
            for (std::size_t table = 0; table < tables_.size(); ++table)
                rows_[table] = h5::read_rows(file_, tables_[table], first, n);
            use(n);
        }
    }
    /// Of a row of the present block.
    [[nodiscard]] std::span<const std::byte> value(const Column& column, std::uint64_t row) const
    {
        return std::span{rows_[column.table]}.subspan(row * tables_[column.table].row_bytes() + column.offset,
                                                      size_of(column.field.element) * column.field.extent);
    }

private:
    const h5::File& file_;
    std::vector<Dataset> tables_;
    std::vector<Column> columns_;
    std::array<std::vector<std::byte>, 2> rows_;
};

template <class T>
T number(std::span<const std::byte> bytes)
{
    T value{};
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

/// As a field of CSV.
std::string shown(Element element, std::span<const std::byte> bytes)
{
    if (element == Element::text) {
        const std::string_view all{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
        return csv_field(std::string{all.substr(0, all.find('\0'))});
    }
    if (element == Element::float64) {
        const auto value = number<double>(bytes);
        return std::isnan(value) ? "" : fmt::format("{}", value);
    }
    if (element == Element::int32)
        return fmt::format("{}", number<std::int32_t>(bytes));
    const auto value = number<std::int64_t>(bytes); // no table of a sweep has other types
    return value == std::numeric_limits<std::int64_t>::min() ? "" : fmt::format("{}", value);
}

std::string numpy_type(const Field& field)
{
    return field.element == Element::text      ? fmt::format("|S{}", field.extent)
           : field.element == Element::float64 ? "<f8"
           : field.element == Element::int32   ? "<i4"
                                               : "<i8";
}

std::filesystem::path named(const Reader& reader, const std::filesystem::path& to, std::string_view ending)
{
    return to / text(reader.file().path().stem().string(), ".results", ending);
}

} // namespace

bool is_sweep(const Reader& reader)
{
    return reader.has(results_path);
}

Files export_sweep_csv(const Reader& reader, const std::filesystem::path& to)
{
    SweepTables tables{reader};
    const std::filesystem::path path = named(reader, to, ".csv");
    CsvFile file{path};
    std::string lines;
    for (const Column& column : tables.columns())
        lines += text(lines.empty() ? "" : ",", csv_field(column.field.name));
    file.write(lines + '\n');
    tables.for_each_block([&](std::uint64_t n) {
        lines.clear();
        for (std::uint64_t row = 0; row < n; ++row) {
            for (const Column& column : tables.columns()) {
                lines += shown(column.field.element, tables.value(column, row));
                lines += &column == &tables.columns().back() ? '\n' : ',';
            }
        }
        file.write(lines);
    });
    file.close();
    return {path};
}

Files export_sweep_npz(const Reader& reader, const std::filesystem::path& to)
{
    SweepTables tables{reader};
    const std::filesystem::path path = named(reader, to, ".npz");
    NpzWriter archive{path};
    for (const Column& column : tables.columns()) {
        archive.begin(column.field.name, numpy_type(column.field),
                      size_of(column.field.element) * column.field.extent,
                      std::vector<std::uint64_t>{tables.n_rows()});
        tables.for_each_block([&](std::uint64_t n) {
            for (std::uint64_t row = 0; row < n; ++row)
                archive.append(tables.value(column, row));
        });
    }
    archive.finish();
    return {path};
}

} // namespace mtc::commands
