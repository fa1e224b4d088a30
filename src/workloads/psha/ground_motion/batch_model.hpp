#pragma once

#include "simd/dispatch.hpp"
#include "workloads/psha/ground_motion/coefficients.hpp"
#include "workloads/psha/ground_motion/formula.hpp"
#include "workloads/psha/ground_motion/registry.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

/// \file
/// From a formula to a model. A formula is a struct in namespace mtc::psha with
///
///     static constexpr std::uint32_t site_parameters;     mask of SiteParameter, 0 for none
///     static constexpr std::uint32_t distances;           mask of DistanceMeasure
///     struct Coefficients;                                what one intensity measure type needs
///     struct Shared;                                      doubles alone, or empty: what all types of one
///                                                         context have in common (no structs within: GCC 12
///                                                         does not vectorise them)
///     Coefficients coefficients(const CoefficientRequest&) const;
///     Shared shared(const Context&) const;                MTC_KERNEL_INLINE
///     Motion motion(const Coefficients&, const Context&, const Shared&) const;    MTC_KERNEL_INLINE
///
/// It may also have, where much depends on the rupture or the site alone,
///
///     struct OfRupture, struct OfSite;                    doubles alone
///     OfRupture of_rupture(const Coefficients&, const Context&) const;
///     OfSite of_site(const Coefficients&, const Context&) const;
///     Motion motion(const Coefficients&, const Context&, const Shared&, const OfRupture&, const OfSite&)
///     const;
///
/// which are evaluated once for a run of contexts of one rupture or of like sites, for each intensity
/// measure. Such a formula may further have
///
///     struct Reference;                                   doubles alone
///     Reference reference(const Coefficients&, const Context&, const Shared&, const OfRupture&) const;
///     Motion motion(..., const OfRupture&, const OfSite&, const Reference&) const;
///
/// which is evaluated in a loop before that of motion(): a processor looks ahead over the operations of a few
/// contexts only, and waits where they depend on each other in a long chain. And a constructor from const
/// ModelRequest& when it has parameters or several names. Its file ends with `template ModelPointer
/// make<Name>(const ModelRequest&);`.
namespace mtc::psha {

/// Contexts evaluated for all intensity measure types before the next: their shared values stay in the
/// first-level cache.
inline constexpr std::size_t context_chunk = 256;

enum class MotionPart { mean_and_sigma, tau_and_phi };

/// Whether a formula tells what depends on the rupture or the site alone.
template <class Formula>
concept SharesRuns = requires
{
    typename Formula::OfRupture;
    typename Formula::OfSite;
};

/// Whether what comes first is evaluated in a loop of its own.
template <class Formula>
concept HasReference = requires
{
    typename Formula::Reference;
};

template <class Formula, MotionPart part>
struct MotionKernel {
    using Coefficients = typename Formula::Coefficients;
    using Shared = typename Formula::Shared;
    static constexpr std::size_t n_shared = std::is_empty_v<Shared> ? 0 : sizeof(Shared) / sizeof(double);
    /// Arrays of context_chunk that run() needs.
    static constexpr std::size_t n_arrays = [] {
        std::size_t n = n_shared;
        if constexpr (SharesRuns<Formula>)
            n += (sizeof(typename Formula::OfRupture) + sizeof(typename Formula::OfSite)) / sizeof(double);
        if constexpr (HasReference<Formula>)
            n += sizeof(typename Formula::Reference) / sizeof(double);
        return n;
    }();

    /// \param[out] shared  [n_arrays][context_chunk]
    /// \param[out] first   [n_imt][n_padded] mean or tau
    /// \param[out] second  [n_imt][n_padded] sigma or phi
    MTC_KERNEL_INLINE static void run(const Formula& formula, const Coefficients* coefficients,
                                      std::size_t n_imt, const ContextBatch& batch, double* shared,
                                      double* first, double* second)
    {
        const Formula f = formula; // copies: the results written cannot alias them
        const ContextBatch contexts = batch;
        for (std::size_t begin = 0; begin < contexts.n_padded; begin += context_chunk) {
            const std::size_t n =
                std::min(context_chunk, contexts.n_padded - begin) / simd::lanes * simd::lanes;
            if constexpr (n_shared > 0)
                share(f, contexts, begin, n, shared);
            for (std::size_t imt = 0; imt < n_imt; ++imt) {
                const Coefficients k = coefficients[imt];
                const std::size_t at = imt * contexts.n_padded + begin;
                if constexpr (SharesRuns<Formula>) {
                    double* of_rupture = shared + n_shared * context_chunk;
                    double* of_site = of_rupture + size_of<typename Formula::OfRupture> * context_chunk;
                    fill(
                        contexts, contexts.rupture_ends, begin, n,
                        of_rupture, [&](const Context& c) __attribute__((always_inline)) {
                            return f.of_rupture(k, c);
                        });
                    fill(
                        contexts, contexts.site_ends, begin, n,
                        of_site, [&](const Context& c) __attribute__((always_inline)) {
                            return f.of_site(k, c);
                        });
                }
                if constexpr (HasReference<Formula>)
                    refer(f, k, contexts, begin, n, shared);
                evaluate(f, k, contexts, begin, n, shared, first + at, second + at);
            }
        }
    }

private:
    template <class Values>
    static constexpr std::size_t size_of = sizeof(Values) / sizeof(double);

    /// Evaluates what is equal for runs of contexts once for each run.
    /// \param ends  of the runs; null: for each context
    MTC_KERNEL_INLINE static void fill(const ContextBatch& contexts, const std::uint32_t* ends,
                                       std::size_t begin, std::size_t n, double* out, const auto& of)
    {
        using Values = decltype(of(Context(contexts, begin)));
        if (ends == nullptr) {
#pragma GCC ivdep
            for (std::size_t i = 0; i < n; ++i)
                store(of(Context(contexts, begin + i)), out + i);
            return;
        }
        while (*ends <= begin)
            ++ends;
        for (std::size_t i = 0; i < n; ++ends) {
            const std::size_t end = std::min<std::size_t>(*ends - begin, n);
            const auto numbers =
                std::bit_cast<std::array<double, size_of<Values>>>(of(Context(contexts, begin + i)));
            for (std::size_t slot = 0; slot < numbers.size(); ++slot)
                std::fill(out + slot * context_chunk + i, out + slot * context_chunk + end, numbers[slot]);
            i = end;
        }
    }

    MTC_KERNEL_INLINE static void share(const Formula& f, const ContextBatch& contexts, std::size_t begin,
                                        std::size_t n, double* shared)
    {
#pragma GCC ivdep
        for (std::size_t i = 0; i < n; ++i)
            store(f.shared(Context(contexts, begin + i)), shared + i);
    }

    MTC_KERNEL_INLINE static void refer(const Formula& f, const Coefficients& k, const ContextBatch& contexts,
                                        std::size_t begin, std::size_t n, double* shared)
    {
        using OfRupture = typename Formula::OfRupture;
        const double* of_rupture = shared + n_shared * context_chunk;
        double* reference = shared + (n_arrays - size_of<typename Formula::Reference>)*context_chunk;
#pragma GCC ivdep
        for (std::size_t i = 0; i < n; ++i)
            store(
                f.reference(k, Context(contexts, begin + i),
                            load<Shared>(shared + i, std::make_index_sequence<n_shared>{}),
                            load<OfRupture>(of_rupture + i, std::make_index_sequence<size_of<OfRupture>>{})),
                reference + i);
    }

    MTC_KERNEL_INLINE static void evaluate(const Formula& f, const Coefficients& k,
                                           const ContextBatch& contexts, std::size_t begin, std::size_t n,
                                           const double* shared, double* first, double* second)
    {
#pragma GCC ivdep
        for (std::size_t i = 0; i < n; ++i) {
            const Motion motion = motion_of(f, k, Context(contexts, begin + i), shared + i);
            first[i] = part == MotionPart::mean_and_sigma ? motion.mean : motion.tau;
            second[i] = part == MotionPart::mean_and_sigma ? motion.sigma : motion.phi;
        }
    }

    MTC_KERNEL_INLINE static Motion motion_of(const Formula& f, const Coefficients& k, const Context& c,
                                              const double* at)
    {
        const Shared shared = load<Shared>(at, std::make_index_sequence<n_shared>{});
        if constexpr (SharesRuns<Formula>) {
            using OfRupture = typename Formula::OfRupture;
            using OfSite = typename Formula::OfSite;
            const double* of_rupture = at + n_shared * context_chunk;
            const double* of_site = of_rupture + size_of<OfRupture> * context_chunk;
            const OfRupture rupture =
                load<OfRupture>(of_rupture, std::make_index_sequence<size_of<OfRupture>>{});
            const OfSite site = load<OfSite>(of_site, std::make_index_sequence<size_of<OfSite>>{});
            if constexpr (HasReference<Formula>) {
                using Reference = typename Formula::Reference;
                return f.motion(k, c, shared, rupture, site,
                                load<Reference>(of_site + size_of<OfSite> * context_chunk,
                                                std::make_index_sequence<size_of<Reference>>{}));
            } else {
                return f.motion(k, c, shared, rupture, site);
            }
        } else {
            return f.motion(k, c, shared);
        }
    }

    template <class Values>
    MTC_KERNEL_INLINE static void store(const Values& values, double* at)
    {
        store_each(std::bit_cast<std::array<double, size_of<Values>>>(values), at,
                   std::make_index_sequence<size_of<Values>>{});
    }

    template <std::size_t... slot>
    MTC_KERNEL_INLINE static void store_each(const std::array<double, sizeof...(slot)>& numbers, double* at,
                                             std::index_sequence<slot...>)
    {
        ((at[slot * context_chunk] = numbers[slot]), ...);
    }

    template <class Values, std::size_t... slot>
    MTC_KERNEL_INLINE static Values load([[maybe_unused]] const double* at, std::index_sequence<slot...>)
    {
        return Values{at[slot * context_chunk]...};
    }
};

template <class Formula>
class BatchModel final : public GroundMotionModel {
    static_assert(std::is_trivially_copyable_v<Formula>);

public:
    explicit BatchModel(const ModelRequest& request)
        : formula_{made(request)}
    {
        for (const Imt& imt : request.imts)
            coefficients_.push_back(formula_.coefficients({.imt = imt, .model = request.name}));
    }

    [[nodiscard]] std::uint32_t site_parameters() const noexcept override { return Formula::site_parameters; }
    [[nodiscard]] std::uint32_t distances() const noexcept override { return Formula::distances; }

    void evaluate(InstructionSet set, const ContextBatch& batch, ModelScratch& scratch, double* mean,
                  double* sigma) const override
    {
        run<MotionPart::mean_and_sigma>(set, batch, scratch, mean, sigma);
    }
    void deviations(InstructionSet set, const ContextBatch& batch, ModelScratch& scratch, double* tau,
                    double* phi) const override
    {
        run<MotionPart::tau_and_phi>(set, batch, scratch, tau, phi);
    }

private:
    static Formula made([[maybe_unused]] const ModelRequest& request)
    {
        if constexpr (std::is_constructible_v<Formula, const ModelRequest&>)
            return Formula(request);
        else
            return Formula{};
    }

    template <MotionPart part>
    void run(InstructionSet set, const ContextBatch& batch, ModelScratch& scratch, double* first,
             double* second) const
    {
        using Kernel = MotionKernel<Formula, part>;
        double* shared = scratch.array(0, Kernel::n_arrays * context_chunk);
        simd::Dispatch<Kernel>::call(set, formula_, coefficients_.data(), coefficients_.size(), batch, shared,
                                     first, second);
    }

    Formula formula_;
    std::vector<typename Formula::Coefficients> coefficients_; ///< [n_imt]
};

template <class Formula>
ModelPointer make(const ModelRequest& request)
{
    return std::make_unique<BatchModel<Formula>>(request);
}

} // namespace mtc::psha
