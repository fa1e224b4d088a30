#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/nrml/xml.hpp"
#include "workloads/psha/source_model/source_model.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// \file
/// What sources of several kinds have in common: distributions of nodal plane and depth, places, numbers and
/// their checks. All of them throw InputError with file, line and value.
namespace mtc::psha {

/// Values of the job that the reading of sources needs.
struct SourceReadingKeys {
    std::optional<double> width_of_mfd_bin;
    std::optional<double> investigation_time; ///< [year]
};

inline constexpr double probability_tolerance = 1e-7; ///< OpenQuake refuses larger deviations from 1

/// Accepted: from low to high, both included.
void check_range(const XmlNode& node, std::string_view name, double value, double low, double high);
void check_dip(const XmlNode& node, double dip);
void check_position(const XmlNode& node, geo::LonLat position);
/// "<what> add up to 0.9 (1 within 1e-07 is accepted)".
void check_sum(const XmlNode& node, std::string_view what, double sum, double tolerance);

/// nodalPlaneDist. Equal planes are merged with a warning.
/// \throws InputError  angles out of range, probabilities that do not add up to 1 within 1e-7
[[nodiscard]] std::vector<PlaneRecord> read_planes(const XmlNode& source, Notes& notes);

/// hypoDepthDist. Equal depths are merged with a warning.
/// \throws InputError  depths outside the seismogenic ones, probabilities that do not add up to 1 within 1e-7
[[nodiscard]] std::vector<DepthRecord> read_depths(const XmlNode& source, SeismogenicDepths within,
                                                   Notes& notes);

/// upperSeismoDepth and lowerSeismoDepth of a geometry. \throws InputError  unless lower > upper
[[nodiscard]] SeismogenicDepths read_seismogenic_depths(const XmlNode& geometry);

/// Pairs of longitude and latitude from a pos or posList. \throws InputError  out of range, or an odd count
[[nodiscard]] std::vector<geo::LonLat> read_positions(const XmlNode& list);

/// Triplets of longitude, latitude and depth from a posList.
[[nodiscard]] std::vector<geo::Point> read_points(const XmlNode& list);

/// A point from the attributes lon, lat and depth.
[[nodiscard]] geo::Point read_point_attributes(const XmlNode& node);

[[nodiscard]] double read_rake(const XmlNode& source);
[[nodiscard]] MagnitudeArea read_magnitude_area(const XmlNode& source);
[[nodiscard]] double read_aspect_ratio(const XmlNode& source);

/// An element that is not known changes nothing, which its author may not expect. Distributions of magnitude
/// are checked where they are read.
void warn_of_unknown_children(const XmlNode& parent, std::span<const std::string_view> known, Notes& notes);

} // namespace mtc::psha
