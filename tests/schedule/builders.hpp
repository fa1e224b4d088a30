#pragma once

#include "mtc/types.hpp"
#include "mtc/workload.hpp"

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

/// \file
/// Short ways to write the work of a test.
namespace mtc::schedule::test {

/// Parcels that follow each other in unit numbers, with the true seconds of each unit.
struct Work {
    std::vector<Parcel> parcels;
    std::vector<CostClassInfo> classes;
    std::vector<double> unit_s; // [n_unit]

    [[nodiscard]] double sum_s() const
    {
        double sum = 0.0;
        for (const double s : unit_s)
            sum += s;
        return sum;
    }
    [[nodiscard]] double longest_unit_s() const
    {
        double longest = 0.0;
        for (const double s : unit_s)
            longest = std::max(longest, s);
        return longest;
    }
    /// No schedule on `n_workers` is shorter.
    [[nodiscard]] double bound_s(int n_workers) const
    {
        return std::max(sum_s() / n_workers, longest_unit_s());
    }
};

/// builder().classes({1e-3}).parcel().units(100).weight(5).takes(0.02) ...
class WorkBuilder {
public:
    /// \param seconds_per_weight  first guess of each class
    explicit WorkBuilder(std::vector<double> seconds_per_weight = {1.0})
    {
        for (const double rate : seconds_per_weight)
            work_.classes.push_back({"class " + std::to_string(work_.classes.size()), rate});
    }
    /// A parcel of its own source, one unit of weight 1 that takes a second, unless more is said.
    WorkBuilder& parcel()
    {
        end();
        const auto source = static_cast<std::uint32_t>(work_.parcels.size());
        now_ = {SourceId{source}, BlockId::none(), CostClass{0}, {UnitId{work_.unit_s.size()}, 1}, 1.0};
        unit_s_ = 1.0;
        open_ = true;
        return *this;
    }
    WorkBuilder& units(std::uint64_t n) { return (now_.units.count = n), *this; }
    WorkBuilder& weight(double all_units) { return (now_.weight = all_units), *this; }
    WorkBuilder& takes(double one_unit_s) { return (unit_s_ = one_unit_s), *this; }
    WorkBuilder& of_source(std::uint32_t source) { return (now_.source = SourceId{source}), *this; }
    WorkBuilder& of_class(std::uint32_t c) { return (now_.cost_class = CostClass{c}), *this; }
    WorkBuilder& at_block(std::uint32_t block) { return (now_.block = BlockId{block}), *this; }
    [[nodiscard]] Work build()
    {
        end();
        return work_;
    }

private:
    void end()
    {
        if (!open_)
            return;
        work_.parcels.push_back(now_);
        work_.unit_s.insert(work_.unit_s.end(), now_.units.count, unit_s_);
        open_ = false;
    }

    Work work_;
    Parcel now_;
    double unit_s_ = 1.0;
    bool open_ = false;
};

/// One splitmix64 output (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195).
inline std::uint64_t mix(std::uint64_t x)
{
    std::uint64_t z = x + 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
}

} // namespace mtc::schedule::test
