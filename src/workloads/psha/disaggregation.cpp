#include "workloads/psha/disaggregation.hpp"

#include "workloads/psha/classical.hpp"
#include "workloads/psha/disagg/disagg_tables.hpp"
#include "workloads/psha/disagg/marginals.hpp"
#include "workloads/psha/disagg/unit_cells.hpp"
#include "workloads/psha/hazard/unit_kernel.hpp"

#include <algorithm>

namespace mtc::psha {
namespace {

// The stages of the hazard job come first, with their own numbers.
constexpr StageId compute_stage{1};
constexpr StageId levels_stage{3};
constexpr StageId cells_stage{4};
constexpr StageId marginals_stage{5};

struct DisaggSpace final : Workspace {
    DisaggSpace(std::unique_ptr<Workspace> of_classical, const HazardContext& shared,
                const CellLayout& layout)
        : classical{std::move(of_classical)}
        , hazard{shared}
        , curves{shared}
        , cells{shared, layout}
    {}
    std::unique_ptr<Workspace> classical;
    HazardSpace hazard;
    CurveSpace curves;
    CellSpace cells;
    MarginalSpace marginals;
};

class Disaggregation final : public Workload {
public:
    Disaggregation(std::span<const std::byte> model, InstructionSet set)
        : disagg_{model}
        , classical_{classical_kind().open(disagg_.hazard, set)}
        , hazard_{disagg_.hazard, set}
        , layout_{hazard_, disagg_}
        , bands_{hazard_.exceedance,
                 {disagg_.eps_edges.begin(), disagg_.eps_edges.end()},
                 disagg_.job->epsilon_star != 0}
        , stages_{classical_->stages()}
    {
        stages_.push_back(choosing());
        stages_.push_back(taking_apart());
        stages_.push_back(adding_up());
    }

    const std::vector<Stage>& stages() const override { return stages_; }

    std::vector<SourceInfo> sources(StageId stage) const override
    {
        if (stage < levels_stage)
            return classical_->sources(stage);
        if (stage == cells_stage)
            return classical_->sources(compute_stage);
        std::vector<SourceInfo> list;
        const std::size_t n = stage == levels_stage ? hazard_.blocks.size() : hazard_.model.sites.size();
        for (std::size_t i = 0; i < n; ++i)
            list.push_back({text(stage == levels_stage ? "site block " : "site ", i), "tables"});
        return list;
    }

    SourceId source_of(UnitKey unit) const override
    {
        if (unit.stage < levels_stage)
            return classical_->source_of(unit);
        if (unit.stage == cells_stage)
            return hazard_.units.source(unit.unit);
        return SourceId{static_cast<std::uint32_t>(unit.unit.value())};
    }

    std::vector<Parcel> parcels(StageId stage, const StageInputs& inputs) const override
    {
        if (stage < levels_stage)
            return classical_->parcels(stage, inputs);
        if (stage == cells_stage) {
            refuse_zero_hazard(inputs);
            return classical_->parcels(compute_stage, inputs); // the same units again
        }
        const bool by_block = stage == levels_stage;
        const auto n =
            static_cast<std::uint32_t>(by_block ? hazard_.blocks.size() : hazard_.model.sites.size());
        std::vector<Parcel> list;
        for (std::uint32_t i = 0; i < n; ++i)
            list.push_back(
                {SourceId{i},
                 BlockId{i},
                 CostClass{0},
                 {UnitId{i}, 1},
                 by_block ? static_cast<double>(hazard_.blocks.span(BlockId{i}).count *
                                                hazard_.model.realizations.size() * hazard_.levels.cells())
                          : static_cast<double>(layout_.per_site() * disagg_.job->n_chosen)});
        return list;
    }

    void compute(UnitKey unit, const StageInputs& inputs, Workspace& workspace,
                 UnitResults& results) const override
    {
        auto& space = static_cast<DisaggSpace&>(workspace);
        if (unit.stage < levels_stage)
            return classical_->compute(unit, inputs, *space.classical, results);
        if (unit.stage == levels_stage)
            return choose_levels(hazard_, disagg_, BlockId{static_cast<std::uint32_t>(unit.unit.value())},
                                 compute_stage, inputs, space.curves, results);
        const ChosenView chosen{disagg_, inputs, levels_stage, hazard_.levels.n_imt};
        if (unit.stage == cells_stage) {
            const UnitPart part = hazard_.units.part(unit.unit);
            UnitCells cells{hazard_, disagg_, layout_, bands_, chosen, part, space.hazard, space.cells};
            add_unit(hazard_, part, space.hazard, cells);
            return cells.give(results);
        }
        compute_marginals(hazard_, disagg_, layout_, chosen, static_cast<std::uint32_t>(unit.unit.value()),
                          cells_stage, inputs, space.marginals, datasets_, results);
    }

    std::unique_ptr<Workspace> make_workspace() const override
    {
        return std::make_unique<DisaggSpace>(classical_->make_workspace(), hazard_, layout_);
    }

    std::string describe(UnitKey unit) const override
    {
        if (unit.stage < levels_stage)
            return classical_->describe(unit);
        if (unit.stage == cells_stage)
            return text(classical_->describe({compute_stage, unit.unit}), ", taken apart");
        return text(unit.stage == levels_stage ? "levels of site block " : "tables of site ",
                    unit.unit.value());
    }

    std::vector<Table> tables() const override
    {
        std::vector<Table> list = classical_->tables();
        for (Table& table : disagg_tables(disagg_, hazard_.model))
            list.push_back(std::move(table));
        return list;
    }

    std::vector<Fact> facts() const override
    {
        std::vector<Fact> list = classical_->facts();
        list.push_back(disagg_fact(disagg_));
        return list;
    }

    std::uint64_t evaluations(const Workspace& workspace) const override
    {
        const auto& space = static_cast<const DisaggSpace&>(workspace);
        return classical_->evaluations(*space.classical) + space.hazard.n_evaluations;
    }

private:
    void refuse_zero_hazard(const StageInputs& inputs) const
    {
        const ChosenView chosen{disagg_, inputs, levels_stage, hazard_.levels.n_imt};
        const auto is_zero = [](double level) { return level == 0.0; };
        if (!chosen.empty() && std::ranges::all_of(chosen.all_levels(), is_zero))
            throw InputError(
                "Cannot do any disaggregation: zero hazard (no curve reaches any of poes_disagg)");
    }

    Stage choosing() const
    {
        Stage stage;
        stage.name = "levels";
        stage.result = ResultKind::records;
        stage.destination = Destination::everyone;
        stage.placement = Placement::owner;
        stage.reads = compute_stage;
        stage.n_units = hazard_.blocks.size();
        stage.datasets = chosen_datasets(disagg_, hazard_.levels.n_imt);
        stage.cost_classes = {{"level x realization", 1e-8}};
        return stage;
    }

    Stage taking_apart() const
    {
        Stage stage = stages_[compute_stage.value()];
        stage.name = "disaggregate";
        stage.reads = levels_stage;
        stage.block_cells.assign(hazard_.model.sites.size(), layout_.per_site());
        for (CostClassInfo& cost_class : stage.cost_classes)
            cost_class.seconds_per_weight *=
                20.0 * static_cast<double>(layout_.n_poe) / static_cast<double>(hazard_.levels.n_levels);
        return stage;
    }

    Stage adding_up()
    {
        Stage stage;
        stage.name = "marginals";
        stage.result = ResultKind::rows;
        stage.destination = Destination::file;
        stage.placement = Placement::owner;
        stage.reads = cells_stage;
        stage.n_units = hazard_.model.sites.size();
        stage.datasets = marginal_datasets(hazard_, disagg_, datasets_);
        stage.cost_classes = {{"cell x realization", 5e-9}};
        return stage;
    }

    DisaggView disagg_;
    std::unique_ptr<Workload> classical_;
    HazardContext hazard_;
    CellLayout layout_;
    EpsilonBands bands_;
    std::vector<Stage> stages_;
    MarginalDatasets datasets_;
};

std::unique_ptr<Workload> open(std::span<const std::byte> model, InstructionSet set)
{
    return std::make_unique<Disaggregation>(model, set);
}

} // namespace

WorkloadKind disaggregation_kind()
{
    return {"disaggregation", "Which ruptures the hazard of an OpenQuake job comes from", disagg_options,
            read_disagg_model, open};
}

} // namespace mtc::psha
