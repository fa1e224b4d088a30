#pragma once

#include "config/read.hpp"
#include "engine/results/results.hpp"
#include "simd/dispatch.hpp"
#include "workloads/psha/disagg/disagg_model.hpp"
#include "workloads/psha/disaggregation.hpp"

#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mtc::test {

using Overrides = std::vector<std::pair<std::string, std::string>>;

/// A job computed in this process, stage by stage.
class LocalRun {
public:
    explicit LocalRun(const std::filesystem::path& folder, const Overrides& overrides = {})
    {
        Notes notes;
        const auto options = [](const std::string&) -> const std::vector<Option>& {
            return psha::disagg_options();
        };
        model_ = psha::read_disagg_model(config::read_config(folder / "job.ini", overrides, options, notes),
                                         notes);
        workload_ = psha::disaggregation_kind().open(model_, simd::detected());
        const std::unique_ptr<Workspace> workspace = workload_->make_workspace();
        engine::Results results{workload_->stages()};
        for (std::uint32_t s = 0; s < workload_->stages().size(); ++s) {
            const Stage& stage = workload_->stages()[s];
            for (const Parcel& parcel : workload_->parcels(StageId{s}, results))
                for (auto unit = parcel.units.first.value(); unit < parcel.units.end().value(); ++unit) {
                    results.begin_unit({StageId{s}, UnitId{unit}});
                    workload_->compute({StageId{s}, UnitId{unit}}, results, *workspace, results);
                }
            if (stage.destination == Destination::scheduler || stage.destination == Destination::everyone)
                results.settle_records(StageId{s});
            if (stage.destination == Destination::file)
                for (std::uint32_t d = 0; d < stage.datasets.size(); ++d)
                    datasets_[stage.datasets[d].path] = results.pieces(StageId{s}, DatasetId{d}).in_order();
        }
    }

    [[nodiscard]] const ModelBytes& model() const noexcept { return model_; }
    [[nodiscard]] bool has(const std::string& path) const { return datasets_.contains(path); }
    template <class T = double>
    [[nodiscard]] std::vector<T> dataset(const std::string& path) const
    {
        const std::vector<std::byte>& bytes = datasets_.at(path);
        std::vector<T> values(bytes.size() / sizeof(T));
        std::memcpy(values.data(), bytes.data(), bytes.size());
        return values;
    }

private:
    ModelBytes model_;
    std::unique_ptr<Workload> workload_;
    std::map<std::string, std::vector<std::byte>> datasets_;
};

} // namespace mtc::test
