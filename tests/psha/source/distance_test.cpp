#include "psha/source/csv.hpp"
#include "psha/source/golden_point.hpp"
#include "simd/dispatch.hpp"
#include "test_data.hpp"
#include "workloads/psha/source/distance.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

using namespace mtc::psha;
using mtc::InstructionSet;
using mtc::test::number;

namespace {

std::vector<InstructionSet> instruction_sets()
{
    std::vector<InstructionSet> sets;
    for (auto set = 0U; set <= static_cast<unsigned>(mtc::simd::detected()); ++set)
        sets.push_back(InstructionSet{set});
    return sets;
}

/// All six measures of one rupture; [measure][n_padded].
class Distances {
public:
    Distances(InstructionSet set, const PlanarRupture& rupture, const SiteArrays& sites)
        : n_padded_{sites.n_padded}
        , values_(6 * n_padded_, -1.0)
    {
        double* first = values_.data();
        planar_distances(set, rupture, sites,
                         {first, first + n_padded_, first + 2 * n_padded_, first + 3 * n_padded_,
                          first + 4 * n_padded_, first + 5 * n_padded_});
    }
    /// Measures in the order rrup, rjb, rx, ry0, repi, rhypo.
    double operator()(std::size_t measure, std::size_t site) const
    {
        return values_[measure * n_padded_ + site];
    }
    const mtc::AlignedVector<double>& values() const { return values_; }

private:
    std::size_t n_padded_;
    mtc::AlignedVector<double> values_;
};

enum Measure : std::size_t { rrup, rjb, rx, ry0, repi, rhypo };

} // namespace

TEST_CASE("distances of point ruptures are OpenQuake's")
{
    const auto file = mtc::test::reference("hazard/golden/distances.csv");
    if (!file)
        return;
    std::map<std::pair<std::size_t, std::size_t>, std::array<double, 6>> golden;
    for (const auto& row : mtc::test::csv_rows(*file)) {
        if (row.at(0) != "point")
            continue;
        auto& values = golden[{std::stoul(row.at(1)), std::stoul(row.at(2))}];
        for (std::size_t m = 0; m < 6; ++m)
            values[m] = number(row.at(3 + m));
    }
    const std::vector<PlanarRupture> ruptures = mtc::test::golden_point_ruptures();
    const SiteBlock block{mtc::test::golden_sites};
    for (const InstructionSet set : instruction_sets()) {
        CAPTURE(mtc::simd::name(set));
        std::array<double, 6> largest{};
        std::size_t n_compared = 0;
        for (const auto& [key, values] : golden) {
            const Distances d{set, ruptures.at(key.first), block.arrays()};
            for (std::size_t m = 0; m < 6; ++m) {
                largest[m] = std::max(largest[m], std::abs(d(m, key.second) - values[m]));
                ++n_compared;
            }
        }
        CHECK(n_compared == 12 * 7 * 6);
        MESSAGE("points ", std::string{mtc::simd::name(set)}, ": largest difference [km] ",
                std::ranges::max(largest));
        for (std::size_t m = 0; m < 6; ++m) {
            CAPTURE(m);
            CHECK(largest[m] < 1e-6);
        }
    }
}

TEST_CASE("distances across the 180 degree meridian are those of the same geometry elsewhere")
{
    const std::array<double, 2> origins{10.0, 179.5};
    std::vector<std::vector<geo::Point>> sites(2);
    for (std::size_t k = 0; k < 2; ++k) {
        for (int i = -6; i <= 6; ++i) {
            for (const double lat : {-0.7, -0.05, 0.0, 0.3})
                sites[k].push_back({geo::normalised_lon(origins[k] + 0.21 * i), lat, 0.0});
        }
    }
    const RuptureSize size = rupture_size(MagnitudeArea::wc1994, 6.8, {70, 50, 90}, 1.5, {0.0, 15.0});
    const SiteBlock here{sites[0]};
    const SiteBlock there{sites[1]};
    REQUIRE(std::ranges::count_if(sites[1], [](const geo::Point& p) { return p.lon < 0.0; }) > 10);
    for (const InstructionSet set : instruction_sets()) {
        const Distances a{set, planar_rupture(place_at({origins[0], 0.1}), 8.0, size), here.arrays()};
        const Distances b{set, planar_rupture(place_at({origins[1], 0.1}), 8.0, size), there.arrays()};
        std::size_t n_compared = 0;
        for (std::size_t m = 0; m < 6; ++m) {
            for (std::size_t i = 0; i < sites[0].size(); ++i, ++n_compared)
                CHECK(std::abs(a(m, i) - b(m, i)) < 1e-8);
        }
        CHECK(n_compared == 6 * 52);
    }
}

TEST_CASE("sites on the trace, above the plane and beyond its end have the distances one expects")
{
    // A vertical plane that reaches the surface, and one that dips east.
    const RuptureSize vertical = rupture_size(MagnitudeArea::peer, 6.0, {0, 90, 0}, 1.0, {0.0, 10.0});
    const RuptureSize dipping = rupture_size(MagnitudeArea::peer, 6.0, {0, 45, 90}, 1.0, {0.0, 20.0});
    const double km = 1.0 / (geo::earth_radius_km * geo::radians_per_degree);
    const double half = vertical.length_km / 2.0;
    const std::vector<geo::Point> sites{{0.0, 0.0, 0.0},
                                        {0.0, half * km, 0.0},
                                        {0.0, (half + 3.0) * km, 0.0},
                                        {4.0 * km, 0.0, 0.0},
                                        {0.0, 0.0, 2.0}};
    const SiteBlock block{sites};
    const PlanarRupture deep = planar_rupture(place_at({0.0, 0.0}), 10.0, dipping);
    for (const InstructionSet set : instruction_sets()) {
        const Distances d{set, planar_rupture(place_at({0.0, 0.0}), 5.0, vertical), block.arrays()};
        for (const Measure m : {rjb, rx, ry0, repi}) {
            CAPTURE(m);
            CHECK(std::abs(d(m, 0)) < 1e-9);
        }
        CHECK(d(rhypo, 0) == doctest::Approx(5.0));
        // The plane is a chord below the sphere, and its bottom edge, which counts for half, is shorter.
        CHECK(std::abs(d(rrup, 0) - half * half / (2.0 * geo::earth_radius_km)) < 1e-6);
        CHECK(std::abs(d(rrup, 1) - vertical.length_km * 10.0 / (2.0 * geo::earth_radius_km)) < 1e-5);
        CHECK(std::abs(d(rjb, 1)) < 1e-9);
        CHECK(std::abs(d(rjb, 2) - 3.0) < 1e-6);
        CHECK(std::abs(d(ry0, 2) - 3.0) < 1e-6);
        CHECK(std::abs(d(rx, 2)) < 1e-9);
        CHECK(std::abs(d(rjb, 3) - 4.0) < 1e-6);
        CHECK(std::abs(d(rx, 3) - 4.0) < 1e-6);
        CHECK(d(ry0, 3) == 0.0);
        CHECK(std::abs(d(rrup, 3) - 4.0) < 1e-5);
        CHECK(std::abs(d(rrup, 4)) < 1e-9); // a site within the plane itself
        CHECK(d(rjb, 4) == d(rjb, 0));
        CHECK(d(rhypo, 4) == doctest::Approx(3.0));

        const Distances above{set, deep, block.arrays()};
        CHECK(above(rjb, 0) == 0.0);
        CHECK(above(rx, 0) ==
              doctest::Approx(dipping.width_km / 2.0 * std::numbers::sqrt2 / 2.0).epsilon(1e-5));
        // The perpendicular from the site meets the dipping plane above its top edge. Taking the earth for
        // flat is wrong by the part of its radius that the plane is deep.
        const double across = 10.0 * std::numbers::sqrt2 / 2.0;
        CHECK(above(rrup, 0) == doctest::Approx(std::hypot(across, across - dipping.width_km / 2.0))
                                    .epsilon(10.0 / geo::earth_radius_km));
    }
}

TEST_CASE("far sites, even the antipode, have finite distances")
{
    const std::vector<geo::Point> sites{{190.05 - 360.0, -45.02, 0.0}, {100.0, 45.0, 0.0}, {0.0, 90.0, 0.0}};
    const SiteBlock block{sites};
    for (const InstructionSet set : instruction_sets()) {
        for (const PlanarRupture& rupture : mtc::test::golden_point_ruptures()) {
            const Distances d{set, rupture, block.arrays()};
            for (std::size_t m = 0; m < 6; ++m) {
                for (std::size_t i = 0; i < sites.size(); ++i)
                    REQUIRE(std::isfinite(d(m, i)));
            }
            CHECK(d(repi, 0) == doctest::Approx(std::numbers::pi * geo::earth_radius_km).epsilon(1e-7));
            CHECK(std::abs(d(repi, 2) - geo::distance_km({10.05, 45.02}, {0.0, 90.0})) < 1e-8);
        }
    }
}

TEST_CASE("measures that nobody asks for are left alone, padding repeats the last site")
{
    const SiteBlock block{mtc::test::golden_sites};
    const SiteArrays sites = block.arrays();
    REQUIRE(sites.n == 7);
    REQUIRE(sites.n_padded == 8);
    const PlanarRupture rupture = mtc::test::golden_point_ruptures()[4];
    for (const InstructionSet set : instruction_sets()) {
        const Distances all{set, rupture, sites};
        for (std::size_t m = 0; m < 6; ++m) {
            CHECK(all(m, 7) == all(m, 6));
            mtc::AlignedVector<double> one(sites.n_padded);
            DistanceArrays wanted;
            for (double** slot :
                 {&wanted.rrup, &wanted.rjb, &wanted.rx, &wanted.ry0, &wanted.repi, &wanted.rhypo}) {
                if (slot == std::array{&wanted.rrup, &wanted.rjb, &wanted.rx, &wanted.ry0, &wanted.repi,
                                       &wanted.rhypo}[m])
                    *slot = one.data();
            }
            planar_distances(set, rupture, sites, wanted);
            for (std::size_t i = 0; i < sites.n_padded; ++i)
                CHECK(one[i] == all(m, i));
        }
    }
}

TEST_CASE("a site's distances do not depend on where in a block it stands")
{
    std::vector<geo::Point> sites(mtc::test::golden_sites.begin(), mtc::test::golden_sites.end());
    std::vector<geo::Point> turned = sites;
    for (int i = 0; i < 5; ++i)
        turned.insert(turned.begin(), {10.3, 45.6, 0.1 * i});
    const SiteBlock alone{sites};
    const SiteBlock among{turned};
    for (const InstructionSet set : instruction_sets()) {
        for (const PlanarRupture& rupture : mtc::test::golden_point_ruptures()) {
            const Distances a{set, rupture, alone.arrays()};
            const Distances b{set, rupture, among.arrays()};
            for (std::size_t m = 0; m < 6; ++m) {
                for (std::size_t i = 0; i < sites.size(); ++i)
                    REQUIRE(a(m, i) == b(m, i + 5));
            }
        }
    }
}

TEST_CASE("epicentral chords are straight lines between places on the surface")
{
    const std::vector<geo::Point> sites{{10.0, 45.0, 0.0}, {11.0, 45.5, 3.0}, {-170.0, -45.0, 0.0}};
    const SiteBlock block{sites};
    for (const InstructionSet set : instruction_sets()) {
        mtc::AlignedVector<double> chord(block.arrays().n_padded);
        epicentral_chords(set, place_at({10.0, 45.0}), block.arrays(), chord.data());
        CHECK(chord[0] < 1e-9);
        const double arc = geo::distance_km({10.0, 45.0}, {11.0, 45.5});
        CHECK(std::abs(chord[1] - 2.0 * geo::earth_radius_km * std::sin(arc / (2.0 * geo::earth_radius_km))) <
              1e-9);
        CHECK(chord[2] == doctest::Approx(2.0 * geo::earth_radius_km));
    }
}
