#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/model/model.hpp"
#include "workloads/psha/nrml/xml.hpp"

/// \file
/// Attributes that say how many occurrences a rupture has: `tom`, `alpha` and `mu`.
namespace mtc::psha {

/// alpha of a source whose ruptures have negative binomial numbers of occurrences
/// (tom="NegativeBinomialTOM"); 0 of one whose are Poisson's (tom="PoissonTOM", or no tom). `mu` is required
/// beside alpha but changes nothing: each rupture's own annual rate counts, as in OpenQuake.
/// \throws InputError  another tom, alpha or mu that is missing or not above 0, a kind of source whose
/// ruptures list their occurrences
[[nodiscard]] double read_dispersion(const XmlNode& source, SourceKind kind, Notes& notes);

/// Sources of a group have occurrences of their own; a group accepts PoissonTOM alone. \throws InputError
void check_occurrence_of_group(const XmlNode& group);

} // namespace mtc::psha
