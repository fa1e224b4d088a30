#pragma once

#include "mtc/flat.hpp"
#include "mtc/types.hpp"
#include "workloads/psha/ground_motion/imt.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Ground-motion models: mean and standard deviation of ln of the ground motion for batches of contexts, a
/// context being one rupture at one site. Adding a model takes one file, its line in the registry and its
/// line in CMake.
namespace mtc::psha {

/// Site parameters that a model may need; bits of a mask.
enum SiteParameter : std::uint32_t {
    needs_vs30 = 1U << 0U,
    needs_vs30measured = 1U << 1U,
    needs_z1pt0 = 1U << 2U,
    needs_z2pt5 = 1U << 3U,
    needs_backarc = 1U << 4U,
};

/// Distances that a model may need; bits of a mask. The kernel computes only what some model of the job
/// needs.
enum DistanceMeasure : std::uint32_t {
    needs_rrup = 1U << 0U,
    needs_rjb = 1U << 1U,
    needs_rx = 1U << 2U,
    needs_ry0 = 1U << 3U,
    needs_repi = 1U << 4U,
    needs_rhypo = 1U << 5U,
};

/// Contexts as parallel arrays. Each array is aligned to a cache line and padded to a multiple of simd::lanes
/// by copies of a valid context, so that kernels run over n_padded without a tail. An array that no model of
/// the job needs is null.
struct ContextBatch {
    std::size_t n = 0;
    std::size_t n_padded = 0;
    const double* mag = nullptr;          ///< Mw, rounded to 3 decimals
    const double* rake = nullptr;         ///< [deg]
    const double* dip = nullptr;          ///< [deg]
    const double* ztor = nullptr;         ///< [km]
    const double* width = nullptr;        ///< [km]
    const double* hypo_depth = nullptr;   ///< [km]
    const double* rrup = nullptr;         ///< [km]
    const double* rjb = nullptr;          ///< [km]
    const double* rx = nullptr;           ///< [km]
    const double* ry0 = nullptr;          ///< [km]
    const double* repi = nullptr;         ///< [km]
    const double* rhypo = nullptr;        ///< [km]
    const double* vs30 = nullptr;         ///< [m/s]
    const double* vs30measured = nullptr; ///< 1 or 0
    const double* z1pt0 = nullptr;        ///< [m]
    const double* z2pt5 = nullptr;        ///< [km]
    const double* backarc = nullptr;      ///< 1 or 0
    /// Contexts of one rupture follow each other: the ends of these runs, the last n_padded. Null: not known.
    const std::uint32_t* rupture_ends = nullptr;
    const std::uint32_t* site_ends = nullptr; ///< the same of equal site parameters
};

/// Memory for the intermediate arrays of a model, kept between calls so that evaluate() allocates nothing.
class ModelScratch {
public:
    /// An array of at least n doubles on a cache line; `slot` < 16 tells the arrays of one model apart.
    [[nodiscard]] double* array(std::size_t slot, std::size_t n);

private:
    std::array<AlignedVector<double>, 16> arrays_;
};

class GroundMotionModel {
public:
    virtual ~GroundMotionModel() = default;
    [[nodiscard]] virtual std::uint32_t site_parameters() const noexcept = 0; ///< mask of SiteParameter
    [[nodiscard]] virtual std::uint32_t distances() const noexcept = 0;       ///< mask of DistanceMeasure

    /// Mean and total standard deviation of ln of the ground motion.
    ///
    /// \param[in]  batch  contexts
    /// \param[out] mean   [n_imt][n_padded] ln of g (PGA, SA) or cm/s (PGV)
    /// \param[out] sigma  [n_imt][n_padded] total, > 0; the intensity measures are those given to make_model
    virtual void evaluate(InstructionSet set, const ContextBatch& batch, ModelScratch& scratch, double* mean,
                          double* sigma) const = 0;
    /// Between-event and within-event parts of sigma, both 0 where the model gives only the total.
    virtual void deviations(InstructionSet set, const ContextBatch& batch, ModelScratch& scratch, double* tau,
                            double* phi) const = 0;
};

/// Makes a model for the intensity measures of a job.
///
/// \param spec  OpenQuake's name, bare or in brackets, or a TOML table "[Name]\nkey = value"
/// \throws InputError  unknown name (with the nearest known one), parameter, or an intensity measure for
/// which the
///                     model has no coefficients (with the range it has)
[[nodiscard]] std::unique_ptr<GroundMotionModel> make_model(std::string_view spec, std::span<const Imt> imts);

/// Name part of a spec: "[Name]\nkey = value" -> "Name".
[[nodiscard]] std::string model_name(std::string_view spec);

/// All names of formulas that make_model knows, sorted; beside them it knows modifiable_name and
/// table_model_name.
[[nodiscard]] std::vector<std::string_view> known_models();

} // namespace mtc::psha
