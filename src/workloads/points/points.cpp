#include "workloads/points/points.hpp"

#include "mtc/error.hpp"
#include "workloads/points/grid.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

namespace mtc::points {
namespace {

struct Job {
    Grid grid;
    std::complex<double> c; ///< of Julia's set
    std::int32_t max_iterations = 0;
    std::int32_t is_julia = 0;
};

/// [s] of a step, and of a point beside them, for the first estimates only.
constexpr double step_s = 4.5e-9;
constexpr double point_s = 1e-7;
constexpr double steps_of_a_point = 30.0;

std::vector<Option> common_options()
{
    return {
        {.name = "width",
         .type = ValueType::integer,
         .default_value = "1000",
         .sentence = "Points a side of the square grid, whose right and lower ends are left out",
         .min = 1,
         .max = 1e6},
        {.name = "extent",
         .type = ValueType::number,
         .default_value = "3.6",
         .sentence = "Length of a side of the square",
         .min = 0,
         .exclusive_min = true},
        {.name = "center",
         .type = ValueType::numbers,
         .default_value = "0 0",
         .sentence = "Middle of the square: real and imaginary part"},
        {.name = "max_iterations",
         .type = ValueType::integer,
         .default_value = "300",
         .sentence = "Steps after which a point counts as one that never leaves the circle of radius 2",
         .min = 1,
         .max = 2147483647},
        {.name = "points_per_unit",
         .type = ValueType::integer,
         .sentence = "Consecutive points that are computed in one go; without it a row of the grid",
         .min = 1,
         .max = 1e12},
    };
}

const std::vector<Option>& julia_options()
{
    static const std::vector<Option> list = [] {
        std::vector<Option> all = common_options();
        all.push_back({.name = "c",
                       .type = ValueType::numbers,
                       .default_value = "-0.62772 -0.42193",
                       .sentence = "What every step adds: real and imaginary part"});
        return all;
    }();
    return list;
}

const std::vector<Option>& mandelbrot_options()
{
    static const std::vector<Option> list = common_options();
    return list;
}

/// \throws InputError  unless the key holds two finite numbers
std::complex<double> complex_of(const Config& config, std::string_view key)
{
    const std::vector<double> numbers = config.numbers(key);
    if (numbers.size() != 2 || !std::isfinite(numbers[0]) || !std::isfinite(numbers[1]))
        throw InputError(text(config.where(key), " (", numbers.size(),
                              " numbers; accepted: a real and an imaginary part, such as -0.8 0.156)"));
    return {numbers[0], numbers[1]};
}

ModelBytes read(const Config& config, bool is_julia)
{
    Job job;
    const auto width = static_cast<std::uint64_t>(config.integer("width"));
    const std::uint64_t points_per_unit =
        config.has("points_per_unit")
            ? std::min(static_cast<std::uint64_t>(config.integer("points_per_unit")), width * width)
            : width;
    job.grid = Grid{width, points_per_unit, complex_of(config, "center"), config.number("extent")};
    job.max_iterations = static_cast<std::int32_t>(config.integer("max_iterations"));
    job.is_julia = is_julia ? 1 : 0;
    if (is_julia)
        job.c = complex_of(config, "c");
    FlatWriter model;
    model.add_one("job", job);
    return model.finish();
}

class Space final : public Workspace {
public:
    std::vector<std::int32_t> steps;
};

class Points final : public Workload {
public:
    explicit Points(std::span<const std::byte> model)
        : job_{FlatReader{model}.get_one<Job>("job")}
        , grid_{job_.grid}
    {
        Stage stage;
        stage.name = "points";
        stage.n_units = grid_.n_units;
        stage.datasets = {{.path = "/results/iterations",
                           .fields = {{.name = "",
                                       .element = Element::int32,
                                       .meaning = "steps until the point left the circle of radius 2"}},
                           .n_rows = grid_.n_points(),
                           .axes = {"row", "column"},
                           .outer = {grid_.width, grid_.width}}};
        // How many steps a point takes nobody knows beforehand: points weigh alike.
        stage.cost_classes = {{"points", point_s + steps_of_a_point * step_s}};
        stages_.push_back(std::move(stage));
    }

    const std::vector<Stage>& stages() const override { return stages_; }

    std::vector<SourceInfo> sources(StageId) const override
    {
        std::vector<SourceInfo> list;
        list.reserve(grid_.n_bands);
        for (std::uint64_t band = 0; band < grid_.n_bands; ++band)
            list.push_back({text("band ", band), "points"});
        return list;
    }

    SourceId source_of(UnitKey unit) const override
    {
        return SourceId{static_cast<std::uint32_t>(grid_.band_of(unit.unit.value()))};
    }

    std::vector<Parcel> parcels(StageId, const StageInputs&) const override
    {
        std::vector<Parcel> list;
        list.reserve(grid_.n_bands);
        for (std::uint64_t band = 0; band < grid_.n_bands; ++band) {
            const std::uint64_t first = grid_.first_unit(band);
            const std::uint64_t end = grid_.first_unit(band + 1);
            list.push_back({SourceId{static_cast<std::uint32_t>(band)}, BlockId::none(), CostClass{0},
                            UnitRange{UnitId{first}, end - first},
                            static_cast<double>(grid_.first_point(end) - grid_.first_point(first))});
        }
        return list;
    }

    void compute(UnitKey unit, const StageInputs&, Workspace& workspace, UnitResults& results) const override
    {
        auto& space = static_cast<Space&>(workspace);
        const std::uint64_t first = grid_.first_point(unit.unit.value());
        space.steps.resize(grid_.first_point(unit.unit.value() + 1) - first);
        std::uint64_t row = first / grid_.width;
        std::uint64_t column = first - row * grid_.width;
        for (std::int32_t& steps : space.steps) {
            const std::complex<double> point = grid_.at(column, row);
            steps = job_.is_julia != 0 ? steps_inside(point, job_.c, job_.max_iterations)
                                       : steps_inside({}, point, job_.max_iterations);
            if (++column == grid_.width) {
                column = 0;
                ++row;
            }
        }
        results.rows(DatasetId{0}, first, std::as_bytes(std::span{space.steps}));
    }

    std::unique_ptr<Workspace> make_workspace() const override { return std::make_unique<Space>(); }

    std::string describe(UnitKey unit) const override
    {
        const std::uint64_t first = grid_.first_point(unit.unit.value());
        const std::uint64_t last = grid_.first_point(unit.unit.value() + 1) - 1;
        return text("points ", first, " to ", last, " (row ", first / grid_.width, ", column ",
                    first % grid_.width, " to row ", last / grid_.width, ", column ", last % grid_.width,
                    ")");
    }

    std::vector<Fact> facts() const override
    {
        return {{"grid", text(grid_.width, " x ", grid_.width, " points, step ", grid_.step)},
                {"units", text(grid_.n_units, " of ", grid_.points_per_unit, " points")}};
    }

private:
    Job job_;
    Grid grid_;
    std::vector<Stage> stages_;
};

std::unique_ptr<Workload> open(std::span<const std::byte> model, InstructionSet)
{
    return std::make_unique<Points>(model);
}

} // namespace

WorkloadKind julia_kind()
{
    return {"julia", "A Julia set on a grid: how many steps each point takes to leave", julia_options,
            [](const Config& config, Notes&) { return read(config, true); }, open};
}

WorkloadKind mandelbrot_kind()
{
    return {"mandelbrot", "The Mandelbrot set on a grid: how many steps each point takes to leave",
            mandelbrot_options, [](const Config& config, Notes&) { return read(config, false); }, open};
}

} // namespace mtc::points
