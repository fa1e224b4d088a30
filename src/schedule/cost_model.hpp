#pragma once

#include "schedule/piece.hpp"

#include "mtc/types.hpp"
#include "mtc/workload.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace mtc::schedule {

/// What a task that ended teaches.
struct Measurement {
    CostClass cost_class;
    StrandId strand; ///< none() when its units were of several sources
    double weight = 0.0;
    std::uint64_t n_units = 0;
    double duration_s = 0.0;
};

/// Receipts of a class before it may be trusted.
inline constexpr int receipts_to_trust = 16;

/// Tasks of a class that are under way for longer than expected.
struct Overdue {
    double n_tasks = 0.0;
    double variance = 0.0; ///< sum over these, of the unit that lasts, relative
};

/// Seconds per weight of each cost class, from a first guess until the first receipt and from receipts after
/// it; times a correction for each strand (a source in a class) whose own tasks were measured.
///
/// A class remembers about `n_remembered` receipts: heavy parcels go first, and seconds per weight need not
/// be the same for light ones.
class CostModel {
public:
    /// \param n_computing  ranks that begin together
    /// \throws ComputeError  when a first guess is not above 0
    CostModel(std::span<const CostClassInfo> classes, std::size_t n_strands, double n_remembered,
              int n_computing);

    /// True when the rate of the class was not known before, or has moved by a quarter since this was last
    /// true: what was estimated before is to be estimated anew.
    bool observe(const Measurement& measurement);

    /// Learns what of each class is under way for longer than expected, [n_class]: units that end first are
    /// the short ones, and say little of the others while many of these go on.
    /// \returns whether a class is trusted that was not
    bool observe_overdue(std::span<const Overdue> by_class);
    /// A task of a class that is known goes on `late_s` after its expected end; `unit_s` are those of a unit.
    void add_overdue(CostClass cost_class, double unit_s, double late_s, Overdue& overdue) const;

    /// Learns of one source alone, from a task that is under way: nothing when its strand is none().
    void observe_strand(const Measurement& measurement);

    /// [s] per weight
    [[nodiscard]] double rate(CostClass cost_class) const { return classes_[cost_class.value()].rate; }
    /// [s] of a unit, as measured, whatever it weighs; of a class that is known
    [[nodiscard]] double unit_s(CostClass cost_class) const
    {
        const Class& cost = classes_[cost_class.value()];
        return cost.seconds / cost.units;
    }
    /// Measured at least once.
    [[nodiscard]] bool known(CostClass cost_class) const
    {
        return classes_[cost_class.value()].heaviest_block > 0.0;
    }
    /// Measured so often that the shortest of those that began together do not stand for all.
    [[nodiscard]] bool tried(CostClass cost_class) const
    {
        return classes_[cost_class.value()].n_receipts > receipts_to_try_ - 1.0;
    }
    /// Weight of the heaviest block measured so far; 0 before the first.
    [[nodiscard]] double heaviest_block(CostClass cost_class) const
    {
        return classes_[cost_class.value()].heaviest_block;
    }
    /// Standard deviation of the seconds of a unit over what is expected of it, at most 8; 0 before any
    /// measurement. A source whose weight is wrong counts as scatter, too.
    [[nodiscard]] double scatter(CostClass cost_class) const { return classes_[cost_class.value()].scatter; }
    /// Measured so often, and so evenly, that estimates of single units can be relied on, as far as what is
    /// under way does not speak against it.
    [[nodiscard]] bool trusted(CostClass cost_class) const;
    /// Measured seconds over those expected from the class, 1 before any measurement. Shrunk towards 1 by one
    /// unit's expected time, so that one odd unit does not condemn a source.
    [[nodiscard]] double correction(StrandId strand) const;
    [[nodiscard]] std::size_t n_classes() const noexcept { return n_classes_; }

private:
    struct Class {
        double rate = 0.0;      // [s] per weight
        double told_rate = 0.0; // [s] per weight, when observe() was last true
        double seconds = 0.0;   // remembered
        double weight = 0.0;    // remembered
        double units = 0.0;     // remembered
        double heaviest_block = 0.0;
        double n_receipts = 0.0; // remembered
        double variance = 0.0;   // remembered sum over receipts, of a unit, relative
        double scatter = 0.0;
        bool doubted = false;   // what is under way speaks against trust
        bool relied_on = false; // trusted, with what is under way
    };
    struct Own { // [s] single precision: there may be a million
        float measured = 0.0F;
        float expected = 0.0F;
        float expected_unit = 0.0F;
    };

    std::size_t n_classes_;
    std::vector<Class> classes_;
    std::vector<Own> own_;
    double keep_; // share of the remembered sums that outlives a receipt
    double receipts_to_try_;
};

} // namespace mtc::schedule
