#include "workloads/matrix_product/matrix_product.hpp"

#include "workloads/matrix_product/matrix_file.hpp"
#include "workloads/matrix_product/multiply.hpp"
#include "workloads/matrix_product/tiling.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace mtc::matrix_product {
namespace {

constexpr double megabyte = 1e6;
constexpr double gigaflop_s = 0.05; ///< [s] for 1e9 multiplications and additions, for first estimates only

struct Job {
    Shape shape;
    Tiling tiling;
    std::int64_t a_bytes = 0;
    std::int64_t a_modified_ns = 0;
    std::int64_t b_bytes = 0;
    std::int64_t b_modified_ns = 0;
};

const std::vector<Option>& options()
{
    static const std::vector<Option> list{
        {.name = "a",
         .sentence = "Left matrix: an HDF5 file and a dataset of two axes in it, as matrices.h5:/A; numbers "
                     "of any type, in chunks or not",
         .required = true},
        {.name = "b",
         .sentence = "Right matrix, with as many rows as the left one has columns",
         .required = true},
        {.name = "tile",
         .type = ValueType::integer,
         .default_value = "512",
         .sentence = "Rows of the product in a unit, fewer where memory has no room for so many",
         .min = 1,
         .max = 1e9},
        {.name = "memory",
         .type = ValueType::number,
         .default_value = "256",
         .unit = "MB",
         .sentence = "What a rank may hold of the three matrices at one time; the right one stays in memory "
                     "where it fits, and is read again for every unit otherwise",
         .min = 0,
         .exclusive_min = true},
    };
    return list;
}

ModelBytes read(const Config& config, Notes&)
{
    const MatrixName a = find_matrix(config, "a");
    const MatrixName b = find_matrix(config, "b");
    if (a.n_columns != b.n_rows)
        throw InputError(text(config.where("b"), " (it has ", b.n_rows, " rows and ", b.n_columns,
                              " columns, a has ", a.n_rows, " rows and ", a.n_columns,
                              " columns: the rows of b must be as many as the columns of a)"));
    Job job;
    job.shape = {a.n_rows, a.n_columns, b.n_columns};
    const auto n_values = static_cast<std::uint64_t>(config.number("memory") * megabyte / sizeof(double));
    job.tiling = tiling_of(job.shape, static_cast<std::uint64_t>(config.integer("tile")), n_values);
    if (job.tiling.depth == 0)
        throw InputError(text(config.where("memory"), " (a row of the product and a row of b need ",
                              static_cast<double>(least_values(job.shape) * sizeof(double)) / megabyte,
                              " MB)"));
    job.a_bytes = a.n_bytes;
    job.a_modified_ns = a.modified_ns;
    job.b_bytes = b.n_bytes;
    job.b_modified_ns = b.modified_ns;
    FlatWriter model;
    model.add_one("job", job);
    model.add_texts("files", std::vector<std::string>{a.file.string(), b.file.string()});
    model.add_texts("datasets", std::vector<std::string>{a.dataset, b.dataset});
    return model.finish();
}

/// What a rank holds of the three matrices.
struct Space final : public Workspace {
    std::optional<MatrixFile> file_a{};
    std::optional<MatrixFile> file_b{};
    std::vector<double> a{}; ///< [n_rows, depth]
    std::vector<double> b{}; ///< [depth, n_columns], or all of B
    std::vector<double> c{}; ///< [n_rows, n_columns]
    bool has_b = false;      ///< `b` is all of B
};

class MatrixProduct final : public Workload {
public:
    MatrixProduct(std::span<const std::byte> model, InstructionSet instruction_set)
        : job_{FlatReader{model}.get_one<Job>("job")}
        , files_{FlatReader{model}.texts("files")}
        , datasets_{FlatReader{model}.texts("datasets")}
        , instruction_set_{instruction_set}
    {
        Stage stage;
        stage.name = "multiply";
        stage.n_units = job_.tiling.n_units(job_.shape);
        stage.datasets = {{.path = "/results/product",
                           .fields = {{.name = "", .element = Element::float64}},
                           .n_rows = job_.shape.n_rows,
                           .inner = {job_.shape.n_columns},
                           .axes = {"row", "column"}}};
        stage.cost_classes = {{"1e9 operations", gigaflop_s}};
        stages_.push_back(std::move(stage));
    }

    const std::vector<Stage>& stages() const override { return stages_; }

    std::vector<SourceInfo> sources(StageId) const override
    {
        std::vector<SourceInfo> list;
        for (std::uint64_t unit = 0; unit < stages_.front().n_units; ++unit)
            list.push_back({text("rows ", first_row(unit), " to ", first_row(unit + 1) - 1), "rows"});
        return list;
    }

    SourceId source_of(UnitKey unit) const override
    {
        return SourceId{static_cast<std::uint32_t>(unit.unit.value())};
    }

    std::vector<Parcel> parcels(StageId, const StageInputs&) const override
    {
        std::vector<Parcel> list;
        for (std::uint64_t unit = 0; unit < stages_.front().n_units; ++unit)
            list.push_back({SourceId{static_cast<std::uint32_t>(unit)}, BlockId::none(), CostClass{0},
                            UnitRange{UnitId{unit}, 1},
                            2e-9 * static_cast<double>(first_row(unit + 1) - first_row(unit)) *
                                static_cast<double>(job_.shape.depth) *
                                static_cast<double>(job_.shape.n_columns)});
        return list;
    }

    void compute(UnitKey unit, const StageInputs&, Workspace& workspace, UnitResults& results) const override
    {
        auto& space = static_cast<Space&>(workspace);
        const std::uint64_t first = first_row(unit.unit.value());
        const std::uint64_t n_rows = first_row(unit.unit.value() + 1) - first;
        open(space);
        space.c.assign(n_rows * job_.shape.n_columns, 0.0);
        for (std::uint64_t begin = 0; begin < job_.shape.depth; begin += job_.tiling.depth) {
            const std::uint64_t depth = std::min(job_.tiling.depth, job_.shape.depth - begin);
            space.file_a->read(first, n_rows, begin, depth, space.a);
            multiply(instruction_set_, {.a = space.a.data(),
                                        .b = rows_of_b(space, begin, depth),
                                        .c = space.c.data(),
                                        .n_rows = static_cast<std::int64_t>(n_rows),
                                        .depth = static_cast<std::int64_t>(depth),
                                        .n_columns = static_cast<std::int64_t>(job_.shape.n_columns)});
        }
        results.rows(DatasetId{0}, first, std::as_bytes(std::span{space.c}));
    }

    std::unique_ptr<Workspace> make_workspace() const override { return std::make_unique<Space>(); }

    std::string describe(UnitKey unit) const override
    {
        return text("rows ", first_row(unit.unit.value()), " to ", first_row(unit.unit.value() + 1) - 1,
                    " of the product");
    }

    std::vector<Fact> facts() const override
    {
        const Shape& shape = job_.shape;
        return {{"a", text(shape.n_rows, " x ", shape.depth, " (", files_[0], ":", datasets_[0], ")")},
                {"b", text(shape.depth, " x ", shape.n_columns, " (", files_[1], ":", datasets_[1], ")")},
                {"tiles",
                 text(stages_.front().n_units, " of ", job_.tiling.n_rows, " rows; ",
                      static_cast<double>(job_.tiling.n_values * sizeof(double)) / megabyte, " MB a rank, ",
                      job_.tiling.holds_b != 0
                          ? "all of b in it"
                          : text("with ", job_.tiling.depth, " rows of b, which is read for each"))}};
    }

private:
    [[nodiscard]] std::uint64_t first_row(std::uint64_t unit) const
    {
        return std::min(unit * job_.tiling.n_rows, job_.shape.n_rows);
    }

    /// \throws ComputeError  when a file has changed since the input was read
    void open(Space& space) const
    {
        if (!space.file_a)
            space.file_a.emplace(files_[0], datasets_[0]);
        if (!space.file_b)
            space.file_b.emplace(files_[1], datasets_[1]);
    }

    /// Rows [begin, begin + depth) of B.
    [[nodiscard]] const double* rows_of_b(Space& space, std::uint64_t begin, std::uint64_t depth) const
    {
        if (job_.tiling.holds_b == 0) {
            space.file_b->read(begin, depth, 0, job_.shape.n_columns, space.b);
            return space.b.data();
        }
        if (!space.has_b)
            space.file_b->read(0, job_.shape.depth, 0, job_.shape.n_columns, space.b);
        space.has_b = true;
        return space.b.data() + begin * job_.shape.n_columns;
    }

    Job job_;
    std::vector<std::string> files_;    ///< of A and B
    std::vector<std::string> datasets_; ///< of A and B
    InstructionSet instruction_set_;
    std::vector<Stage> stages_;
};

std::unique_ptr<Workload> open(std::span<const std::byte> model, InstructionSet instruction_set)
{
    return std::make_unique<MatrixProduct>(model, instruction_set);
}

} // namespace

WorkloadKind kind()
{
    return {"matrix_product", "The product of two matrices in HDF5 files, by panels of rows", options, read,
            open};
}

} // namespace mtc::matrix_product
