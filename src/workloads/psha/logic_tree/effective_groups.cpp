#include "workloads/psha/logic_tree/effective_groups.hpp"

#include "config/nearest.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/logic_tree/change_source.hpp"
#include "workloads/psha/model/index.hpp"
#include "workloads/psha/source_model/counting.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_map>

namespace mtc::psha {
namespace {

using SetList = std::vector<std::uint32_t>;  // rows of SourceModelTree::sets, increasing
using Signature = std::vector<BranchChoice>; // branches that change something
using PathList = std::vector<std::uint32_t>; // increasing

bool is_meant(const SourceFilter& filter, const Source& source)
{
    if (!filter.ids.empty())
        return filter.ids.contains(source.id);
    return filter.trt.empty() || filter.trt == source.trt;
}

/// Sources of one group of a file that the same sets may change: they share their form in every path.
struct SourceClass {
    std::size_t file = 0;
    std::size_t group = 0; ///< of the file
    bool is_independent = true;
    SetList sets;
    std::vector<std::size_t> sources; ///< of the group, in its order
};

/// A form that the sources of a class take, and where.
struct Form {
    std::size_t source_class = 0;
    Signature signature;
    PathList paths;
};

class Grouping {
public:
    Grouping(const SourceModelTree& tree, std::vector<SourceModel> files, std::span<const SourcePath> paths,
             const SurfaceArea& area)
        : tree_{tree}
        , files_{std::move(files)}
        , paths_{paths}
        , area_{area}
        , classes_of_file_(files_.size())
    {
        for (std::size_t f = 0; f < files_.size(); ++f)
            row_of_file_[files_[f].file.string()] = f;
    }

    EffectiveGroups make()
    {
        for (std::size_t file = 0; file < files_.size(); ++file)
            for (std::size_t group = 0; group < files_[file].groups.size(); ++group)
                classify(file, group);
        find_forms();
        std::ranges::stable_sort(forms_, {}, &Form::source_class);
        EffectiveGroups effective{.groups = {}, .of_path = std::vector<PathList>(paths_.size())};
        const std::vector<std::uint32_t> group_of_form = number_groups(effective);
        for (std::size_t f = 0; f < forms_.size(); ++f) {
            const bool is_last =
                f + 1 == forms_.size() || forms_[f + 1].source_class != forms_[f].source_class;
            add_sources(forms_[f], is_last, effective.groups[group_of_form[f]].sources);
        }
        return effective;
    }

private:
    /// The sets that change a source, where a path holds them, or that name it and so have to.
    SetList sets_for(const Source& source) const
    {
        SetList sets;
        for (std::uint32_t s = 0; s < tree_.sets.size(); ++s) {
            const SourceBranchSet& set = tree_.sets[s];
            const bool is_named = !set.filter.ids.empty() && set.kind.type != UncertaintyType::dummy;
            if (is_meant(set.filter, source) && (is_named || can_change(set.kind.type, source)))
                sets.push_back(s);
        }
        return sets;
    }

    void classify(std::size_t file, std::size_t group_row)
    {
        const SourceGroup& group = files_[file].groups[group_row];
        const bool is_independent = group.dependence == Dependence::independent && !group.is_cluster;
        std::map<SetList, std::size_t> class_of_sets;
        for (std::size_t s = 0; s < group.sources.size(); ++s) {
            const SetList sets = sets_for(group.sources[s]);
            const auto [at, is_new] =
                class_of_sets.emplace(is_independent ? sets : SetList{}, classes_.size());
            if (is_new) {
                classes_of_file_[file].push_back(classes_.size());
                classes_.push_back({.file = file,
                                    .group = group_row,
                                    .is_independent = is_independent,
                                    .sets = sets,
                                    .sources = {}});
            }
            SourceClass& members = classes_[at->second];
            members.sources.push_back(s);
            if (!is_independent) {
                SetList all;
                std::ranges::set_union(members.sets, sets, std::back_inserter(all));
                members.sets = std::move(all);
            }
        }
    }

    /// Files of a path, in the order of its branches.
    std::vector<std::size_t> files_of(const SourcePath& path) const
    {
        std::vector<std::size_t> rows;
        for (const BranchChoice choice : path.choices) {
            const SourceBranch& branch = tree_.sets[choice.set].branches[choice.branch];
            const auto* files = std::get_if<SourceFiles>(&branch.value);
            if (files == nullptr)
                continue;
            for (const std::filesystem::path& file : *files) {
                const std::size_t row = row_of_file_.at(file.string());
                if (std::ranges::find(rows, row) != rows.end())
                    throw InputError(text(branch.where, ": source model '", file.filename().string(),
                                          "' twice in the path ", path.text, " (once is accepted)"));
                rows.push_back(row);
            }
        }
        return rows;
    }

    void find_forms()
    {
        std::vector<std::map<Signature, std::size_t>> form_of(classes_.size());
        for (std::uint32_t p = 0; p < paths_.size(); ++p) {
            Signature changes; // of any source
            for (const BranchChoice choice : paths_[p].choices) {
                const SourceBranchSet& set = tree_.sets[choice.set];
                if (!changes_nothing(set.kind, set.branches[choice.branch].value))
                    changes.push_back(choice);
            }
            for (const std::size_t file : files_of(paths_[p]))
                for (const std::size_t c : classes_of_file_[file]) {
                    Signature signature;
                    std::ranges::copy_if(changes, std::back_inserter(signature), [&](BranchChoice choice) {
                        return std::ranges::binary_search(classes_[c].sets, choice.set);
                    });
                    const auto [at, is_new] = form_of[c].emplace(std::move(signature), forms_.size());
                    if (is_new)
                        forms_.push_back({.source_class = c, .signature = at->first, .paths = {}});
                    forms_[at->second].paths.push_back(p);
                }
        }
    }

    /// Numbers the groups in the order of the forms. Independent forms of one region type that the same paths
    /// hold become one group. \return [n_form] row of its group
    std::vector<std::uint32_t> number_groups(EffectiveGroups& effective) const
    {
        std::map<std::pair<std::string, PathList>, std::uint32_t> shared;
        std::vector<std::uint32_t> group_of_form;
        for (const Form& form : forms_) {
            const SourceClass& members = classes_[form.source_class];
            const SourceGroup& from = files_[members.file].groups[members.group];
            const std::uint32_t next = to_index(effective.groups.size());
            const std::uint32_t row =
                members.is_independent ? shared.emplace(std::pair{from.trt, form.paths}, next).first->second
                                       : next;
            group_of_form.push_back(row);
            if (row != next)
                continue;
            effective.groups.push_back({.trt = from.trt,
                                        .where = from.where,
                                        .dependence = from.dependence,
                                        .is_cluster = from.is_cluster,
                                        .cluster_rate = from.cluster_rate,
                                        .probability = from.probability,
                                        .weights = from.weights,
                                        .sources = {}});
            for (const std::uint32_t path : form.paths)
                effective.of_path[path].push_back(row);
        }
        return group_of_form;
    }

    /// Adds the sources of a class in one of their forms. \param is_last  no further form needs them
    void add_sources(const Form& form, bool is_last, std::vector<Source>& to)
    {
        const SourceClass& members = classes_[form.source_class];
        std::vector<Source>& originals = files_[members.file].groups[members.group].sources;
        for (const std::size_t s : members.sources) {
            Source source = is_last ? std::move(originals[s]) : originals[s];
            // The signature of a class of dependent sources holds the changes of all of them.
            const SetList sets = members.is_independent ? members.sets : sets_for(source);
            for (const BranchChoice choice : form.signature) {
                const SourceBranchSet& set = tree_.sets[choice.set];
                if (std::ranges::binary_search(sets, choice.set))
                    source = changed(std::move(source), set.kind, set.branches[choice.branch], area_);
            }
            to.push_back(std::move(source));
        }
    }

    const SourceModelTree& tree_;
    std::vector<SourceModel> files_;
    std::span<const SourcePath> paths_;
    const SurfaceArea& area_;
    std::unordered_map<std::string, std::size_t> row_of_file_;
    std::vector<SourceClass> classes_;
    std::vector<std::vector<std::size_t>> classes_of_file_;
    std::vector<Form> forms_; ///< by class once they are found, in a class by their first path
};

/// What the branches of the first set hold together with those that extend them.
struct Contents {
    std::set<std::string, std::less<>> ids;
    std::set<std::string, std::less<>> trts;
    std::map<std::string, std::set<std::string>, std::less<>> models_of_id; ///< branches of the first set
};

Contents contents_of(const SourceModelTree& tree, std::span<const SourceModel> files)
{
    std::map<std::filesystem::path, std::vector<std::string>> models_of_file;
    for (const SourceBranch& branch : tree.sets.front().branches)
        for (const std::filesystem::path& file : std::get<SourceFiles>(branch.value))
            models_of_file[file].push_back(branch.id);
    Contents contents;
    for (const SourceModel& file : files)
        for (const SourceGroup& group : file.groups) {
            contents.trts.insert(group.trt);
            for (const Source& source : group.sources) {
                contents.ids.insert(source.id);
                const auto models = models_of_file.find(file.file);
                if (models != models_of_file.end())
                    contents.models_of_id[source.id].insert(models->second.begin(), models->second.end());
            }
        }
    return contents;
}

std::string nearest_of(const std::string& word, const std::set<std::string, std::less<>>& known)
{
    return config::did_you_mean(word, std::vector<std::string_view>{known.begin(), known.end()});
}

} // namespace

void check_filters(const SourceModelTree& tree, std::span<const SourceModel> files)
{
    if (std::ranges::all_of(tree.sets, [](const SourceBranchSet& set) {
            return set.filter.ids.empty() && set.filter.trt.empty();
        }))
        return;
    const Contents contents = contents_of(tree, files);
    for (const SourceBranchSet& set : tree.sets) {
        if (!set.filter.trt.empty() && !contents.trts.contains(set.filter.trt))
            throw InputError(text(set.where, ": applyToTectonicRegionType = '", set.filter.trt,
                                  "' (no source has this region type).",
                                  nearest_of(set.filter.trt, contents.trts)));
        for (const std::string& id : set.filter.ids) {
            if (!contents.ids.contains(id))
                throw InputError(text(set.where, ": source with id '", id,
                                      "' is not defined in source models.", nearest_of(id, contents.ids)));
            const auto models = contents.models_of_id.find(id);
            if (models != contents.models_of_id.end() && models->second.size() > 1 && !set.names_branches)
                throw InputError(text(set.where, ": source with id '", id, "' stands in ",
                                      models->second.size(), " source models, those of the branches '",
                                      *models->second.begin(), "' and '", *std::next(models->second.begin()),
                                      "' among them (applyToBranches has to say which are meant)"));
        }
    }
}

EffectiveGroups effective_groups(const SourceModelTree& tree, std::vector<SourceModel> files,
                                 std::span<const SourcePath> paths, const SurfaceArea& area)
{
    return Grouping{tree, std::move(files), paths, area}.make();
}

void keep_what_counts(EffectiveGroups& effective, const Config& config, Notes& notes)
{
    std::vector<SourceModel> single; // one group each, so that those left empty can be told
    for (SourceGroup& group : effective.groups)
        single.emplace_back().groups.push_back(std::move(group));
    keep_what_counts(single, config, notes);
    effective.groups.clear();
    std::vector<std::uint32_t> new_row;
    for (SourceModel& model : single) {
        new_row.push_back(model.groups.empty() ? no_index : to_index(effective.groups.size()));
        std::ranges::move(model.groups, std::back_inserter(effective.groups));
    }
    for (std::vector<std::uint32_t>& rows : effective.of_path) {
        for (std::uint32_t& row : rows)
            row = new_row[row];
        std::erase(rows, no_index);
    }
}

} // namespace mtc::psha
