#include "workloads/psha/disagg/epsilon.hpp"

#include "workloads/psha/disagg/bins.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

using namespace mtc::psha;

namespace {

std::vector<double> shares(const EpsilonBands& bands, double x)
{
    std::vector<double> out(bands.size());
    bands.share(x, out);
    return out;
}

} // namespace

TEST_CASE("bands within the truncation share all of the exceedance")
{
    const Exceedance exceedance{3.0};
    const EpsilonBands bands{exceedance, epsilon_edges(3.0, 4), false};
    const auto phi = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
    const double norm = 2.0 * phi(3.0) - 1.0;
    std::size_t n = 0;
    for (double x = -4.0; x <= 4.0; x += 0.125, ++n) {
        const std::vector<double> out = shares(bands, x);
        CHECK(std::accumulate(out.begin(), out.end(), 0.0) == doctest::Approx(exceedance(x)).epsilon(1e-14));
        for (std::size_t e = 0; e < 4; ++e) {
            const double a = std::max(-3.0 + 1.5 * static_cast<double>(e), x);
            const double b = -1.5 + 1.5 * static_cast<double>(e);
            CHECK(out[e] == doctest::Approx(a < b ? (phi(b) - phi(a)) / norm : 0.0).epsilon(1e-9));
        }
    }
    CHECK(n == 65);
}

TEST_CASE("own edges within the truncation lose what OpenQuake loses")
{
    const Exceedance exceedance{3.0};
    const EpsilonBands bands{exceedance, {-1.0, 0.0, 1.0}, false};
    const double above = exceedance(1.0);
    const std::vector<double> low = shares(bands, -2.0); // below the first edge: whole bands alone
    CHECK(low[0] == doctest::Approx(exceedance(-1.0) - exceedance(0.0)));
    CHECK(low[1] == doctest::Approx(exceedance(0.0) - above));
    const std::vector<double> middle = shares(bands, 0.5); // the band of x holds what is above the last edge
    CHECK(middle[0] == 0.0);
    CHECK(middle[1] == doctest::Approx(exceedance(0.5)));
    const std::vector<double> high = shares(bands, 1.5);
    CHECK(high[0] + high[1] == 0.0);
}

TEST_CASE("epsilon star gives all to the band of the level")
{
    const Exceedance exceedance{3.0};
    const EpsilonBands bands{exceedance, epsilon_edges(3.0, 3), true};
    CHECK(shares(bands, 0.0) == std::vector<double>{0.0, exceedance(0.0), 0.0});
    CHECK(shares(bands, 1.0) == std::vector<double>{0.0, 0.0, exceedance(1.0)});
    CHECK(shares(bands, -3.5) == std::vector<double>{0.0, 0.0, 0.0});
    CHECK(shares(bands, 3.0) == std::vector<double>{0.0, 0.0, 0.0});
}
