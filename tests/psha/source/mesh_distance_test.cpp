#include "psha/source/csv.hpp"
#include "psha/source/golden_faults.hpp"
#include "psha/source/golden_point.hpp"
#include "simd/dispatch.hpp"
#include "test_data.hpp"
#include "workloads/psha/source/mesh_distance.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

using namespace mtc::psha;
using mtc::InstructionSet;
using mtc::test::number;

namespace {

constexpr double degree_per_km = 1.0 / (geo::earth_radius_km * geo::radians_per_degree);

std::vector<InstructionSet> instruction_sets()
{
    std::vector<InstructionSet> sets;
    for (auto set = 0U; set <= static_cast<unsigned>(mtc::simd::detected()); ++set)
        sets.push_back(InstructionSet{set});
    return sets;
}

enum Measure : std::size_t { rrup, rjb, rx, ry0, repi, rhypo };

/// All six measures of ruptures of one fault from one block, one rupture at a time.
class Measured {
public:
    Measured(InstructionSet set, const MeshView& mesh, const SiteBlock& block)
        : mesh_{mesh}
        , n_padded_{block.arrays().n_padded}
        , values_(6 * n_padded_, -1.0)
    {
        distances_.begin(set, mesh, block.arrays());
    }
    void compute(const SubMesh& part)
    {
        double* first = values_.data();
        distances_.compute(part, surface_attributes(mesh_, part),
                           {first, first + n_padded_, first + 2 * n_padded_, first + 3 * n_padded_,
                            first + 4 * n_padded_, first + 5 * n_padded_});
    }
    double operator()(std::size_t measure, std::size_t site) const
    {
        return values_[measure * n_padded_ + site];
    }
    const mtc::AlignedVector<double>& values() const { return values_; }

private:
    MeshView mesh_;
    std::size_t n_padded_;
    mtc::AlignedVector<double> values_;
    MeshDistances distances_;
};

/// Holds all rows of a golden case against its ruptures.
void check_golden(const std::string& name, const MeshView& mesh,
                  const std::vector<mtc::test::FaultRupture>& ruptures, std::size_t n_expected,
                  std::size_t n_near_expected)
{
    const auto file = mtc::test::reference("hazard/golden/distances.csv");
    if (!file)
        return;
    const auto rows = mtc::test::csv_rows(*file);
    const SiteBlock block{mtc::test::golden_sites};
    for (const InstructionSet set : instruction_sets()) {
        Measured measured{set, mesh, block};
        std::array<double, 6> largest{};
        std::size_t n_compared = 0;
        std::size_t n_near = 0; // sites whose rjb comes from the outline
        for (const auto& row : rows) {
            if (row.at(0) != name)
                continue;
            if (number(row.at(3 + rjb)) < 40.0)
                ++n_near;
            measured.compute(ruptures.at(std::stoul(row.at(1))).part);
            for (std::size_t m = 0; m < 6; ++m) {
                largest[m] = std::max(largest[m],
                                      std::abs(measured(m, std::stoul(row.at(2))) - number(row.at(3 + m))));
                ++n_compared;
            }
        }
        CHECK(n_compared == 6 * n_expected);
        CHECK(n_near == n_near_expected);
        MESSAGE(name, " ", std::string{mtc::simd::name(set)}, ": largest errors [km] rrup ", largest[rrup],
                " rjb ", largest[rjb], " rx ", largest[rx], " ry0 ", largest[ry0], " repi ", largest[repi],
                " rhypo ", largest[rhypo]);
        CHECK(largest[rrup] < 1e-6);
        CHECK(largest[rjb] < 1e-6);
        CHECK(largest[rx] < 3e-6);
        CHECK(largest[ry0] < 1e-6);
        CHECK(largest[repi] < 1e-6);
        CHECK(largest[rhypo] < 1e-6);
    }
}

} // namespace

TEST_CASE("distances of ruptures on a simple fault are OpenQuake's")
{
    const Mesh mesh = mtc::test::golden_simple_mesh();
    check_golden("simple", mesh.view(), mtc::test::golden_simple_ruptures(mesh.view()), 11 * 7, 55);
}

TEST_CASE("distances of ruptures on a complex fault are OpenQuake's")
{
    const Mesh mesh = complex_fault_mesh(mtc::test::golden_edges(), 8.0);
    check_golden("complex", mesh.view(), mtc::test::golden_complex_ruptures(mesh.view()), 31 * 7, 119);
}

TEST_CASE("what ruptures share changes no bit, nor does the order in which they come")
{
    std::vector<geo::Point> sites(mtc::test::golden_sites.begin(), mtc::test::golden_sites.end());
    for (int i = 0; i < 12; ++i)
        sites.push_back({9.8 + 0.05 * i, 44.8 + 0.04 * i, 0.1 * i});
    const SiteBlock block{sites};
    const Mesh mesh = complex_fault_mesh(mtc::test::golden_edges(), 8.0);
    const auto ruptures = mtc::test::golden_complex_ruptures(mesh.view());
    for (const InstructionSet set : instruction_sets()) {
        Measured together{set, mesh.view(), block};
        std::vector<mtc::AlignedVector<double>> forwards;
        for (const auto& rupture : ruptures) {
            together.compute(rupture.part);
            forwards.push_back(together.values());
        }
        for (std::size_t k = ruptures.size(); k-- > 0;) {
            together.compute(ruptures[k].part);
            REQUIRE(together.values() == forwards[k]);
        }
        for (std::size_t k = 0; k < ruptures.size(); k += 7) {
            Measured alone{set, mesh.view(), block};
            alone.compute(ruptures[k].part);
            REQUIRE(alone.values() == forwards[k]);
        }
    }
}

TEST_CASE("a site's distances from a mesh do not depend on the block it stands in")
{
    const std::vector<geo::Point> sites(mtc::test::golden_sites.begin(), mtc::test::golden_sites.end());
    std::vector<geo::Point> among = sites;
    for (int i = 0; i < 5; ++i)
        among.insert(among.begin(), {10.3, 45.6, 0.1 * i});
    const SiteBlock here{sites};
    const SiteBlock there{among};
    const Mesh mesh = mtc::test::golden_simple_mesh();
    for (const InstructionSet set : instruction_sets()) {
        Measured a{set, mesh.view(), here};
        Measured b{set, mesh.view(), there};
        for (const auto& rupture : mtc::test::golden_simple_ruptures(mesh.view())) {
            a.compute(rupture.part);
            b.compute(rupture.part);
            for (std::size_t m = 0; m < 6; ++m) {
                for (std::size_t i = 0; i < sites.size(); ++i)
                    REQUIRE(a(m, i) == b(m, i + 5));
                CHECK(a(m, 7) == a(m, 6)); // padding
            }
        }
    }
}

TEST_CASE("sites above a dipping mesh, beside it and beyond its ends have the distances one expects")
{
    // Strikes north from the equator for 20 km, dips east by 45 degrees from the surface to 10 km.
    const std::vector<geo::LonLat> trace{{0.0, 0.0}, {0.0, 20.3 * degree_per_km}};
    const Mesh mesh = simple_fault_mesh(trace, 45.0, {0.0, 10.1}, 0.1);
    const MeshView view = mesh.view();
    const double end = (static_cast<double>(view.n_columns) - 1) * 0.1;
    const auto at = [](double east, double north, double depth = 0.0) {
        return geo::Point{east * degree_per_km, north * degree_per_km, depth};
    };
    const std::vector<geo::Point> sites{at(0, 10), at(4, 10),  at(-3, 10),    at(0, end + 5),
                                        at(4, -6), at(50, 10), at(4, 10, 2.0)};
    const SiteBlock block{sites};
    for (const InstructionSet set : instruction_sets()) {
        Measured d{set, view, block};
        d.compute(view.whole());
        CHECK(d(rjb, 0) == 0.0);
        CHECK(d(rrup, 0) < 0.05);
        CHECK(std::abs(d(rx, 0)) < 1e-3);
        CHECK(d(ry0, 0) == 0.0);
        CHECK(d(rjb, 1) == 0.0);
        CHECK(std::abs(d(rrup, 1) - 4.0 * std::sqrt(0.5)) < 0.01);
        CHECK(std::abs(d(rx, 1) - 4.0) < 1e-3);
        CHECK(std::abs(d(rjb, 2) - 2.995) < 1e-3);
        CHECK(std::abs(d(rx, 2) + 3.0) < 1e-3);
        // Of the 5 m by which ends are wider, the simplification may leave nothing.
        CHECK(std::abs(d(rjb, 3) - 4.9975) < 2.6e-3);
        CHECK(std::abs(d(ry0, 3) - 5.0) < 2e-3);
        CHECK(std::abs(d(rx, 3)) < 2e-3);
        CHECK(std::abs(d(ry0, 4) - 6.0) < 2e-3);
        CHECK(std::abs(d(rjb, 4) - 5.995) < 2e-3);
        CHECK(std::abs(d(rx, 4) - 4.0) < 2e-3);
        // Beyond 40 km nodes count: the bottom edge is 10 km away along the equator.
        CHECK(std::abs(d(rjb, 5) - (50.0 - 10.0)) < 0.15);
        CHECK(std::abs(d(rrup, 6) - 2.0 * std::sqrt(0.5)) < 0.06);
        CHECK(d(rjb, 6) == 0.0);
        CHECK(std::abs(d(rhypo, 6) - std::hypot(d(repi, 6), middle_point(view, view.whole()).depth - 2.0)) <
              1e-9);
    }
}

TEST_CASE("distances from a mesh across the 180 degree meridian are those of the same mesh elsewhere")
{
    const std::vector<geo::LonLat> trace_here{{9.8, -0.1}, {10.1, 0.0}, {10.2, 0.3}};
    std::vector<geo::LonLat> trace_there;
    for (const geo::LonLat p : trace_here)
        trace_there.push_back({geo::normalised_lon(p.lon + 170.0), p.lat});
    std::vector<geo::Point> sites_here;
    std::vector<geo::Point> sites_there;
    for (int i = -5; i <= 5; ++i) {
        for (const double lat : {-0.7, -0.05, 0.1, 0.3}) {
            sites_here.push_back({10.0 + 0.15 * i, lat, 0.0});
            sites_there.push_back({geo::normalised_lon(180.0 + 0.15 * i), lat, 0.0});
        }
    }
    const Mesh here = simple_fault_mesh(trace_here, 60.0, {1.0, 12.0}, 3.0);
    const Mesh there = simple_fault_mesh(trace_there, 60.0, {1.0, 12.0}, 3.0);
    const SiteBlock block_here{sites_here};
    const SiteBlock block_there{sites_there};
    for (const InstructionSet set : instruction_sets()) {
        Measured a{set, here.view(), block_here};
        Measured b{set, there.view(), block_there};
        for (const SubMesh& part : {here.view().whole(), SubMesh{1, 2, 3, 7}, SubMesh{0, 4, 2, 2}}) {
            a.compute(part);
            b.compute(part);
            for (std::size_t m = 0; m < 6; ++m) {
                for (std::size_t i = 0; i < sites_here.size(); ++i)
                    CHECK(std::abs(a(m, i) - b(m, i)) < 1e-7);
            }
        }
    }
}
