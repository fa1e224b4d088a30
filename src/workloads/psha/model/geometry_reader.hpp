#pragma once

#include "workloads/psha/model/source_model.hpp"
#include "workloads/psha/model/xml.hpp"

/// \file
/// Geometries as source models and logic trees hold them. All throw InputError with file and line.
namespace mtc::psha {

/// \param geometry  areaGeometry
[[nodiscard]] AreaGeometry read_area_geometry(const XmlNode& geometry);

/// \param geometry  simpleFaultGeometry
[[nodiscard]] SimpleFaultSurface read_simple_fault_surface(const XmlNode& geometry);

/// \param geometry  complexFaultGeometry
[[nodiscard]] ComplexFaultSurface read_complex_fault_surface(const XmlNode& geometry);

/// \param surface  surface: one simple or complex fault geometry, or planes
[[nodiscard]] Surface read_surface(const XmlNode& surface);

} // namespace mtc::psha
