#include "workloads/psha/logic_tree/branch_set.hpp"

#include "config/values.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/ground_motion/imt.hpp"

#include <cmath>
#include <optional>

namespace mtc::psha {
namespace {

constexpr double weight_tolerance = 1e-7; // that of OpenQuake
constexpr std::size_t max_branches = 183; // in a set: as many letters as OpenQuake has for them

double weight_in(const XmlNode& node)
{
    const double weight = node.number();
    if (!(weight >= 0.0 && weight <= 1.0))
        node.refuse(text("uncertaintyWeight = ", weight, " (accepted: 0 to 1)"));
    return weight;
}

std::string imt_name(const XmlNode& node, const std::string& imt)
{
    try {
        return imt_from_text(imt).name;
    } catch (const InputError& error) {
        node.refuse(error.what());
    }
}

/// The weight of a branch and those of single intensity measures.
void read_weights(BranchNode& branch)
{
    std::optional<XmlNode> general;
    for (const XmlNode& node : branch.node.children("uncertaintyWeight")) {
        if (const std::optional<std::string> imt = node.find_attribute("imt")) {
            if (!branch.imt_weights.emplace(imt_name(node, *imt), weight_in(node)).second)
                node.refuse(text("a second uncertaintyWeight with imt = '", *imt, "' (one is accepted)"));
        } else if (general) {
            node.refuse(text("a second <uncertaintyWeight>, the first is in line ", general->line(),
                             " (one without imt is accepted)"));
        } else {
            general = node;
        }
    }
    if (!general && !branch.imt_weights.empty())
        branch.node.refuse(
            "<logicTreeBranch> has no <uncertaintyWeight> without imt (one is accepted, for all "
            "other measures)");
    branch.weight = weight_in(general ? *general : branch.node.child("uncertaintyWeight"));
}

/// All that an element holds, in one form: equal ones have equal values.
std::string value_of(const XmlNode& node)
{
    std::string value = node.content();
    for (const std::string& attribute : node.attribute_names())
        value += text(" ", attribute, "='", node.attribute(attribute), "'");
    for (const XmlNode& child : node.children())
        value += text(" <", child.name(), ">", value_of(child));
    return value;
}

void check_sum(const XmlNode& set, double sum, const std::string& of_what)
{
    if (!(std::abs(sum - 1.0) <= weight_tolerance))
        set.refuse(text("branchset weights don't sum up to 1.0", of_what, " (they sum up to ", sum, ")"));
}

/// Weights of each intensity measure add up to 1, too; a branch without one of its own has its general one.
void check_weights(const XmlNode& set, const std::vector<BranchNode>& branches)
{
    double sum = 0.0;
    std::map<std::string, double> sums;
    for (const BranchNode& branch : branches) {
        sum += branch.weight;
        for (const auto& [imt, weight] : branch.imt_weights)
            sums[imt] = 0.0;
    }
    check_sum(set, sum, "");
    for (auto& [imt, imt_sum] : sums) {
        for (const BranchNode& branch : branches) {
            const auto own = branch.imt_weights.find(imt);
            imt_sum += own == branch.imt_weights.end() ? branch.weight : own->second;
        }
        check_sum(set, imt_sum, text(" for imt = '", imt, "'"));
    }
}

} // namespace

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

std::vector<BranchNode> read_branches(const XmlNode& set)
{
    std::vector<BranchNode> branches;
    std::vector<std::string> values;
    const bool is_dummy = set.attribute("uncertaintyType") == "dummy";
    for (const XmlNode& node : set.children("logicTreeBranch")) {
        BranchNode branch{node.attribute("branchID"), 0.0, {}, node.child("uncertaintyModel"), node};
        read_weights(branch);
        const std::string value = value_of(branch.model);
        if (value.empty() && !is_dummy)
            node.refuse("the uncertaintyModel is empty");
        for (std::size_t other = 0; other < branches.size(); ++other) {
            const std::size_t line = branches[other].node.line();
            if (branches[other].id == branch.id)
                node.refuse(text("branchID = '", branch.id, "', which is also the one of line ", line,
                                 " (they must differ)"));
            if (values[other] == value && !is_dummy)
                node.refuse(text("uncertaintyModel '", config::shortened(value),
                                 "', which is also the one of line ", line,
                                 " (they must differ within a set)"));
        }
        values.push_back(value);
        branches.push_back(std::move(branch));
    }
    if (branches.empty())
        set.refuse("<logicTreeBranchSet> holds no <logicTreeBranch> (at least one is accepted)");
    if (branches.size() > max_branches)
        set.refuse(text(branches.size(), " branches in a set (at most ", max_branches, " are accepted)"));
    check_weights(set, branches);
    return branches;
}

} // namespace mtc::psha
