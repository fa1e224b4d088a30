#include "commands/plan/open_input.hpp"

#include "config/job_archive.hpp"
#include "config/read.hpp"
#include "simd/dispatch.hpp"
#include "workloads/registry.hpp"

#include <ostream>

namespace mtc::commands {

OpenInput open_input(const std::string& file,
                     const std::vector<std::pair<std::string, std::string>>& settings, std::ostream& messages)
{
    Notes notes;
    const auto options = [](const std::string& mode) -> const std::vector<Option>& {
        return workload_kind(mode).options();
    };
    const config::JobArchive job{file};
    Config config = config::read_config(job.input_file(), settings, options, notes);
    const WorkloadKind& kind = workload_kind(config.text("calculation_mode"));
    ModelBytes model = kind.read(config, notes);
    for (const std::string& warning : notes.warnings)
        messages << "warning: " << warning << '\n';
    for (const std::string& remark : notes.remarks)
        messages << "note: " << remark << '\n';
    std::unique_ptr<Workload> workload = kind.open(model, simd::detected());
    return {std::move(config), kind, std::move(model), std::move(workload)};
}

void weigh(const Workload& workload, StageId stage, engine::Results& results, Workspace& workspace)
{
    if (workload.stages()[stage.value()].destination != Destination::scheduler)
        return;
    for (const Parcel& parcel : workload.parcels(stage, results))
        for (auto unit = parcel.units.first.value(); unit < parcel.units.end().value(); ++unit) {
            results.begin_unit({stage, UnitId{unit}});
            workload.compute({stage, UnitId{unit}}, results, workspace, results);
        }
    results.settle_records(stage);
}

} // namespace mtc::commands
