#include "workloads/import_csv/column.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"

#include <algorithm>
#include <array>

namespace mtc::import_csv {
namespace {

constexpr std::uint32_t longest_text = 65536;  // [bytes]
constexpr std::uint32_t longest_category = 32; // [bytes] where none is given
constexpr std::uint32_t most_decimals = 18;    // of an int64

struct KindInfo {
    std::string_view name;
    ColumnKind kind;
    Element element;
    std::string_view meaning;
};

constexpr std::array kinds{
    KindInfo{"int8", ColumnKind::int8, Element::int8, ""},
    KindInfo{"uint8", ColumnKind::uint8, Element::uint8, ""},
    KindInfo{"uint16", ColumnKind::uint16, Element::uint16, ""},
    KindInfo{"int32", ColumnKind::int32, Element::int32, ""},
    KindInfo{"uint32", ColumnKind::uint32, Element::uint32, ""},
    KindInfo{"int64", ColumnKind::int64, Element::int64, ""},
    KindInfo{"uint64", ColumnKind::uint64, Element::uint64, ""},
    KindInfo{"float32", ColumnKind::float32, Element::float32, ""},
    KindInfo{"float64", ColumnKind::float64, Element::float64, ""},
    KindInfo{"bool", ColumnKind::boolean, Element::uint8, "1 true, 0 false"},
    KindInfo{"decimal", ColumnKind::decimal, Element::int64, ""},
    KindInfo{"date", ColumnKind::date, Element::int32, "[day] since 1970-01-01"},
    KindInfo{"datetime", ColumnKind::datetime, Element::int64, "[us] since 1970-01-01T00:00:00Z"},
    KindInfo{"text", ColumnKind::text, Element::text, ""},
    KindInfo{"category", ColumnKind::category, Element::uint16, ""},
    KindInfo{"skip", ColumnKind::skip, Element::uint8, ""},
};

const KindInfo& info_of(ColumnKind kind)
{
    return *std::ranges::find(kinds, kind, &KindInfo::kind);
}

/// What is left of the declarations, word by word.
class Words {
public:
    Words(std::string_view rest, const std::string& where)
        : rest_{rest}
        , where_{where}
    {}

    [[nodiscard]] bool at_end()
    {
        rest_ = config::trimmed(rest_);
        return rest_.empty();
    }
    /// Takes a comma. \returns whether there was one
    [[nodiscard]] bool comma()
    {
        if (at_end() || rest_.front() != ',')
            return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// A word up to the next blank or comma, or what stands in quotes.
    [[nodiscard]] std::string word(std::string_view what)
    {
        if (at_end() || rest_.front() == ',')
            throw InputError(text(where_, ": columns (", what,
                                  " is missing; a column is declared as NAME TYPE, columns are parted by "
                                  "commas)"));
        if (rest_.front() == '"') {
            const std::size_t end = rest_.find('"', 1);
            if (end == std::string_view::npos)
                throw InputError(
                    text(where_, ": columns (the quote before ", rest_.substr(1), " is not closed)"));
            return take(1, end - 1, end + 1);
        }
        const std::size_t end = std::min(rest_.find_first_of(" \t,"), rest_.size());
        return take(0, end, end);
    }
    /// A type with what stands in its brackets, where blanks may be.
    [[nodiscard]] std::string type()
    {
        if (at_end())
            return word("the type of a column");
        const std::size_t bracket = rest_.find_first_of("(,");
        if (bracket == std::string_view::npos || rest_[bracket] != '(' ||
            config::trimmed(rest_.substr(0, bracket)).find_first_of(" \t") != std::string_view::npos)
            return word("the type of a column");
        const std::size_t end = std::min(rest_.find(')', bracket), rest_.size() - 1) + 1;
        return take(0, end, end);
    }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

private:
    std::string take(std::size_t first, std::size_t n, std::size_t end)
    {
        std::string taken{rest_.substr(first, n)};
        rest_.remove_prefix(end);
        return taken;
    }
    std::string_view rest_;
    const std::string& where_;
};

std::string known_types()
{
    std::string known;
    for (const KindInfo& kind : kinds) {
        known += text(known.empty() ? "" : ", ", kind.name);
        if (kind.kind == ColumnKind::text || kind.kind == ColumnKind::decimal)
            known += "(n)";
    }
    return known;
}

/// \param said  "job.ini:7: columns: value decimal(2)"
ColumnType type_of(std::string_view declared, const std::string& said)
{
    const std::size_t bracket = std::min(declared.find('('), declared.size());
    const std::string name = config::lower_case(config::trimmed(declared.substr(0, bracket)));
    const auto* const kind = std::ranges::find(kinds, name, &KindInfo::name);
    if (kind == kinds.end()) {
        std::vector<std::string_view> names;
        for (const KindInfo& known : kinds)
            names.push_back(known.name);
        throw InputError(config::suggesting(text(said, " (unknown type; known: ", known_types(), ")"),
                                            config::did_you_mean(name, names)));
    }
    const bool sized = kind->kind == ColumnKind::text || kind->kind == ColumnKind::decimal ||
                       kind->kind == ColumnKind::category;
    std::optional<std::int64_t> size;
    if (bracket < declared.size()) {
        std::string_view digits = declared.substr(bracket + 1);
        if (!sized || digits.empty() || digits.back() != ')')
            throw InputError(text(said, sized ? " (its bracket is not closed)" : " (it takes no brackets)"));
        digits.remove_suffix(1);
        if (const std::size_t comma = digits.find(','); // decimal(8,2), as in SQL
            kind->kind == ColumnKind::decimal && comma != std::string_view::npos)
            digits.remove_prefix(comma + 1);
        size = config::parse_integer(config::trimmed(digits));
    }
    const std::int64_t least = kind->kind == ColumnKind::decimal ? 0 : 1;
    const std::int64_t most = kind->kind == ColumnKind::decimal ? most_decimals : longest_text;
    if (kind->kind == ColumnKind::category && bracket == declared.size())
        size = longest_category;
    if (sized && (!size || *size < least || *size > most))
        throw InputError(text(said, " (", name, "(n) takes ",
                              kind->kind == ColumnKind::decimal ? "digits behind the point"
                                                                : "the bytes of the longest text",
                              ", from ", least, " to ", most, ")"));
    return {kind->kind, static_cast<std::uint32_t>(size.value_or(0))};
}

} // namespace

std::vector<Column> parse_columns(std::string_view declarations, const std::string& where)
{
    std::vector<Column> columns;
    Words words{declarations, where};
    do {
        if (!columns.empty() && words.at_end())
            break; // a comma behind the last
        Column column;
        column.name = words.word("the name of a column");
        const std::string declared = words.type();
        column.type = type_of(declared, text(where, ": columns: ", column.name, " ", declared));
        if (!words.at_end() && words.rest().front() != ',') {
            const std::string word = words.word("default");
            if (config::lower_case(word) != "default")
                throw InputError(text(where, ": columns: ", column.name, " ", declared, " ", word,
                                      " (known behind a type: default VALUE). Is a comma missing?"));
            column.when_empty = words.word("the value behind default");
        }
        if (column.name.empty() || column.name.find('/') != std::string::npos || column.name == ".")
            throw InputError(text(where, ": columns: '", column.name,
                                  "' (a column is a dataset of this name: not empty, '.' or with a '/')"));
        if (std::ranges::any_of(columns, [&](const Column& other) {
                return other.name == column.name && column.type.kind != ColumnKind::skip;
            }))
            throw InputError(text(where, ": columns: ", column.name, " is declared twice"));
        columns.push_back(std::move(column));
    } while (words.comma());
    if (!words.at_end())
        throw InputError(
            text(where, ": columns: '", config::shortened(words.rest()), "' (columns are parted by commas)"));
    return columns;
}

std::string name_of(const ColumnType& type)
{
    const std::string name{info_of(type.kind).name};
    return type.kind == ColumnKind::text || type.kind == ColumnKind::decimal ||
                   type.kind == ColumnKind::category
               ? text(name, "(", type.size, ")")
               : name;
}

std::size_t width(const ColumnType& type) noexcept
{
    return type.kind == ColumnKind::text ? type.size : size_of(info_of(type.kind).element);
}

Field field_of(const Column& column)
{
    const KindInfo& info = info_of(column.type.kind);
    Field field{.name = "", .element = info.element, .extent = 1, .meaning = std::string{info.meaning}};
    if (column.type.kind == ColumnKind::text)
        field.extent = column.type.size;
    if (column.type.kind == ColumnKind::decimal && column.type.size > 0)
        field.meaning = text("in units of 1e-", column.type.size);
    if (column.type.kind == ColumnKind::category)
        field.meaning = text("row of /results/categories/", column.name);
    return field;
}

} // namespace mtc::import_csv
