#include "workloads/psha/ground_motion/borrowed_site_term.hpp"

#include "workloads/psha/ground_motion/boore_atkinson_2008_site.hpp"

#include <algorithm>
#include <utility>

namespace mtc::psha {
namespace {

constexpr double reference_vs30 = 760.0; // [m/s]

class BorrowedSiteTerm final : public GroundMotionModel {
public:
    BorrowedSiteTerm(std::unique_ptr<GroundMotionModel> model, std::unique_ptr<GroundMotionModel> rock_pga,
                     std::span<const Imt> imts)
        : model_{std::move(model)}
        , rock_pga_{std::move(rock_pga)}
    {
        for (const Imt& imt : imts)
            site_.push_back(
                psha::coefficients(boore_atkinson_site_table, {.imt = imt, .model = "nrcan15_site_term"}));
    }

    [[nodiscard]] std::uint32_t site_parameters() const noexcept override
    {
        return model_->site_parameters() | needs_vs30;
    }
    [[nodiscard]] std::uint32_t distances() const noexcept override { return model_->distances(); }

    void evaluate(InstructionSet set, const ContextBatch& batch, ModelScratch& scratch, double* mean,
                  double* sigma) const override
    {
        const ContextBatch rock = on_rock(batch, scratch);
        double* ln_pga = scratch.array(pga_slot, batch.n_padded);
        rock_pga_->evaluate(set, rock, scratch, ln_pga, sigma); // sigma is free until the next line
        model_->evaluate(set, rock, scratch, mean, sigma);
        for (std::size_t i = 0; i < batch.n_padded; ++i) {
            const BooreAtkinsonSiteFactors factors = boore_atkinson_site(ln_pga[i], batch.vs30[i]);
            for (std::size_t imt = 0; imt < site_.size(); ++imt)
                mean[imt * batch.n_padded + i] += site_amplification(site_[imt], factors);
        }
    }

    void deviations(InstructionSet set, const ContextBatch& batch, ModelScratch& scratch, double* tau,
                    double* phi) const override
    {
        model_->deviations(set, on_rock(batch, scratch), scratch, tau, phi);
    }

private:
    // Models count their slots from 0, modifications theirs from the last down to 14.
    static constexpr std::size_t vs30_slot = 13;
    static constexpr std::size_t pga_slot = 12;

    static ContextBatch on_rock(const ContextBatch& batch, ModelScratch& scratch)
    {
        double* vs30 = scratch.array(vs30_slot, batch.n_padded);
        std::fill_n(vs30, batch.n_padded, reference_vs30);
        ContextBatch rock = batch;
        rock.vs30 = vs30;
        return rock;
    }

    std::unique_ptr<GroundMotionModel> model_;
    std::unique_ptr<GroundMotionModel> rock_pga_;
    std::vector<BooreAtkinsonSite> site_; ///< [n_imt]
};

} // namespace

std::unique_ptr<GroundMotionModel> with_borrowed_site_term(std::unique_ptr<GroundMotionModel> model,
                                                           std::unique_ptr<GroundMotionModel> rock_pga,
                                                           std::span<const Imt> imts)
{
    return std::make_unique<BorrowedSiteTerm>(std::move(model), std::move(rock_pga), imts);
}

} // namespace mtc::psha
