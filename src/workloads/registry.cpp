#include "workloads/registry.hpp"

#include "config/nearest.hpp"
#include "config/openquake_keys.hpp"
#include "workloads/import_csv/import_csv.hpp"
#include "workloads/psha/classical.hpp"
#include "workloads/psha/disaggregation.hpp"
#include "workloads/synthetic/synthetic.hpp"

#include <vector>

namespace mtc {

std::span<const WorkloadKind> workload_kinds()
{
    static const std::vector<WorkloadKind> kinds{
        psha::classical_kind(),
        psha::disaggregation_kind(),
        import_csv::kind(),
        synthetic::kind(),
    };
    return kinds;
}

const WorkloadKind& workload_kind(std::string_view calculation_mode)
{
    std::vector<std::string_view> names;
    for (const WorkloadKind& kind : workload_kinds()) {
        if (kind.name == calculation_mode)
            return kind;
        names.push_back(kind.name);
    }
    std::string known;
    for (const std::string_view name : names)
        known += text(known.empty() ? "" : ", ", name);
    if (const std::string_view feature = config::openquake_mode(calculation_mode); !feature.empty())
        throw InputError(text("calculation_mode = ", calculation_mode, " (", feature,
                              " is not part of mtc; known: ", known, ")"));
    throw InputError(text("calculation_mode = ", calculation_mode, " (known: ", known, ").",
                          config::did_you_mean(calculation_mode, names)));
}

} // namespace mtc
