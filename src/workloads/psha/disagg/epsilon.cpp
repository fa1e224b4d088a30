#include "workloads/psha/disagg/epsilon.hpp"

#include <algorithm>

namespace mtc::psha {

EpsilonBands::EpsilonBands(const Exceedance& exceedance, std::vector<double> edges, bool to_band)
    : exceedance_{exceedance}
    , edges_{std::move(edges)}
    , whole_(edges_.size() - 1)
    , from_here_(edges_.size(), 0.0)
    , to_band_{to_band}
{
    for (std::size_t band = size(); band-- > 0;) {
        whole_[band] = exceedance_(edges_[band]) - exceedance_(edges_[band + 1]);
        from_here_[band] = from_here_[band + 1] + whole_[band];
    }
}

void EpsilonBands::share(double x, std::span<double> shares) const noexcept
{
    std::ranges::fill(shares, 0.0);
    const double all = exceedance_(x);
    if (to_band_) {
        if (x >= edges_.front() && x < edges_.back())
            shares[static_cast<std::size_t>(std::ranges::upper_bound(edges_, x) - edges_.begin() - 1)] = all;
        return;
    }
    const auto first_whole = static_cast<std::size_t>(std::ranges::lower_bound(edges_, x) - edges_.begin());
    if (first_whole > size())
        return;
    std::copy(whole_.begin() + static_cast<std::ptrdiff_t>(first_whole), whole_.end(),
              shares.begin() + static_cast<std::ptrdiff_t>(first_whole));
    if (first_whole > 0)
        shares[first_whole - 1] = std::max(0.0, all - from_here_[first_whole]);
}

} // namespace mtc::psha
