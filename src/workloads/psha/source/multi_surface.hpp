#pragma once

#include "mtc/flat.hpp"
#include "mtc/types.hpp"
#include "workloads/psha/source/distance.hpp"
#include "workloads/psha/source/generalised_coordinates.hpp"
#include "workloads/psha/source/mesh.hpp"
#include "workloads/psha/source/planar.hpp"

#include <span>
#include <vector>

namespace mtc::psha {

/// A rupture surface of several planes, as characteristic faults may have. (A single planarSurface is no
/// multi-surface: planar_surface() and planar_distances() are its own.)
class MultiSurface {
public:
    /// \param planes  at least one, of planar_surface(), in the order of the file
    explicit MultiSurface(std::vector<PlanarRupture> planes);

    [[nodiscard]] std::span<const PlanarRupture> planes() const noexcept { return planes_; }
    [[nodiscard]] const GeneralisedCoordinates& coordinates() const noexcept { return coordinates_; }
    /// Means weighted by area; the hypocentre is the middle of the plane nearest to the middle of all.
    [[nodiscard]] const SurfaceAttributes& attributes() const noexcept { return attributes_; }
    [[nodiscard]] double area_km2() const noexcept { return area_km2_; }
    /// Greatest depth of all planes. [km]
    [[nodiscard]] double bottom() const noexcept { return bottom_; }
    /// Depth of the bottom edges, mean weighted by area: what multi-fault sources give to models. [km]
    [[nodiscard]] double mean_bottom() const noexcept { return mean_bottom_; }

    /// rrup and rjb are least over the planes, rx and ry0 generalised coordinates.
    /// \param scratch  memory that is kept from use to use
    void distances(InstructionSet set, const SiteArrays& sites, const DistanceArrays& distances,
                   AlignedVector<double>& scratch) const;

private:
    std::vector<PlanarRupture> planes_;
    GeneralisedCoordinates coordinates_;
    SurfaceAttributes attributes_;
    double area_km2_ = 0.0;
    double bottom_ = 0.0;
    double mean_bottom_ = 0.0;
};

} // namespace mtc::psha
