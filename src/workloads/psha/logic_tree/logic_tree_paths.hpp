#pragma once

#include "workloads/psha/ground_motion/imt.hpp"
#include "workloads/psha/logic_tree/logic_tree.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Which paths of the logic trees are computed: all of them, or a sample.
namespace mtc::psha {

struct BranchChoice {
    std::uint32_t set = 0;    ///< of SourceModelTree::sets
    std::uint32_t branch = 0; ///< of its branches
    auto operator<=>(const BranchChoice&) const = default;
};

/// A path through the source-model tree.
struct SourcePath {
    std::vector<BranchChoice> choices; ///< set after set
    std::string text;                  ///< branch ids joined by '~', as OpenQuake writes it
    double weight = 1.0;               ///< product of the branches' weights
};

/// A path through both trees.
struct ChosenPath {
    std::uint32_t source_path = 0;      ///< row of PathSelection::source_paths
    std::vector<std::uint32_t> gsims{}; ///< [n_trt] branch of each GsimTree::sets
    /// Add up to 1 over all, each; one for all measures, or, where models have weights by intensity measure,
    /// that one and then one for each measure.
    std::vector<double> weights{};
};

struct PathSelection {
    std::vector<SourcePath> source_paths; ///< distinct, in the order of their texts
    std::vector<ChosenPath> realizations;
};

enum class SamplingMethod { early_weights, late_weights, early_latin, late_latin };

struct Sampling {
    std::uint32_t n_samples = 0; ///< > 0
    std::uint32_t seed = 0;
    SamplingMethod method = SamplingMethod::early_weights;
};

/// A method by its name in a job. \throws InputError  other names
[[nodiscard]] SamplingMethod sampling_method(std::string_view name);

/// All paths: those through the source models in the order of their texts, outermost; then the branches of
/// the region types, the last type fastest. Weights are products, normalised.
/// \param max_potential_paths  most paths that are accepted \throws InputError  when there are more
[[nodiscard]] PathSelection all_paths(const SourceModelTree& sources, const GsimTree& gsims,
                                      const std::vector<Imt>& imts, std::uint64_t max_potential_paths);

/// A sample, the same as OpenQuake's to the last path.
///
/// Uniform numbers come row by row from a 32-bit Mersenne Twister, one column for each branch set of the
/// source models (seed) and one for each region type (seed + 1). Samples of source paths are sorted by their
/// texts before they meet those of the models. Early methods draw branches by weight, each realization then
/// weighs 1/n; late ones draw branches evenly and weigh by product, and by the number of samples that share
/// the source path. Latin methods stratify each column.
[[nodiscard]] PathSelection sampled_paths(const SourceModelTree& sources, const GsimTree& gsims,
                                          const std::vector<Imt>& imts, const Sampling& sampling);

} // namespace mtc::psha
