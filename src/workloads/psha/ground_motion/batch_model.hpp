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
/// and a constructor from const ModelRequest& when it has parameters or several names. Its file ends with
/// `template ModelPointer make<Name>(const ModelRequest&);`.
namespace mtc::psha {

/// Contexts evaluated for all intensity measure types before the next: their shared values stay in the
/// first-level cache.
inline constexpr std::size_t context_chunk = 256;

enum class MotionPart { mean_and_sigma, tau_and_phi };

template <class Formula, MotionPart part>
struct MotionKernel {
    using Coefficients = typename Formula::Coefficients;
    using Shared = typename Formula::Shared;
    static constexpr std::size_t n_shared = std::is_empty_v<Shared> ? 0 : sizeof(Shared) / sizeof(double);

    /// \param[out] shared  [n_shared][context_chunk]
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
                evaluate(f, k, contexts, begin, n, shared, first + at, second + at);
            }
        }
    }

private:
    MTC_KERNEL_INLINE static void share(const Formula& f, const ContextBatch& contexts, std::size_t begin,
                                        std::size_t n, double* shared)
    {
#pragma GCC ivdep
        for (std::size_t i = 0; i < n; ++i)
            store(f.shared(Context(contexts, begin + i)), shared + i, std::make_index_sequence<n_shared>{});
    }

    MTC_KERNEL_INLINE static void evaluate(const Formula& f, const Coefficients& k,
                                           const ContextBatch& contexts, std::size_t begin, std::size_t n,
                                           const double* shared, double* first, double* second)
    {
#pragma GCC ivdep
        for (std::size_t i = 0; i < n; ++i) {
            const Motion motion = f.motion(k, Context(contexts, begin + i),
                                           load(shared + i, std::make_index_sequence<n_shared>{}));
            first[i] = part == MotionPart::mean_and_sigma ? motion.mean : motion.tau;
            second[i] = part == MotionPart::mean_and_sigma ? motion.sigma : motion.phi;
        }
    }

    template <std::size_t... slot>
    MTC_KERNEL_INLINE static void store(const Shared& values, double* at, std::index_sequence<slot...>)
    {
        const auto numbers = std::bit_cast<std::array<double, n_shared>>(values);
        ((at[slot * context_chunk] = numbers[slot]), ...);
    }

    template <std::size_t... slot>
    MTC_KERNEL_INLINE static Shared load([[maybe_unused]] const double* at, std::index_sequence<slot...>)
    {
        return Shared{at[slot * context_chunk]...};
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
        double* shared = scratch.array(0, Kernel::n_shared * context_chunk);
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
