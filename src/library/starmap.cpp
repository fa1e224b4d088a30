#include "mtc/starmap.hpp"

#include "engine/lives/farewell.hpp"
#include "engine/run.hpp"
#include "mpi/communicator.hpp"
#include "mpi/environment.hpp"
#include "output/reader.hpp"
#include "workloads/registry.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace mtc {

struct Session::State {
    State(int& argc, char**& argv)
    {
        int begun = 0;
        mpi::check(MPI_Initialized(&begun), "MPI_Initialized");
        if (begun == 0)
            environment.emplace(argc, argv);
        world.emplace(mpi::Communicator::duplicate(MPI_COMM_WORLD));
    }
    std::optional<mpi::Environment> environment{}; ///< outlives the communicator
    std::optional<mpi::Communicator> world{};
    std::optional<ExitStatus> without_ranks{}; ///< some were lost: how the calculation without them ended
};

Session::Session(int& argc, char**& argv)
{
    mpi::yield_when_crowded();
    state_ = std::make_unique<State>(argc, argv);
}

Session::~Session()
{
    if (state_->without_ranks)
        engine::leave_at_once(*state_->without_ranks); // MPI_Finalize would wait for the lost
}

int Session::rank() const noexcept
{
    return state_->world->rank();
}

int Session::n_ranks() const noexcept
{
    return state_->world->size();
}

namespace detail {
namespace {

constexpr std::string_view mode = "starmap";
constexpr double first_guess_s = 1e-3; ///< [s] of an argument of middling weight

class Space final : public Workspace {
public:
    std::vector<std::byte> result;
};

class Starmap final : public Workload {
public:
    Starmap(std::span<const std::byte> model, const StarmapCall& call)
        : call_{call}
        , name_{FlatReader{model}.text("name")}
        , arguments_{FlatReader{model}.get<std::byte>("arguments")}
        , ends_{FlatReader{model}.get<std::uint64_t>("ends")}
        , weights_{FlatReader{model}.get<double>("weights")}
    {
        Stage stage;
        stage.name = name_;
        stage.n_units = ends_.size();
        stage.cost_classes = {{"arguments", first_guess_s}};
        Dataset dataset{.path = path_of(name_), .fields = {call.result}, .axes = {"argument"}};
        if (has_one_size()) {
            stage.result = ResultKind::rows;
            dataset.n_rows = ends_.size();
            if (call.result.extent > 1) {
                dataset.fields.front().extent = 1;
                dataset.inner = {call.result.extent};
                dataset.axes.emplace_back("element");
            }
        } else {
            stage.result = ResultKind::records;
            dataset.fields.front().extent = 1;
            dataset.axes = {"byte"};
        }
        stage.datasets.push_back(std::move(dataset));
        stages_.push_back(std::move(stage));
    }

    static std::string path_of(std::string_view name) { return text("/results/", name); }

    const std::vector<Stage>& stages() const override { return stages_; }

    std::vector<SourceInfo> sources(StageId) const override
    {
        std::vector<SourceInfo> list;
        list.reserve(ends_.size());
        for (std::size_t i = 0; i < ends_.size(); ++i)
            list.push_back({text("argument ", i), "argument"});
        return list;
    }

    SourceId source_of(UnitKey unit) const override
    {
        return SourceId{static_cast<std::uint32_t>(unit.unit.value())};
    }

    std::vector<Parcel> parcels(StageId, const StageInputs&) const override
    {
        std::vector<Parcel> list;
        list.reserve(ends_.size());
        for (std::size_t i = 0; i < ends_.size(); ++i)
            list.push_back({SourceId{static_cast<std::uint32_t>(i)}, BlockId::none(), CostClass{0},
                            UnitRange{UnitId{i}, 1}, weights_[i]});
        return list;
    }

    void compute(UnitKey unit, const StageInputs&, Workspace& workspace, UnitResults& results) const override
    {
        const std::uint64_t i = unit.unit.value();
        const std::uint64_t begin = i == 0 ? 0 : ends_[i - 1];
        std::vector<std::byte>& result = static_cast<Space&>(workspace).result;
        result.clear();
        call_.compute(arguments_.subspan(begin, ends_[i] - begin), result);
        if (has_one_size())
            results.rows(DatasetId{0}, i, result);
        else
            results.records(DatasetId{0}, result);
    }

    std::unique_ptr<Workspace> make_workspace() const override { return std::make_unique<Space>(); }

    std::string describe(UnitKey unit) const override
    {
        return text("argument ", unit.unit.value(), " of ", name_);
    }

private:
    [[nodiscard]] bool has_one_size() const noexcept { return call_.result.extent > 0; }

    const StarmapCall& call_;
    std::string name_;
    std::span<const std::byte> arguments_;
    std::span<const std::uint64_t> ends_; ///< [n_argument]
    std::span<const double> weights_;     ///< [n_argument] around 1
    std::vector<Stage> stages_;
};

/// [n_argument] with a mean of 1, and above 0: nothing is left out.
std::vector<double> weights_of(const StarmapCall& call, const StarmapOptions& options)
{
    const std::size_t n = call.ends.size();
    std::vector<double> weights = options.weights;
    if (weights.empty())
        weights.assign(n, 1.0);
    if (weights.size() != n)
        throw InputError(text("starmap ", call.name, ": ", weights.size(), " weights for ", n, " arguments"));
    double sum = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        if (!(weights[i] >= 0.0) || !std::isfinite(weights[i]))
            throw InputError(text("starmap ", call.name, ": weight ", weights[i], " of argument ", i,
                                  " (accepted: numbers >= 0)"));
        sum += weights[i];
    }
    constexpr double least = 1e-6; // of the mean
    const double mean = sum > 0.0 ? sum / static_cast<double>(n) : 1.0;
    for (double& weight : weights)
        weight = std::max(weight / mean, least);
    return weights;
}

ModelBytes model_of(const StarmapCall& call, const StarmapOptions& options)
{
    if (call.ends.empty())
        throw InputError(text("starmap ", call.name, ": the list of arguments is empty"));
    FlatWriter model;
    model.add_text("name", call.name);
    model.add("arguments", call.arguments);
    model.add("ends", call.ends);
    model.add("weights", weights_of(call, options));
    model.add_one("result",
                  std::uint64_t{static_cast<std::uint64_t>(call.result.element) << 32U | call.result.extent});
    return model.finish();
}

/// Known to the registry as long as the call lasts.
class KindOfCall {
public:
    KindOfCall(const StarmapCall& call, const StarmapOptions& options)
    {
        add_workload_kind({mode, "A function of every argument of a list",
                           []() -> const std::vector<Option>& {
                               static const std::vector<Option> none;
                               return none;
                           },
                           [&](const Config&, Notes&) { return model_of(call, options); },
                           [&](std::span<const std::byte> model, InstructionSet) {
                               return std::make_unique<Starmap>(model, call);
                           }});
    }
    KindOfCall(const KindOfCall&) = delete;
    KindOfCall& operator=(const KindOfCall&) = delete;
    ~KindOfCall() { remove_workload_kind(mode); }
};

void check_name(const std::string& name)
{
    if (name.empty() || name.find_first_of("/\n\r") != std::string::npos || name.front() == '.')
        throw InputError(text("starmap '", name, "' (accepted: a name that a file can have)"));
}

/// What rank 0 reads, on every rank. Collective
template <class T>
void share(const mpi::Communicator& world, std::vector<T>& values)
{
    std::uint64_t n = values.size();
    world.broadcast(std::as_writable_bytes(std::span{&n, 1}), 0);
    values.resize(n);
    constexpr std::size_t at_once = std::size_t{1} << 28U; // MPI counts in int
    const std::span<std::byte> bytes = std::as_writable_bytes(std::span{values});
    for (std::size_t begin = 0; begin < bytes.size(); begin += at_once)
        world.broadcast(bytes.subspan(begin, std::min(at_once, bytes.size() - begin)), 0);
}

StarmapResults read_results(const std::string& output, const StarmapCall& call)
{
    const output::Reader reader{output};
    StarmapResults results;
    Table table = reader.table(Starmap::path_of(call.name));
    results.bytes = std::move(table.bytes);
    if (call.result.extent > 0) {
        for (std::uint64_t i = 1; i <= table.dataset.n_rows; ++i)
            results.ends.push_back(i * table.dataset.row_bytes());
        return results;
    }
    const Table starts = reader.table(Starmap::path_of(call.name) + "_start");
    results.ends.resize(starts.dataset.n_rows);
    std::memcpy(results.ends.data(), starts.bytes.data(), starts.bytes.size());
    results.ends.erase(results.ends.begin());
    return results;
}

} // namespace

StarmapResults call(Session& session, const StarmapCall& call, const StarmapOptions& options)
{
    Session::State& state = session.state();
    if (state.without_ranks)
        throw Error(text("starmap ", call.name, ": ranks were lost before"));
    check_name(call.name);
    const KindOfCall kind{call, options};
    const std::string output = options.output.empty() ? call.name + ".h5" : options.output;
    engine::RunArguments arguments;
    arguments.input = call.name;
    arguments.input_text = text("calculation_mode = ", mode, "\n");
    arguments.output = output;
    arguments.settings = options.settings;
    arguments.fresh = !options.resume;
    // Of its own: what a run that fails leaves unread must not reach the next.
    const mpi::Communicator world = mpi::Communicator::duplicate(state.world->get());
    const engine::RunEnd end = engine::run(world, arguments);
    if (!end.all_alive)
        state.without_ranks = end.status;
    const std::string& why = end.told.message;
    if (end.status == ExitStatus::bad_input)
        throw InputError(why.starts_with("starmap ") ? why : text("starmap ", call.name, ": ", why));
    if (end.status != ExitStatus::complete)
        throw Error(text("starmap ", call.name, ": ", why.empty() ? "not complete" : why));
    StarmapResults results;
    if (!end.all_alive)
        return read_results(output, call); // each for itself: no collective with the lost
    if (session.rank() == 0)
        results = read_results(output, call);
    share(*state.world, results.bytes);
    share(*state.world, results.ends);
    return results;
}

} // namespace detail
} // namespace mtc
