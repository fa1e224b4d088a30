#include "config/values.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/nrml/xml.hpp"
#include "workloads/psha/sites/sites_table.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace mtc::psha {
namespace {

bool is_xml(const std::filesystem::path& file)
{
    std::ifstream in{file};
    char first = '\0';
    while (in.get(first))
        if (std::string_view{" \t\r\n\xEF\xBB\xBF"}.find(first) == std::string_view::npos)
            return first == '<';
    return false;
}

/// The text of a parameter in an element <site>; vs30measured is also written vs30Type="measured".
std::optional<std::string> parameter_of(const XmlNode& site, const SiteColumn& column)
{
    std::optional<std::string> value = site.find_attribute(column.name);
    if (!value && column.parameter == needs_vs30measured)
        value = site.find_attribute("vs30Type");
    return value;
}

void add_site(const XmlNode& node, std::uint32_t wanted, SiteTable& read)
{
    Site site;
    site.lon = node.number_attribute("lon");
    site.lat = node.number_attribute("lat");
    if (node.find_attribute("depth"))
        site.depth = node.number_attribute("depth");
    std::uint32_t given = 0;
    for (const SiteColumn& column : site_columns) {
        if ((column.parameter & wanted) == 0)
            continue;
        if (const std::optional<std::string> value = parameter_of(node, column)) {
            site.*column.member = site_value(column, *value, node.where());
            given |= column.parameter;
        }
    }
    if (read.sites.empty())
        read.parameters = given;
    for (const SiteColumn& column : site_columns)
        if (((given ^ read.parameters) & column.parameter) != 0)
            node.refuse(text("this <site> ", (given & column.parameter) != 0 ? "gives" : "does not give",
                             " '", column.name, "', unlike the first one (all must give the same)"));
    read.sites.push_back(site);
    read.origins.push_back({.number = static_cast<std::uint32_t>(node.line())});
}

SiteTable read_site_model_xml(const std::filesystem::path& path, std::uint32_t wanted)
{
    const XmlFile file{path};
    (void)file.nrml_version();
    SiteTable read{.sources = {text(path.string(), ":")}, .keeps_order = true};
    for (const XmlNode& node : file.root().child("siteModel").children("site"))
        add_site(node, wanted, read);
    if (read.sites.empty())
        throw InputError(text(path.string(), ": no <site> in its <siteModel> (at least one is accepted)"));
    return read;
}

void append_sites(SiteTable&& part, SiteTable& all)
{
    for (const SiteColumn& column : site_columns)
        if (((part.parameters ^ all.parameters) & column.parameter) != 0)
            throw InputError(text("of the files of site_model_file, ", all.sources.front(), " and ",
                                  part.sources.front(), " one gives '", column.name,
                                  "', the other does not (all must give the same)"));
    if (part.custom_ids.empty() != all.custom_ids.empty())
        throw InputError(text("of the files of site_model_file, ", all.sources.front(), " and ",
                              part.sources.front(),
                              " one gives 'custom_site_id', the other does not (all must give the same)"));
    const auto source = static_cast<std::uint32_t>(all.sources.size());
    all.sources.push_back(std::move(part.sources.front()));
    for (SiteTable::Origin& origin : part.origins)
        origin.source = source;
    std::ranges::move(part.sites, std::back_inserter(all.sites));
    std::ranges::move(part.custom_ids, std::back_inserter(all.custom_ids));
    std::ranges::move(part.origins, std::back_inserter(all.origins));
}

} // namespace

std::string SiteTable::where(std::size_t i) const
{
    return text(sources[origins[i].source], origins[i].number);
}

double site_value(const SiteColumn& column, std::string_view value, const std::string& where)
{
    const auto refuse = [&](std::string_view accepted) {
        throw InputError(
            text(where, ": ", column.name, " = '", config::shortened(value), "' (accepted: ", accepted, ")"));
    };
    if (column.parameter == needs_vs30measured || column.parameter == needs_backarc) {
        const std::string word = config::lower_case(value);
        if (column.parameter == needs_vs30measured && (word == "measured" || word == "inferred"))
            return word == "measured" ? 1.0 : 0.0;
        if (const std::optional<bool> flag = config::parse_flag(word))
            return *flag ? 1.0 : 0.0;
        if (const std::optional<double> number = config::parse_number(word); number == 0.0 || number == 1.0)
            return *number; // 1.0, as tables of numbers write it
        refuse(column.parameter == needs_backarc ? "1 or 0, true or false"
                                                 : "1 or 0, true or false, measured or inferred");
    }
    const std::optional<double> number = config::parse_number(value);
    if (!number)
        refuse("a number");
    if (column.parameter == needs_vs30 && !(*number > 0.0))
        refuse("above 0 m/s");
    return *number;
}

SiteTable read_site_model(const Config& config, std::uint32_t wanted, Notes& notes)
{
    SiteTable all;
    for (const std::filesystem::path& file : config.paths("site_model_file")) {
        SiteTable part =
            is_xml(file) ? read_site_model_xml(file, wanted) : read_site_model_csv(file, wanted, notes);
        if (all.sources.empty())
            all = std::move(part);
        else
            append_sites(std::move(part), all);
    }
    return all;
}

} // namespace mtc::psha
