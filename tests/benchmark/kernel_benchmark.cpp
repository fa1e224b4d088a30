// Times the kernels on which a hazard calculation spends its time, under every instruction set of the
// machine.

#include "mtc/flat.hpp"
#include "simd/dispatch.hpp"
#include "workloads/psha/ground_motion/model.hpp"
#include "workloads/psha/hazard/exceedance.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <vector>

using namespace mtc;

namespace {

constexpr std::size_t n_contexts = 2000;

std::vector<InstructionSet> instruction_sets()
{
    std::vector<InstructionSet> sets;
    for (auto set = 0U; set <= static_cast<unsigned>(simd::detected()); ++set)
        sets.push_back(InstructionSet{set});
    return sets;
}

/// Shortest time of one call over about half a second of calls. [ns]
template <class Action>
double shortest_ns(const Action& action)
{
    using Clock = std::chrono::steady_clock;
    double shortest = std::numeric_limits<double>::infinity();
    const auto stop = Clock::now() + std::chrono::milliseconds(500);
    while (Clock::now() < stop) {
        const auto start = Clock::now();
        action();
        const std::chrono::duration<double, std::nano> elapsed = Clock::now() - start;
        shortest = std::min(shortest, elapsed.count());
    }
    return shortest;
}

AlignedVector<double> uniform(double low, double high, std::uint64_t seed)
{
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> distribution(low, high);
    AlignedVector<double> values(simd::padded(n_contexts));
    for (double& value : values)
        value = distribution(random);
    return values;
}

/// \param offset  [sigma] of the median from the middle level: 0 all levels within reach, 3 half of them
void time_exceedance(double truncation_level, double half_range, double offset)
{
    constexpr std::size_t n_levels = 45;
    constexpr std::uint32_t n_sites = 16;
    AlignedVector<double> levels(simd::padded(n_levels), psha::ln_level_padding);
    for (std::size_t level = 0; level < n_levels; ++level)
        levels[level] = half_range * (2.0 * static_cast<double>(level) / (n_levels - 1) - 1.0);
    const AlignedVector<double> mean = uniform(-0.05 - offset * 0.6, 0.05 - offset * 0.6, 1);
    const AlignedVector<double> sigma = uniform(0.55, 0.65, 2);
    const AlignedVector<double> rate = uniform(0.0, 1e-3, 3);
    std::vector<std::uint32_t> row(n_contexts);
    for (std::size_t i = 0; i < n_contexts; ++i)
        row[i] = static_cast<std::uint32_t>(i * n_sites / n_contexts);
    AlignedVector<double> sums(n_sites * levels.size(), 0.0);
    const psha::Exceedance exceedance(truncation_level);
    for (const InstructionSet set : instruction_sets()) {
        const double ns = shortest_ns([&] {
            exceedance.accumulate(set, {mean.data(), sigma.data(), rate.data(), row.data(), n_contexts},
                                  levels.data(), levels.size(), {sums.data(), levels.size()});
        });
        std::printf(
            "exceedance  t %4.1f  levels +-%.1f sigma, median %.1f sigma below  %-8s  %6.3f ns a level\n",
            truncation_level, half_range / 0.6, offset, std::string(simd::name(set)).c_str(),
            ns / static_cast<double>(n_contexts * n_levels));
    }
}

void time_model(std::string_view name)
{
    const std::vector<psha::Imt> imts{psha::imt_from_text("PGA"),     psha::imt_from_text("SA(0.1)"),
                                      psha::imt_from_text("SA(0.2)"), psha::imt_from_text("SA(0.5)"),
                                      psha::imt_from_text("SA(1.0)"), psha::imt_from_text("SA(2.0)")};
    const AlignedVector<double> mag = uniform(5.0, 8.0, 1);
    const AlignedVector<double> rake = uniform(-180.0, 180.0, 2);
    const AlignedVector<double> dip = uniform(30.0, 90.0, 3);
    const AlignedVector<double> depth = uniform(0.0, 10.0, 4);
    const AlignedVector<double> width = uniform(5.0, 20.0, 5);
    const AlignedVector<double> distance = uniform(1.0, 200.0, 6);
    const AlignedVector<double> vs30 = uniform(200.0, 1000.0, 7);
    const AlignedVector<double> measured = uniform(0.0, 1.0, 8);
    const AlignedVector<double> z1pt0 = uniform(0.0, 600.0, 9);
    const AlignedVector<double> z2pt5 = uniform(0.0, 5.0, 10);
    const psha::ContextBatch batch{.n = n_contexts,
                                   .n_padded = mag.size(),
                                   .mag = mag.data(),
                                   .rake = rake.data(),
                                   .dip = dip.data(),
                                   .ztor = depth.data(),
                                   .width = width.data(),
                                   .hypo_depth = depth.data(),
                                   .rrup = distance.data(),
                                   .rjb = distance.data(),
                                   .rx = distance.data(),
                                   .ry0 = distance.data(),
                                   .repi = distance.data(),
                                   .rhypo = distance.data(),
                                   .vs30 = vs30.data(),
                                   .vs30measured = measured.data(),
                                   .z1pt0 = z1pt0.data(),
                                   .z2pt5 = z2pt5.data(),
                                   .backarc = measured.data()};
    const auto model = psha::make_model(name, imts);
    psha::ModelScratch scratch;
    AlignedVector<double> mean(imts.size() * batch.n_padded);
    AlignedVector<double> sigma(mean.size());
    for (const InstructionSet set : instruction_sets()) {
        const double ns =
            shortest_ns([&] { model->evaluate(set, batch, scratch, mean.data(), sigma.data()); });
        std::printf("%-40s  %-8s  %6.2f ns a context and intensity measure type\n", std::string(name).c_str(),
                    std::string(simd::name(set)).c_str(), ns / static_cast<double>(mean.size()));
    }
}

} // namespace

int main()
{
    time_exceedance(3.0, 1.7, 0.0); // every level within the truncation
    time_exceedance(3.0, 3.6, 0.0); // the first and last beyond it
    time_exceedance(3.0, 1.7, 3.0); // a weak motion: most levels out of reach
    time_exceedance(6.0, 1.7, 0.0);
    time_exceedance(99.0, 1.7, 0.0);
    for (const std::string_view name : psha::known_models())
        time_model(name);
}
