#include "workloads/import_csv/import_datasets.hpp"

#include <algorithm>
#include <cstring>

namespace mtc::import_csv {
namespace {

constexpr std::uint32_t why_bytes = 200;
constexpr std::uint32_t text_bytes = 400;

template <class Number>
void put(Number number, std::vector<std::byte>& record)
{
    const auto bytes = std::as_bytes(std::span{&number, 1});
    record.insert(record.end(), bytes.begin(), bytes.end());
}

void put(std::string_view text, std::size_t width, std::vector<std::byte>& record)
{
    const auto bytes = std::as_bytes(std::span{text.substr(0, std::min(width, text.size()))});
    record.insert(record.end(), bytes.begin(), bytes.end());
    record.resize(record.size() + width - bytes.size());
}

DatasetId add(ImportDatasets& datasets, Dataset dataset)
{
    datasets.all.push_back(std::move(dataset));
    return DatasetId{static_cast<std::uint32_t>(datasets.all.size() - 1)};
}

} // namespace

ImportDatasets import_datasets(const ImportModel& model)
{
    ImportDatasets datasets;
    const std::span<const PlacedColumn> columns =
        model.to_database() ? std::span<const PlacedColumn>{} : model.columns();
    for (const PlacedColumn& placed : columns)
        add(datasets, {.path = "/results/columns/" + placed.column.name,
                       .fields = {field_of(placed.column)},
                       .n_rows = model.job().n_lines,
                       .axes = {"row"}});
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const Column& column = columns[c].column;
        if (column.type.kind != ColumnKind::category)
            continue;
        Dataset names{.path = "/results/categories/" + column.name,
                      .fields = {{.name = "", .element = Element::text, .extent = column.type.size}},
                      .axes = {"category"}};
        const DatasetId id = add(datasets, names);
        datasets.categories.push_back({c, std::move(names), id});
    }
    datasets.parts = add(
        datasets, {.path = "/results/parts",
                   .fields = {{"file", Element::uint32, 1, "row of /results/files"},
                              {"first_byte", Element::uint64, 1, "lines that begin from here on"},
                              {"n_rows", Element::uint64, 1, "rows of the columns; they follow each other"},
                              {"n_rejected", Element::uint64, 1, "rows of /results/rejects"}},
                   .n_rows = model.n_ranges(),
                   .axes = {"part"}});
    if (model.job().rejects != 0)
        datasets.rejects =
            add(datasets, {.path = "/results/rejects",
                           .fields = {{"file", Element::uint32, 1, "row of /results/files"},
                                      {"line", Element::uint64, 1, "its number in the file, from 1"},
                                      {"why", Element::text, why_bytes, ""},
                                      {"text", Element::text, text_bytes, "the line, its beginning"}},
                           .axes = {"reject"}});
    return datasets;
}

void pack(const PartRow& part, std::vector<std::byte>& record)
{
    record.clear();
    put(part.file, record);
    put(part.first_byte, record);
    put(part.n_rows, record);
    put(part.n_rejected, record);
}

void append(const RejectRow& reject, std::string_view line_text, std::vector<std::byte>& records)
{
    put(reject.file, records);
    put(reject.line, records);
    put(reject.why, why_bytes, records);
    put(line_text, text_bytes, records);
}

Table files_table(const ImportModel& model)
{
    std::size_t longest = 1;
    for (std::size_t f = 0; f < model.files().size(); ++f)
        longest = std::max(longest, model.path(f).size());
    Table table{{.path = "/results/files",
                 .fields = {{"name", Element::text, static_cast<std::uint32_t>(longest), ""},
                            {"n_bytes", Element::uint64, 1, ""},
                            {"modified", Element::int64, 1, "[ns] since 1970-01-01T00:00:00Z"}},
                 .n_rows = model.files().size(),
                 .axes = {"file"}},
                {}};
    for (std::size_t f = 0; f < model.files().size(); ++f) {
        put(model.path(f), longest, table.bytes);
        put(model.files()[f].n_bytes, table.bytes);
        put(model.files()[f].modified_ns, table.bytes);
    }
    return table;
}

} // namespace mtc::import_csv
