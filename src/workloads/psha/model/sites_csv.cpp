#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/model/sites.hpp"

#include <algorithm>
#include <array>
#include <boost/tokenizer.hpp>
#include <fstream>
#include <optional>

namespace mtc::psha {
namespace {

using Fields = std::vector<std::string>;

/// Columns that would give each site parameters of its own, as a site model does.
constexpr auto parameter_columns =
    std::to_array<std::string_view>({"vs30", "vs30measured", "z1pt0", "z2pt5", "backarc"});
constexpr auto known_columns = std::to_array<std::string_view>({"lon", "lat", "depth", "custom_site_id"});

Fields split_line(const std::string& line, const std::string& where)
{
    try {
        const boost::tokenizer<boost::escaped_list_separator<char>> tokens{line};
        Fields fields;
        for (const std::string& field : tokens)
            fields.emplace_back(config::trimmed(field));
        return fields;
    } catch (const boost::escaped_list_error& error) {
        throw InputError(text(where, ": not a line of CSV (", error.what(), ")"));
    }
}

/// Where the columns stand that are read.
struct Columns {
    std::size_t lon = 0;
    std::size_t lat = 1;
    std::optional<std::size_t> depth;
    std::optional<std::size_t> custom_id;
    std::size_t n = 0; ///< fields of a line; 0: two or three
};

std::optional<std::size_t> position_of(const Fields& header, std::string_view name, const std::string& where)
{
    const auto found = std::find(header.begin(), header.end(), name);
    if (found == header.end())
        return std::nullopt;
    if (std::find(found + 1, header.end(), name) != header.end())
        throw InputError(text(where, ": column '", name, "' twice (once is accepted)"));
    return static_cast<std::size_t>(found - header.begin());
}

std::size_t required_column(const Fields& header, std::string_view name, const std::string& where)
{
    if (const std::optional<std::size_t> position = position_of(header, name, where))
        return *position;
    throw InputError(
        text(where, ": no column '", name, "' (required).",
             config::did_you_mean(name, std::vector<std::string_view>{header.begin(), header.end()})));
}

Columns read_header(const Fields& header, const std::string& where, Notes& notes)
{
    for (const std::string& name : header) {
        if (std::find(parameter_columns.begin(), parameter_columns.end(), name) != parameter_columns.end())
            throw InputError(
                text(where, ": column '", name,
                     "' (this version reads site parameters from the keys reference_... alone)"));
        if (std::find(known_columns.begin(), known_columns.end(), name) == known_columns.end())
            notes.warnings.push_back(text(where, ": column '", name, "' is not known, ignoring it.",
                                          config::did_you_mean(name, known_columns)));
    }
    return {.lon = required_column(header, "lon", where),
            .lat = required_column(header, "lat", where),
            .depth = position_of(header, "depth", where),
            .custom_id = position_of(header, "custom_site_id", where),
            .n = header.size()};
}

double number_in(const Fields& fields, std::size_t column, std::string_view name, const std::string& where)
{
    const std::optional<double> number = config::parse_number(fields[column]);
    if (!number)
        throw InputError(
            text(where, ": ", name, " = '", config::shortened(fields[column]), "' (not a number)"));
    return *number;
}

void add_site(const Fields& fields, const Columns& columns, const std::string& where, std::size_t line,
              CsvSites& read)
{
    const bool fits = columns.n != 0 ? fields.size() == columns.n : fields.size() == 2 || fields.size() == 3;
    if (!fits)
        throw InputError(text(where, ": ", fields.size(), " fields (",
                              columns.n != 0 ? text("the header has ", columns.n)
                                             : std::string{"lon,lat or lon,lat,depth are accepted"},
                              ")"));
    Site site;
    site.lon = number_in(fields, columns.lon, "lon", where);
    site.lat = number_in(fields, columns.lat, "lat", where);
    const std::optional<std::size_t> depth =
        columns.n == 0 && fields.size() == 3 ? std::optional<std::size_t>{2} : columns.depth;
    if (depth)
        site.depth = number_in(fields, *depth, "depth", where);
    if (columns.custom_id)
        read.custom_ids.push_back(fields[*columns.custom_id]);
    read.sites.push_back(site);
    read.lines.push_back(line);
}

} // namespace

CsvSites read_sites_csv(const std::filesystem::path& file, Notes& notes)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    std::ifstream in{file};
    if (!in)
        throw InputError(text(file.string(), ": no such file, or it cannot be read"));
    CsvSites read;
    Columns columns;
    std::size_t number = 0;
    bool first = true;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (number == 1 && line.starts_with(byte_order_mark))
            line.erase(0, byte_order_mark.size());
        line = config::trimmed(line);
        if (line.empty() || line.starts_with('#'))
            continue;
        const std::string where = text(file.string(), ":", number);
        const Fields fields = split_line(line, where);
        if (first && !config::parse_number(fields.front())) {
            read.has_header = true;
            columns = read_header(fields, where, notes);
        } else {
            add_site(fields, columns, where, number, read);
        }
        first = false;
    }
    if (read.sites.empty())
        throw InputError(text(file.string(), ": no site in it (at least one is accepted)"));
    return read;
}

} // namespace mtc::psha
