#pragma once

#include "psha/source/csv.hpp"
#include "workloads/psha/source/complex_fault.hpp"
#include "workloads/psha/source/mfd.hpp"
#include "workloads/psha/source/simple_fault.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

namespace mtc::test {

/// A rupture of a golden fault with its number, magnitude by magnitude, and its rate.
struct FaultRupture {
    double magnitude = 0.0;
    double annual_rate = 0.0;
    psha::SubMesh part;
};

inline psha::Mesh golden_simple_mesh()
{
    const std::array<psha::geo::LonLat, 3> trace{{{9.9, 44.9}, {10.05, 45.0}, {10.1, 45.15}}};
    return psha::simple_fault_mesh(trace, 55.0, {1.0, 13.0}, 2.0);
}

inline std::vector<FaultRupture> golden_simple_ruptures(const psha::MeshView& mesh)
{
    std::vector<FaultRupture> all;
    const std::array<psha::MagnitudeRate, 3> bins{{{6.0, 0.01}, {6.5, 0.003}, {7.2, 0.0005}}};
    for (const psha::MagnitudeRate bin : bins) {
        const psha::SlidingRupture ruptures =
            psha::simple_fault_ruptures(mesh, 2.0, psha::MagnitudeArea::wc1994, 1.5, 90.0, bin.magnitude);
        const auto n = static_cast<double>(ruptures.count());
        for (std::uint64_t k = 0; k < ruptures.count(); ++k)
            all.push_back({bin.magnitude, bin.annual_rate / n, ruptures.at(k)});
    }
    return all;
}

inline std::vector<std::vector<psha::geo::Point>> golden_edges()
{
    return {{{9.8, 44.6, 5.0}, {9.9, 45.0, 6.0}, {10.0, 45.4, 5.5}},
            {{10.1, 44.55, 18.0}, {10.2, 45.0, 20.0}, {10.3, 45.4, 19.0}},
            {{10.5, 44.5, 40.0}, {10.6, 45.0, 45.0}, {10.7, 45.45, 42.0}}};
}

inline std::vector<FaultRupture> golden_complex_ruptures(const psha::MeshView& mesh)
{
    std::vector<FaultRupture> all;
    const std::array<psha::MagnitudeRate, 3> bins{{{6.5, 0.01}, {7.0, 0.004}, {7.6, 0.001}}};
    for (const psha::MagnitudeRate bin : bins) {
        const std::vector<psha::SubMesh> ruptures =
            psha::complex_fault_ruptures(mesh, psha::MagnitudeArea::wc1994, 1.5, 90.0, bin.magnitude);
        for (const psha::SubMesh& part : ruptures)
            all.push_back({bin.magnitude, bin.annual_rate / static_cast<double>(ruptures.size()), part});
    }
    return all;
}

/// Distance of two points, depths included. [km]
inline double apart(const psha::geo::Point& a, const psha::geo::Point& b)
{
    const psha::geo::Vector3 p = psha::geo::cartesian(a);
    const psha::geo::Vector3 q = psha::geo::cartesian(b);
    return std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

/// Holds every node against a golden file; returns the largest distance.
inline double largest_mesh_error(const std::filesystem::path& file, const psha::MeshView& mesh)
{
    double largest = 0.0;
    std::size_t n_compared = 0;
    for (const auto& row : csv_rows(file)) {
        const psha::geo::Point node{number(row.at(2)), number(row.at(3)), number(row.at(4))};
        largest = std::max(largest, apart(node, mesh.point(std::stoul(row.at(0)), std::stoul(row.at(1)))));
        ++n_compared;
    }
    CHECK(n_compared == mesh.n_rows * mesh.n_columns);
    return largest;
}

/// Holds rates, shapes, corners and attributes of ruptures against golden/ruptures.csv; returns how many.
inline std::size_t check_ruptures(const std::filesystem::path& file, const std::string& name,
                                  const psha::MeshView& mesh, const std::vector<FaultRupture>& ruptures)
{
    std::size_t n_compared = 0;
    for (const auto& row : csv_rows(file)) {
        if (row.at(0) != name)
            continue;
        CAPTURE(row[1]);
        const FaultRupture& rupture = ruptures.at(std::stoul(row.at(1)));
        const psha::SubMesh& part = rupture.part;
        const auto near = [&](std::size_t column, double value, double tolerance) {
            CAPTURE(column);
            CHECK(std::abs(number(row.at(column)) - value) < tolerance);
        };
        const auto near_point = [&](std::size_t column, const psha::geo::Point& point) {
            CAPTURE(column);
            CHECK(apart({number(row.at(column)), number(row.at(column + 1)), number(row.at(column + 2))},
                        point) < 1e-6);
        };
        near(2, rupture.magnitude, 1e-9);
        near(3, rupture.annual_rate, 1e-14);
        const psha::SurfaceAttributes surface = psha::surface_attributes(mesh, part);
        near(5, surface.strike, 1e-6);
        near(6, surface.dip, 1e-6);
        near(7, surface.ztor, 1e-6);
        near(8, surface.width, 1e-6);
        near_point(9, surface.hypocentre);
        REQUIRE(std::stoul(row.at(12)) == part.n_rows);
        REQUIRE(std::stoul(row.at(13)) == part.n_columns);
        const std::size_t last_row = part.first_row + part.n_rows - 1;
        const std::size_t last_column = part.first_column + part.n_columns - 1;
        near_point(14, mesh.point(part.first_row, part.first_column));
        near_point(17, mesh.point(part.first_row, last_column));
        near_point(20, mesh.point(last_row, part.first_column));
        near_point(23, mesh.point(last_row, last_column));
        ++n_compared;
    }
    return n_compared;
}

} // namespace mtc::test
