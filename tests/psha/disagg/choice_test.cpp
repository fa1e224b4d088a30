#include "workloads/psha/disagg/choice.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace mtc::psha;

namespace {

/// The measure as it is defined: over all pairs.
double measure(std::span<const double> curve, std::span<const double> mean)
{
    double sum = 0.0;
    for (const double c : curve)
        for (const double m : mean)
            sum += std::pow(std::log(std::max(c, 1e-12)) - std::log(std::max(m, 1e-12)), 2);
    return sum;
}

} // namespace

TEST_CASE("realizations are chosen by the distance over all pairs of levels")
{
    std::mt19937 random{7};
    constexpr std::size_t n_rlz = 9;
    constexpr std::size_t n_levels = 20;
    std::vector<double> curves;
    for (std::size_t i = 0; i < n_rlz * n_levels; ++i)
        curves.push_back(std::pow(10.0, -14.0 * static_cast<double>(random()) / 4294967296.0));
    std::vector<double> mean(n_levels, 0.0);
    for (std::size_t i = 0; i < curves.size(); ++i)
        mean[i % n_levels] += curves[i] / n_rlz;
    const std::vector<std::uint32_t> all = nearest_realizations(curves, mean, n_rlz);
    REQUIRE(all.size() == n_rlz);
    const auto of = [&](std::uint32_t r) {
        return measure(std::span{curves}.subspan(r * n_levels, n_levels), mean);
    };
    for (std::size_t k = 1; k < n_rlz; ++k)
        CHECK(of(all[k - 1]) <= of(all[k]));
    const std::vector<std::uint32_t> some = nearest_realizations(curves, mean, 3);
    CHECK(some == std::vector<std::uint32_t>(all.begin(), all.begin() + 3));
}

TEST_CASE("equal realizations stand in their order")
{
    const std::vector<double> curves{0.5, 0.1, 0.5, 0.1, 0.5, 0.1};
    CHECK(nearest_realizations(curves, std::vector<double>{0.4, 0.2}, 2) == std::vector<std::uint32_t>{0, 1});
}
