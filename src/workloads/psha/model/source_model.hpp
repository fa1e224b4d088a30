#pragma once

#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/model/model.hpp"
#include "workloads/psha/source/magnitude_area.hpp"
#include "workloads/psha/source/mfd.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// \file
/// Source models as their files hold them, checked but not yet discretised or flat.
namespace mtc::psha {

struct PointGeometry {
    geo::LonLat location;
};

struct AreaGeometry {
    std::vector<geo::LonLat> polygon;        ///< at least three corners, not closed
    std::optional<double> discretization_km; ///< the source's own grid spacing
};

/// Depths between which ruptures lie.
struct SeismogenicDepths {
    double upper_km = 0.0;
    double lower_km = 0.0;
};

struct Source {
    std::string id;
    std::string trt;   ///< tectonic region type
    std::string where; ///< "source_model.xml:12", for messages
    std::variant<PointGeometry, AreaGeometry> geometry;
    SeismogenicDepths seismogenic_depths;
    MagnitudeArea magnitude_area = MagnitudeArea::wc1994;
    double aspect_ratio = 1.0;             ///< length / width of a rupture
    std::vector<MagnitudeRate> magnitudes; ///< as the distribution gives them, rates of zero included
    std::vector<PlaneRecord> planes;
    std::vector<DepthRecord> depths;
};

/// The sources of one tectonic region type in one file, in the order of the file.
struct SourceGroup {
    std::string trt;
    std::vector<Source> sources;
};

/// One file; one group for each tectonic region type, in alphabetical order.
struct SourceModel {
    std::filesystem::path file;
    std::vector<SourceGroup> groups;
};

} // namespace mtc::psha
