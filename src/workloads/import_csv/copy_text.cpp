#include "workloads/import_csv/copy_text.hpp"

namespace mtc::import_csv {
namespace {

void append_quoted(std::string_view field, std::string& out)
{
    out += '"';
    for (const char letter : field) {
        if (letter == '"')
            out += '"';
        out += letter;
    }
    out += '"';
}

/// Lines of the file that hold the imported columns and nothing else, and mean the same to PostgreSQL.
bool lines_as_they_stand(std::span<const PlacedColumn> columns, const Dialect& dialect, std::size_t n_fields)
{
    if (columns.size() != n_fields || n_fields == 1 || dialect.quote != '"')
        return false;
    for (std::size_t c = 0; c < columns.size(); ++c)
        if (columns[c].field != c || columns[c].column.when_empty)
            return false;
    return true;
}

} // namespace

void append_copy_text(std::string_view text, const Batch& batch, std::span<const PlacedColumn> columns,
                      const Dialect& dialect, std::size_t n_fields, std::string& out)
{
    if (lines_as_they_stand(columns, dialect, n_fields)) {
        for (std::size_t row = 0; row < batch.n_rows; ++row) {
            out += text.substr(batch.begins[row], batch.ends[(row + 1) * n_fields - 1] - batch.begins[row]);
            out += '\n';
        }
        return;
    }
    std::string scratch;
    for (std::size_t row = 0; row < batch.n_rows; ++row) {
        const std::uint32_t* const ends = batch.ends.data() + row * n_fields;
        bool first = true;
        for (const PlacedColumn& placed : columns) {
            if (!first)
                out += dialect.delimiter;
            first = false;
            const std::uint32_t begin = placed.field == 0 ? batch.begins[row] : ends[placed.field - 1] + 1;
            std::string_view field = text.substr(begin, ends[placed.field] - begin);
            const bool in_quotes = !field.empty();
            (void)unquote(field, dialect.quote, scratch); // it was unquoted before
            if (field.empty() && placed.column.when_empty)
                append_quoted(*placed.column.when_empty, out);
            else if (in_quotes)
                append_quoted(field, out);
        }
        out += '\n';
    }
}

} // namespace mtc::import_csv
