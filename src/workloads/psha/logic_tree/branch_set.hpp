#pragma once

#include "workloads/psha/nrml/xml.hpp"

#include <map>
#include <string>
#include <vector>

/// \file
/// What branch sets of both logic trees have in common.
namespace mtc::psha {

struct BranchNode {
    std::string id;
    double weight;
    std::map<std::string, double> imt_weights; ///< of single intensity measures
    XmlNode model;                             ///< uncertaintyModel
    XmlNode node;
};

/// All branch sets in the order of the file. The levels that wrap them in older files say nothing more.
[[nodiscard]] std::vector<XmlNode> branch_sets(const XmlFile& file);

/// The branches of a set. \throws InputError  unless ids and values differ and all weights add up to 1
[[nodiscard]] std::vector<BranchNode> read_branches(const XmlNode& set);

} // namespace mtc::psha
