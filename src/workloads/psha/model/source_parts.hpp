#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/model/source_model.hpp"
#include "workloads/psha/model/xml.hpp"

#include <optional>
#include <vector>

/// \file
/// What sources of all kinds have in common: distributions of magnitude, nodal plane and depth, and depths.
namespace mtc::psha {

/// Values of the job that the reading of sources needs.
struct SourceReadingKeys {
    std::optional<double> width_of_mfd_bin;
    std::optional<double> investigation_time; ///< [year]
};

/// The magnitude-frequency distribution of a source.
/// \throws InputError  none, several, one that is not supported, or one that needs width_of_mfd_bin without
/// it
[[nodiscard]] MagnitudeDistribution read_distribution(const XmlNode& source, const SourceReadingKeys& keys);

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

} // namespace mtc::psha
