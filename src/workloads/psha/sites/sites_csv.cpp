#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/sites/sites_table.hpp"

#include <algorithm>
#include <boost/tokenizer.hpp>
#include <fstream>
#include <optional>

namespace mtc::psha {
namespace {

using Fields = std::vector<std::string>;

constexpr auto place_columns = std::to_array<std::string_view>({"lon", "lat", "depth", "custom_site_id"});

/// What may stand in a table.
enum class Content { places, parameters };

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

/// A column that holds a parameter.
struct ParameterColumn {
    const SiteColumn* column = nullptr;
    std::size_t position = 0;
};

/// Where the columns stand that are read.
struct Columns {
    std::size_t lon = 0;
    std::size_t lat = 1;
    std::optional<std::size_t> depth{};
    std::optional<std::size_t> custom_id{};
    std::vector<ParameterColumn> parameters{};
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

/// Warns of columns that are not known; those of a site model may be for models that mtc does not have.
void look_at_names(const Fields& header, Content content, const std::string& where, Notes& notes)
{
    std::vector<std::string_view> known{place_columns.begin(), place_columns.end()};
    for (const SiteColumn& column : site_columns)
        known.push_back(column.name);
    for (const std::string& name : header) {
        const bool is_place = std::ranges::find(place_columns, name) != place_columns.end();
        const bool is_parameter = !is_place && std::ranges::find(known, name) != known.end();
        if (is_parameter && content == Content::places)
            throw InputError(
                text(where, ": column '", name,
                     "' (sites_csv gives places alone). Name the file as site_model_file, too?"));
        if (!is_place && !is_parameter)
            notes.warnings.push_back(text(where, ": column '", name, "' is not known, ignoring it.",
                                          config::did_you_mean(name, known)));
    }
}

Columns read_header(const Fields& header, Content content, std::uint32_t wanted, const std::string& where,
                    Notes& notes)
{
    look_at_names(header, content, where, notes);
    Columns columns{.lon = required_column(header, "lon", where),
                    .lat = required_column(header, "lat", where),
                    .depth = position_of(header, "depth", where),
                    .custom_id = position_of(header, "custom_site_id", where),
                    .n = header.size()};
    for (const SiteColumn& column : site_columns)
        if (const auto position = position_of(header, column.name, where);
            position && (column.parameter & wanted) != 0)
            columns.parameters.push_back({&column, *position});
    return columns;
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
              SiteTable& read)
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
    for (const ParameterColumn& parameter : columns.parameters)
        site.*parameter.column->member = site_value(*parameter.column, fields[parameter.position], where);
    if (columns.custom_id)
        read.custom_ids.push_back(fields[*columns.custom_id]);
    read.sites.push_back(site);
    read.origins.push_back({.number = static_cast<std::uint32_t>(line)});
}

SiteTable read_table(const std::filesystem::path& file, Content content, std::uint32_t wanted, Notes& notes)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    std::ifstream in{file};
    if (!in)
        throw InputError(text(file.string(), ": no such file, or it cannot be read"));
    SiteTable read{.sources = {text(file.string(), ":")}};
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
            read.keeps_order = true;
            columns = read_header(fields, content, wanted, where, notes);
        } else {
            if (first && content == Content::parameters)
                throw InputError(
                    text(where, ": '", config::shortened(line),
                         "' (a site model begins with a header, such as lon,lat,vs30,vs30measured)"));
            add_site(fields, columns, where, number, read);
        }
        first = false;
    }
    if (read.sites.empty())
        throw InputError(text(file.string(), ": no site in it (at least one is accepted)"));
    for (const ParameterColumn& parameter : columns.parameters)
        read.parameters |= parameter.column->parameter;
    return read;
}

} // namespace

SiteTable read_sites_csv(const std::filesystem::path& file, Notes& notes)
{
    return read_table(file, Content::places, 0, notes);
}

SiteTable read_site_model_csv(const std::filesystem::path& file, std::uint32_t wanted, Notes& notes)
{
    return read_table(file, Content::parameters, wanted, notes);
}

} // namespace mtc::psha
