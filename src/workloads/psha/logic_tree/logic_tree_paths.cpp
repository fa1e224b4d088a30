#include "workloads/psha/logic_tree/logic_tree_paths.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <random>

namespace mtc::psha {
namespace {

constexpr auto method_names =
    std::to_array<std::string_view>({"early_weights", "late_weights", "early_latin", "late_latin"});

void append(SourcePath& path, const SourceModelTree& tree, BranchChoice choice)
{
    const SourceBranch& branch = tree.sets[choice.set].branches[choice.branch];
    path.text += text(path.choices.empty() ? "" : "~", branch.id);
    for (std::uint32_t dot = 0; dot < branch.dots; ++dot)
        path.text += "~.";
    path.choices.push_back(choice);
    path.weight *= branch.weight;
}

void add_paths_from(const SourceModelTree& tree, std::uint32_t set, const SourcePath& so_far,
                    std::vector<SourcePath>& paths)
{
    for (std::uint32_t b = 0; b < tree.sets[set].branches.size(); ++b) {
        SourcePath path = so_far;
        append(path, tree, {.set = set, .branch = b});
        if (const std::optional<std::uint32_t> next = tree.sets[set].branches[b].next_set)
            add_paths_from(tree, *next, path, paths);
        else
            paths.push_back(std::move(path));
    }
}

/// Number of paths through the source models; at most `limit` + 1.
std::uint64_t count_paths(const SourceModelTree& tree, std::uint64_t limit)
{
    std::vector<std::uint64_t> from(tree.sets.size(), 0); // paths that begin in a set
    for (std::size_t set = tree.sets.size(); set-- > 0;)  // a set continues only sets before it
        for (const SourceBranch& branch : tree.sets[set].branches)
            from[set] = std::min(limit + 1, from[set] + (branch.next_set ? from[*branch.next_set] : 1));
    return from.front();
}

void check_number_of_paths(const SourceModelTree& sources, const GsimTree& gsims,
                           std::uint64_t max_potential_paths)
{
    std::uint64_t paths = count_paths(sources, max_potential_paths);
    for (const GsimSet& set : gsims.sets) {
        if (paths > max_potential_paths)
            break;
        paths *= set.branches.size();
    }
    if (paths > max_potential_paths)
        throw InputError(text("the logic trees have ", paths,
                              " paths or more (at most max_potential_paths = ", max_potential_paths,
                              " are accepted). Raise max_potential_paths, or sample by "
                              "number_of_logic_tree_samples?"));
}

/// The next combination of branches, last region type fastest; false after the last one.
bool advance(std::vector<std::uint32_t>& choice, const GsimTree& gsims)
{
    for (std::size_t region = choice.size(); region-- > 0;) {
        if (++choice[region] < gsims.sets[region].branches.size())
            return true;
        choice[region] = 0;
    }
    return false;
}

/// Weights of realizations from products over their branches.
class Weights {
public:
    Weights(const GsimTree& gsims, const std::vector<Imt>& imts)
        : gsims_{gsims}
    {
        columns_.emplace_back(); // no measure of its own
        const bool by_imt = std::ranges::any_of(gsims.sets, [](const GsimSet& set) {
            return std::ranges::any_of(set.branches,
                                       [](const GsimBranch& b) { return !b.imt_weights.empty(); });
        });
        if (by_imt)
            for (const Imt& imt : imts)
                columns_.push_back(imt.name);
    }

    [[nodiscard]] std::vector<double> equal(double weight) const
    {
        return std::vector<double>(columns_.size(), weight);
    }

    [[nodiscard]] std::vector<double> product(double source_weight,
                                              const std::vector<std::uint32_t>& choice) const
    {
        std::vector<double> weights = equal(source_weight);
        for (std::size_t region = 0; region < choice.size(); ++region) {
            const GsimBranch& branch = gsims_.sets[region].branches[choice[region]];
            for (std::size_t column = 0; column < columns_.size(); ++column) {
                const auto own = branch.imt_weights.find(columns_[column]);
                weights[column] *= own == branch.imt_weights.end() ? branch.weight : own->second;
            }
        }
        return weights;
    }

    /// \throws InputError  when all weights of a measure are 0
    void normalise(std::vector<ChosenPath>& realizations) const
    {
        for (std::size_t column = 0; column < columns_.size(); ++column) {
            double total = 0.0;
            for (const ChosenPath& realization : realizations)
                total += realization.weights[column];
            if (!(total > 0.0))
                throw InputError(text("all realizations of the logic trees weigh 0",
                                      columns_[column].empty() ? "" : " for ", columns_[column],
                                      " (their weights are products of the branches')"));
            for (ChosenPath& realization : realizations)
                realization.weights[column] /= total;
        }
    }

private:
    const GsimTree& gsims_;
    std::vector<std::string> columns_; ///< empty, then the measures if they have weights
};

/// Uniform numbers, one column for each choice. Column-wise stratified by the latin methods.
class UniformMatrix {
public:
    UniformMatrix(std::uint32_t n_rows, std::size_t n_columns, std::uint32_t seed, bool is_latin)
        : n_columns_{n_columns}
        , values_(n_rows * n_columns)
    {
        std::mt19937 generator{seed};
        const auto draw = [&] { return static_cast<std::uint32_t>(generator()); };
        for (double& value : values_) { // 53 bits from two outputs
            const double high = draw() >> 5U;
            const double low = draw() >> 6U;
            value = (high * 0x1p26 + low) * 0x1p-53;
        }
        if (is_latin)
            for (std::size_t column = 0; column < n_columns; ++column)
                stratify(column, n_rows);
    }

    [[nodiscard]] double operator()(std::size_t row, std::size_t column) const
    {
        return values_[row * n_columns_ + column];
    }

private:
    /// u_i becomes (s_i + u_i) / n, s_i the row that holds the i-th smallest u.
    void stratify(std::size_t column, std::size_t n_rows)
    {
        std::vector<double> before(n_rows);
        for (std::size_t row = 0; row < n_rows; ++row)
            before[row] = (*this)(row, column);
        std::vector<std::size_t> sorted(n_rows);
        std::iota(sorted.begin(), sorted.end(), std::size_t{0});
        std::ranges::sort(sorted, std::less{}, [&](std::size_t row) { return before[row]; });
        for (std::size_t row = 0; row < n_rows; ++row)
            values_[row * n_columns_ + column] =
                (static_cast<double>(sorted[row]) + before[row]) / static_cast<double>(n_rows);
    }

    std::size_t n_columns_;
    std::vector<double> values_;
};

/// The first branch whose cumulative weight reaches u; evenly weighed where sampling is late.
template <class Branches>
std::uint32_t draw(const Branches& branches, double u, bool is_early)
{
    double cumulative = 0.0;
    for (std::uint32_t b = 0; b < branches.size(); ++b) {
        cumulative += branches[b].weight;
        const double reached = is_early ? cumulative : (b + 1.0) / static_cast<double>(branches.size());
        if (u <= reached)
            return b;
    }
    return static_cast<std::uint32_t>(branches.size() - 1); // rounding has left the sum below u
}

SourcePath draw_path(const SourceModelTree& tree, const UniformMatrix& uniform, std::size_t sample,
                     bool is_early)
{
    SourcePath path;
    for (std::optional<std::uint32_t> set = 0; set;) {
        const std::vector<SourceBranch>& branches = tree.sets[*set].branches;
        const std::uint32_t branch = draw(branches, uniform(sample, *set), is_early);
        append(path, tree, {.set = *set, .branch = branch});
        set = branches[branch].next_set;
    }
    return path;
}

} // namespace

SamplingMethod sampling_method(std::string_view name)
{
    const auto found = std::ranges::find(method_names, name);
    if (found == method_names.end())
        throw InputError(text("sampling_method = '", name,
                              "' (accepted: early_weights, late_weights, early_latin, late_latin)"));
    return static_cast<SamplingMethod>(found - method_names.begin());
}

PathSelection all_paths(const SourceModelTree& sources, const GsimTree& gsims, const std::vector<Imt>& imts,
                        std::uint64_t max_potential_paths)
{
    check_number_of_paths(sources, gsims, max_potential_paths);
    const Weights weights{gsims, imts};
    PathSelection selection;
    add_paths_from(sources, 0, {}, selection.source_paths);
    std::ranges::stable_sort(selection.source_paths, {}, &SourcePath::text);
    for (std::uint32_t p = 0; p < selection.source_paths.size(); ++p) {
        std::vector<std::uint32_t> choice(gsims.sets.size(), 0);
        do
            selection.realizations.push_back(
                {.source_path = p,
                 .gsims = choice,
                 .weights = weights.product(selection.source_paths[p].weight, choice)});
        while (advance(choice, gsims));
    }
    weights.normalise(selection.realizations);
    return selection;
}

PathSelection sampled_paths(const SourceModelTree& sources, const GsimTree& gsims,
                            const std::vector<Imt>& imts, const Sampling& sampling)
{
    const bool is_latin =
        sampling.method == SamplingMethod::early_latin || sampling.method == SamplingMethod::late_latin;
    const bool is_early =
        sampling.method == SamplingMethod::early_weights || sampling.method == SamplingMethod::early_latin;
    const UniformMatrix of_sources{sampling.n_samples, sources.sets.size(), sampling.seed, is_latin};
    const UniformMatrix of_gsims{sampling.n_samples, gsims.sets.size(), sampling.seed + 1, is_latin};
    std::vector<SourcePath> samples;
    for (std::uint32_t s = 0; s < sampling.n_samples; ++s)
        samples.push_back(draw_path(sources, of_sources, s, is_early));
    std::ranges::stable_sort(samples, {}, &SourcePath::text);

    const Weights weights{gsims, imts};
    PathSelection selection;
    std::vector<double> n_sharing; // [n_source_path]
    for (std::uint32_t s = 0; s < sampling.n_samples; ++s) {
        if (s == 0 || samples[s].text != samples[s - 1].text) {
            selection.source_paths.push_back(samples[s]);
            n_sharing.push_back(0.0);
        }
        n_sharing.back() += 1.0;
        ChosenPath& realization = selection.realizations.emplace_back();
        realization.source_path = static_cast<std::uint32_t>(selection.source_paths.size() - 1);
        for (std::size_t region = 0; region < gsims.sets.size(); ++region)
            realization.gsims.push_back(draw(gsims.sets[region].branches, of_gsims(s, region), is_early));
    }
    for (ChosenPath& realization : selection.realizations) {
        const double source_weight =
            selection.source_paths[realization.source_path].weight * n_sharing[realization.source_path];
        realization.weights = is_early ? weights.equal(1.0 / sampling.n_samples)
                                       : weights.product(source_weight, realization.gsims);
    }
    weights.normalise(selection.realizations);
    return selection;
}

} // namespace mtc::psha
