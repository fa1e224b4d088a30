#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/nrml/xml.hpp"
#include "workloads/psha/source_model/source_model.hpp"

#include <filesystem>
#include <string_view>
#include <variant>
#include <vector>

/// \file
/// What the branches of a source-model logic tree may change, by OpenQuake's names.
namespace mtc::psha {

enum class UncertaintyType {
    source_model,
    extend_model,
    ab_absolute,
    ab_max_magnitude_absolute,
    b_absolute,
    b_relative,
    max_magnitude_absolute,
    max_magnitude_relative,
    max_magnitude_of_area,
    incremental_absolute,
    gutenberg_richter_from_slip,
    magnitude_area_absolute,
    lower_depth_absolute,
    area_geometry_absolute,
    simple_fault_dip_absolute,
    simple_fault_dip_relative,
    simple_fault_geometry_absolute,
    complex_fault_geometry_absolute,
    characteristic_fault_geometry_absolute,
    dummy, ///< changes nothing
};

/// What applyToSources of a set has to hold.
enum class SourceFilterRule { any, at_least_one, exactly_one };

struct UncertaintyKind {
    std::string_view name; ///< "bGRRelative"
    UncertaintyType type = UncertaintyType::dummy;
    SourceFilterRule rule = SourceFilterRule::any;
};

/// Slip of a fault: the rate of its earthquakes follows from it.
struct FaultSlip {
    double rate_mm = 0.0;       ///< [mm/year]
    double rigidity_gpa = 0.0;  ///< [GPa]
    double constant_term = 9.1; ///< c in lg M0 = 1.5 m + c, M0 in N m
};

using SourceFiles = std::vector<std::filesystem::path>;

/// Files of source_model and extend_model, numbers in the order of the file, or the object of the type's
/// name; nothing of a dummy.
using UncertaintyValue = std::variant<std::monostate, SourceFiles, std::vector<double>, Incremental,
                                      FaultSlip, MagnitudeArea, AreaGeometry, Surface>;

/// The kind of a branch set. \throws InputError  types that are not known, with the nearest, and those that
/// are known but not supported
[[nodiscard]] const UncertaintyKind& uncertainty_kind(const XmlNode& set);

/// The value of a branch. \param model  its uncertaintyModel \param folder  where relative files start
/// \throws InputError  with file and line, when it is not what the type needs
[[nodiscard]] UncertaintyValue read_uncertainty(const UncertaintyKind& kind, const XmlNode& model,
                                                const std::filesystem::path& folder, Notes& notes);

} // namespace mtc::psha
