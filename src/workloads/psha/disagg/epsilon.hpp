#pragma once

#include "workloads/psha/hazard/exceedance.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace mtc::psha {

/// Shares the probability that a ground motion exceeds a level among bands of epsilon, the number of standard
/// deviations by which it differs from the median.
class EpsilonBands {
public:
    /// \param edges    [n_band + 1] ascending
    /// \param to_band  all goes to the band in which the level lies (OpenQuake's epsilon_star)
    EpsilonBands(const Exceedance& exceedance, std::vector<double> edges, bool to_band);

    [[nodiscard]] std::size_t size() const noexcept { return edges_.size() - 1; }

    /// Probability of exceedance by band. Edges at plus and minus the truncation share all of it; other edges
    /// lose, as OpenQuake does, what is below the first, and all beyond the last for levels above that.
    ///
    /// \param x            (ln level - mean) / sigma
    /// \param[out] shares  [n_band]
    void share(double x, std::span<double> shares) const noexcept;

private:
    const Exceedance& exceedance_;
    std::vector<double> edges_;
    std::vector<double> whole_;     ///< [n_band] probability of the band
    std::vector<double> from_here_; ///< [n_band + 1] of this band and all above
    bool to_band_;
};

} // namespace mtc::psha
