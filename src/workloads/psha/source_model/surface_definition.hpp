#pragma once

#include "mtc/config.hpp"
#include "workloads/psha/model/model.hpp"
#include "workloads/psha/source_model/source_model.hpp"

#include <vector>

namespace mtc::psha {

/// A surface as a record and arrays of its own; its mesh, if it has one, is not yet made.
struct SurfaceDefinition {
    SurfaceRecord record;
    std::vector<std::vector<geo::Point>> lines;
};

/// \param aspect_ratio  of a kite: its mesh is so much finer down dip
/// \throws InputError  gridded surfaces, which are not in this version, and several kites, which are several
/// definitions
[[nodiscard]] SurfaceDefinition surface_definition(const Surface& surface, const Config& config,
                                                   double aspect_ratio = 1.0);

/// Area of a fault: of its mesh, or its planes. [km^2]
[[nodiscard]] double fault_area_km2(const Surface& surface, const Config& config);

} // namespace mtc::psha
