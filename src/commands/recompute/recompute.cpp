#include "commands/recompute/recompute.hpp"

#include "commands/recompute/recompute_plan.hpp"
#include "durable/checkpoint.hpp"
#include "h5/disk.hpp"
#include "output/schema.hpp"
#include "output/writer.hpp"
#include "perf/clock.hpp"
#include "perf/recorder.hpp"
#include "simd/dispatch.hpp"
#include "workloads/psha/hazard/over_realizations.hpp"
#include "workloads/psha/keys/statistics_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <optional>

#include <unistd.h>

namespace mtc::commands {

namespace {

using output::Reader;

/// Where the sums of a calculation saturate: exp(-37) is 0 beside 1.
constexpr double largest_hazard = 37.0;

/// What rank 0 tells the others before they begin.
struct Summary {
    ExitStatus status = ExitStatus::complete;
    std::uint32_t nothing_to_do = 0;
    std::uint64_t model_bytes = 0;
    std::uint64_t output_bytes = 0;
};

/// Values of this rank's sites, of one dataset of the new output, as they are stored.
class Column {
public:
    Column(Dataset dataset, bool is_narrow)
        : dataset_{std::move(dataset)}
        , is_narrow_{is_narrow}
    {
        dataset_.fields.front().element = is_narrow ? Element::float32 : Element::float64;
    }
    void append(std::span<const double> values)
    {
        if (!is_narrow_)
            return append_bytes(std::as_bytes(values));
        const std::vector<float> narrow(values.begin(), values.end());
        append_bytes(std::as_bytes(std::span{narrow}));
    }
    void write(output::Writer& writer, std::uint64_t first_site) const
    {
        const h5::RowPiece piece{first_site, bytes_};
        writer.write_rows(dataset_, {&piece, 1});
    }

private:
    void append_bytes(std::span<const std::byte> bytes)
    {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    Dataset dataset_;
    bool is_narrow_;
    std::vector<std::byte> bytes_;
};

/// The datasets of the new output, and how they follow from realization curves.
class Statistics {
public:
    Statistics(const HazardTables& tables, const Dataset& curves, const RecomputeModel& model)
        : tables_{tables}
        , model_{model}
        , over_{records(tables)}
        , n_cells_{tables.imts.size() * tables.n_levels}
        , values_(tables.realizations.size())
        , statistics_(model.statistics.size() * n_cells_)
    {
        const bool is_narrow = model.flags->float32_results != 0;
        const auto make = [&](std::string_view path, std::uint64_t n_kinds, const char* axis, bool is_map) {
            Dataset dataset = curves;
            dataset.path = path;
            dataset.inner = {n_kinds, tables.imts.size(), is_map ? model.poes.size() : tables.n_levels};
            dataset.axes = {"site", axis, "imt", is_map ? "poe" : "level"};
            if (is_map)
                dataset.fields.front().meaning =
                    "intensity measure level [g; PGV cm/s]; 0 where it is below all levels";
            return Column{std::move(dataset), is_narrow};
        };
        const auto n_rlzs = tables.realizations.size();
        if (model.flags->individual_rlzs != 0) {
            realization_curves_ = make(output::path::hcurves_rlzs, n_rlzs, "realization", false);
            if (!model.poes.empty())
                realization_maps_ = make(output::path::hmaps_rlzs, n_rlzs, "realization", true);
        }
        if (!model.statistics.empty()) {
            statistic_curves_ =
                make(output::path::hcurves_stats, model.statistics.size(), "statistic", false);
            if (!model.poes.empty())
                statistic_maps_ = make(output::path::hmaps_stats, model.statistics.size(), "statistic", true);
        }
    }

    /// \param curves [realization][imt][level] of the next site
    void add_site(std::span<const double> curves)
    {
        const bool use_rates = model_.flags->use_rates != 0;
        for (std::size_t c = 0; c < n_cells_; ++c) {
            for (std::size_t r = 0; r < values_.size(); ++r) {
                const double poe = curves[r * n_cells_ + c];
                values_[r] = use_rates ? std::min(-std::log1p(-poe), largest_hazard) : poe;
            }
            for (std::size_t s = 0; s < model_.statistics.size(); ++s) {
                const double value = over_.statistic(model_.statistics[s], values_);
                statistics_[s * n_cells_ + c] = use_rates ? -std::expm1(-value) : value;
            }
        }
        if (realization_curves_)
            realization_curves_->append(curves);
        if (realization_maps_)
            realization_maps_->append(maps(curves));
        if (statistic_curves_)
            statistic_curves_->append(statistics_);
        if (statistic_maps_)
            statistic_maps_->append(maps(statistics_));
    }

    void write(output::Writer& writer, std::uint64_t first_site) const
    {
        for (const auto* column :
             {&realization_curves_, &realization_maps_, &statistic_curves_, &statistic_maps_})
            if (*column)
                (*column)->write(writer, first_site);
    }

private:
    static std::vector<psha::RealizationRecord> records(const HazardTables& tables)
    {
        std::vector<psha::RealizationRecord> list;
        for (const RealizationRow& row : tables.realizations)
            list.push_back({.weight = row.weight, .group_models = {}});
        return list;
    }

    /// \param curves [n][imt][level]  \returns [n][imt][poe]
    std::span<const double> maps(std::span<const double> curves)
    {
        maps_.clear();
        for (std::size_t first = 0; first < curves.size(); first += n_cells_)
            for (std::size_t i = 0; i < tables_.imts.size(); ++i)
                for (const double poe : model_.poes) {
                    const std::size_t n = tables_.imts[i].n_levels;
                    maps_.push_back(
                        psha::map_value(curves.subspan(first + i * tables_.n_levels, n),
                                        std::span{tables_.levels}.subspan(i * tables_.n_levels, n), poe));
                }
        return maps_;
    }

    const HazardTables& tables_;
    const RecomputeModel& model_;
    psha::OverRealizations over_;
    std::size_t n_cells_;
    std::vector<double> values_;     ///< [realization] of one cell
    std::vector<double> statistics_; ///< [statistic][imt][level] of one site
    std::vector<double> maps_;
    std::optional<Column> realization_curves_;
    std::optional<Column> realization_maps_;
    std::optional<Column> statistic_curves_;
    std::optional<Column> statistic_maps_;
};

/// Tables that say what was computed: those of the earlier output, and the statistics and poes of the job.
std::vector<Table> tables_of(const Reader& reader, const RecomputeModel& model)
{
    std::vector<Table> tables;
    for (const std::string_view path :
         {output::path::sites, output::path::custom_site_ids, output::path::imts, output::path::levels,
          output::path::realizations, output::path::n_units})
        if (reader.has(path))
            tables.push_back(reader.table(path));
    if (!model.statistics.empty()) {
        struct Name {
            std::string value;
        };
        std::vector<Name> names;
        for (const psha::StatisticRecord& statistic : model.statistics)
            names.push_back({psha::statistic_name(statistic)});
        static const auto layout = output::RowLayout<Name>{}.add("", &Name::value, "");
        tables.push_back(layout.table(output::path::statistics, std::span<const Name>{names}, "statistic"));
    }
    if (!model.poes.empty()) {
        struct Poe {
            double value = 0.0;
        };
        std::vector<Poe> poes;
        for (const double poe : model.poes)
            poes.push_back({poe});
        static const auto layout =
            output::RowLayout<Poe>{}.add("", &Poe::value, "probability of exceedance in investigation_time");
        tables.push_back(layout.table(output::path::poes, std::span<const Poe>{poes}, "poe"));
    }
    return tables;
}

/// Reads on rank 0 and tells the others. \param[out] plan  on rank 0 whole, elsewhere its model and output
Summary read_together(const mpi::Communicator& world, const engine::RunArguments& arguments,
                      const std::filesystem::path& earlier, std::optional<RecomputePlan>& plan,
                      ModelBytes& model, std::string& output)
{
    Summary summary;
    if (world.rank() == 0) {
        try {
            Notes notes;
            plan.emplace(plan_recompute(arguments, earlier, notes));
            for (const std::string& warning : notes.warnings)
                std::cerr << "warning: " << warning << '\n';
            for (const std::string& remark : notes.remarks)
                std::cerr << "note: " << remark << '\n';
            summary.nothing_to_do = plan->nothing_to_do ? 1 : 0;
            if (plan->nothing_to_do)
                std::cerr << plan->output.string() << " is complete and of this very input: nothing to do\n";
            else
                h5::check_creatable(plan->output.string() + ".part");
            model = plan->model;
            output = plan->output.string();
        } catch (const InputError& error) {
            std::cerr << "mtc: " << error.what() << '\n';
            summary.status = ExitStatus::bad_input;
        } catch (const std::exception& error) {
            std::cerr << "mtc: " << error.what() << '\n';
            summary.status = ExitStatus::failed;
        }
        summary.model_bytes = model.size();
        summary.output_bytes = output.size();
    }
    world.broadcast(std::as_writable_bytes(std::span{&summary, 1}), 0);
    model.resize(summary.model_bytes);
    output.resize(summary.output_bytes);
    world.broadcast(model, 0);
    world.broadcast(std::as_writable_bytes(std::span{output}), 0);
    return summary;
}

output::RunInfo info_of(const RecomputePlan& plan, const std::filesystem::path& earlier)
{
    const Reader reader{earlier};
    output::RunInfo info = output::run_info_of(plan.config);
    info.input_file = plan.input_name;
    info.calculation_mode = reader.attribute("calculation_mode");
    info.description =
        plan.config.has("description") ? plan.config.text("description") : reader.attribute("description");
    info.instruction_set = reader.attribute("instruction_set");
    info.input_hash = plan.input_hash;
    info.configuration.push_back({"hazard_calculation", earlier.string(), "--hc"});
    std::ranges::sort(info.configuration, {}, &output::ConfigurationRow::key);
    return info;
}

/// What the records of calculations keep of it.
engine::RunFacts facts_of(const RecomputePlan& plan, const std::filesystem::path& earlier, int n_ranks)
{
    const output::RunInfo info = info_of(plan, earlier);
    engine::RunFacts facts;
    facts.run_id = durable::new_incarnation();
    facts.calculation_mode = info.calculation_mode;
    facts.description = info.description;
    facts.input = info.input_file;
    facts.output = plan.output.string();
    facts.input_hash = plan.input_hash_value;
    facts.n_ranks = n_ranks;
    for (const output::ConfigurationRow& row : info.configuration)
        if (row.origin != "default")
            facts.keys_given += text(row.key, " = ", row.value, "\n");
    return facts;
}

} // namespace

ExitStatus recompute(const mpi::Communicator& world, const engine::RunArguments& arguments,
                     const std::filesystem::path& earlier)
{
    perf::Recorder recorder;
    recorder.rank().rank = world.rank();
    perf::set_origin(perf::steady_s());
    std::optional<RecomputePlan> plan;
    ModelBytes bytes;
    std::string output;
    const Summary summary = read_together(world, arguments, earlier, plan, bytes, output);
    if (summary.status != ExitStatus::complete || summary.nothing_to_do != 0)
        return summary.status;

    if (plan && arguments.begun)
        arguments.begun(facts_of(*plan, earlier, world.size()));

    const RecomputeModel model{bytes};
    const Reader reader{earlier};
    const HazardTables tables{reader};
    const Dataset curves = realization_curves(reader, tables);
    recorder.rank().reading_s = perf::now_s();

    const auto share = [&](int rank) {
        return tables.sites.size() * static_cast<std::uint64_t>(rank) /
               static_cast<std::uint64_t>(world.size());
    };
    const std::uint64_t first_site = share(world.rank());
    const std::uint64_t end_site = share(world.rank() + 1);
    const std::uint64_t n_rlzs = tables.realizations.size();
    const std::uint64_t site_values = n_rlzs * tables.imts.size() * tables.n_levels;
    const std::uint64_t block = std::max<std::uint64_t>(rows_block_bytes / (site_values * sizeof(double)), 1);
    Statistics statistics{tables, curves, model};
    {
        const perf::Recorder::Scope scope{recorder, "compute"};
        std::vector<double> values;
        for (std::uint64_t first = first_site; first < end_site; first += block) {
            const std::uint64_t n = std::min(block, end_site - first);
            read_values(reader, curves, first, n, 0, n_rlzs, values);
            for (std::uint64_t site = 0; site < n; ++site)
                statistics.add_site(std::span{values}.subspan(site * site_values, site_values));
        }
    }
    const double computed_s = perf::now_s();
    recorder.rank().busy_s = computed_s - recorder.rank().reading_s;
    recorder.rank().n_units = end_site - first_site;
    recorder.add_units(StageId{0}, SourceId{0}, end_site - first_site, recorder.rank().busy_s);

    try {
        output::Writer writer{world, output, plan ? info_of(*plan, earlier) : output::RunInfo{}};
        for (const Table& table : tables_of(reader, model))
            writer.write_table(&table);
        statistics.write(writer, first_site);
        perf::describe_host(recorder.rank());
        recorder.rank().memory_peak_mb = perf::peak_resident_mb();
        recorder.rank().total_s = perf::now_s();
        recorder.rank().writing_s = recorder.rank().total_s - computed_s;
        writer.write_performance(recorder.tables(),
                                 std::vector<output::StageDescription>{
                                     {"statistics", {"level x realization"}, {{"all sites", "curves"}}}});
        writer.finish();
    } catch (const IoError& error) { // the same on every rank
        if (world.rank() == 0)
            std::cerr << "mtc: " << error.what() << std::endl;
        // HDF5 may still hold a file that cannot be closed, and MPI_Finalize would fall over it.
        world.barrier();
        _exit(static_cast<int>(ExitStatus::failed));
    }
    if (world.rank() == 0)
        std::cerr << fmt::format("{} written, {:.2f} s in all\n", output, perf::now_s());
    return ExitStatus::complete;
}

} // namespace mtc::commands
