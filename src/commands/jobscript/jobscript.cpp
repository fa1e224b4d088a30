#include "commands/jobscript/jobscript.hpp"

#include "commands/plan/plan_work.hpp"
#include "engine/memory.hpp"
#include "perf/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fstream>
#include <ostream>
#include <thread>

namespace mtc::commands {
namespace {

constexpr int most_nodes = 64;             ///< that are asked for unless --nodes says more
constexpr double time_margin = 3.0;        ///< first guesses of costs are off by a factor of several
constexpr double start_s = 120.0;          ///< start, reading and writing on a busy file system
constexpr double soon_s = 60.0;            ///< what is over in that is worth no more ranks: jobs wait longer
constexpr double walltime_step_s = 300.0;  ///< what is asked for is rounded up to that
constexpr double memory_margin = 1.5;      ///< of the forecast
constexpr double memory_of_mpi_mb = 200.0; ///< Open MPI's own, which depends on the network
constexpr double memory_step_mb = 100.0;   ///< what is asked for is rounded up to that
constexpr std::size_t longest_job_name = 15; ///< of older PBS
constexpr std::uint64_t seed = 1;            ///< as `mtc plan`

double rounded_up(double value, double step)
{
    return step * std::ceil(value / step);
}

double padded_s(double estimate_s)
{
    return rounded_up(time_margin * estimate_s + start_s, walltime_step_s);
}

/// Cores of this machine, hardware threads of one core counted once.
int cores_here()
{
    int n_cores = 0;
    const int n_threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    for (int cpu = 0; cpu < n_threads; ++cpu) {
        std::ifstream file{text("/sys/devices/system/cpu/cpu", cpu, "/topology/thread_siblings_list")};
        int first = cpu; // "0,4" or "0-1"
        file >> first;
        n_cores += first == cpu ? 1 : 0;
    }
    return std::max(1, n_cores);
}

struct Shape {
    int n_nodes = 1;
    int ranks_per_node = 1;
    double estimate_s = 0.0;
    [[nodiscard]] int n_ranks() const { return n_nodes * ranks_per_node; }
};

Shape shaped(const simulate::Calculation& calculation, int n_nodes, int ranks_per_node)
{
    return {n_nodes, ranks_per_node,
            simulate::forecast(calculation, n_nodes * ranks_per_node, {}, seed).total_s};
}

/// Whether the calculation is likely to end in the time that was asked for.
bool fits(const JobScriptArguments& arguments, const Shape& shape)
{
    return !arguments.walltime_s || padded_s(shape.estimate_s) <= *arguments.walltime_s;
}

/// One node with 1, 2, 4, ... ranks up to one on each core, then twice the nodes each time.
std::vector<std::pair<int, int>> candidates(int cores)
{
    std::vector<std::pair<int, int>> shapes;
    for (int n_ranks = 1; n_ranks < cores; n_ranks *= 2)
        shapes.emplace_back(1, n_ranks);
    for (int n_nodes = 1; n_nodes <= most_nodes; n_nodes *= 2)
        shapes.emplace_back(n_nodes, cores);
    return shapes;
}

/// The fewest ranks that keep to the time; without one, or where none does, the most that pay: each doubling
/// gains what is worthwhile.
Shape chosen_shape(const simulate::Calculation& calculation, const JobScriptArguments& arguments, int cores)
{
    if (arguments.n_nodes)
        return shaped(calculation, *arguments.n_nodes, cores);
    Shape best = shaped(calculation, 1, 1);
    int n_in_vain = 0; // one such is no reason to stop: of two ranks that sleep, one computes
    for (const auto& [n_nodes, ranks_per_node] : candidates(cores)) {
        if (best.estimate_s <= soon_s || (arguments.walltime_s && fits(arguments, best)) || n_in_vain > 1)
            break;
        const Shape more = shaped(calculation, n_nodes, ranks_per_node);
        const double doublings = std::log2(static_cast<double>(more.n_ranks()) / best.n_ranks());
        if (more.estimate_s <= std::pow(1.0 - simulate::worthwhile_gain, doublings) * best.estimate_s) {
            best = more;
            n_in_vain = 0;
        } else if (doublings > 0.0) {
            ++n_in_vain;
        }
    }
    return best;
}

double memory_per_rank_mb(const OpenInput& input, const Shape& shape)
{
    const auto model_bytes = static_cast<double>(input.model.size());
    const double now_bytes = std::max(0.0, engine::memory_use().own - model_bytes);
    return engine::memory_forecast(input.workload->stages(), shape.n_ranks(), input.model.size(), now_bytes)
               .of_node(shape.ranks_per_node) /
           shape.ranks_per_node / 1e6;
}

std::string job_name(const std::string& input)
{
    std::string name = "mtc-" + std::filesystem::path{input}.stem().string();
    std::ranges::replace_if(
        name, [](unsigned char c) { return std::isalnum(c) == 0; }, '-');
    name.resize(std::min(name.size(), longest_job_name));
    return name;
}

std::string time_text(double seconds)
{
    return seconds < 120.0    ? fmt::format("{:.2g} s", seconds)
           : seconds < 7200.0 ? fmt::format("{:.3g} min", seconds / 60.0)
                              : fmt::format("{:.3g} h", seconds / 3600.0);
}

/// Where the numbers are from: comments of the script.
std::vector<std::string> reasons(const JobScriptArguments& arguments, const JobRequest& request,
                                 const Shape& shape, double one_core_s, double forecast_mb)
{
    const std::string_view why = arguments.n_nodes            ? "as asked for"
                                 : shape.estimate_s <= soon_s ? "enough for a minute"
                                 : arguments.walltime_s && fits(arguments, shape)
                                     ? "enough for the time asked for"
                                 : shape.n_nodes >= most_nodes ? "--nodes takes more"
                                                               : "twice as many gain less than 10 %";
    std::vector<std::string> lines{
        fmt::format("{}: jobscripts/{}, filled in by mtc jobscript.", arguments.file,
                    template_name(request.system, request.goes_on)),
        fmt::format("Ranks: {}, {} on each node ({}).", shape.n_ranks(), shape.ranks_per_node, why)};
    if (!arguments.cores)
        lines.emplace_back(
            "  Nodes are taken to have as many cores as this machine; --cores says otherwise.");
    lines.push_back(
        fmt::format("Work: {} on one core, {} on these, by first guesses that may be off by a factor "
                    "of several.",
                    time_text(one_core_s), time_text(shape.estimate_s)));
    lines.emplace_back(
        "  `mtc plan` tells of other numbers of ranks, better from the output of a short run.");
    lines.push_back(
        fmt::format("Memory: {:.0f} MB a rank by the forecast of `mtc check`; half as much again and {:.0f} "
                    "MB for MPI are {} MB.",
                    forecast_mb, memory_of_mpi_mb, request.memory_per_rank_mb));
    lines.push_back(fmt::format("Time: {}, {} times the estimate and {:.0f} min.",
                                time_text(padded_s(shape.estimate_s)), time_margin, start_s / 60.0));
    if (!fits(arguments, shape))
        lines.push_back(text("  More than was asked for: the job saves before its time is over; ",
                             can_go_on(request.system) ? "it goes on by itself." : "submit it again then."));
    return lines;
}

void refuse_existing(const std::filesystem::path& file)
{
    if (std::filesystem::exists(file))
        throw InputError(text(file.string(), " (is there already). Name another file?"));
}

void write(const std::filesystem::path& file, const std::string& script)
{
    std::ofstream out{file};
    out << script;
    out.close();
    if (!out)
        throw IoError(text(file.string(), " (cannot be written)"));
}

} // namespace

ExitStatus jobscript(const JobScriptArguments& arguments, std::ostream& out, std::ostream& messages)
{
    refuse_existing(arguments.script);
    const double begin_s = perf::now_s();
    const OpenInput input = open_input(arguments.file, arguments.settings, messages);
    const PlanWork work = work_of_input(arguments.file, input, perf::now_s() - begin_s);
    const Shape shape = chosen_shape(work.calculation, arguments, arguments.cores.value_or(cores_here()));
    const double forecast_mb = memory_per_rank_mb(input, shape);

    JobRequest request{.system = arguments.system,
                       .script_name = arguments.script.empty()
                                          ? std::filesystem::path{arguments.file}.stem().string() + ".sh"
                                          : arguments.script.string(),
                       .job_name = job_name(arguments.file),
                       .input = arguments.file,
                       .settings = arguments.settings,
                       .program = arguments.program,
                       .n_nodes = shape.n_nodes,
                       .ranks_per_node = shape.ranks_per_node,
                       .partition = arguments.partition,
                       .account = arguments.account};
    request.goes_on = !fits(arguments, shape) && can_go_on(arguments.system);
    request.walltime_s =
        static_cast<std::uint64_t>(arguments.walltime_s.value_or(padded_s(shape.estimate_s)));
    request.memory_per_rank_mb = static_cast<std::uint64_t>(
        rounded_up(memory_margin * forecast_mb + memory_of_mpi_mb, memory_step_mb));
    request.reasons = reasons(arguments, request, shape,
                              simulate::forecast(work.calculation, 1, {}, seed).total_s, forecast_mb);
    const std::string script = filled(request);
    if (arguments.script.empty()) {
        out << script;
        return ExitStatus::complete;
    }
    write(arguments.script, script);
    out << arguments.script.string()
        << " written: " << (arguments.system == BatchSystem::slurm ? "sbatch " : "qsub ")
        << arguments.script.string() << '\n';
    return ExitStatus::complete;
}

} // namespace mtc::commands
