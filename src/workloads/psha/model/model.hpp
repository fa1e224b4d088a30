#pragma once

#include "mtc/flat.hpp"
#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/source/magnitude_area.hpp"

#include <cstdint>
#include <span>
#include <string_view>

/// \file
/// The hazard model as it travels: flat arrays, read once on rank 0, broadcast, then equal and read-only
/// everywhere. Its bytes are hashed, so records leave no bytes between members that nobody sets.
namespace mtc::psha {

/// Index that means "none".
inline constexpr std::uint32_t no_index = 0xffffffffU;

/// Half-open range of rows of another array.
struct IndexRange {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

struct Site {
    double lon = 0.0;          ///< [deg] rounded to 5 decimals
    double lat = 0.0;          ///< [deg]
    double depth = 0.0;        ///< [km]
    double vs30 = 0.0;         ///< [m/s] NaN when no model needs it and the job does not give it
    double vs30measured = 0.0; ///< 1 or 0
    double z1pt0 = 0.0;        ///< [m]
    double z2pt5 = 0.0;        ///< [km]
    double backarc = 0.0;      ///< 1 or 0
};

/// One intensity measure of the job; ordered by period, others first in the order written.
struct ImtRecord {
    char name[24] = {};
    double period = 0.0; ///< [s]
    IndexRange levels;   ///< into `levels`
};

enum class SourceKind : std::uint32_t {
    point,
    multi_point,
    area,
    simple_fault,
    complex_fault,
    characteristic_fault,
    non_parametric,
    kite_fault,
    multi_fault,
    point_cell, ///< the mean of the points of a cell, made by ps_grid_spacing
};

/// "area", "simple fault", ...
[[nodiscard]] std::string_view kind_name(SourceKind kind) noexcept;

/// A seismic source as the user lists it. Its geometry is either `points`, one of `faults`, or `ruptures`.
///
/// Its atoms, by which work is cut, are numbered: of points each magnitude at each point, point by point; of
/// faults each rupture, magnitude by magnitude; of explicit ruptures each of them.
struct SourceRecord {
    SourceKind kind = SourceKind::point;
    std::uint32_t group = 0; ///< row of `groups`
    std::uint32_t id = 0;    ///< row of the texts `source_ids`
    MagnitudeArea magnitude_area = MagnitudeArea::wc1994;
    IndexRange points{};            ///< into `points`: one for a point source, the grid of an area source
    IndexRange ruptures{};          ///< into `ruptures`
    std::uint32_t fault = no_index; ///< row of `faults`
    /// First row of `ends`, running totals: of a multi-point source whose points have magnitudes of their
    /// own the magnitudes up to each point, of a fault the ruptures up to each magnitude; else no_index.
    std::uint32_t ends = no_index;
    /// Into `magnitudes`: those with rate > 0 and above minimum_magnitude. Those of a point_cell have the
    /// sums of its points' rates, and as many follow with the means over the points that have the magnitude.
    IndexRange magnitudes{};
    IndexRange planes{};                  ///< into `planes`
    IndexRange depths{};                  ///< into `depths`
    double upper_seismogenic_depth = 0.0; ///< [km]
    double lower_seismogenic_depth = 0.0; ///< [km]
    double aspect_ratio = 1.0;
    std::uint32_t has_rates = 0; ///< 1: `ruptures` are Poissonian, with annual rates
    std::uint32_t padding = 0;
    double rate_factor =
        1.0;             ///< multiplies the rates of `magnitudes` (1 / number of points of an area source)
    double weight = 1.0; ///< among mutually exclusive sources
    /// Of the numbers of occurrences, alpha of a negative binomial distribution; 0: Poisson.
    double dispersion = 0.0;
};

/// How the points of a surface's lines are to be understood.
enum class SurfaceShape : std::uint32_t {
    simple,  ///< one line: the trace
    complex, ///< a line for each edge, from the top down
    planes,  ///< one line: four points for each plane in the order of Corner
    kite,    ///< a line for each profile
    parts,   ///< other surfaces, all kites; `lines` is a range of `surface_parts`
};

/// A fault surface by its definition; meshes are made where they are needed.
struct SurfaceRecord {
    SurfaceShape shape = SurfaceShape::simple;
    std::uint32_t n_rows = 0;             ///< of the mesh; 0 for planes and parts
    std::uint32_t n_columns = 0;          ///< of the mesh; for planes and parts their number
    IndexRange lines{};                   ///< into `surface_lines`
    std::uint32_t of_multi_fault = 0;     ///< 1: a section, or sections, of multi-fault sources
    double dip = 0.0;                     ///< [deg] of simple surfaces, as the seismogenic depths
    double upper_seismogenic_depth = 0.0; ///< [km]
    double lower_seismogenic_depth = 0.0; ///< [km]
    double spacing_km = 0.0;              ///< of the mesh; of kites along strike
    double profile_spacing_km = 0.0;      ///< of kites, down dip
};

/// A fault on which ruptures float, or which breaks as a whole (characteristic).
struct FaultRecord {
    std::uint32_t surface = 0; ///< row of `surfaces`
    IndexRange hypocentres{};  ///< into `hypocentres`; none: the middle
    std::uint32_t padding = 0;
    double rake = 0.0; ///< [deg]
};

/// Where on a rupture, in shares of its length and width: the nearest node.
struct HypocentreRecord {
    double along = 0.5; ///< along strike, in [0, 1]
    double down = 0.5;  ///< down dip, in [0, 1]
    double weight = 1.0;
};

/// A rupture given one by one.
struct RuptureRecord {
    std::uint32_t surface = 0; ///< row of `surfaces`
    /// Into `probabilities`: of 0, 1, 2, ... occurrences in investigation_time; none where sources have
    /// rates.
    IndexRange probabilities{};
    std::uint32_t padding = 0;
    double magnitude = 0.0;
    double rake = 0.0;             ///< [deg]
    double hypocentre_lon = 0.0;   ///< [deg] not a number: the hypocentre is the surface's own
    double hypocentre_lat = 0.0;   ///< [deg]
    double hypocentre_depth = 0.0; ///< [km]
    double weight = 1.0;           ///< among mutually exclusive ruptures
    double annual_rate = 0.0;      ///< [1/year] where the source has rates
};

/// Magnitudes of a point of a source, rows of `magnitudes`.
/// \param ends   ModelView::ends
/// \param point  row of `points`
[[nodiscard]] IndexRange magnitudes_at(const SourceRecord& source, std::span<const std::uint64_t> ends,
                                       std::uint32_t point) noexcept;

struct PointRecord {
    double lon = 0.0; ///< [deg]
    double lat = 0.0; ///< [deg]
};

struct MagnitudeRecord {
    double magnitude = 0.0;
    double annual_rate = 0.0; ///< [1/year] > 0
};

struct PlaneRecord {
    double probability = 0.0;
    double strike = 0.0; ///< [deg]
    double dip = 0.0;    ///< [deg]
    double rake = 0.0;   ///< [deg]
};

struct DepthRecord {
    double probability = 0.0;
    double depth = 0.0; ///< [km]
};

/// How the sources, or the ruptures, of a group depend on each other.
enum class Dependence : std::uint32_t {
    independent,
    exclusive_sources,  ///< at most one source: probabilities are added, weighed
    exclusive_ruptures, ///< at most one rupture of a source; its sources are independent
};

/// Sources that share a tectonic region type and the same source-model branches: the scope within which
/// exceedance rates are added once, whatever the number of realizations that use them.
struct GroupRecord {
    Dependence dependence = Dependence::independent;
    std::uint32_t is_cluster = 0; ///< 1: each event of the group ruptures everything once
    double cluster_rate = 0.0;    ///< [1/year] of events of a cluster
    double probability = 1.0; ///< of the group to exist; counts where sources or ruptures exclude each other
    std::uint32_t trt = 0;    ///< row of the texts `trts`
    IndexRange group_models;  ///< into `group_models`
    IndexRange max_distance;  ///< into `max_distances`
    std::uint32_t padding = 0;
    /// Into `max_distances`: by magnitude how far beyond its reach a point counts as near; none: everywhere.
    IndexRange pointsource_distance{};
    double minimum_magnitude = 0.0;
};

/// A group evaluated with one of its ground-motion models: the second axis of the sums.
struct GroupModelRecord {
    std::uint32_t group = 0; ///< row of `groups`
    std::uint32_t model = 0; ///< row of the texts `models` (specs for make_model)
};

/// maximum_distance as a function of magnitude: linear between, 0 outside; a single number is two equal
/// entries.
struct MaxDistanceRecord {
    double magnitude = 0.0;
    double distance_km = 0.0;
};

struct RealizationRecord {
    double weight = 0.0; ///< sums to 1 over all
    IndexRange
        group_models; ///< into `realization_group_models`: rows of `group_models` that this one adds up
};

/// Numbers of the job that kernels and statistics need.
struct JobRecord {
    double investigation_time = 0.0;     ///< [year]
    double truncation_level = 0.0;       ///< 0: the median alone (step function)
    double minimum_distance = 0.0;       ///< [km] floor of every distance given to a model
    double exceedance_tolerance = 1e-12; ///< absolute
    double ps_grid_spacing = 0.0;        ///< [km] side of the cells of points; 0: none
    std::uint32_t max_sites_disagg =
        10; ///< at most so many sites: one near site makes the full ruptures count for all
    std::uint32_t wide_sums = 0;       ///< 1: sums of 128 bits
    std::uint32_t individual_rlzs = 0; ///< 1: write every realization
    std::uint32_t use_rates = 0;       ///< 1: statistics are of rates, not of probabilities
    std::uint32_t float32_results = 0; ///< 1: store curves and maps as float32
    std::uint32_t padding = 0;
};

enum class StatisticKind : std::uint32_t { mean, std, quantile, max };

/// A statistic over realizations; in the order in which OpenQuake lists them.
struct StatisticRecord {
    StatisticKind kind = StatisticKind::mean;
    std::uint32_t padding = 0;
    double quantile = 0.0; ///< in [0, 1], of kind quantile
};

/// The model in place. Sections: sites, imts, levels, sources, source_ids, points, point_cells, ends,
/// magnitudes, planes, depths, faults, hypocentres, ruptures, probabilities, surfaces, surface_parts,
/// surface_lines, surface_points, groups, group_models, max_distances, trts, models, realizations,
/// realization_group_models, realization_paths, statistics, poes, job.
struct ModelView {
    explicit ModelView(std::span<const std::byte> bytes);
    FlatReader reader;
    std::span<const Site> sites;
    std::span<const ImtRecord> imts;
    std::span<const double> levels; ///< intensity measure levels, strictly increasing within an imt [g, cm/s]
    std::span<const SourceRecord> sources;
    std::span<const PointRecord> points;
    /// Source that is the mean of the cell which a point lies in, no_index of a point alone; empty where no
    /// source is averaged. The point of such a mean has its own source.
    std::span<const std::uint32_t> point_cells;
    std::span<const std::uint64_t> ends; ///< running totals, see SourceRecord
    std::span<const MagnitudeRecord> magnitudes;
    std::span<const PlaneRecord> planes;
    std::span<const DepthRecord> depths;
    std::span<const FaultRecord> faults;
    std::span<const HypocentreRecord> hypocentres;
    std::span<const RuptureRecord> ruptures;
    std::span<const double> probabilities;
    std::span<const SurfaceRecord> surfaces;
    std::span<const std::uint32_t> surface_parts; ///< rows of surfaces
    std::span<const IndexRange> surface_lines;    ///< into surface_points
    std::span<const geo::Point> surface_points;
    std::span<const GroupRecord> groups;
    std::span<const GroupModelRecord> group_models;
    std::span<const MaxDistanceRecord> max_distances;
    std::span<const RealizationRecord> realizations;
    std::span<const std::uint32_t> realization_group_models;
    std::span<const StatisticRecord> statistics;
    std::span<const double> poes; ///< probabilities of exceedance of hazard maps; empty: no maps
    const JobRecord* job;
};

} // namespace mtc::psha
