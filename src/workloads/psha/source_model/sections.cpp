#include "workloads/psha/source_model/sections.hpp"

#include "config/nearest.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/model/index.hpp"
#include "workloads/psha/source_model/surface_reader.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace mtc::psha {
namespace {

using RowOfId = std::unordered_map<std::string_view, std::uint32_t>;

/// Multi-fault sources of all files. \param use  (Source&, MultiFaultGeometry&)
void for_each_multi_fault(std::vector<SourceModel>& files, const auto& use)
{
    for (SourceModel& file : files)
        for (SourceGroup& group : file.groups)
            for (Source& source : group.sources)
                if (auto* geometry = std::get_if<MultiFaultGeometry>(&source.geometry))
                    use(source, *geometry);
}

std::vector<Section> read_sections_file(const std::filesystem::path& file)
{
    const XmlFile xml{file};
    return read_sections(xml.root().child("geometryModel"));
}

/// Those of all files, then those of files that sources name, each file once.
std::vector<Section> all_sections(std::vector<SourceModel>& files)
{
    std::vector<Section> sections;
    std::vector<std::filesystem::path> read;
    for (SourceModel& file : files) {
        if (file.sections.empty())
            continue;
        std::ranges::move(file.sections, std::back_inserter(sections));
        file.sections.clear();
        read.push_back(file.file);
    }
    for_each_multi_fault(files, [&](const Source& source, const MultiFaultGeometry& geometry) {
        if (geometry.sections_file.empty() || std::ranges::find(read, geometry.sections_file) != read.end())
            return;
        if (!std::filesystem::is_regular_file(geometry.sections_file))
            throw InputError(text(source.where, ": faultSectionFname of '", source.id,
                                  "' (no such file: ", geometry.sections_file.string(), ")"));
        std::ranges::move(read_sections_file(geometry.sections_file), std::back_inserter(sections));
        read.push_back(geometry.sections_file);
    });
    return sections;
}

RowOfId rows_of(const std::vector<Section>& sections)
{
    RowOfId rows;
    for (std::uint32_t i = 0; i < sections.size(); ++i)
        if (const auto [first, is_new] = rows.emplace(sections[i].id, i); !is_new)
            throw InputError(text(sections[i].where, ": section '", sections[i].id,
                                  "' (the first of this id is at ", sections[first->second].where,
                                  "; ids of sections are accepted once)"));
    return rows;
}

std::uint32_t row_of(const std::string& id, const RowOfId& rows, const Source& source)
{
    const auto row = rows.find(id);
    if (row != rows.end())
        return row->second;
    if (rows.empty())
        throw InputError(text(source.where, ": multi-fault source '", source.id, "': section '", id,
                              "' (no file of the logic tree holds a <geometryModel>). Add the file of "
                              "sections to <uncertaintyModel>, beside the source model?"));
    std::vector<std::string_view> known;
    for (const auto& [name, unused] : rows)
        known.push_back(name);
    std::ranges::sort(known);
    throw InputError(text(source.where, ": multi-fault source '", source.id, "': section '", id,
                          "' is in no <geometryModel>.", config::did_you_mean(id, known)));
}

} // namespace

std::vector<Section> read_sections(const XmlNode& geometry_model)
{
    std::vector<Section> sections;
    for (const XmlNode& node : geometry_model.children()) {
        if (node.name() != "section")
            node.refuse(text("<", node.name(), "> in <geometryModel> (<section> is accepted)"));
        if (const std::optional<XmlNode> plane = node.find("planarSurface"))
            plane->refuse("<planarSurface> in <section> (one <kiteSurface> is accepted)");
        sections.push_back({.id = node.attribute("id"),
                            .where = node.place(),
                            .surface = read_kite(node.child("kiteSurface"))});
    }
    if (sections.empty())
        geometry_model.refuse("<geometryModel> holds no section (at least one is accepted)");
    return sections;
}

void resolve_sections(std::vector<SourceModel>& files)
{
    const auto sections = std::make_shared<const std::vector<Section>>(all_sections(files));
    const RowOfId rows = rows_of(*sections);
    for_each_multi_fault(files, [&](const Source& source, MultiFaultGeometry& geometry) {
        std::vector<std::uint32_t> row_of_name;
        for (const std::string& id : geometry.ids)
            row_of_name.push_back(row_of(id, rows, source));
        for (MultiFaultRupture& rupture : geometry.ruptures)
            for (std::uint32_t& section : rupture.sections)
                section = row_of_name[section];
        std::vector<std::string>{}.swap(geometry.ids);
        geometry.sections = sections;
    });
}

} // namespace mtc::psha
