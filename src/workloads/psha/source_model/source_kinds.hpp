#pragma once

#include "workloads/psha/source_model/source_parts.hpp"

/// \file
/// One function for each kind of source: what the elements of that name hold. Id, tectonic region type and
/// place are left to read_source().
namespace mtc::psha {

[[nodiscard]] Source read_point_source(const XmlNode& node, const SourceReadingKeys& keys, Notes& notes);
/// Places are rounded to 32-bit floats, as OpenQuake keeps them.
[[nodiscard]] Source read_multi_point_source(const XmlNode& node, const SourceReadingKeys& keys,
                                             Notes& notes);
[[nodiscard]] Source read_area_source(const XmlNode& node, const SourceReadingKeys& keys, Notes& notes);
[[nodiscard]] Source read_simple_fault_source(const XmlNode& node, const SourceReadingKeys& keys,
                                              Notes& notes);
[[nodiscard]] Source read_complex_fault_source(const XmlNode& node, const SourceReadingKeys& keys,
                                               Notes& notes);
[[nodiscard]] Source read_characteristic_fault_source(const XmlNode& node, const SourceReadingKeys& keys,
                                                      Notes& notes);
[[nodiscard]] Source read_kite_fault_source(const XmlNode& node, const SourceReadingKeys& keys, Notes& notes);
/// \throws InputError  also when the probabilities of a rupture, added up from left to right, are not 1
[[nodiscard]] Source read_non_parametric_source(const XmlNode& node, const SourceReadingKeys& keys,
                                                Notes& notes);

/// A source of any kind.
/// \throws InputError  for kinds that are not computed, by their name, and for what the source must not hold
[[nodiscard]] Source read_source(const XmlNode& node, const std::string& trt, const SourceReadingKeys& keys,
                                 Notes& notes);

/// Ruptures in its own element, or in the HDF5 file of the same name beside its file. What its sections are
/// is left to resolve_sections().
[[nodiscard]] Source read_multi_fault_source(const XmlNode& node, const SourceReadingKeys& keys,
                                             Notes& notes);

} // namespace mtc::psha
