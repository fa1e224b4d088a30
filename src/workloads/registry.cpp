#include "workloads/registry.hpp"

#include "config/nearest.hpp"
#include "config/openquake_keys.hpp"
#include "workloads/command/command.hpp"
#include "workloads/import_csv/import_csv.hpp"
#include "workloads/points/points.hpp"
#include "workloads/psha/classical.hpp"
#include "workloads/psha/disaggregation.hpp"
#include "workloads/synthetic/synthetic.hpp"

#include <utility>
#include <vector>

namespace mtc {

namespace {

std::vector<WorkloadKind>& kinds()
{
    static std::vector<WorkloadKind> list{
        psha::classical_kind(), psha::disaggregation_kind(), command::kind(),   import_csv::kind(),
        points::julia_kind(),   points::mandelbrot_kind(),   synthetic::kind(),
    };
    return list;
}

} // namespace

std::span<const WorkloadKind> workload_kinds()
{
    return kinds();
}

void add_workload_kind(WorkloadKind kind)
{
    if (!kind.options || !kind.read || !kind.open)
        throw Error(text("workload '", kind.name, "' (options, read and open are needed)"));
    remove_workload_kind(kind.name);
    kinds().push_back(std::move(kind));
}

void remove_workload_kind(std::string_view name)
{
    std::erase_if(kinds(), [&](const WorkloadKind& present) { return present.name == name; });
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
