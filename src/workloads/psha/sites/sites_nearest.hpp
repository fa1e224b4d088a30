#pragma once

#include "workloads/psha/model/model.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace mtc::psha {

struct NearestPlace {
    std::uint32_t place = 0;  ///< row of the places searched
    double distance_km = 0.0; ///< chord, depths included
};

/// For each site the nearest of some places; of equally near ones the first.
/// \param places  at least one
/// \returns [n_site]
[[nodiscard]] std::vector<NearestPlace> nearest_places(std::span<const Site> sites,
                                                       std::span<const Site> places);

} // namespace mtc::psha
