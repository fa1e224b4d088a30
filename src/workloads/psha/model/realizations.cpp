#include "workloads/psha/model/realizations.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/model/index.hpp"

#include <algorithm>
#include <string_view>

namespace mtc::psha {
namespace {

/// Position of a region type in GsimTree::sets, which holds all that have sources.
std::size_t region_of(const GsimTree& gsims, const std::string& trt)
{
    const auto set =
        std::find_if(gsims.sets.begin(), gsims.sets.end(), [&](const GsimSet& s) { return s.trt == trt; });
    return static_cast<std::size_t>(set - gsims.sets.begin());
}

std::uint32_t index_of_model(std::vector<std::string>& models, const std::string& spec)
{
    const auto found = std::find(models.begin(), models.end(), spec);
    const std::uint32_t row = to_index(static_cast<std::size_t>(found - models.begin()));
    if (found == models.end())
        models.push_back(spec);
    return row;
}

/// Letter of a branch: A to Z, a to z, then by number.
std::string branch_letter(std::size_t branch)
{
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    return branch < letters.size() ? std::string{letters[branch]} : text("#", branch, "_");
}

std::string gsim_path(std::span<const std::size_t> choice)
{
    std::string path;
    for (std::size_t region = 0; region < choice.size(); ++region)
        path += text(region == 0 ? "" : " ", "g", branch_letter(choice[region]), region);
    return path;
}

/// The next combination of branches, last region type fastest; false after the last one.
bool advance(std::vector<std::size_t>& choice, const GsimTree& gsims)
{
    for (std::size_t region = choice.size(); region-- > 0;) {
        if (++choice[region] < gsims.sets[region].branches.size())
            return true;
        choice[region] = 0;
    }
    return false;
}

struct Group {
    std::size_t file = 0;
    std::size_t region = 0; ///< position of its region type in GsimTree::sets
};

std::vector<Group> groups_of(std::span<const SourceModel> files, const GsimTree& gsims)
{
    std::vector<Group> groups;
    for (std::size_t file = 0; file < files.size(); ++file)
        for (const SourceGroup& group : files[file].groups)
            groups.push_back({.file = file, .region = region_of(gsims, group.trt)});
    return groups;
}

void lay_out_group_models(const std::vector<Group>& groups, const GsimTree& gsims, Enumeration& enumeration)
{
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const std::vector<GsimBranch>& branches = gsims.sets[groups[g].region].branches;
        enumeration.models_of_group.push_back(
            {.first = to_index(enumeration.group_models.size()), .count = to_index(branches.size())});
        for (const GsimBranch& branch : branches)
            enumeration.group_models.push_back(
                {.group = to_index(g), .model = index_of_model(enumeration.models, branch.model)});
    }
}

void check_number_of_paths(const SourceModelTree& sources, const GsimTree& gsims,
                           std::uint64_t max_potential_paths)
{
    std::uint64_t paths = sources.branches.size();
    for (const GsimSet& set : gsims.sets) {
        if (paths > max_potential_paths)
            break;
        paths *= set.branches.size();
    }
    if (paths > max_potential_paths)
        throw InputError(text("the logic trees have ", paths,
                              " paths or more (at most max_potential_paths = ", max_potential_paths,
                              " are accepted). Raise max_potential_paths?"));
}

/// One realization: the groups of the branch's files, each with the branch chosen for its region type.
void add_realization(const SourceModelBranch& branch, std::span<const std::size_t> choice,
                     const GsimTree& gsims, std::span<const SourceModel> files,
                     const std::vector<Group>& groups, Enumeration& enumeration)
{
    RealizationRecord realization{
        .weight = branch.weight,
        .group_models = {.first = to_index(enumeration.realization_group_models.size())}};
    for (std::size_t region = 0; region < choice.size(); ++region)
        realization.weight *= gsims.sets[region].branches[choice[region]].weight;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const std::filesystem::path& file = files[groups[g].file].file;
        if (std::find(branch.files.begin(), branch.files.end(), file) == branch.files.end())
            continue;
        enumeration.realization_group_models.push_back(enumeration.models_of_group[g].first +
                                                       to_index(choice[groups[g].region]));
        ++realization.group_models.count;
    }
    enumeration.realizations.push_back(realization);
    enumeration.paths.push_back(text(branch.id, "~", gsim_path(choice)));
}

} // namespace

Enumeration enumerate(const SourceModelTree& sources, const GsimTree& gsims,
                      std::span<const SourceModel> files, std::uint64_t max_potential_paths)
{
    check_number_of_paths(sources, gsims, max_potential_paths);
    const std::vector<Group> groups = groups_of(files, gsims);
    Enumeration enumeration;
    lay_out_group_models(groups, gsims, enumeration);
    for (const SourceModelBranch& branch : sources.branches) {
        std::vector<std::size_t> choice(gsims.sets.size(), 0);
        do
            add_realization(branch, choice, gsims, files, groups, enumeration);
        while (advance(choice, gsims));
    }
    double total = 0.0;
    for (const RealizationRecord& realization : enumeration.realizations)
        total += realization.weight;
    for (RealizationRecord& realization : enumeration.realizations)
        realization.weight /= total;
    return enumeration;
}

} // namespace mtc::psha
