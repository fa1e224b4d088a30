#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// The logic trees of a hazard job as their files hold them.
namespace mtc::psha {

struct SourceModelBranch {
    std::string id;
    double weight = 0.0;
    std::vector<std::filesystem::path> files;
    std::string where; ///< "source_model_logic_tree.xml:10", for messages
};

struct SourceModelTree {
    std::vector<SourceModelBranch> branches; ///< in the order of the file; weights add up to 1
};

struct GsimBranch {
    std::string id;
    double weight = 0.0;
    std::string model; ///< spec for make_model: a name, or "[Name]" and its parameters, line by line
    std::string where;
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
/// \throws InputError  with file and line; uncertainty types other than sourceModel by their name
[[nodiscard]] SourceModelTree read_source_model_tree(const std::filesystem::path& file);

/// Reads a ground-motion logic tree. Sets of other tectonic region types than `trts` are left out.
/// \throws InputError  with file and line; when one of `trts` is missing
[[nodiscard]] GsimTree read_gsim_tree(const std::filesystem::path& file, const std::set<std::string>& trts);

/// The tree of the key `gsim`: one model for all tectonic region types.
/// \param where  "job.ini:14: gsim"
[[nodiscard]] GsimTree single_gsim_tree(std::string_view model, const std::set<std::string>& trts,
                                        const std::string& where);

} // namespace mtc::psha
