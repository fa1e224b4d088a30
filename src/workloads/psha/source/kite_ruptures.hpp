#pragma once

#include "workloads/psha/source/magnitude_area.hpp"
#include "workloads/psha/source/mesh.hpp"

#include <cstdint>
#include <vector>

namespace mtc::psha {

/// How ruptures float on a kite surface.
struct KiteFloating {
    MagnitudeArea relation = MagnitudeArea::wc1994;
    double aspect_ratio = 1.0;
    double rake = 0.0;     ///< [deg]
    double along_km = 0.0; ///< step of the mesh along strike
    double down_km = 0.0;  ///< step of the mesh down dip
};

/// Nodes of the ruptures of a magnitude, as OpenQuake chooses them.
///
/// With the area A and the aspect ratio r (r + 0.05 for whole ones) the length is the root of A r, in whole
/// steps up or down; the width is the length over r, again up or down. Of (longer, up), (shorter, down),
/// (longer, up from the shorter), (shorter, down from the shorter) that pair is taken for which
/// sqrt|L W - A| + |L/W - r| along_km is least, the first of equal ones.
///
/// \returns rows and columns; the rest of the SubMesh is 0
/// \throws InputError  when the mesh is too coarse: a single step of width, or an area wrong by 25 %
[[nodiscard]] SubMesh kite_rupture_size(const KiteFloating& floating, double magnitude);

/// Appends the ruptures of one magnitude: column by column from the first on, in each from the top down.
/// Those that a missing node lies in are left out. None where the magnitude is too large for the surface.
/// \throws InputError  as kite_rupture_size()
void append_kite_ruptures(const MeshView& mesh, const KiteFloating& floating, double magnitude,
                          std::vector<SubMesh>& ruptures);

} // namespace mtc::psha
