#include "workloads/import_csv/import_csv.hpp"

#include "workloads/import_csv/categories_stage.hpp"
#include "workloads/import_csv/copy_text.hpp"
#include "workloads/import_csv/import_datasets.hpp"
#include "workloads/import_csv/import_model.hpp"
#include "workloads/import_csv/import_space.hpp"
#include "workloads/import_csv/marks.hpp"

#include <algorithm>
#include <cstring>

namespace mtc::import_csv {
namespace {

enum class Role { lines, categories, staging, import, publishing };

/// First guesses. [s/byte]
constexpr double counting_s = 1e-10;
constexpr double gathering_s = 2e-9;
constexpr double importing_s = 1.5e-9;
constexpr double loading_s = 1.5e-8;

class ImportCsv final : public Workload {
public:
    explicit ImportCsv(std::span<const std::byte> model)
        : model_{model}
        , datasets_{import_datasets(model_)}
    {
        if (model_.job().dialect.quoted_newlines != 0 || model_.job().rejects != 0)
            add_stage(Role::lines, counting());
        if (!datasets_.categories.empty())
            add_stage(Role::categories, gathering());
        if (model_.to_database())
            add_stage(Role::staging, once("staging", Destination::everyone, "state"));
        add_stage(Role::import, importing());
        if (model_.to_database())
            add_stage(Role::publishing, once("publishing", Destination::everyone, "done"));
    }

    const std::vector<Stage>& stages() const override { return stages_; }

    std::vector<SourceInfo> sources(StageId stage) const override
    {
        if (!by_file(stage))
            return {{"all files", stages_[stage.value()].name}};
        std::vector<SourceInfo> list;
        for (std::size_t f = 0; f < model_.files().size(); ++f)
            list.push_back({model_.path(f), "file"});
        return list;
    }

    SourceId source_of(UnitKey unit) const override
    {
        if (!by_file(unit.stage))
            return SourceId{0};
        return SourceId{static_cast<std::uint32_t>(model_.file_of(unit.unit.value()))};
    }

    std::vector<Parcel> parcels(StageId stage, const StageInputs&) const override
    {
        if (!by_file(stage))
            return {{SourceId{0}, BlockId::none(), CostClass{0},
                     UnitRange{UnitId{0}, stages_[stage.value()].n_units},
                     static_cast<double>(model_.n_bytes())}};
        std::vector<Parcel> list;
        for (std::uint32_t f = 0; f < model_.files().size(); ++f) {
            const FileInfo& file = model_.files()[f];
            list.push_back({SourceId{f}, BlockId::none(), CostClass{0},
                            UnitRange{UnitId{file.first_range}, file.n_ranges},
                            static_cast<double>(file.n_bytes + 1)});
        }
        return list;
    }

    void compute(UnitKey unit, const StageInputs& inputs, Workspace& workspace,
                 UnitResults& results) const override
    {
        auto& space = static_cast<ImportSpace&>(workspace);
        switch (roles_[unit.stage.value()]) {
        case Role::lines: {
            const std::uint64_t range = unit.unit.value();
            const RangeCounts counts =
                count_range(space.file_of(model_, range), model_.range(range), model_.job().dialect);
            results.records(DatasetId{0}, std::as_bytes(std::span{&counts, 1}));
            return;
        }
        case Role::categories:
            prepare(space, inputs, false);
            gather_categories(model_, datasets_.categories, unit.unit.value(), space, results);
            return;
        case Role::staging: {
            const LoadState state = begin_load(model_.load(), model_.columns());
            results.records(DatasetId{0}, std::as_bytes(std::span{&state, 1}));
            return;
        }
        case Role::import:
            prepare(space, inputs, true);
            import_range(unit.unit.value(), inputs, space, results);
            return;
        case Role::publishing: {
            end_load(model_.load(), model_.columns(), model_.n_ranges());
            constexpr LoadState done{};
            results.records(DatasetId{0}, std::as_bytes(std::span{&done, 1}));
            return;
        }
        }
    }

    std::unique_ptr<Workspace> make_workspace() const override
    {
        return std::make_unique<ImportSpace>(model_);
    }

    std::string describe(UnitKey unit) const override
    {
        if (!by_file(unit.stage))
            return text(stages_[unit.stage.value()].name, ", part ", unit.unit.value());
        const ByteRange range = model_.range(unit.unit.value());
        return text(model_.path(model_.file_of(unit.unit.value())), ", bytes ", range.begin, "-", range.end);
    }

    std::vector<Table> tables() const override { return {files_table(model_)}; }

    std::vector<Fact> facts() const override
    {
        return {{"files", text(model_.files().size(), " (", model_.n_bytes(), " bytes, about ",
                               model_.job().n_lines, " lines)")},
                {"columns", text(model_.columns().size(), " of ", model_.job().n_fields)}};
    }

private:
    void add_stage(Role role, Stage stage)
    {
        if (!stages_.empty()) // what it needs is at every rank
            stage.reads = StageId{static_cast<std::uint32_t>(stages_.size() - 1)};
        stage.result = ResultKind::records;
        stages_.push_back(std::move(stage));
        roles_.push_back(role);
    }

    Stage counting() const
    {
        Stage stage;
        stage.name = "lines";
        stage.destination = Destination::everyone;
        stage.n_units = model_.n_ranges();
        stage.datasets = {{.path = "counts",
                           .fields = {{.name = "newlines", .element = Element::uint64},
                                      {.name = "quotes", .element = Element::uint64}}}};
        stage.cost_classes = {{"byte", counting_s}};
        return stage;
    }

    Stage gathering() const
    {
        Stage stage;
        stage.name = "categories";
        stage.destination = Destination::everyone;
        stage.n_units = n_category_units(model_);
        for (const CategoryDatasets& category : datasets_.categories)
            stage.datasets.push_back(category.list);
        stage.cost_classes = {{"byte", gathering_s}};
        return stage;
    }

    /// One unit, on whichever rank.
    static Stage once(const char* name, Destination destination, const char* what)
    {
        Stage stage;
        stage.name = name;
        stage.destination = destination;
        stage.n_units = 1;
        stage.datasets = {{.path = what, .fields = {{.name = "", .element = Element::uint32, .extent = 2}}}};
        static_assert(sizeof(LoadState) == 2 * sizeof(std::uint32_t));
        stage.cost_classes = {{"step", 1e-9}};
        return stage;
    }

    [[nodiscard]] bool by_file(StageId stage) const
    {
        return roles_[stage.value()] == Role::lines || roles_[stage.value()] == Role::import;
    }

    Stage importing() const
    {
        Stage stage;
        stage.name = "import";
        stage.destination = Destination::file;
        stage.n_units = model_.n_ranges();
        stage.datasets = datasets_.all;
        stage.starts = false; // parts tell
        stage.sleeps = model_.to_database();
        stage.cost_classes = {{"byte", model_.to_database() ? loading_s : importing_s}};
        return stage;
    }

    [[nodiscard]] StageId stage_of(Role role) const
    {
        const auto found = std::ranges::find(roles_, role);
        return found == roles_.end() ? StageId::none()
                                     : StageId{static_cast<std::uint32_t>(found - roles_.begin())};
    }

    /// What stages before have found, once.
    void prepare(ImportSpace& space, const StageInputs& inputs, bool with_categories) const
    {
        if (const StageId lines = stage_of(Role::lines); !lines.is_none() && !space.states) {
            const std::span<const std::byte> bytes = inputs.records(lines, DatasetId{0});
            space.states.emplace(model_, std::span{reinterpret_cast<const RangeCounts*>(bytes.data()),
                                                   bytes.size() / sizeof(RangeCounts)});
        }
        if (with_categories)
            take_categories(datasets_.categories, stage_of(Role::categories), inputs, space);
    }

    void import_range(std::uint64_t range, const StageInputs& inputs, ImportSpace& space,
                      UnitResults& results) const
    {
        const Job& job = model_.job();
        const CsvFile& file = space.file_of(model_, range);
        ByteRange bytes = model_.range(range);
        bytes.in_quotes = space.states && space.states->in_quotes(range);
        const RangeText text = space.reader.read(file, bytes, model_.job().dialect);
        space.converter.clear();
        space.bad.clear();
        space.copy_text.clear();
        std::uint64_t n_rows = 0;
        for (std::size_t at = 0; at < text.stop;) {
            at = space.splitter.split(text.text, at, text.stop, space.batch, space.bad);
            space.converter.append(text.text, space.batch, space.bad);
            n_rows += space.batch.n_rows;
            if (!space.bad.empty() && job.rejects == 0)
                stop_at(text, range, space);
            if (model_.to_database()) {
                space.converter.clear(); // that they are values was all to know
                append_copy_text(text.text, space.batch, model_.columns(), job.dialect, job.n_fields,
                                 space.copy_text);
            }
        }
        if (model_.to_database())
            load(range, n_rows, inputs, space);
        else
            for (std::uint32_t c = 0; c < model_.columns().size(); ++c)
                if (const auto values = space.converter.values(c).bytes(); !values.empty())
                    results.records(DatasetId{c}, values);
        if (range == 0)
            for (const CategoryDatasets& category : datasets_.categories)
                if (const auto names = category_names(category, space); !names.empty())
                    results.records(category.names, names);
        const PartRow part{.first_byte = bytes.begin,
                           .n_rows = n_rows,
                           .n_rejected = space.bad.size(),
                           .file = static_cast<std::uint32_t>(model_.file_of(range))};
        pack(part, space.records);
        results.records(datasets_.parts, space.records);
        if (!space.bad.empty()) {
            pack_rejects(text, range, space);
            results.records(datasets_.rejects, space.records);
        }
    }

    void load(std::uint64_t range, std::uint64_t n_rows, const StageInputs& inputs,
              const ImportSpace& space) const
    {
        LoadState state;
        const std::span<const std::byte> bytes = inputs.records(stage_of(Role::staging), DatasetId{0});
        if (bytes.size() != sizeof state)
            throw ComputeError("what the beginning of the load has found is not there");
        std::memcpy(&state, bytes.data(), sizeof state);
        load_unit(model_.load(), state, model_.columns(), range, n_rows, model_.job().dialect.delimiter,
                  [&space](const CopySink& put) { put(space.copy_text); });
    }

    /// \throws ComputeError  naming file and line of the first bad record
    [[noreturn]] void stop_at(const RangeText& range_text, std::uint64_t range,
                              const ImportSpace& space) const
    {
        const BadRecord& first = *std::ranges::min_element(space.bad, {}, &BadRecord::begin);
        std::uint64_t line = 1;
        for_each_piece(space.file, 0, range_text.offset + first.begin,
                       [&](std::span<const char> piece) { line += count(piece, '\n'); });
        throw ComputeError(text(model_.path(model_.file_of(range)), ":", line, ": ", first.why,
                                ". bad_lines = reject puts such lines into a table"));
    }

    void pack_rejects(const RangeText& range_text, std::uint64_t range, ImportSpace& space) const
    {
        std::ranges::sort(space.bad, {}, &BadRecord::begin);
        const std::uint64_t begin = model_.range(range).begin;
        std::uint64_t line = space.states->lines_before(range) + 1;
        if (range_text.offset > begin) // the last record of the range before ends in this one
            for_each_piece(space.file, begin, range_text.offset,
                           [&](std::span<const char> piece) { line += count(piece, '\n'); });
        else if (range_text.offset < begin)
            throw ComputeError("a range of a file begins before itself");
        space.records.clear();
        std::size_t counted = 0;
        for (const BadRecord& bad : space.bad) {
            line += count({range_text.text.data() + counted, bad.begin - counted}, '\n');
            counted = bad.begin;
            append({.file = static_cast<std::uint32_t>(model_.file_of(range)), .line = line, .why = bad.why},
                   range_text.text.substr(bad.begin, bad.end - bad.begin), space.records);
        }
    }

    ImportModel model_;
    ImportDatasets datasets_;
    std::vector<Stage> stages_;
    std::vector<Role> roles_; ///< [n_stage]
};

std::unique_ptr<Workload> open(std::span<const std::byte> model, InstructionSet)
{
    return std::make_unique<ImportCsv>(model);
}

} // namespace

WorkloadKind kind()
{
    return {"import_csv", "CSV files to typed columns", options, read_model, open};
}

} // namespace mtc::import_csv
