#include "workloads/psha/classical.hpp"

#include "workloads/psha/hazard/facts.hpp"
#include "workloads/psha/hazard/statistics.hpp"
#include "workloads/psha/hazard/tables.hpp"
#include "workloads/psha/hazard/unit_kernel.hpp"
#include "workloads/psha/hazard/weigh.hpp"
#include "workloads/psha/job/read.hpp"

#include <algorithm>

namespace mtc::psha {
namespace {

constexpr StageId weigh_stage{0};
constexpr StageId compute_stage{1};
constexpr StageId statistics_stage{2};

struct ClassicalSpace final : Workspace {
    explicit ClassicalSpace(const HazardContext& shared)
        : hazard{shared}
        , curves{shared}
    {}
    HazardSpace hazard;
    CurveSpace curves;
    std::vector<WeighRecord> records;
};

class Classical final : public Workload {
public:
    Classical(std::span<const std::byte> model, InstructionSet set)
        : hazard_{model, set}
        , weigh_units_{hazard_.model}
        , curve_units_{hazard_}
        , cost_kinds_{cost_kinds(hazard_.model)}
    {
        stages_ = {weighing(), computing(), combining()};
    }

    const std::vector<Stage>& stages() const override { return stages_; }

    std::vector<SourceInfo> sources(StageId stage) const override
    {
        std::vector<SourceInfo> list;
        if (stage == statistics_stage) {
            for (std::uint32_t b = 0; b < hazard_.blocks.size(); ++b)
                list.push_back({text("site block ", b), "curves"});
            return list;
        }
        const std::vector<std::string> ids = hazard_.model.reader.texts("source_ids");
        for (const SourceRecord& source : hazard_.model.sources)
            list.push_back({ids[source.id], std::string{kind_name(source.kind)}});
        return list;
    }

    SourceId source_of(UnitKey unit) const override
    {
        if (unit.stage == weigh_stage)
            return weigh_units_.source(unit.unit);
        if (unit.stage == compute_stage)
            return hazard_.units.source(unit.unit);
        return SourceId{curve_units_.sites(unit.unit, hazard_).block.value()};
    }

    std::vector<Parcel> parcels(StageId stage, const StageInputs& inputs) const override
    {
        std::vector<Parcel> list;
        if (stage == weigh_stage) {
            for (std::uint32_t s = 0; s < hazard_.model.sources.size(); ++s)
                list.push_back({SourceId{s}, BlockId::none(), CostClass{0}, weigh_units_.units(SourceId{s}),
                                static_cast<double>(n_atoms(hazard_.model, hazard_.model.sources[s])) *
                                    static_cast<double>(hazard_.model.sites.size())});
            return list;
        }
        if (stage == compute_stage) {
            const std::span<const std::byte> bytes = inputs.records(weigh_stage, DatasetId{0});
            std::vector<WeighRecord> records(bytes.size() / sizeof(WeighRecord));
            if (!records.empty())
                std::memcpy(records.data(), bytes.data(), bytes.size());
            return weighed_parcels(hazard_, cost_kinds_, records);
        }
        for (std::uint32_t b = 0; b < hazard_.blocks.size(); ++b)
            list.push_back(
                {SourceId{b}, BlockId{b}, CostClass{0}, curve_units_.units(BlockId{b}),
                 static_cast<double>(hazard_.blocks.span(BlockId{b}).count) *
                     static_cast<double>(hazard_.model.realizations.size() * hazard_.levels.cells())});
        return list;
    }

    void compute(UnitKey unit, const StageInputs& inputs, Workspace& workspace,
                 UnitResults& results) const override
    {
        auto& space = static_cast<ClassicalSpace&>(workspace);
        if (unit.stage == weigh_stage) {
            weigh(hazard_, weigh_units_.source(unit.unit), weigh_units_.items(unit.unit, hazard_.model),
                  space.hazard, space.records);
            results.records(DatasetId{0}, std::as_bytes(std::span{space.records}));
        } else if (unit.stage == compute_stage) {
            compute_unit(hazard_, hazard_.units.part(unit.unit), space.hazard, results);
        } else {
            compute_curves(hazard_, curve_units_.sites(unit.unit, hazard_), compute_stage, inputs,
                           space.curves, datasets_, results);
        }
    }

    std::unique_ptr<Workspace> make_workspace() const override
    {
        return std::make_unique<ClassicalSpace>(hazard_);
    }

    std::string describe(UnitKey unit) const override
    {
        if (unit.stage == statistics_stage) {
            const SiteRun run = curve_units_.sites(unit.unit, hazard_);
            return text("curves of sites ", run.first, " to ", run.first + run.count - 1);
        }
        const SourceId source = source_of(unit);
        const SourceRecord& record = hazard_.model.sources[source.value()];
        const std::string name = text("source ", hazard_.model.reader.texts("source_ids")[record.id], " (",
                                      kind_name(record.kind), ")");
        if (unit.stage == weigh_stage)
            return text(name, ", weighing");
        const UnitPart part = hazard_.units.part(unit.unit);
        const std::uint32_t first_site = hazard_.blocks.span(part.block).first + part.first_site;
        return text(name, ", ", atoms_of(record), " ", part.first_atom, " to ",
                    part.first_atom + part.n_atoms - 1, ", sites ", first_site, " to ",
                    first_site + part.n_sites - 1);
    }

    std::vector<Table> tables() const override { return hazard_tables(hazard_.model); }

    std::vector<Fact> facts() const override { return hazard_facts(hazard_.model); }

    std::uint64_t evaluations(const Workspace& workspace) const override
    {
        return static_cast<const ClassicalSpace&>(workspace).hazard.n_evaluations;
    }

private:
    static std::string_view atoms_of(const SourceRecord& source)
    {
        if (source.points.count > 0)
            return "magnitudes of points";
        return source.fault != no_index && source.ends == no_index ? "magnitudes" : "ruptures";
    }

    Stage weighing() const
    {
        Stage stage;
        stage.name = "weigh";
        stage.result = ResultKind::records;
        stage.destination = Destination::scheduler;
        stage.datasets = {{.path = "/weights",
                           .fields = {{.name = "source", .element = Element::uint32},
                                      {.name = "block", .element = Element::uint32},
                                      {.name = "n_contexts", .element = Element::float64}}}};
        stage.n_units = weigh_units_.n_units();
        stage.cost_classes = {{"magnitude or rupture x site", 1e-9}};
        return stage;
    }

    Stage computing() const
    {
        Stage stage;
        stage.name = "compute";
        stage.result = ResultKind::sums;
        stage.destination = Destination::owners;
        stage.reads = weigh_stage;
        stage.n_units = hazard_.units.n_units();
        stage.wide_sums = hazard_.model.job->wide_sums != 0;
        for (std::uint32_t b = 0; b < hazard_.blocks.size(); ++b)
            stage.block_cells.push_back(hazard_.blocks.span(BlockId{b}).count *
                                        hazard_.blocks.cells_per_site());
        const std::vector<std::string> trts = hazard_.model.reader.texts("trts");
        for (const CostKind& kind : cost_kinds_) {
            const GroupRecord& group = hazard_.model.groups[kind.group];
            stage.cost_classes.push_back({text(trts[group.trt], kind.has_surfaces ? " surfaces" : " points",
                                               " x ", group.group_models.count, " models"),
                                          kind.has_surfaces ? 2e-9 : 1e-9});
        }
        return stage;
    }

    Stage combining()
    {
        Stage stage;
        stage.name = "statistics";
        stage.result = ResultKind::rows;
        stage.destination = Destination::file;
        stage.placement = Placement::owner;
        stage.reads = compute_stage;
        stage.n_units = curve_units_.n_units();
        stage.cost_classes = {{"level x realization", 3e-9}};
        stage.datasets = {{.path = "/results/n_units",
                           .fields = {{.name = "", .element = Element::uint64}},
                           .n_rows = hazard_.model.sites.size(),
                           .axes = {"site"}}};
        datasets_.n_units = DatasetId{0};
        const std::size_t n_levels = hazard_.levels.n_levels;
        const std::size_t n_poes = hazard_.model.poes.size();
        const std::size_t n_statistics = hazard_.model.statistics.size();
        const std::size_t n_realizations = hazard_.model.realizations.size();
        const std::string poe = "probability of exceedance in investigation_time";
        const std::string level = "intensity measure level [g; PGV cm/s]; 0 where it is below all levels";
        const Element element = hazard_.model.job->float32_results != 0 ? Element::float32 : Element::float64;
        const auto add = [&](std::string path, std::vector<std::string> axes,
                             std::vector<std::uint64_t> inner, const std::string& meaning) {
            axes.insert(axes.begin(), "site");
            stage.datasets.push_back({.path = std::move(path),
                                      .fields = {{.name = "", .element = element, .meaning = meaning}},
                                      .n_rows = hazard_.model.sites.size(),
                                      .inner = std::move(inner),
                                      .axes = std::move(axes)});
            return DatasetId{static_cast<std::uint32_t>(stage.datasets.size() - 1)};
        };
        const std::uint64_t n_imt = hazard_.levels.n_imt;
        if (hazard_.model.job->individual_rlzs != 0) {
            datasets_.realizations = add("/results/hcurves_rlzs", {"realization", "imt", "level"},
                                         {n_realizations, n_imt, n_levels}, poe);
            if (n_poes > 0)
                datasets_.realization_maps = add("/results/hmaps_rlzs", {"realization", "imt", "poe"},
                                                 {n_realizations, n_imt, n_poes}, level);
        }
        if (n_statistics > 0) {
            datasets_.statistics = add("/results/hcurves_stats", {"statistic", "imt", "level"},
                                       {n_statistics, n_imt, n_levels}, poe);
            if (n_poes > 0)
                datasets_.statistic_maps = add("/results/hmaps_stats", {"statistic", "imt", "poe"},
                                               {n_statistics, n_imt, n_poes}, level);
        }
        return stage;
    }

    HazardContext hazard_;
    WeighUnits weigh_units_;
    CurveUnits curve_units_;
    std::vector<CostKind> cost_kinds_;
    std::vector<Stage> stages_;
    CurveDatasets datasets_;
};

ModelBytes read(const Config& config, Notes& notes)
{
    return with_units(read_model(config, notes));
}

std::unique_ptr<Workload> open(std::span<const std::byte> model, InstructionSet set)
{
    return std::make_unique<Classical>(model, set);
}

} // namespace

WorkloadKind classical_kind()
{
    return {"classical", "Classical probabilistic seismic hazard from an OpenQuake job", hazard_options, read,
            open};
}

} // namespace mtc::psha
