#pragma once

#include "workloads/psha/source_model/source_parts.hpp"

/// \file
/// Surfaces that ruptures lie on. What depends on the spacing of their meshes is checked when those are made.
namespace mtc::psha {

/// simpleFaultGeometry: a trace, a dip and depths. \throws InputError  also for a trace that crosses itself
[[nodiscard]] SimpleFaultSurface read_simple_fault(const XmlNode& geometry);

/// complexFaultGeometry: a top edge, any number of intermediate ones, a bottom edge.
[[nodiscard]] ComplexFaultSurface read_complex_fault(const XmlNode& geometry);

/// kiteSurface: profiles of at least two points, at least two of them.
[[nodiscard]] KiteSurface read_kite(const XmlNode& surface);

/// The surface that an element holds: simpleFaultGeometry, complexFaultGeometry, griddedSurface, one
/// or several planarSurface or kiteSurface.
[[nodiscard]] Surface read_surface(const XmlNode& parent, Notes& notes);

} // namespace mtc::psha
