#include "workloads/psha/ground_motion/formula.hpp"
#include "workloads/psha/ground_motion/motion_table.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace mtc::psha {
namespace {

constexpr double no_motion = 1e-20;      // beyond the largest distance, as in OpenQuake
constexpr double at_the_end_km = 1e-3;   // what counts as the largest, and as the least, distance
constexpr double period_digits = 1e7;    // periods are compared by seven decimals
constexpr double magnitude_digits = 1e2; // and magnitudes by two

/// Where a value lies between two nodes.
struct Between {
    std::size_t lower = 0;
    std::size_t upper = 0;
    double weight = 0.0; ///< of `upper`
};

/// \param x  within the nodes, which ascend
Between between(std::span<const double> nodes, double x)
{
    const auto above = std::upper_bound(nodes.begin(), nodes.end(), x);
    const auto upper = static_cast<std::size_t>(above - nodes.begin());
    if (upper == 0 || upper == nodes.size())
        return {.lower = upper == 0 ? 0 : upper - 1, .upper = upper == 0 ? 0 : upper - 1};
    return {.lower = upper - 1,
            .upper = upper,
            .weight = (x - nodes[upper - 1]) / (nodes[upper] - nodes[upper - 1])};
}

double mixed(double lower, double upper, double weight)
{
    return weight == 0.0 ? lower : lower + weight * (upper - lower);
}

/// Rows of the table for an intensity measure; two for SA between periods.
Between rows_of(const Imt& imt, const MotionTableView& table, std::string_view name)
{
    const MotionTableShape& shape = table.shape;
    if (imt.name == "PGA" && shape.has_pga != 0)
        return {};
    if (imt.name == "PGV" && shape.has_pgv != 0)
        return {.lower = shape.has_pga, .upper = shape.has_pga};
    const auto rounded = [](double period) { return std::round(period * period_digits); };
    if (imt.is_sa() && shape.n_periods > 0 && rounded(imt.period) >= rounded(table.periods.front()) &&
        rounded(imt.period) <= rounded(table.periods.back())) {
        std::vector<double> ln_periods;
        for (const double period : table.periods)
            ln_periods.push_back(std::log(period));
        Between at = between(ln_periods, std::log(imt.period));
        at.lower += shape.has_pga + shape.has_pgv;
        at.upper += shape.has_pga + shape.has_pgv;
        return at;
    }
    std::string known = shape.has_pga != 0 ? "PGA" : "";
    if (shape.has_pgv != 0)
        known += known.empty() ? "PGV" : ", PGV";
    if (shape.n_periods > 0)
        known += text(known.empty() ? "" : ", ", sa_name(table.periods.front()), " to ",
                      sa_name(table.periods.back()));
    throw InputError(
        text(table_model_name, ": ", name, " has no ", imt.name, " in /IMLs (it has ", known, ")"));
}

class TableModel final : public GroundMotionModel {
public:
    TableModel(std::string_view name, const MotionTableView& table, std::span<const Imt> imts)
        : name_{name}
        , shape_{table.shape}
        , magnitudes_(table.magnitudes.begin(), table.magnitudes.end())
        , distances_(table.distances.begin(), table.distances.end())
    {
        const std::size_t n_nodes = distances_.size();
        for (const Imt& imt : imts) {
            const Between at = rows_of(imt, table, name);
            for (const auto& [from, to] :
                 {std::pair{table.ln_motion, &ln_motion_}, std::pair{table.ln_sigma, &ln_sigma_}})
                for (std::size_t node = 0; node < n_nodes; ++node)
                    to->push_back(
                        mixed(from[at.lower * n_nodes + node], from[at.upper * n_nodes + node], at.weight));
        }
        n_imt_ = imts.size();
    }

    [[nodiscard]] std::uint32_t site_parameters() const noexcept override { return 0; }
    [[nodiscard]] std::uint32_t distances() const noexcept override { return shape_.distance; }

    void evaluate(InstructionSet set, const ContextBatch& batch, ModelScratch& scratch, double* mean,
                  double* sigma) const override
    {
        const double* distance = distance_of(batch);
        double* motions = scratch.array(0, n_imt_ * shape_.n_distances);
        double* sigmas = scratch.array(1, n_imt_ * shape_.n_distances);
        for (std::size_t begin = 0; begin < batch.n_padded;) {
            std::size_t end = begin + 1;
            while (end < batch.n_padded && batch.mag[end] == batch.mag[begin])
                ++end;
            const std::span<const double> nodes = interpolate_magnitude(batch.mag[begin], motions, sigmas);
            for (std::size_t i = begin; i < end; ++i)
                interpolate_distance(distance[i], nodes, motions, sigmas, batch.n_padded, mean + i,
                                     sigma + i);
            begin = end;
        }
        simd::Dispatch<ToLogarithms>::call(set, mean, n_imt_ * batch.n_padded);
    }

    void deviations(InstructionSet, const ContextBatch& batch, ModelScratch&, double* tau,
                    double* phi) const override
    {
        std::fill_n(tau, n_imt_ * batch.n_padded, 0.0);
        std::fill_n(phi, n_imt_ * batch.n_padded, 0.0);
    }

private:
    struct ToLogarithms {
        MTC_KERNEL_INLINE static void run(double* values, std::size_t n)
        {
            for (std::size_t i = 0; i < n; ++i)
                values[i] = simd::log(values[i]);
        }
    };

    [[nodiscard]] const double* distance_of(const ContextBatch& batch) const
    {
        switch (shape_.distance) {
        case needs_rjb:
            return batch.rjb;
        case needs_repi:
            return batch.repi;
        case needs_rhypo:
            return batch.rhypo;
        default:
            return batch.rrup;
        }
    }

    /// The table at a magnitude. \param[out] motions, sigmas  [n_imt][n_distances]
    /// \returns its distances
    std::span<const double> interpolate_magnitude(double exact, double* motions, double* sigmas) const
    {
        const double mag = std::nearbyint(exact * magnitude_digits) / magnitude_digits;
        if (mag < magnitudes_.front())
            throw ComputeError(text(table_model_name, ": magnitude ", mag, " is below the least of ", name_,
                                    " (/Mw is from ", magnitudes_.front(), " to ", magnitudes_.back(), ")"));
        const Between at = between(magnitudes_, std::min(mag, magnitudes_.back()));
        const std::size_t n = shape_.n_distances;
        for (std::size_t imt = 0; imt < n_imt_; ++imt)
            for (std::size_t d = 0; d < n; ++d) {
                const std::size_t lower = (imt * magnitudes_.size() + at.lower) * n + d;
                const std::size_t upper = (imt * magnitudes_.size() + at.upper) * n + d;
                motions[imt * n + d] = std::exp(mixed(ln_motion_[lower], ln_motion_[upper], at.weight));
                sigmas[imt * n + d] = std::exp(mixed(ln_sigma_[lower], ln_sigma_[upper], at.weight));
            }
        // As OpenQuake: the distances of the node below, of the last where there is none.
        const auto not_below = std::ranges::lower_bound(magnitudes_, mag) - magnitudes_.begin();
        const auto column = not_below == 0 ? magnitudes_.size() - 1 : static_cast<std::size_t>(not_below) - 1;
        return std::span{distances_}.subspan(column * n, n);
    }

    /// \param[out] median, sigma  [n_imt], each `stride` from the one before
    void interpolate_distance(double r, std::span<const double> nodes, const double* motions,
                              const double* sigmas, std::size_t stride, double* median, double* sigma) const
    {
        const bool is_beyond = r > nodes.back() + at_the_end_km;
        const Between at = between(nodes, r);
        const double weight = r < nodes.front() + at_the_end_km ? 0.0 : at.weight;
        for (std::size_t imt = 0; imt < n_imt_; ++imt) {
            const std::size_t first = imt * nodes.size();
            median[imt * stride] =
                is_beyond ? no_motion : mixed(motions[first + at.lower], motions[first + at.upper], weight);
            sigma[imt * stride] = mixed(sigmas[first + at.lower], sigmas[first + at.upper], at.weight);
        }
    }

    std::string name_;
    MotionTableShape shape_;
    std::vector<double> magnitudes_;
    std::vector<double> distances_; ///< [n_magnitudes][n_distances] [km]
    std::vector<double> ln_motion_; ///< [n_imt][n_magnitudes][n_distances]
    std::vector<double> ln_sigma_;
    std::size_t n_imt_ = 0;
};

} // namespace

std::unique_ptr<GroundMotionModel> make_table_model(std::string_view name, const MotionTableView& table,
                                                    std::span<const Imt> imts)
{
    return std::make_unique<TableModel>(name, table, imts);
}

} // namespace mtc::psha
