#pragma once

#include "mtc/config.hpp"
#include "mtc/error.hpp"
#include "mtc/flat.hpp"
#include "mtc/types.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file
/// The one interface between the engine and what is computed. A workload never sees MPI, ranks, clocks or the
/// output file: it lists stages, sources and units, computes a unit, and names its results. The engine
/// decides who computes what, keeps the results, reduces and writes them.
namespace mtc {

/// How the results of a stage are kept.
enum class ResultKind : std::uint8_t {
    sums,    ///< non-negative numbers added up over units, held by site block, in fixed point
    rows,    ///< each unit owns known rows of a dataset
    records, ///< each unit gives a number of records that only it knows
};

/// Where the results of a stage go once all its units are computed.
enum class Destination : std::uint8_t {
    owners,    ///< sums only: to the rank that owns the block, for a later stage to read
    scheduler, ///< rows and records only: to rank 0, for the parcels of a later stage
    everyone,  ///< records only: to rank 0 and from there to all, for the units of later stages; small
    file,      ///< rows and records only: into the output file
};

/// Who may compute the units of a stage.
enum class Placement : std::uint8_t {
    anywhere, ///< the scheduler chooses
    owner,    ///< the rank that owns the parcel's block of the sums that the stage reads
};

enum class Element : std::uint8_t {
    int8,
    uint8,
    int32,
    uint32,
    int64,
    uint64,
    float32,
    float64,
    text,
    uint16
};

/// One member of a row. `extent` is the number of elements; of characters when `element` is text.
struct Field {
    std::string name; ///< empty for the only field of a plain (not compound) dataset
    Element element = Element::float64;
    std::uint32_t extent = 1;
    std::string meaning{}; ///< unit and sense, e.g. "probability of exceedance in investigation_time"
};

[[nodiscard]] std::size_t size_of(Element element) noexcept;

/// One dataset of the output file. A row is what one step of the first axis holds: its fields, packed without
/// gaps, times the inner extents.
struct Dataset {
    std::string path;                   ///< "/results/hcurves_rlzs"
    std::vector<Field> fields;          ///< one unnamed field: a plain dataset; otherwise a compound one
    std::uint64_t n_rows = 0;           ///< for rows and tables; records count themselves
    std::vector<std::uint64_t> inner{}; ///< extents of the axes after the first; empty: one
    std::vector<std::string> axes{};    ///< names of all axes, the first included
    std::vector<std::uint64_t> outer{}; ///< extents of the axes that rows are counted along, the last
                                        ///< fastest; n_rows is their product; empty: one axis

    [[nodiscard]] std::uint64_t row_bytes() const noexcept;
};

/// A class of units that cost alike, for the scheduler's cost model.
struct CostClassInfo {
    std::string name;                ///< "area x 1 model"
    double seconds_per_weight = 0.0; ///< [s] first guess; > 0
};

struct Stage {
    std::string name;
    ResultKind result = ResultKind::rows;
    Destination destination = Destination::file;
    Placement placement = Placement::anywhere;
    StageId reads =
        StageId::none(); ///< sums stage read by units (placement owner), or stage read by parcels()
    std::vector<std::uint64_t> block_cells{}; ///< [n_block] cells of each block (sums)
    double sum_limit = 37.0;                  ///< sums saturate here: exp(-37) is 0 beside 1 in float64
    bool wide_sums = false;                   ///< 128 bits a cell instead of 64: 2^-120 instead of 2^-56
    std::uint64_t n_units = 0;                ///< of the whole stage: unit numbers are below it
    std::vector<Dataset> datasets{};          ///< rows or records
    std::vector<CostClassInfo> cost_classes{};
    bool sleeps = false; ///< units wait rather than compute: rank 0 then only serves
    bool starts = true;  ///< records for the file: `<path>_start` tells where those of each unit begin
};

/// What the user lists and what is weighed; a row of /performance/sources.
struct SourceInfo {
    std::string name;
    std::string kind; ///< "area", "point", "sleep", ...
};

/// Consecutive units of one source that touch one block: what rank 0 weighs, orders and cuts.
struct Parcel {
    SourceId source;
    BlockId block; ///< none() when the stage's results have no blocks
    CostClass cost_class;
    UnitRange units;
    double weight =
        0.0; ///< expected cost of all its units, in arbitrary units; 0: cannot matter, never computed
};

/// Results of earlier stages, as far as they are on this rank.
class StageInputs {
public:
    virtual ~StageInputs() = default;
    /// Reduced sums of consecutive cells of a block. Only on the block's owner.
    virtual void sums(StageId stage, BlockId block, std::uint64_t first_cell,
                      std::span<double> out) const = 0;
    /// Units added up in one block (an upper bound of the rounding error is this number times 2^-57).
    [[nodiscard]] virtual std::uint64_t units_in(StageId stage, BlockId block) const = 0;
    /// All records of a dataset, in the order of units: with Destination::scheduler only on rank 0, with
    /// Destination::everyone on every rank.
    [[nodiscard]] virtual std::span<const std::byte> records(StageId stage, DatasetId dataset) const = 0;
};

/// Part of a block: values for consecutive cells.
struct CellRun {
    std::uint64_t first_cell = 0;
    std::span<const double> values;
};

/// Takes the results of one unit. Each function takes all or throws and takes nothing; call them when the
/// whole unit is computed, so that a unit that fails leaves no part of itself behind.
class UnitResults {
public:
    virtual ~UnitResults() = default;
    /// Adds to the sums of a block. Values are clamped to [0, Stage::sum_limit] and rounded to fixed point.
    /// \throws ComputeError  when a value is not a number (names the cell), before anything is added
    virtual void add(BlockId block, std::span<const CellRun> runs) = 0;
    /// Gives whole rows, beginning with `first_row`, that this unit owns.
    virtual void rows(DatasetId dataset, std::uint64_t first_row, std::span<const std::byte> bytes) = 0;
    /// Gives whole records; their place in the file follows from the order of units.
    virtual void records(DatasetId dataset, std::span<const std::byte> bytes) = 0;
    /// For a unit that waits rather than computes: lets its rank answer messages and save. To be called every
    /// few milliseconds, before the unit gives any result.
    /// \returns false when the run is to be left: end at once, and throw UnitInterrupted
    [[nodiscard]] virtual bool look_around() { return true; }
};

/// Rows that a unit gives to one dataset.
struct UnitRows {
    DatasetId dataset;
    std::uint64_t first_row = 0;
    std::vector<std::byte> bytes{};
};

/// Thrown by compute(): the unit failed, and these rows tell how. They stand in the file unless the unit is
/// computed after all.
struct UnitFailed : ComputeError {
    UnitFailed(const std::string& why, std::vector<UnitRows> what_is_there)
        : ComputeError{why}
        , rows{std::move(what_is_there)}
    {}
    std::vector<UnitRows> rows;
};

/// Thrown by compute() after look_around() gave false: the unit is left, for a later run.
struct UnitInterrupted : Error {
    using Error::Error;
};

/// A small table for the output file that follows from the model alone (sites, levels, realizations).
struct Table {
    Dataset dataset;
    std::vector<std::byte> bytes; ///< n_rows * row_bytes()
};

/// A line of what one wants to know of an input before it runs.
struct Fact {
    std::string name;     ///< "sites"
    std::string value;    ///< "89 (lon 9.5 to 11, lat 44 to 46)"
    bool warning = false; ///< looks like a mistake
};

/// Memory that compute() works in, one per rank: made once, so that compute() allocates nothing.
class Workspace {
public:
    virtual ~Workspace() = default;
};

/// Equal and read-only on every rank.
class Workload {
public:
    virtual ~Workload() = default;
    [[nodiscard]] virtual const std::vector<Stage>& stages() const = 0;
    /// What the user lists; unless told otherwise one source, named after the stage, that all units are of.
    [[nodiscard]] virtual std::vector<SourceInfo> sources(StageId stage) const;
    /// The source that a unit belongs to. Every rank.
    [[nodiscard]] virtual SourceId source_of(UnitKey) const { return SourceId{0}; }
    /// The units of the stage, in parcels; those in no parcel cannot matter and are never computed. Unless
    /// told otherwise all units of the one source, alike in weight and of the first cost class. Rank 0 only;
    /// `inputs` holds what Stage::reads sent to the scheduler.
    [[nodiscard]] virtual std::vector<Parcel> parcels(StageId stage, const StageInputs& inputs) const;
    /// Computes one unit. Deterministic: the same unit gives the same bits wherever and whenever it runs.
    virtual void compute(UnitKey unit, const StageInputs& inputs, Workspace& workspace,
                         UnitResults& results) const = 0;
    [[nodiscard]] virtual std::unique_ptr<Workspace> make_workspace() const
    {
        return std::make_unique<Workspace>();
    }
    /// What a unit is, for messages: "source 12 (area), points 0-99, sites 0-181".
    [[nodiscard]] virtual std::string describe(UnitKey unit) const;
    /// Tables of /results that follow from the model. Rank 0 only.
    [[nodiscard]] virtual std::vector<Table> tables() const { return {}; }
    /// What the input asks for, most important first. Rank 0 only.
    [[nodiscard]] virtual std::vector<Fact> facts() const { return {}; }
    /// What the kernels evaluated, for the rates printed at the end; 0 when it does not count.
    [[nodiscard]] virtual std::uint64_t evaluations(const Workspace&) const { return 0; }
};

/// What the reader of an input has to tell its user; printed once by rank 0.
struct Notes {
    std::vector<std::string> warnings;
    std::vector<std::string> remarks;
};

/// How a kind of workload enters the program: mtc's own in workloads/registry.cpp, others by mtc::run(). All
/// of its members are needed; what the views show must live as long as the program, as literals do.
struct WorkloadKind {
    std::string_view name; ///< the value of calculation_mode; in the place of one of mtc's own of that name
    std::string_view sentence; ///< what is computed, for `mtc help keys`
    /// The keys that its inputs may have besides those of every calculation.
    std::function<const std::vector<Option>&()> options;
    /// Reads and checks all input files. Rank 0 only. \throws InputError  what the user can mend
    std::function<ModelBytes(const Config& config, Notes& notes)> read;
    /// Opens the model in place; the bytes outlive the workload. Every rank.
    std::function<std::unique_ptr<Workload>(std::span<const std::byte> model, InstructionSet instruction_set)>
        open;
};

} // namespace mtc
