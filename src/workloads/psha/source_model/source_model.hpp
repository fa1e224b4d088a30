#pragma once

#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/model/model.hpp"
#include "workloads/psha/nrml/file_place.hpp"
#include "workloads/psha/source/magnitude_area.hpp"
#include "workloads/psha/source/magnitude_distribution.hpp"
#include "workloads/psha/source/planar.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
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
    std::vector<std::vector<geo::Point>> profiles{}; ///< along strike, each down dip
    std::optional<SimpleFaultSurface> simple{};      ///< in place of profiles: they are laid on it
};

/// Several kites, a multi-surface.
struct KiteSurfaces {
    std::vector<KiteSurface> kites;
};

using Surface = std::variant<SimpleFaultSurface, ComplexFaultSurface, PlanarSurfaces, GriddedSurface,
                             KiteSurface, KiteSurfaces>;

/// A section of multi-fault sources.
struct Section {
    std::string id{};
    FilePlace where{};
    KiteSurface surface{};
};

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
    double rake = 0.0;                          ///< [deg]
    std::vector<HypocentreShare> hypocentres{}; ///< empty: the middle
    std::vector<SlipShare> slips{};             ///< empty: the rake
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

struct MultiFaultRupture {
    double magnitude = 0.0;                ///< rounded to 2 decimals
    double rake = 0.0;                     ///< [deg]
    std::vector<std::uint32_t> sections{}; ///< rows of MultiFaultGeometry::ids, once resolved of `sections`
    std::vector<double> probabilities{};   ///< of 0, 1, 2, ... occurrences in the investigation time
};

/// Ruptures that break sections together. A source names its sections; they stand in other files.
struct MultiFaultGeometry {
    std::vector<std::string> ids{};        ///< of the sections it names, each once
    std::filesystem::path sections_file{}; ///< a file of sections that the source itself names; or none
    std::shared_ptr<const std::vector<Section>> sections{}; ///< all of the job, by resolve_sections()
    std::vector<MultiFaultRupture> ruptures{};
};

using Geometry = std::variant<PointGeometry, MultiPointGeometry, AreaGeometry, FaultGeometry,
                              CharacteristicGeometry, NonParametricGeometry, MultiFaultGeometry>;

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
    /// Of the numbers of occurrences, alpha of a negative binomial distribution; 0: Poisson.
    double dispersion = 0.0;
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
    std::vector<Section> sections{}; ///< of a <geometryModel>, which holds no sources
};

} // namespace mtc::psha
