#pragma once

#include "workloads/psha/source_model/source_parts.hpp"

/// \file
/// Magnitude-frequency distributions of sources.
namespace mtc::psha {

/// Whether a source has a surface from whose slip the activity of a distribution may follow.
enum class FaultArea { none, known };

/// The only distribution of a source.
/// \throws InputError  none, several, one that is not known, parameters that it refuses, or one that needs
///                     width_of_mfd_bin without it
[[nodiscard]] MagnitudeDistribution read_distribution(const XmlNode& source, const SourceReadingKeys& keys,
                                                      FaultArea area = FaultArea::none);

/// The distributions of a source of many points, by their multiMFD: each of its parameters is given once or
/// for each point.
/// \returns one for all points or one for each
[[nodiscard]] std::vector<MagnitudeDistribution>
read_distributions(const XmlNode& source, std::size_t n_points, const SourceReadingKeys& keys);

} // namespace mtc::psha
