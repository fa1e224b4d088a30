#include "workloads/psha/logic_tree/logic_tree.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/logic_tree/branch_set.hpp"

#include <algorithm>

namespace mtc::psha {
namespace {

/// Words of an attribute; empty when it is absent.
std::vector<std::string> words_of(const XmlNode& set, std::string_view attribute)
{
    const std::string value = set.find_attribute(attribute).value_or("");
    std::vector<std::string> words;
    for (const std::string_view word : config::split(value, " \t\r\n"))
        words.emplace_back(word);
    return words;
}

bool names_files(UncertaintyType type)
{
    return type == UncertaintyType::source_model || type == UncertaintyType::extend_model;
}

SourceFilter read_filter(const XmlNode& set, const UncertaintyKind& kind)
{
    const std::vector<std::string> ids = words_of(set, "applyToSources");
    const SourceFilter filter{.ids = {ids.begin(), ids.end()},
                              .trt = set.find_attribute("applyToTectonicRegionType").value_or("")};
    if (!filter.ids.empty() && !filter.trt.empty())
        set.refuse("applyToSources and applyToTectonicRegionType: only one filter is allowed per branchset");
    if (names_files(kind.type) && !(filter.ids.empty() && filter.trt.empty()))
        set.refuse(text(filter.trt.empty() ? text("applyToSources = '", ids.front())
                                           : text("applyToTectonicRegionType = '", filter.trt),
                        "' (filters are not accepted on a set of ", kind.name, ")"));
    if (kind.rule == SourceFilterRule::exactly_one && filter.ids.size() != 1)
        set.refuse(text(kind.name, " needs applyToSources with exactly one source (it names ",
                        filter.ids.size(), ")"));
    if (kind.rule == SourceFilterRule::at_least_one && filter.ids.empty())
        set.refuse(text(kind.name, " needs applyToSources"));
    return filter;
}

/// The kind of a set at its place: sourceModel comes first and only there.
const UncertaintyKind& kind_of(const XmlNode& set, bool is_first)
{
    const std::string name = set.attribute("uncertaintyType");
    if (is_first && name != "sourceModel")
        set.refuse(text("uncertaintyType = '", name, "' in the first set (sourceModel is accepted)"));
    if (!is_first && (name == "sourceModel" || name == "gmpeModel"))
        set.refuse(text("uncertaintyType = '", name, "' (not accepted after the first set",
                        name == "gmpeModel" ? "; it belongs into gsim_logic_tree_file" : "", ")"));
    return uncertainty_kind(set);
}

/// Joins set after set to the branches that it continues.
class Joiner {
public:
    explicit Joiner(SourceModelTree& tree)
        : tree_{tree}
    {}

    /// Makes the last set of the tree continue all branches that paths end with so far, or those named.
    void join(const XmlNode& node)
    {
        const std::vector<std::string> named = words_of(node, "applyToBranches");
        const auto set = static_cast<std::uint32_t>(tree_.sets.size() - 1);
        const bool all = named.empty() || (named.size() == 1 && named.front() == "ALL");
        tree_.sets.back().names_branches = !all;
        if (set == 0 && !all)
            node.refuse(text("applyToBranches = '", named.front(), "' (no branch stands before this set)"));
        if (all)
            for (const Place end : ends_)
                branch(end).next_set = set;
        else
            for (const std::string& id : named)
                continue_branch(id, set, node);
        std::erase_if(ends_, [&](Place end) { return branch(end).next_set.has_value(); });
        if (!all && !ends_.empty())
            mark_left_out();
        define_branches(set, node);
    }

private:
    struct Place {
        std::uint32_t set = 0;
        std::uint32_t branch = 0;
    };

    SourceBranch& branch(Place place) { return tree_.sets[place.set].branches[place.branch]; }

    void continue_branch(const std::string& id, std::uint32_t set, const XmlNode& node)
    {
        const auto place = places_.find(id);
        if (place == places_.end()) {
            std::vector<std::string_view> known;
            for (const auto& [name, at] : places_)
                known.push_back(name);
            node.refuse(text("applyToBranches: branch '", id, "' is not yet defined.",
                             config::did_you_mean(id, known)));
        }
        if (branch(place->second).next_set)
            node.refuse(text("applyToBranches: branch '", id, "' already has child branchset (",
                             tree_.sets[*branch(place->second).next_set].where, ")"));
        branch(place->second).next_set = set;
    }

    void mark_left_out()
    {
        ++n_leaving_out_;
        for (const Place end : ends_)
            if (branch(end).dots == 0)
                branch(end).dots = n_leaving_out_;
    }

    void define_branches(std::uint32_t set, const XmlNode& node)
    {
        for (std::uint32_t b = 0; b < tree_.sets[set].branches.size(); ++b) {
            const SourceBranch& defined = tree_.sets[set].branches[b];
            const auto [other, is_new] = places_.emplace(defined.id, Place{set, b});
            if (!is_new)
                std::vector<XmlNode>{node.children("logicTreeBranch")}[b].refuse(
                    text("branchID = '", defined.id, "', which is also the one at ",
                         branch(other->second).where, " (they must differ)"));
            ends_.push_back({set, b});
        }
    }

    SourceModelTree& tree_;
    std::map<std::string, Place> places_;
    std::vector<Place> ends_; ///< branches that no set continues so far
    std::uint32_t n_leaving_out_ = 0;
};

} // namespace

SourceModelTree read_source_model_tree(const std::filesystem::path& file, Notes& notes)
{
    const XmlFile xml{file};
    SourceModelTree tree;
    Joiner joiner{tree};
    for (const XmlNode& node : branch_sets(xml)) {
        const UncertaintyKind& kind = kind_of(node, tree.sets.empty());
        SourceBranchSet set{.kind = kind, .filter = read_filter(node, kind), .where = node.where()};
        for (const BranchNode& branch : read_branches(node)) {
            if (!branch.imt_weights.empty())
                branch.node.refuse(text("uncertaintyWeight with imt = '", branch.imt_weights.begin()->first,
                                        "' (only models of ground motion have weights by intensity "
                                        "measure)"));
            set.branches.push_back({.id = branch.id,
                                    .weight = branch.weight,
                                    .value = read_uncertainty(kind, branch.model, file.parent_path(), notes),
                                    .where = branch.node.where()});
        }
        tree.sets.push_back(std::move(set));
        joiner.join(node);
    }
    return tree;
}

SourceFiles source_files(const SourceModelTree& tree)
{
    SourceFiles all;
    std::set<std::filesystem::path> seen;
    for (const SourceBranchSet& set : tree.sets)
        for (const SourceBranch& branch : set.branches)
            if (const auto* files = std::get_if<SourceFiles>(&branch.value))
                for (const std::filesystem::path& file : *files)
                    if (seen.insert(file).second)
                        all.push_back(file);
    return all;
}

} // namespace mtc::psha
