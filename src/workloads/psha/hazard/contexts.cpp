#include "workloads/psha/hazard/contexts.hpp"

#include "simd/dispatch.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {

Contexts::Contexts(std::uint32_t site_parameters, std::uint32_t distances, double minimum_distance,
                   bool alike)
    : site_parameters_{site_parameters}
    , distances_{distances}
    , minimum_distance_{minimum_distance}
    , alike_{alike}
    , values_(n_columns * capacity, 0.0)
    , rows_(capacity, 0)
    , occurrences_(capacity, 0)
{
    static_assert(capacity % simd::lanes == 0);
    rupture_ends_.reserve(capacity);
}

void Contexts::append(const RuptureTerms& rupture, std::span<const Site> sites,
                      std::span<const std::uint32_t> rows, const DistanceArrays& distances, double expected,
                      std::uint32_t occurrence)
{
    const std::size_t n = rows.size();
    const auto put = [&](Column which, double value) { std::fill_n(column(which) + n_, n, value); };
    put(mag, std::round(rupture.magnitude * 1000.0) / 1000.0); // models see three decimals
    put(rake, rupture.rake);
    put(dip, rupture.dip);
    put(ztor, rupture.ztor);
    put(width, rupture.width);
    put(hypo_depth, rupture.hypocentre_depth);
    put(rate, expected);
    const auto put_floored = [&](std::uint32_t needs, Column which, const double* from) {
        if ((distances_ & needs) == 0)
            return;
        double* to = column(which) + n_;
        for (std::size_t i = 0; i < n; ++i)
            to[i] = std::max(from[rows[i]], minimum_distance_);
    };
    const auto put_signed = [&](std::uint32_t needs, Column which, const double* from) {
        if (minimum_distance_ > 0.0) // no floor unless one was asked for
            return put_floored(needs, which, from);
        if ((distances_ & needs) == 0)
            return;
        double* to = column(which) + n_;
        for (std::size_t i = 0; i < n; ++i)
            to[i] = from[rows[i]];
    };
    put_floored(needs_rrup, rrup, distances.rrup);
    put_floored(needs_rjb, rjb, distances.rjb);
    put_floored(needs_repi, repi, distances.repi);
    put_floored(needs_rhypo, rhypo, distances.rhypo);
    put_signed(needs_rx, rx, distances.rx);
    put_signed(needs_ry0, ry0, distances.ry0);
    const auto put_site = [&](std::uint32_t needs, Column which, double Site::*parameter) {
        if ((site_parameters_ & needs) == 0)
            return;
        double* to = column(which) + n_;
        for (std::size_t i = 0; i < n; ++i)
            to[i] = sites[rows[i]].*parameter;
    };
    put_site(needs_vs30, vs30, &Site::vs30);
    put_site(needs_vs30measured, vs30measured, &Site::vs30measured);
    put_site(needs_z1pt0, z1pt0, &Site::z1pt0);
    put_site(needs_z2pt5, z2pt5, &Site::z2pt5);
    put_site(needs_backarc, backarc, &Site::backarc);
    std::ranges::copy(rows, rows_.begin() + static_cast<std::ptrdiff_t>(n_));
    std::fill_n(occurrences_.begin() + static_cast<std::ptrdiff_t>(n_), n, occurrence);
    n_ += n;
    if (rupture_ends_.empty() || rupture != last_) {
        last_ = rupture;
        rupture_ends_.push_back(0);
    }
    rupture_ends_.back() = static_cast<std::uint32_t>(n_);
}

ContextBatch Contexts::batch()
{
    const std::size_t n_padded = simd::padded(n_);
    for (std::size_t c = 0; c < n_columns; ++c)
        for (std::size_t i = n_; i < n_padded; ++i)
            values_[c * capacity + i] = c == rate ? 0.0 : values_[c * capacity + n_ - 1];
    std::fill(rows_.begin() + static_cast<std::ptrdiff_t>(n_),
              rows_.begin() + static_cast<std::ptrdiff_t>(n_padded), rows_[n_ - 1]);
    rupture_ends_.back() = static_cast<std::uint32_t>(n_padded);
    site_end_ = static_cast<std::uint32_t>(n_padded);
    ContextBatch made;
    made.rupture_ends = rupture_ends_.data();
    made.site_ends = alike_ ? &site_end_ : nullptr;
    made.n = n_;
    made.n_padded = n_padded;
    made.mag = column(mag);
    made.rake = column(rake);
    made.dip = column(dip);
    made.ztor = column(ztor);
    made.width = column(width);
    made.hypo_depth = column(hypo_depth);
    const auto where = [&](std::uint32_t mask, std::uint32_t needs, Column which) {
        return (mask & needs) != 0 ? column(which) : nullptr;
    };
    made.rrup = where(distances_, needs_rrup, rrup);
    made.rjb = where(distances_, needs_rjb, rjb);
    made.rx = where(distances_, needs_rx, rx);
    made.ry0 = where(distances_, needs_ry0, ry0);
    made.repi = where(distances_, needs_repi, repi);
    made.rhypo = where(distances_, needs_rhypo, rhypo);
    made.vs30 = where(site_parameters_, needs_vs30, vs30);
    made.vs30measured = where(site_parameters_, needs_vs30measured, vs30measured);
    made.z1pt0 = where(site_parameters_, needs_z1pt0, z1pt0);
    made.z2pt5 = where(site_parameters_, needs_z2pt5, z2pt5);
    made.backarc = where(site_parameters_, needs_backarc, backarc);
    return made;
}

} // namespace mtc::psha
