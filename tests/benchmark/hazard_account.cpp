// Where the time of a hazard calculation's compute stage goes, and how near it is to what this processor can
// do:
//
//     hazard_account JOB.ini [PASSES]
//     hazard_account --std-exp      prints the nanoseconds of one std::exp, and no more
//
// All units are computed on one core, in several passes (7), and of each batch of contexts the fastest
// counts. Sigma alone is what its two parts take without the mean; a model whose sigma depends on the motion
// makes most of the mean for it. The bound is made of the fewest elementary operations that a context needs,
// at the speed at which each runs alone on arrays in the first cache: exponentials, logarithms and arc sines
// of its distances and models, and the polynomial for each level within the truncation.

#include "config/read.hpp"
#include "engine/results/results.hpp"
#include "simd/dispatch.hpp"
#include "simd/math.hpp"
#include "workloads/psha/hazard/unit_kernel.hpp"
#include "workloads/psha/hazard/unit_sums.hpp"
#include "workloads/psha/job/read.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <vector>

using namespace mtc;
using namespace mtc::psha;

namespace {

constexpr std::size_t n_values = 1024; // of arrays in the first cache

double seconds_of(const auto& action)
{
    const auto start = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double shortest(int n, const auto& action)
{
    double best = std::numeric_limits<double>::infinity();
    for (int i = 0; i < n; ++i)
        best = std::min(best, seconds_of(action));
    return best;
}

/// What the same laps take in several passes: of each lap the least counts. Others who use the machine
/// disturb laps of a tenth of a millisecond, but hardly ever the same ones in every pass.
class Laps {
public:
    void begin_pass()
    {
        next_ = 0;
        restart();
    }
    /// What passed since the last lap is of none.
    void restart() { last_ = std::chrono::steady_clock::now(); }
    void lap()
    {
        const auto now = std::chrono::steady_clock::now();
        const double seconds = std::chrono::duration<double>(now - last_).count();
        last_ = now;
        if (next_ == least_.size())
            least_.push_back(seconds);
        else
            least_[next_] = std::min(least_[next_], seconds);
        ++next_;
    }
    [[nodiscard]] double sum() const { return std::accumulate(least_.begin(), least_.end(), 0.0); }

private:
    std::vector<double> least_;
    std::size_t next_ = 0;
    std::chrono::steady_clock::time_point last_;
};

/// Laps of the stages of one model.
struct StageLaps {
    std::vector<Laps> models; ///< [model] mean and sigma
    std::vector<Laps> sigmas; ///< [model] both parts of sigma, without the mean
    Laps exceedance;
    double n_levels_within = 0.0;

    explicit StageLaps(std::size_t n_models)
        : models(n_models)
        , sigmas(n_models)
    {}
    void begin_pass()
    {
        for (std::size_t m = 0; m < models.size(); ++m) {
            models[m].begin_pass();
            sigmas[m].begin_pass();
        }
        exceedance.begin_pass();
        n_levels_within = 0.0;
    }
};

struct ExpOf {
    MTC_KERNEL_INLINE static double of(double x) { return simd::exp(x); }
};
struct LogOf {
    MTC_KERNEL_INLINE static double of(double x) { return simd::log(x); }
};
struct AsinOf {
    MTC_KERNEL_INLINE static double of(double x) { return simd::asin(x); }
};
template <class Function>
struct OverArray {
    MTC_KERNEL_INLINE static void run(const double* x, double* __restrict out)
    {
        for (std::size_t i = 0; i < n_values; ++i)
            out[i] = Function::of(x[i]);
    }
};

/// What this processor needs for one of each. [ns]
struct Speeds {
    double exp = 0.0;
    double log = 0.0;
    double asin = 0.0;
    double polynomial = 0.0;
    double std_exp = 0.0;
};

/// The C library's exponential, one by one.
double std_exp_ns()
{
    std::vector<double> values(n_values);
    for (std::size_t i = 0; i < n_values; ++i)
        values[i] = -5.0 + 10.0 * static_cast<double>(i) / n_values;
    volatile double* x = values.data(); // keeps the compiler from vectorising
    double sum = 0.0;
    const double seconds = shortest(20'000, [&] {
        for (std::size_t i = 0; i < n_values; ++i)
            sum += std::exp(x[i]);
    });
    return std::isnan(sum) ? 0.0 : seconds / n_values * 1e9;
}

Speeds measure_speeds(const HazardContext& hazard)
{
    AlignedVector<double> x(n_values);
    AlignedVector<double> y(n_values);
    for (std::size_t i = 0; i < n_values; ++i)
        x[i] = (0.5 + static_cast<double>(i)) / n_values;
    const double* from = x.data();
    double* to = y.data();
    const auto ns = [](double seconds) { return seconds / n_values * 1e9; };
    constexpr int n = 20'000;
    Speeds speeds;
    const InstructionSet set = hazard.instruction_set;
    speeds.exp = ns(shortest(n, [&] { simd::Dispatch<OverArray<ExpOf>>::call(set, from, to); }));
    speeds.log = ns(shortest(n, [&] { simd::Dispatch<OverArray<LogOf>>::call(set, from, to); }));
    speeds.asin = ns(shortest(n, [&] { simd::Dispatch<OverArray<AsinOf>>::call(set, from, to); }));
    speeds.std_exp = std_exp_ns();
    // Contexts with all levels well within the truncation: the polynomial without ends and choices. Several
    // at a time, because finding the ends of one costs as much as of as many as a register holds.
    constexpr std::size_t n_contexts = 16;
    const AlignedVector<double> mean(n_contexts, 0.5);
    const AlignedVector<double> sigma(n_contexts, 1.0);
    const AlignedVector<double> rate(n_contexts, 1e-9);
    const AlignedVector<std::uint32_t> row(n_contexts, 0);
    speeds.polynomial =
        ns(shortest(n / 10,
                    [&] {
                        hazard.exceedance.accumulate(
                            set, {mean.data(), sigma.data(), rate.data(), row.data(), n_contexts}, from,
                            n_values, {to, n_values});
                    })) /
        n_contexts;
    return speeds;
}

Speeds least_of(const Speeds& a, const Speeds& b)
{
    return {.exp = std::min(a.exp, b.exp),
            .log = std::min(a.log, b.log),
            .asin = std::min(a.asin, b.asin),
            .polynomial = std::min(a.polynomial, b.polynomial),
            .std_exp = std::min(a.std_exp, b.std_exp)};
}

/// Vectorised exponentials and logarithms that no other form of a model's equations avoids: for a context,
/// and for each of its intensity measures. What a rupture's or a site's contexts share counts nothing.
struct Operations {
    double exp_per_context = 0.0;
    double log_per_context = 0.0;
    double exp_per_imt = 0.0;
    double log_per_imt = 0.0;
};
const std::map<std::string, Operations> operations_of_models{
    {"AkkarBommer2010", {0, 0, 0, 1}},
    {"BooreAtkinson2008", {0, 1, 0, 1}},
    {"ChiouYoungs2008", {0, 1, 2, 2}},
};

/// Computes what UnitSums does stage by stage, by the clock, and counts the levels within the truncation.
class Account final : public UnitContexts {
public:
    Account(const HazardContext& hazard, const UnitPart& part, HazardSpace& space, StageLaps& laps)
        : UnitContexts{hazard, part, space, nullptr}
        , laps_{laps}
    {}

private:
    std::size_t accumulate(std::size_t g, std::size_t imt, const ContextBatch& batch, const double* mean,
                           const double* sigma) override
    {
        const LevelLayout& levels = hazard_.levels;
        const double* ln_levels = levels.ln_levels.data() + imt * levels.n_levels_padded;
        const std::uint32_t model = hazard_.model.group_models[group_.group_models.first + g].model;
        if (imt == 0) {
            const GroundMotionModel& motion = *hazard_.models[model];
            laps_.sigmas[model].restart();
            motion.deviations(hazard_.instruction_set, batch, space_.model_scratch, space_.mean.data(),
                              space_.sigma.data());
            laps_.sigmas[model].lap();
            laps_.models[model].restart();
            motion.evaluate(hazard_.instruction_set, batch, space_.model_scratch, space_.mean.data(),
                            space_.sigma.data());
            laps_.models[model].lap();
        }
        double* sums = space_.sums.data() + (g * levels.n_imt + imt) * part_.n_sites * levels.n_levels_padded;
        laps_.exceedance.restart();
        hazard_.exceedance.accumulate(hazard_.instruction_set,
                                      {mean, sigma, space_.contexts.rates(), space_.contexts.rows(), batch.n},
                                      ln_levels, levels.n_levels, {sums, levels.n_levels_padded});
        laps_.exceedance.lap();
        const double truncation = hazard_.model.job->truncation_level;
        for (std::size_t i = 0; i < batch.n; ++i) {
            const double half_width = truncation * sigma[i];
            const double* first =
                std::upper_bound(ln_levels, ln_levels + levels.n_levels, mean[i] - half_width);
            const double* last = std::lower_bound(first, ln_levels + levels.n_levels, mean[i] + half_width);
            laps_.n_levels_within += static_cast<double>(last - first);
        }
        return levels.n_levels;
    }

    StageLaps& laps_;
};

/// A model whose every batch ends a lap: of all that was done since the last one.
class LappedModel final : public GroundMotionModel {
public:
    /// \param model  null: none, to time what comes before models
    LappedModel(std::unique_ptr<GroundMotionModel> model, Laps& laps)
        : model_{std::move(model)}
        , laps_{laps}
    {}
    [[nodiscard]] std::uint32_t site_parameters() const noexcept override { return 0; }
    [[nodiscard]] std::uint32_t distances() const noexcept override { return 0; }
    void evaluate(InstructionSet set, const ContextBatch& batch, ModelScratch& scratch, double* mean,
                  double* sigma) const override
    {
        laps_.lap();
        if (model_ != nullptr)
            model_->evaluate(set, batch, scratch, mean, sigma);
    }
    void deviations(InstructionSet, const ContextBatch&, ModelScratch&, double*, double*) const override {}

private:
    std::unique_ptr<GroundMotionModel> model_;
    Laps& laps_;
};
class NoExceedance final : public UnitContexts {
public:
    NoExceedance(const HazardContext& hazard, const UnitPart& part, HazardSpace& space)
        : UnitContexts{hazard, part, space, nullptr}
    {}

private:
    std::size_t accumulate(std::size_t, std::size_t, const ContextBatch&, const double*,
                           const double*) override
    {
        return 0;
    }
};

ModelBytes model_of(const char* file)
{
    Notes notes;
    const auto options = [](const std::string&) -> const std::vector<Option>& { return hazard_options(); };
    return with_units(read_model(config::read_config(file, {}, options, notes), notes));
}

void for_each_unit(const HazardContext& hazard, const auto& action)
{
    for (std::uint64_t unit = 0; unit < hazard.units.n_units(); ++unit)
        action(UnitId{unit});
}

struct Stages {
    int n_passes = 1;
    double geometry_s = 0.0;
    double distances_s = 0.0;
    double gathering_s = 0.0;
    std::vector<double> models_s; ///< [model] mean and sigma
    std::vector<double> sigmas_s; ///< [model] both parts of sigma, without the mean
    double exceedance_s = 0.0;
    double giving_s = 0.0;
    double units_s = 0.0; ///< all, as in a run
    double n_levels_within = 0.0;
    double n_contexts = 0.0;
    double n_evaluations = 0.0;
};

/// Time of putting a context together, from distances that are there. [s]
double seconds_of_gathering(const HazardContext& hazard, HazardSpace& space)
{
    const SiteArrays sites = hazard.blocks.arrays(BlockId{0});
    double* arrays = space.distances.data();
    const DistanceArrays distances{arrays, arrays, arrays, arrays, arrays, arrays};
    std::vector<std::uint32_t> rows(std::min(sites.n, Contexts::capacity));
    std::iota(rows.begin(), rows.end(), 0U);
    return shortest(200,
                    [&] {
                        space.contexts.clear();
                        space.contexts.append({}, hazard.model.sites, rows, distances, 0.0, no_index);
                        space.contexts.clear();
                    }) /
           static_cast<double>(rows.size());
}

void measure_models_and_exceedance(const HazardContext& hazard, HazardSpace& space, Stages& stages)
{
    StageLaps laps{hazard.models.size()};
    for (int i = 0; i < stages.n_passes; ++i) {
        laps.begin_pass();
        for_each_unit(hazard, [&](UnitId unit) {
            const UnitPart part = hazard.units.part(unit);
            Account account{hazard, part, space, laps};
            add_unit(hazard, part, space, account);
        });
    }
    for (std::size_t m = 0; m < hazard.models.size(); ++m) {
        stages.models_s.push_back(laps.models[m].sum());
        stages.sigmas_s.push_back(laps.sigmas[m].sum());
    }
    stages.exceedance_s = laps.exceedance.sum();
    stages.n_levels_within = laps.n_levels_within;
}

/// Units as they run, and what of them is giving sums to the block.
void measure_units(HazardContext& hazard, HazardSpace& space, Stages& stages)
{
    std::vector<Stage> stage(1);
    stage[0].result = ResultKind::sums;
    for (std::uint32_t b = 0; b < hazard.blocks.size(); ++b)
        stage[0].block_cells.push_back(hazard.blocks.span(BlockId{b}).count * hazard.blocks.cells_per_site());
    engine::Results results{stage};
    Laps computing;
    Laps giving;
    for (auto& model : hazard.models)
        model = std::make_unique<LappedModel>(std::move(model), computing);
    for (int i = 0; i < stages.n_passes; ++i) {
        computing.begin_pass();
        giving.begin_pass();
        space.n_contexts = space.n_evaluations = 0;
        for_each_unit(hazard, [&](UnitId unit) {
            const UnitPart part = hazard.units.part(unit);
            results.begin_unit({StageId{0}, unit});
            computing.restart();
            UnitSums sums{hazard, part, space};
            add_unit(hazard, part, space, sums);
            computing.lap();
            giving.restart();
            sums.give(results);
            giving.lap();
        });
    }
    stages.giving_s = giving.sum();
    stages.units_s = computing.sum() + stages.giving_s;
    stages.n_contexts = static_cast<double>(space.n_contexts);
    stages.n_evaluations = static_cast<double>(space.n_evaluations);
}

/// What comes before the models. Geometry is what a unit of a single site takes: ruptures, planes and meshes
/// do not depend on sites. Distances are what its other sites add, with the choice of those in range.
void measure_before_models(HazardContext& hazard, HazardSpace& space, Stages& stages)
{
    std::ranges::fill(space.mean, 0.0);
    std::ranges::fill(space.sigma, 1.0);
    const auto least_s = [&](bool single_site) {
        Laps laps;
        for (auto& model : hazard.models)
            model = std::make_unique<LappedModel>(nullptr, laps);
        for (int i = 0; i < stages.n_passes; ++i) {
            laps.begin_pass();
            for_each_unit(hazard, [&](UnitId unit) {
                UnitPart part = hazard.units.part(unit);
                if (single_site)
                    part.n_sites = 1;
                laps.restart();
                NoExceedance none{hazard, part, space};
                add_unit(hazard, part, space, none);
                laps.lap();
            });
        }
        return laps.sum();
    };
    stages.geometry_s = least_s(true);
    stages.distances_s = least_s(false) - stages.geometry_s - stages.gathering_s;
}

Stages measure_stages(const ModelBytes& model, int n_passes)
{
    HazardContext hazard{model, simd::detected()};
    HazardSpace space{hazard};
    Stages stages;
    stages.n_passes = n_passes;
    measure_models_and_exceedance(hazard, space, stages);
    measure_units(hazard, space, stages);
    stages.gathering_s = seconds_of_gathering(hazard, space) * stages.n_contexts;
    measure_before_models(hazard, space, stages);
    return stages;
}

/// Nanoseconds a context that the elementary operations alone take.
double bound_ns(const HazardContext& hazard, const Stages& stages, const Speeds& speeds)
{
    const auto has = [&](std::uint32_t measure) { return (hazard.distances & measure) != 0 ? 1.0 : 0.0; };
    double ns =
        (has(needs_rjb) + has(needs_rx) + has(needs_ry0) + has(needs_repi) + has(needs_rhypo)) * speeds.asin;
    if (hazard.model.sources.front().points.count == 0) // rjb of meshes is a root
        ns -= has(needs_rjb) * speeds.asin;
    for (const std::string& spec : hazard.model.reader.texts("models")) {
        const auto known = operations_of_models.find(model_name(spec));
        if (known == operations_of_models.end())
            throw InputError(text("the operations of ", spec,
                                  " are not counted (known are AkkarBommer2010, "
                                  "BooreAtkinson2008, ChiouYoungs2008)"));
        const Operations& count = known->second;
        const auto n_imt = static_cast<double>(hazard.levels.n_imt);
        ns += (count.exp_per_context + n_imt * count.exp_per_imt) * speeds.exp +
              (count.log_per_context + n_imt * count.log_per_imt) * speeds.log;
    }
    return ns + stages.n_levels_within / stages.n_contexts * speeds.polynomial;
}

void report(const char* file, int n_passes)
{
    const ModelBytes model = model_of(file);
    const HazardContext hazard{model, simd::detected()};
    const Speeds before = measure_speeds(hazard);
    const Stages stages = measure_stages(model, n_passes);
    const Speeds speeds = least_of(before, measure_speeds(hazard));
    std::printf("%s: %.0f contexts (rupture x site) x %zu models x %zu levels, %s\n", file, stages.n_contexts,
                hazard.models.size(), hazard.levels.cells(),
                std::string(simd::name(hazard.instruction_set)).c_str());
    std::printf(
        "alone in the first cache [ns]: exp %.2f, log %.2f, asin %.2f, polynomial of %zu coefficients "
        "%.2f a level; std::exp %.2f\n",
        speeds.exp, speeds.log, speeds.asin, hazard.exceedance.n_coefficients(), speeds.polynomial,
        speeds.std_exp);
    const auto line = [&](const char* name, double seconds) {
        std::printf("  %-44s %8.1f ns a context  %5.1f %%\n", name, seconds / stages.n_contexts * 1e9,
                    100.0 * seconds / stages.units_s);
    };
    const auto sum = [](const std::vector<double>& values) {
        return std::accumulate(values.begin(), values.end(), 0.0);
    };
    line("geometry", stages.geometry_s);
    line("distances, sites in range", stages.distances_s);
    line("gathering", stages.gathering_s);
    line("mean and sigma", sum(stages.models_s));
    for (std::size_t m = 0; m < stages.models_s.size(); ++m) {
        const std::string name = model_name(hazard.model.reader.texts("models")[m]);
        line(("  " + name + ", sigma alone").c_str(), stages.sigmas_s[m]);
        line(("  " + name + ", the mean beside it").c_str(), stages.models_s[m] - stages.sigmas_s[m]);
    }
    line("exceedance, summed over ruptures", stages.exceedance_s);
    line("accumulation into the block's sums", stages.giving_s);
    line("units as they run", stages.units_s);
    const double bound = bound_ns(hazard, stages, speeds);
    std::printf(
        "levels within the truncation: %.1f %%; %.3e evaluations (contexts x models x levels) a second "
        "and core\n",
        100.0 * stages.n_levels_within / stages.n_evaluations, stages.n_evaluations / stages.units_s);
    std::printf("bound %.1f ns a context; share reached %.2f\n", bound,
                bound / (stages.units_s / stages.n_contexts * 1e9));
}

} // namespace

int main(int argc, char** argv)
{
    const int n_passes = argc == 3 ? std::atoi(argv[2]) : 7;
    if (argc < 2 || argc > 3 || n_passes < 1) {
        std::fprintf(stderr, "usage: %s JOB.ini [PASSES] | --std-exp\n", argv[0]);
        return 2;
    }
    if (std::string_view{argv[1]} == "--std-exp") {
        std::printf("%.3f\n", std_exp_ns());
        return 0;
    }
    try {
        report(argv[1], n_passes);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
