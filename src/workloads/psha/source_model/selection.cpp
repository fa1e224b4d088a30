#include "workloads/psha/source_model/selection.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/keys/job_values.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

namespace mtc::psha {
namespace {

/// NRML's name of each kind of source.
constexpr auto element_names = std::to_array<std::pair<std::string_view, SourceKind>>({
    {"pointSource", SourceKind::point},
    {"multiPointSource", SourceKind::multi_point},
    {"areaSource", SourceKind::area},
    {"simpleFaultSource", SourceKind::simple_fault},
    {"complexFaultSource", SourceKind::complex_fault},
    {"characteristicFaultSource", SourceKind::characteristic_fault},
    {"nonParametricSeismicSource", SourceKind::non_parametric},
    {"kiteFaultSource", SourceKind::kite_fault},
    {"multiFaultSource", SourceKind::multi_fault},
});

std::vector<std::string_view> names_in(const Config& config, std::string_view key)
{
    return config::split(config.text(key), " ,\t\n[]'\"");
}

std::set<SourceKind> wanted_kinds(const Config& config)
{
    constexpr std::string_view key = "source_nodes";
    std::vector<std::string_view> known;
    for (const auto& [name, kind] : element_names)
        known.push_back(name);
    std::set<SourceKind> kinds;
    for (const std::string_view name : names_in(config, key)) {
        const auto found = std::ranges::find(element_names, name, [](const auto& row) { return row.first; });
        if (found == element_names.end())
            throw InputError(text(config.where(key), ": '", name, "' is no kind of source.",
                                  config::did_you_mean(name, known)));
        kinds.insert(found->second);
    }
    return kinds;
}

std::string_view base_of(std::string_view id)
{
    return id.substr(0, id.find_first_of(";:"));
}

void keep(std::vector<SourceModel>& files, const auto& is_wanted)
{
    for (SourceModel& file : files) {
        for (SourceGroup& group : file.groups) {
            std::vector<Source> sources;
            std::vector<double> weights;
            for (std::size_t i = 0; i < group.sources.size(); ++i) {
                if (!is_wanted(group.sources[i]))
                    continue;
                sources.push_back(std::move(group.sources[i]));
                if (!group.weights.empty())
                    weights.push_back(group.weights[i]);
            }
            group.sources = std::move(sources);
            group.weights = std::move(weights);
        }
        std::erase_if(file.groups, [](const SourceGroup& group) { return group.sources.empty(); });
    }
}

void refuse_unknown_ids(const std::vector<SourceModel>& files, const Config& config,
                        const std::vector<std::string_view>& wanted)
{
    std::set<std::string_view> known;
    for (const SourceModel& file : files)
        for (const SourceGroup& group : file.groups)
            for (const Source& source : group.sources) {
                known.insert(source.id);
                known.insert(base_of(source.id));
            }
    const std::vector<std::string_view> list{known.begin(), known.end()};
    for (const std::string_view id : wanted)
        if (!known.contains(id))
            throw InputError(text(config.where("source_id"), ": no source has the id '", id, "'.",
                                  config::did_you_mean(id, list)));
}

} // namespace

void select_sources(std::vector<SourceModel>& files, const Config& config)
{
    if (config.has("source_id")) {
        const std::vector<std::string_view> wanted = names_in(config, "source_id");
        refuse_unknown_ids(files, config, wanted);
        keep(files, [&](const Source& source) {
            return std::ranges::any_of(
                wanted, [&](std::string_view id) { return id == source.id || id == base_of(source.id); });
        });
    }
    if (config.has("source_nodes")) {
        const std::set<SourceKind> kinds = wanted_kinds(config);
        keep(files, [&](const Source& source) { return kinds.contains(source.kind); });
        if (std::ranges::all_of(files, [](const SourceModel& file) { return file.groups.empty(); }))
            throw InputError(text(config.where("source_nodes"), " (the source models hold none of these)"));
    }
}

} // namespace mtc::psha
