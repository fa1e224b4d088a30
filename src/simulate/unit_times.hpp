#pragma once

#include "perf/tables.hpp"
#include "simulate/random.hpp"

#include "mtc/types.hpp"
#include "mtc/workload.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// \file
/// How long units take in a simulation: drawn from what was measured.
namespace mtc::simulate {

/// How the units of one class scatter around what is expected of each, as a factor of mean 1.
class Spread {
public:
    /// All units take just what is expected of them.
    Spread() = default;
    /// The shape of a histogram, narrowed. A class's histogram mixes sources whose means differ; those are
    /// known and no part of the scatter, so what they explain is taken out, in logarithms (law of total
    /// variance).
    /// \param explained  variance of the natural logarithm of unit times that the sources' means explain
    Spread(const perf::UnitHistogram& histogram, double explained);

    [[nodiscard]] bool constant() const noexcept { return bins_.empty(); }
    [[nodiscard]] double variance() const noexcept { return variance_; }
    /// The factor below which a share `p` in [0, 1] of all units lies.
    [[nodiscard]] double quantile(double p) const noexcept;

private:
    struct Bin {
        double below = 0.0; // share of units in the bins before
        double share = 0.0;
        double from = 0.0; // natural logarithm of the factor; units are uniform in it
        double to = 0.0;
    };

    std::vector<Bin> bins_; // those with units; none: constant
    double variance_ = 0.0;
};

/// A source's units in one class, as they were measured or estimated.
struct UnitMean {
    double unit_s = 0.0;       ///< [s] mean of a unit
    std::uint64_t n_units = 1; ///< that the mean is of
    CostClass cost_class;
};

/// The time of several units together.
struct Drawn {
    double seconds = 0.0;
    double longest_s = 0.0;
};

/// True times of the units of a stage. Nothing is kept for each unit: the units of a block are drawn
/// together when the block is handed out.
class UnitTimes {
public:
    /// \param parcels  units of the stage
    /// \param means    [n_parcel] of each parcel's source
    /// \param spreads  [n_class]; empty: all units of a source take its mean
    UnitTimes(std::span<const Parcel> parcels, std::span<const UnitMean> means,
              std::span<const Spread> spreads);

    /// Draws units that follow each other. Up to 64 of one parcel are drawn one by one; the sum of more is
    /// drawn from the normal distribution of their mean and variance, and kept between those of as many of
    /// the shortest and the longest units, and their longest from the distribution of the largest of so
    /// many. Since the mean of a source's N units is known, n of them deviate from it less than n drawn
    /// freely: by the root of 1 - n/N.
    [[nodiscard]] Drawn draw(UnitRange units, Random& random) const;

private:
    struct Stretch { // a parcel
        UnitRange units;
        UnitMean mean;
    };
    [[nodiscard]] Drawn draw_of_one(const UnitMean& mean, std::uint64_t n, Random& random) const;

    std::vector<Stretch> stretches_; // by first unit
    std::vector<Spread> spreads_;
};

} // namespace mtc::simulate
