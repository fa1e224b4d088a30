#include "workloads/psha/logic_tree/realizations.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/model/index.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace mtc::psha {
namespace {

/// [n_group] position of its region type in GsimTree::sets, which holds all that have sources.
std::vector<std::size_t> regions_of(const EffectiveGroups& effective, const GsimTree& gsims)
{
    std::vector<std::size_t> regions;
    for (const SourceGroup& group : effective.groups) {
        const auto set = std::ranges::find(gsims.sets, group.trt, &GsimSet::trt);
        regions.push_back(static_cast<std::size_t>(set - gsims.sets.begin()));
    }
    return regions;
}

/// Letter of a branch: A to Z, a to z, then by number.
std::string branch_letter(std::size_t branch)
{
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    return branch < letters.size() ? std::string{letters[branch]} : text("#", branch, "_");
}

std::string gsim_path(const std::vector<std::uint32_t>& choice)
{
    std::string path;
    for (std::size_t region = 0; region < choice.size(); ++region)
        path += text(region == 0 ? "" : " ", "g", branch_letter(choice[region]), region);
    return path;
}

void lay_out_group_models(const std::vector<std::size_t>& regions, const GsimTree& gsims,
                          Enumeration& enumeration)
{
    std::unordered_map<std::string, std::uint32_t> row_of_model;
    for (std::size_t g = 0; g < regions.size(); ++g) {
        const std::vector<GsimBranch>& branches = gsims.sets[regions[g]].branches;
        enumeration.models_of_group.push_back(
            {.first = to_index(enumeration.group_models.size()), .count = to_index(branches.size())});
        for (const GsimBranch& branch : branches) {
            const auto [row, is_new] =
                row_of_model.emplace(branch.model, to_index(enumeration.models.size()));
            if (is_new)
                enumeration.models.push_back(branch.model);
            enumeration.group_models.push_back({.group = to_index(g), .model = row->second});
        }
    }
}

void lay_out_imt_weights(const PathSelection& selection, Enumeration& enumeration)
{
    const std::size_t n_columns = selection.realizations.front().weights.size();
    for (std::size_t column = 1; column < n_columns; ++column)
        for (const ChosenPath& chosen : selection.realizations)
            enumeration.imt_weights.push_back(chosen.weights[column]);
}

} // namespace

Enumeration lay_out(const PathSelection& selection, const GsimTree& gsims, const EffectiveGroups& effective)
{
    const std::vector<std::size_t> regions = regions_of(effective, gsims);
    Enumeration enumeration;
    lay_out_group_models(regions, gsims, enumeration);
    for (const ChosenPath& chosen : selection.realizations) {
        const std::vector<std::uint32_t>& groups = effective.of_path[chosen.source_path];
        enumeration.realizations.push_back(
            {.weight = chosen.weights.front(),
             .group_models = {.first = to_index(enumeration.realization_group_models.size()),
                              .count = to_index(groups.size())}});
        for (const std::uint32_t g : groups)
            enumeration.realization_group_models.push_back(enumeration.models_of_group[g].first +
                                                           chosen.gsims[regions[g]]);
        enumeration.paths.push_back(
            text(selection.source_paths[chosen.source_path].text, "~", gsim_path(chosen.gsims)));
    }
    lay_out_imt_weights(selection, enumeration);
    return enumeration;
}

} // namespace mtc::psha
