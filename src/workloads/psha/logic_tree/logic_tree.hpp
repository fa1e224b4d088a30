#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/logic_tree/uncertainty.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// The logic trees of a hazard job as their files hold them.
namespace mtc::psha {

struct SourceBranch {
    std::string id{};
    double weight = 0.0;
    UncertaintyValue value{};
    std::string where{}; ///< "source_model_logic_tree.xml:10", for messages
    /// The set that continues this branch; none: its paths end here.
    std::optional<std::uint32_t> next_set{};
    /// Dots that OpenQuake writes after a branch that a set with applyToBranches has left out: as many as
    /// there were such sets so far.
    std::uint32_t dots = 0;
};

/// Sources that a set applies to: at most one of the two is given, none is all.
struct SourceFilter {
    std::set<std::string> ids{};
    std::string trt{};
};

struct SourceBranchSet {
    UncertaintyKind kind{};
    SourceFilter filter{};
    bool names_branches = false;          ///< applyToBranches is given
    std::vector<SourceBranch> branches{}; ///< in the order of the file; weights add up to 1
    std::string where{};
};

/// Every path begins in the first set, a sourceModel, and goes on along SourceBranch::next_set.
struct SourceModelTree {
    std::vector<SourceBranchSet> sets; ///< in the order of the file
};

struct GsimBranch {
    std::string id{};
    double weight = 0.0;
    std::string model{}; ///< spec for make_model: a name, or "[Name]" and its parameters, line by line
    std::string where{};
    std::map<std::string, double> imt_weights{}; ///< of single intensity measures, by their normalised name
};

/// The ground-motion models of one tectonic region type.
struct GsimSet {
    std::string trt;
    std::vector<GsimBranch> branches; ///< in the order of the file; weights add up to 1
};

/// One set for each tectonic region type that has sources, in alphabetical order.
struct GsimTree {
    std::vector<GsimSet> sets;
};

/// Reads a source-model logic tree. Relative file names start from the tree's own folder.
/// \throws InputError  with file and line
[[nodiscard]] SourceModelTree read_source_model_tree(const std::filesystem::path& file, Notes& notes);

/// All files that branches name, each once, in the order of the tree.
[[nodiscard]] SourceFiles source_files(const SourceModelTree& tree);

/// Reads a ground-motion logic tree. Sets of other tectonic region types than `trts` are left out.
/// \throws InputError  with file and line; when one of `trts` is missing
[[nodiscard]] GsimTree read_gsim_tree(const std::filesystem::path& file, const std::set<std::string>& trts);

/// The tree of the key `gsim`: one model for all tectonic region types.
/// \param where  "job.ini:14: gsim"
[[nodiscard]] GsimTree single_gsim_tree(std::string_view model, const std::set<std::string>& trts,
                                        const std::string& where);

} // namespace mtc::psha
