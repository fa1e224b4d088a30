#pragma once

#include "mtc/workload.hpp"

namespace mtc::import_csv {

/// CSV files to typed columns: units are ranges of bytes, so that one large file is worked on by all ranks.
[[nodiscard]] WorkloadKind kind();

} // namespace mtc::import_csv
