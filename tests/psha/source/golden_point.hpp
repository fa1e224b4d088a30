#pragma once

#include "workloads/psha/source/planar.hpp"

#include <array>
#include <vector>

namespace mtc::test {

/// The sites of the golden distances: longitude, latitude.
inline const std::array<psha::geo::Point, 7> golden_sites{
    {{10.0, 45.0}, {10.2, 45.1}, {9.7, 44.8}, {10.05, 45.3}, {11.0, 45.5}, {9.99, 44.95}, {10.5, 44.2}}};

/// The ruptures of the golden case `point`, magnitude by magnitude, then plane, then depth.
inline std::vector<psha::PlanarRupture> golden_point_ruptures()
{
    const psha::Place place = psha::place_at({10.05, 45.02});
    std::vector<psha::PlanarRupture> ruptures;
    for (const double magnitude : {5.25, 5.75, 6.25}) {
        for (const psha::NodalPlane plane : {psha::NodalPlane{20, 60, 90}, psha::NodalPlane{135, 90, 0}}) {
            const psha::RuptureSize size =
                psha::rupture_size(psha::MagnitudeArea::wc1994, magnitude, plane, 1.5, {0.0, 10.0});
            for (const double depth : {3.0, 8.0})
                ruptures.push_back(psha::planar_rupture(place, depth, size));
        }
    }
    return ruptures;
}

} // namespace mtc::test
