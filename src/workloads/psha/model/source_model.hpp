#pragma once

#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/model/file_place.hpp"
#include "workloads/psha/model/model.hpp"
#include "workloads/psha/source/magnitude_area.hpp"
#include "workloads/psha/source/magnitude_distribution.hpp"
#include "workloads/psha/source/planar.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// \file
/// Source models as their files hold them and logic trees change them: checked, but not yet discretised or
/// flat.
namespace mtc::psha {

// Surfaces: what a fault's ruptures lie on.

struct SimpleFaultSurface {
    std::vector<geo::LonLat> trace; ///< along strike, the fault dips to its right
    double dip = 0.0;               ///< [deg]
    SeismogenicDepths seismogenic;
};

struct ComplexFaultSurface {
    std::vector<std::vector<geo::Point>> edges; ///< from the top edge down, each along strike
};

/// One plane; several are a multi-surface.
struct PlanarSurfaces {
    std::vector<PlaneCorners> planes;
};

struct GriddedSurface {
    std::vector<geo::Point> points;
};

struct KiteSurface {
    std::vector<std::vector<geo::Point>> profiles; ///< along strike, each from the top down
    double spacing_km = 0.0;
};

using Surface =
    std::variant<SimpleFaultSurface, ComplexFaultSurface, PlanarSurfaces, GriddedSurface, KiteSurface>;

// Geometries: what a source is, beside its magnitudes.

struct PointGeometry {
    geo::LonLat location;
};

/// Points that share all but their distributions of magnitude.
struct MultiPointGeometry {
    std::vector<geo::LonLat> locations;
};

struct AreaGeometry {
    std::vector<geo::LonLat> polygon;          ///< at least three corners, not closed
    std::optional<double> discretization_km{}; ///< the source's own grid spacing
};

/// Where on a rupture, in shares of its length and width, and with which slip direction; each rupture of a
/// fault is taken once for every pair.
struct HypocentreShare {
    double along = 0.5; ///< along strike, in [0, 1]
    double down = 0.5;  ///< down dip, in [0, 1]
    double weight = 1.0;
};
struct SlipShare {
    double direction = 0.0; ///< [deg]
    double weight = 1.0;
};

/// Ruptures of every magnitude float on a simple, complex or kite surface.
struct FaultGeometry {
    Surface surface;
    double rake = 0.0;                           ///< [deg]
    std::vector<HypocentreShare> hypocentres{};  ///< empty: the middle
    std::vector<SlipShare> slips{};              ///< empty: the rake
    std::optional<double> floating_step_share{}; ///< of kite surfaces
};

/// One rupture for each magnitude: the whole surface.
struct CharacteristicGeometry {
    Surface surface;
    double rake = 0.0; ///< [deg]
};

struct ExplicitRupture {
    double magnitude = 0.0;
    double rake = 0.0; ///< [deg]
    geo::Point hypocentre;
    Surface surface;
    std::vector<double> probabilities; ///< of 0, 1, 2, ... occurrences in the investigation time
    double weight = 1.0;               ///< among mutually exclusive ruptures
};

struct NonParametricGeometry {
    std::vector<ExplicitRupture> ruptures;
};

using Geometry = std::variant<PointGeometry, MultiPointGeometry, AreaGeometry, FaultGeometry,
                              CharacteristicGeometry, NonParametricGeometry>;

/// Which fields hold something depends on the geometry: planes, depths and seismogenic on points and areas,
/// magnitude_area and aspect_ratio on those and floating ruptures, distributions on all but explicit
/// ruptures.
struct Source {
    std::string id{};
    std::string trt{}; ///< tectonic region type
    FilePlace where{}; ///< of its element, for messages
    SourceKind kind = SourceKind::point;
    Geometry geometry{};
    SeismogenicDepths seismogenic{};
    MagnitudeArea magnitude_area = MagnitudeArea::wc1994;
    double aspect_ratio = 1.0; ///< length / width of a rupture
    /// One; of a multi-point source one for all its points or one for each. None once there are bins.
    std::vector<MagnitudeDistribution> distributions{};
    /// [n_distribution] bins that count, once keep_what_counts() has been at them
    std::vector<std::vector<MagnitudeRate>> bins{};
    std::vector<PlaneRecord> planes{};
    std::vector<DepthRecord> depths{};
};

/// Sources that stand together in a file and share their tectonic region type. Independent ones of one type
/// and file are one group; all others keep the group that the file gives.
struct SourceGroup {
    std::string trt{};
    std::string where{};
    Dependence dependence = Dependence::independent;
    bool is_cluster = false;   ///< each event of the group ruptures everything once
    double cluster_rate = 0.0; ///< [1/year] of events of a cluster
    double probability = 1.0;  ///< of the group to exist; counts where sources or ruptures exclude each other
    std::vector<double> weights{}; ///< [n_source] of exclusive sources
    std::vector<Source> sources{}; ///< in the order of the file
};

/// One file. Groups of independent sources come first, in alphabetical order of their region types; then all
/// others in the order of the file.
struct SourceModel {
    std::filesystem::path file{};
    std::vector<SourceGroup> groups{};
};

} // namespace mtc::psha
