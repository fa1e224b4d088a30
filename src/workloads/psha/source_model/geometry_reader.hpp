#pragma once

#include "workloads/psha/nrml/xml.hpp"
#include "workloads/psha/source_model/source_model.hpp"

namespace mtc::psha {

/// areaGeometry, as area sources and logic trees hold it. \throws InputError  with file and line
[[nodiscard]] AreaGeometry read_area_geometry(const XmlNode& geometry);

} // namespace mtc::psha
