// Time of the distance kernel and of placing ruptures: the hazard calculation's inner loop without its ground
// motion.

#include "simd/dispatch.hpp"
#include "workloads/psha/source/distance.hpp"
#include "workloads/psha/source/mesh_distance.hpp"
#include "workloads/psha/source/simple_fault.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <vector>

using namespace mtc::psha;

namespace {

constexpr std::size_t n_sites = 200;
constexpr std::size_t n_ruptures = 500;
constexpr int n_repetitions = 20;

/// The fastest of several runs of `work`, divided by `n_parts`. [ns]
template <class Work>
double nanoseconds_each(std::size_t n_parts, const Work& work)
{
    double best = std::numeric_limits<double>::infinity();
    for (int i = 0; i < n_repetitions; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - start;
        best = std::min(best, elapsed.count());
    }
    return best / static_cast<double>(n_parts);
}

std::vector<geo::Point> grid_of_sites()
{
    std::vector<geo::Point> sites;
    for (std::size_t i = 0; i < n_sites; ++i)
        sites.push_back(
            {9.0 + 0.1 * static_cast<double>(i % 20), 44.0 + 0.1 * static_cast<double>(i / 20), 0.0});
    return sites;
}

} // namespace

int main()
{
    const SiteBlock block{grid_of_sites()};
    const SiteArrays sites = block.arrays();
    const Place place = place_at({10.05, 45.02});
    std::vector<PlanarRupture> ruptures(n_ruptures);
    double checksum = 0.0;

    for (const double depth : {5.0, 1.0}) {
        const double ns = nanoseconds_each(n_ruptures, [&] {
            const RuptureSize size = rupture_size(MagnitudeArea::wc1994, 6.2, {30, 60, 90}, 1.5, {0.0, 10.0});
            for (PlanarRupture& rupture : ruptures)
                rupture = planar_rupture(place, depth, size);
        });
        checksum += ruptures.back().ztor;
        std::printf("planar_rupture, %s: %.1f ns\n", depth == 5.0 ? "in place" : "moved   ", ns);
    }

    mtc::AlignedVector<double> out(6 * sites.n_padded);
    double* first = out.data();
    const auto slot = [&](std::size_t i) { return first + i * sites.n_padded; };
    struct Case {
        const char* name;
        DistanceArrays distances;
    };
    const std::vector<Case> cases{
        {"rrup rjb rx", {slot(0), slot(1), slot(2), nullptr, nullptr, nullptr}},
        {"rjb        ", {nullptr, slot(1), nullptr, nullptr, nullptr, nullptr}},
        {"rrup       ", {slot(0), nullptr, nullptr, nullptr, nullptr, nullptr}},
        {"all six    ", {slot(0), slot(1), slot(2), slot(3), slot(4), slot(5)}},
    };
    for (auto set = 0U; set <= static_cast<unsigned>(mtc::simd::detected()); ++set) {
        const mtc::InstructionSet instructions{set};
        for (const Case& c : cases) {
            const double ns = nanoseconds_each(n_ruptures * n_sites, [&] {
                for (const PlanarRupture& rupture : ruptures)
                    planar_distances(instructions, rupture, sites, c.distances);
            });
            checksum += out[0] + out[sites.n_padded];
            std::printf("%-8s %s %.2f ns per rupture and site\n", mtc::simd::name(instructions).data(),
                        c.name, ns);
        }
    }

    // Ruptures of 8 rows and 12 columns that float on a fault of 60 km in the middle of the sites.
    const Mesh mesh = simple_fault_mesh(std::vector<geo::LonLat>{{9.8, 44.2}, {10.0, 44.4}, {10.3, 44.6}},
                                        55.0, {1.0, 18.0}, 2.0);
    const MeshView view = mesh.view();
    std::vector<SubMesh> parts;
    for (std::uint32_t row = 0; row + 8 <= view.n_rows; ++row) {
        for (std::uint32_t column = 0; column + 12 <= view.n_columns; ++column)
            parts.push_back({row, column, 8, 12});
    }
    MeshDistances mesh_distances;
    for (auto set = 0U; set <= static_cast<unsigned>(mtc::simd::detected()); ++set) {
        const mtc::InstructionSet instructions{set};
        const double ns = nanoseconds_each(parts.size() * n_sites, [&] {
            mesh_distances.begin(instructions, view, sites);
            for (const SubMesh& part : parts)
                mesh_distances.compute(part, {}, {nullptr, slot(1), nullptr, nullptr, nullptr, nullptr});
        });
        checksum += out[sites.n_padded];
        std::printf("%-8s mesh rjb    %.2f ns per rupture and site, %zu ruptures\n",
                    mtc::simd::name(instructions).data(), ns, parts.size());
    }
    std::printf("checksum %.6f\n", checksum);
    return 0;
}
