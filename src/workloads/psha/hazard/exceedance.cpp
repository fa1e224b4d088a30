#include "workloads/psha/hazard/exceedance.hpp"

#include "simd/dispatch.hpp"
#include "simd/math.hpp"
#include "workloads/psha/hazard/exceedance_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>
#include <utility>

namespace mtc::psha {

namespace {

constexpr double largest_reach = 8.3;   // Phi(-8.3) = 5e-17
constexpr double smallest_reach = 1e-9; // for truncation level 0, as in OpenQuake

struct ErfcScale {
    double half_scale; // 1 / (2 (2 Phi(t) - 1))
    double tail;       // Phi(-t) / (2 Phi(t) - 1)
};

ErfcScale erfc_scale(double reach)
{
    const double inside = std::erf(reach / std::numbers::sqrt2);
    return {.half_scale = 0.5 / inside, .tail = 0.5 * std::erfc(reach / std::numbers::sqrt2) / inside};
}

struct Arguments {
    Exceedance::Contexts contexts;
    const double* ln_levels;
    std::size_t n_levels;
    Exceedance::Sums sums;
};

/// Evaluates Curve, G as a function of y = bound x / t, only for the registers of levels that a context
/// neither certainly exceeds (there it adds the rate) nor cannot exceed.
template <class Curve>
struct Accumulation {
    template <std::size_t n_lanes>
    MTC_KERNEL_INLINE static void run(const Curve& curve, double reach, const Arguments& a)
    {
        using Pack = simd::Pack<n_lanes>;
        const typename Curve::template Ready<n_lanes> g(curve);
        const Exceedance::Contexts c = a.contexts;
        Chunk chunk;
        for (std::size_t first = 0; first < c.n; first += Chunk::size) {
            const std::size_t n = std::min(Chunk::size, c.n - first);
            prepare<n_lanes>(c.mean + first, c.sigma + first, n, reach, curve.bound, a, chunk);
            for (std::size_t i = 0; i < n; ++i) {
                const double rate = c.rate[first + i];
                double* sums = a.sums.data + c.row[first + i] * a.sums.row_stride;
                const auto begin = static_cast<std::size_t>(chunk.begin[i]) * n_lanes;
                const auto end = static_cast<std::size_t>(chunk.end[i]) * n_lanes;
                for (std::size_t level = 0; level < begin; level += n_lanes) {
                    Pack& sum = reinterpret_cast<Pack&>(sums[level]);
                    sum += rate;
                }
                g.add(chunk.slope[i], chunk.offset[i], rate, a.ln_levels + begin, sums + begin, end - begin);
            }
        }
    }

private:
    /// What is found for many contexts at once, without a branch.
    struct Chunk {
        static constexpr std::size_t size = 64;
        alignas(64) double slope[size];       // of y over the logarithm of the level: bound / (t sigma)
        alignas(64) double offset[size];      // -mean slope, or the mean for a steep curve
        alignas(64) double low[size];         // mean - t sigma
        alignas(64) double high[size];        // mean + t sigma
        alignas(64) std::int64_t begin[size]; // registers that are certainly exceeded
        alignas(64) std::int64_t end[size];   // the first that cannot be
    };

    template <std::size_t n_lanes>
    MTC_KERNEL_INLINE static void prepare(const double* mean, const double* sigma, std::size_t n,
                                          double reach, double bound, const Arguments& a, Chunk& chunk)
    {
        using Pack = simd::Pack<n_lanes>;
        for (std::size_t i = 0; i < n; ++i) {
            const double half_width = reach * sigma[i];
            chunk.slope[i] = bound / half_width;
            chunk.offset[i] = Curve::is_steep ? mean[i] : -mean[i] * chunk.slope[i];
            chunk.low[i] = mean[i] - half_width;
            chunk.high[i] = mean[i] + half_width;
        }
        for (std::size_t i = n; i % n_lanes != 0; ++i)
            chunk.low[i] = chunk.high[i] = 0.0;
        for (std::size_t i = 0; i < n; i += n_lanes) {
            const Pack low = reinterpret_cast<const Pack&>(chunk.low[i]);
            const Pack high = reinterpret_cast<const Pack&>(chunk.high[i]);
            decltype(low <= high) begin{}; // a true lane is -1
            decltype(low <= high) past{};
            for (std::size_t level = 0; level < a.n_levels; level += n_lanes) {
                begin -= a.ln_levels[level + n_lanes - 1] - Pack{} <= low;
                // Past the end when at least as high; what is not a number never is.
                past += a.ln_levels[level] - Pack{} >= high;
            }
            const auto n_packs = static_cast<std::int64_t>((a.n_levels + n_lanes - 1) / n_lanes);
            const decltype(past) end = n_packs + past;
            std::memcpy(chunk.begin + i, &begin, sizeof begin);
            std::memcpy(chunk.end + i, &end, sizeof end);
        }
    }
};

/// 1/2 - y R(u), see exceedance_fit.hpp.
template <std::size_t n>
struct Polynomial {
    /// Few coefficients: t is so small that distances of levels from the mean must not be rounded.
    static constexpr bool is_steep = n <= 3;
    std::array<double, n> r;
    double bound; // 2, unknown to the compiler: of a known one it makes a comparison and a choice, which is
                  // slower

    template <std::size_t n_lanes>
    class Ready;
};

/// The coefficients in registers or one load away from them: paid for once, not for every context.
template <std::size_t n>
template <std::size_t n_lanes>
class Polynomial<n>::Ready {
public:
    using Pack = simd::Pack<n_lanes>;

    MTC_KERNEL_INLINE explicit Ready(const Polynomial& polynomial)
        : bound_{polynomial.bound - Pack{}}
    {
        for (std::size_t k = 0; k < n; ++k)
            r_[k] = polynomial.r[k] - Pack{};
    }

    /// \param n_levels  a multiple of n_lanes
    MTC_KERNEL_INLINE void add(double slope, double offset, double rate, const double* ln_levels,
                               double* sums, std::size_t n_levels) const
    {
        const Line line{slope - Pack{}, offset - Pack{}, rate - Pack{}};
        std::size_t level = 0;
        for (; level + n_abreast * n_lanes <= n_levels; level += n_abreast * n_lanes)
            add_packs<n_abreast>(line, ln_levels + level, sums + level);
        if (level < n_levels)
            add_packs<1>(line, ln_levels + level, sums + level);
    }

private:
    /// Evaluated abreast, because a single chain of operations mostly waits for the one before.
    static constexpr std::size_t n_abreast = 2;
    static constexpr std::size_t last_even = n - 1 - (n - 1) % 2;
    static constexpr std::size_t last_odd = n - 1 - n % 2;
    static_assert(n >= 2);

    /// y is a straight line in the logarithm of the level.
    struct Line {
        Pack slope;
        Pack offset;
        Pack rate;
    };

    template <std::size_t m>
    MTC_KERNEL_INLINE void add_packs(const Line& line, const double* ln_levels, double* sums) const
    {
        Pack y[m];
        Pack u[m];
        Pack u_squared[m];
        Pack even[m];
        Pack odd[m];
        for (std::size_t j = 0; j < m; ++j) {
            const Pack& ln_level = reinterpret_cast<const Pack&>(ln_levels[j * n_lanes]);
            y[j] = is_steep ? (ln_level - line.offset) * line.slope : ln_level * line.slope + line.offset;
            y[j] = -bound_ > y[j] ? -bound_ : y[j]; // what is not a number stays so
            y[j] = bound_ < y[j] ? bound_ : y[j];
            u[j] = y[j] * y[j] - bound_;
            u_squared[j] = u[j] * u[j];
            even[j] = r_[last_even];
            odd[j] = r_[last_odd];
        }
#pragma GCC unroll 16
        for (std::size_t k = 2; k <= last_even; k += 2)
            for (std::size_t j = 0; j < m; ++j) {
                even[j] = even[j] * u_squared[j] + r_[last_even - k];
                if (k < last_odd)
                    odd[j] = odd[j] * u_squared[j] + r_[last_odd - k];
            }
        for (std::size_t j = 0; j < m; ++j) {
            Pack& sum = reinterpret_cast<Pack&>(sums[j * n_lanes]);
            sum += line.rate * (0.5 - y[j] * (even[j] + u[j] * odd[j]));
        }
    }

    Pack bound_;
    Pack r_[n];
};

/// x in [-bound, bound]; what is not a number stays so. With a bound that the compiler knows, it would follow
/// the clipped lanes on a path of their own and pay for both.
MTC_KERNEL_INLINE double clipped(double x, double bound)
{
    const double not_below = x < -bound ? -bound : x;
    return not_below > bound ? bound : not_below;
}

struct Erfc {
    static constexpr bool is_steep = false;
    double half_scale;
    double tail;
    double z_reach; // t / sqrt 2
    double bound;   // 1

    MTC_KERNEL_INLINE double operator()(double x_over_t) const
    {
        const double y = clipped(x_over_t, bound);
        const double g = half_scale * simd::erfc(y * z_reach) - tail;
        const double not_negative = g < 0.0 ? 0.0 : g;
        return not_negative > 1.0 ? 1.0 : not_negative;
    }

    template <std::size_t n_lanes>
    class Ready;
};

template <std::size_t n_lanes>
class Erfc::Ready {
public:
    MTC_KERNEL_INLINE explicit Ready(const Erfc& erfc)
        : g_{erfc}
    {}

    MTC_KERNEL_INLINE void add(double slope, double offset, double rate, const double* ln_levels,
                               double* sums, std::size_t n_levels) const
    {
        const Erfc g = g_;
        const std::size_t n = n_levels / n_lanes * n_lanes;
#pragma GCC ivdep
        for (std::size_t level = 0; level < n; ++level)
            sums[level] += rate * g(ln_levels[level] * slope + offset);
    }

private:
    Erfc g_;
};

template <std::size_t n>
Polynomial<n> polynomial_of(const std::vector<double>& coefficients, double bound)
{
    Polynomial<n> p{.r = {}, .bound = bound};
    std::ranges::copy(coefficients, p.r.begin());
    return p;
}

using Accumulate = void (*)(InstructionSet set, const std::vector<double>& coefficients, double reach,
                            const Arguments& arguments);

template <std::size_t n>
void accumulate_polynomial(InstructionSet set, const std::vector<double>& coefficients, double reach,
                           const Arguments& arguments)
{
    simd::Dispatch<Accumulation<Polynomial<n>>>::call(
        set, polynomial_of<n>(coefficients, 2.0 * (reach / reach)), reach, arguments);
}

/// Entry n - 2 is for n coefficients.
template <std::size_t... index>
constexpr std::array<Accumulate, sizeof...(index)> by_number(std::index_sequence<index...>)
{
    return {&accumulate_polynomial<index + 2>...};
}

constexpr auto accumulate_by_number = by_number(std::make_index_sequence<max_exceedance_coefficients - 1>{});

} // namespace

Exceedance::Exceedance(double truncation_level, double tolerance)
    : reach_{std::clamp(truncation_level, smallest_reach, largest_reach)}
    , coefficients_{fit_exceedance(reach_, tolerance)}
{}

double Exceedance::polynomial(double x) const noexcept
{
    const double y = std::clamp(2.0 * (x / reach_), -2.0, 2.0);
    return 0.5 - y * odd_part_per_y(coefficients_, y * y - 2.0);
}

double Exceedance::with_erfc(double x) const noexcept
{
    const auto [half_scale, tail] = erfc_scale(reach_);
    const double z = std::clamp(x, -reach_, reach_) / std::numbers::sqrt2;
    return std::clamp(half_scale * std::erfc(z) - tail, 0.0, 1.0);
}

double Exceedance::operator()(double x) const noexcept
{
    return coefficients_.empty() ? with_erfc(x) : polynomial(x);
}

void Exceedance::accumulate(InstructionSet set, const Contexts& contexts, const double* ln_levels,
                            std::size_t n_levels, const Sums& sums) const
{
    const Arguments arguments{
        .contexts = contexts, .ln_levels = ln_levels, .n_levels = n_levels, .sums = sums};
    if (coefficients_.empty()) {
        const auto [half_scale, tail] = erfc_scale(reach_);
        const Erfc erfc{.half_scale = half_scale,
                        .tail = tail,
                        .z_reach = reach_ / std::numbers::sqrt2,
                        .bound = reach_ / reach_};
        return simd::Dispatch<Accumulation<Erfc>>::call(set, erfc, reach_, arguments);
    }
    accumulate_by_number[coefficients_.size() - 2](set, coefficients_, reach_, arguments);
}

} // namespace mtc::psha
