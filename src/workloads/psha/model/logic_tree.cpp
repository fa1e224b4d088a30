#include "workloads/psha/model/logic_tree.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/model/xml.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace mtc::psha {
namespace {

constexpr double weight_tolerance = 1e-7; // that of OpenQuake
constexpr std::size_t max_branches = 183; // in a set: as many letters as OpenQuake has for them

/// All branch sets in the order of the file. The levels that wrap them in older files say nothing more.
std::vector<XmlNode> branch_sets(const XmlFile& file)
{
    (void)file.nrml_version();
    const XmlNode tree = file.root().child("logicTree");
    std::vector<XmlNode> sets;
    for (const XmlNode& node : tree.children()) {
        if (node.name() == "logicTreeBranchSet")
            sets.push_back(node);
        else if (node.name() == "logicTreeBranchingLevel")
            for (const XmlNode& set : node.children("logicTreeBranchSet"))
                sets.push_back(set);
        else
            node.refuse(text("<", node.name(), "> in <logicTree> (<logicTreeBranchSet> is accepted)"));
    }
    if (sets.empty())
        tree.refuse("<logicTree> holds no <logicTreeBranchSet> (at least one is accepted)");
    return sets;
}

struct Branch {
    std::string id;
    double weight;
    std::string value;
    XmlNode node;
};

double read_weight(const XmlNode& branch)
{
    for (const XmlNode& node : branch.children("uncertaintyWeight"))
        if (const std::optional<std::string> imt = node.find_attribute("imt"))
            node.refuse(text("uncertaintyWeight with imt = '", *imt,
                             "' (this version reads one weight for all intensity measures)"));
    const XmlNode node = branch.child("uncertaintyWeight");
    const double weight = node.number();
    if (weight < 0.0 || weight > 1.0)
        node.refuse(text("uncertaintyWeight = ", weight, " (accepted: 0 to 1)"));
    return weight;
}

/// The branches of a set, their ids and values checked to differ, their weights to add up to 1.
std::vector<Branch> read_branches(const XmlNode& set)
{
    std::vector<Branch> branches;
    double sum = 0.0;
    for (const XmlNode& node : set.children("logicTreeBranch")) {
        Branch branch{node.attribute("branchID"), read_weight(node), node.child("uncertaintyModel").content(),
                      node};
        for (const Branch& other : branches) {
            if (other.id == branch.id)
                node.refuse(text("branchID = '", branch.id, "', which is also the one of line ",
                                 other.node.line(), " (they must differ)"));
            if (other.value == branch.value)
                node.refuse(text("uncertaintyModel '", branch.value, "', which is also the one of line ",
                                 other.node.line(), " (they must differ within a set)"));
        }
        if (branch.value.empty())
            node.refuse("the uncertaintyModel is empty");
        sum += branch.weight;
        branches.push_back(std::move(branch));
    }
    if (branches.empty())
        set.refuse("<logicTreeBranchSet> holds no <logicTreeBranch> (at least one is accepted)");
    if (branches.size() > max_branches)
        set.refuse(text(branches.size(), " branches in a set (at most ", max_branches, " are accepted)"));
    if (!(std::abs(sum - 1.0) <= weight_tolerance))
        set.refuse(text("branchset weights don't sum up to 1.0 (they sum up to ", sum, ")"));
    return branches;
}

void refuse_filters(const XmlNode& set)
{
    for (const std::string_view filter : {"applyToSources", "applyToTectonicRegionType", "applyToBranches"})
        if (const std::optional<std::string> value = set.find_attribute(filter); value && !value->empty())
            set.refuse(text(filter, " = '", *value, "' (filters are not accepted on a set of sourceModel)"));
}

/// The files named by a sourceModel branch, parted by blanks.
std::vector<std::filesystem::path> source_model_files(const Branch& branch,
                                                      const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    for (const std::string_view name : config::split(branch.value, " \t\r\n")) {
        const std::filesystem::path named{name};
        std::filesystem::path file = named.is_absolute() ? named : (folder / named).lexically_normal();
        if (!std::filesystem::is_regular_file(file))
            branch.node.refuse(text("source model '", name, "' (no such file: ", file.string(), ")"));
        if (std::find(files.begin(), files.end(), file) != files.end())
            branch.node.refuse(text("source model '", name, "' twice in one branch (once is accepted)"));
        files.push_back(std::move(file));
    }
    return files;
}

/// A spec in one form, so that equal models are recognised: blanks around lines go, "[Name]" alone is "Name".
std::string normalised_spec(std::string_view spec)
{
    std::string joined;
    for (const std::string_view line : config::split(spec, "\r\n")) {
        const std::string_view words = config::trimmed(line);
        if (!words.empty())
            joined.append(joined.empty() ? "" : "\n").append(words);
    }
    const bool only_a_name = joined.starts_with('[') && joined.find(']') == joined.size() - 1;
    return only_a_name ? std::string{config::trimmed(std::string_view{joined}.substr(1, joined.size() - 2))}
                       : joined;
}

GsimSet read_gsim_set(const XmlNode& node)
{
    GsimSet set{.trt = node.attribute("applyToTectonicRegionType"), .branches = {}};
    for (const Branch& branch : read_branches(node)) {
        GsimBranch read{.id = branch.id,
                        .weight = branch.weight,
                        .model = normalised_spec(branch.value),
                        .where = branch.node.child("uncertaintyModel").where()};
        const std::vector<std::string> attributes = branch.node.child("uncertaintyModel").attribute_names();
        if (!attributes.empty())
            branch.node.refuse(
                text("uncertaintyModel with the attribute ", attributes.front(),
                     " (parameters of a model are accepted as '[Name]' and lines 'key = value')"));
        for (const GsimBranch& other : set.branches)
            if (other.model == read.model)
                branch.node.refuse(text("model '", config::shortened(read.model),
                                        "', which is also the one of branch '", other.id,
                                        "' (they must differ within a set)"));
        set.branches.push_back(std::move(read));
    }
    return set;
}

} // namespace

SourceModelTree read_source_model_tree(const std::filesystem::path& file)
{
    const XmlFile xml{file};
    const std::vector<XmlNode> sets = branch_sets(xml);
    for (const XmlNode& set : sets) {
        const std::string type = set.attribute("uncertaintyType");
        const bool is_first = &set == &sets.front();
        if (type == "sourceModel" && is_first)
            continue;
        if (is_first)
            set.refuse(text("uncertaintyType = '", type, "' in the first set (sourceModel is accepted)"));
        if (type == "sourceModel" || type == "gmpeModel")
            set.refuse(text("uncertaintyType = '", type, "' (not accepted after the first set",
                            type == "gmpeModel" ? "; it belongs into gsim_logic_tree_file" : "", ")"));
        set.refuse(text("uncertaintyType = '", type, "' (this version reads sourceModel alone)"));
    }
    refuse_filters(sets.front());
    SourceModelTree tree;
    for (const Branch& branch : read_branches(sets.front()))
        tree.branches.push_back({.id = branch.id,
                                 .weight = branch.weight,
                                 .files = source_model_files(branch, file.parent_path()),
                                 .where = branch.node.where()});
    return tree;
}

GsimTree read_gsim_tree(const std::filesystem::path& file, const std::set<std::string>& trts)
{
    const XmlFile xml{file};
    std::map<std::string, GsimSet> by_trt;
    for (const XmlNode& node : branch_sets(xml)) {
        if (const std::string type = node.attribute("uncertaintyType"); type != "gmpeModel")
            node.refuse(text("uncertaintyType = '", type, "' (gmpeModel is accepted)"));
        GsimSet set = read_gsim_set(node);
        const std::string trt = set.trt;
        if (!by_trt.emplace(trt, std::move(set)).second)
            node.refuse(
                text("Found duplicated applyToTectonicRegionType = '", trt, "' (one set each is accepted)"));
    }
    std::vector<std::string_view> known;
    for (const auto& [trt, set] : by_trt)
        known.push_back(trt);
    GsimTree tree;
    for (const std::string& trt : trts) {
        const auto set = by_trt.find(trt);
        if (set == by_trt.end())
            throw InputError(text(file.string(), " is missing the TRT '", trt,
                                  "' (the source models hold it).", config::did_you_mean(trt, known)));
        tree.sets.push_back(std::move(set->second));
    }
    return tree;
}

GsimTree single_gsim_tree(std::string_view model, const std::set<std::string>& trts, const std::string& where)
{
    GsimTree tree;
    for (const std::string& trt : trts)
        tree.sets.push_back(
            {.trt = trt,
             .branches = {{.id = "gsim", .weight = 1.0, .model = normalised_spec(model), .where = where}}});
    return tree;
}

} // namespace mtc::psha
