#include "workloads/import_csv/splitter.hpp"

#include "workloads/import_csv/marks.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace mtc::import_csv {
namespace {

constexpr std::string_view not_closed = "a quote that is not closed";

std::string wrong_count(std::size_t n, std::size_t expected)
{
    return text(n, n == 1 ? " field (" : " fields (", expected, " expected)");
}

} // namespace

std::size_t Splitter::split(std::string_view text, std::size_t from, std::size_t stop, Batch& batch,
                            std::vector<BadRecord>& bad) const
{
    batch.begins.resize(batch_rows);
    batch.ends.resize(batch_rows * n_fields_);
    batch.n_rows = 0;
    batch.has_quotes = false;
    const char* const data = text.data();
    const char delimiter = dialect_.delimiter;
    const char quote = dialect_.quote == '\0' ? '\n' : dialect_.quote;
    std::uint32_t* ends = batch.ends.data();
    std::size_t begin = from;
    std::size_t n = 0; // fields of the record so far
    bool inside = false;
    for (std::size_t block = from; block < text.size() && begin < stop; block += marks_bytes) {
        std::uint64_t found = marks(data + block, delimiter, '\n', quote);
        for (; found != 0; found &= found - 1) {
            const std::size_t at = block + static_cast<std::size_t>(std::countr_zero(found));
            const char letter = data[at];
            if (letter == delimiter) {
                if (inside)
                    continue;
                if (n < n_fields_)
                    ends[n] = static_cast<std::uint32_t>(at);
                ++n;
                continue;
            }
            if (letter != '\n') {
                inside = !inside;
                batch.has_quotes = true;
                continue;
            }
            if (at >= text.size())
                break;
            if (inside && dialect_.quoted_newlines != 0)
                continue;
            const std::size_t end = at > begin && data[at - 1] == '\r' ? at - 1 : at;
            if (n < n_fields_)
                ends[n] = static_cast<std::uint32_t>(end);
            ++n;
            if (n == n_fields_ && !inside && (n > 1 || end > begin)) {
                batch.begins[batch.n_rows++] = static_cast<std::uint32_t>(begin);
                ends += n_fields_;
            } else if (end > begin) {
                bad.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
                               inside ? std::string{not_closed} : wrong_count(n, n_fields_)});
            }
            n = 0;
            inside = false;
            begin = at + 1;
            if (begin >= stop || batch.n_rows == batch_rows)
                return begin;
        }
    }
    if (begin < stop) { // the text ends between quotes
        bad.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(text.size()),
                       std::string{not_closed}});
        begin = text.size();
    }
    return begin;
}

bool unquote(std::string_view& field, char quote, std::string& scratch)
{
    if (quote == '\0' || field.find(quote) == std::string_view::npos)
        return true;
    if (field.size() < 2 || field.front() != quote || field.back() != quote)
        return false;
    std::string_view inner = field.substr(1, field.size() - 2);
    if (inner.find(quote) == std::string_view::npos) {
        field = inner;
        return true;
    }
    scratch.clear();
    for (std::size_t at = inner.find(quote); at != std::string_view::npos; at = inner.find(quote)) {
        if (at + 1 == inner.size() || inner[at + 1] != quote)
            return false;
        scratch.append(inner.substr(0, at + 1));
        inner.remove_prefix(at + 2);
    }
    scratch.append(inner);
    field = scratch;
    return true;
}

std::vector<std::string> fields_of(std::string_view record, const Dialect& dialect)
{
    std::vector<std::string> fields;
    std::size_t begin = 0;
    bool inside = false;
    for (std::size_t at = 0; at <= record.size(); ++at) {
        if (at < record.size() && (inside || record[at] != dialect.delimiter)) {
            inside = inside != (dialect.quote != '\0' && record[at] == dialect.quote);
            continue;
        }
        std::string_view field = record.substr(begin, at - begin);
        std::string scratch;
        (void)unquote(field, dialect.quote, scratch);
        fields.emplace_back(field);
        begin = at + 1;
    }
    return fields;
}

std::size_t end_of_record(std::string_view text, const Dialect& dialect, bool inside)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\n' && !(inside && dialect.quoted_newlines != 0))
            return at + 1;
        if (dialect.quote != '\0' && text[at] == dialect.quote)
            inside = !inside;
    }
    return std::string_view::npos;
}

} // namespace mtc::import_csv
