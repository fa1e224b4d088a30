#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace mtc::simulate {

/// Random numbers that are the same on every machine and with every standard library, which the
/// distributions of <random> are not: splitmix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195).
class Random {
public:
    explicit Random(std::uint64_t seed) noexcept
        : state_{seed}
    {}

    [[nodiscard]] std::uint64_t bits() noexcept
    {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }
    /// In [0, 1).
    [[nodiscard]] double uniform() noexcept { return static_cast<double>(bits() >> 11U) * 0x1p-53; }
    /// Mean 0, standard deviation 1 (Box and Muller 1958, doi:10.1214/aoms/1177706645).
    [[nodiscard]] double normal() noexcept
    {
        const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
        return radius * std::cos(2.0 * std::numbers::pi * uniform());
    }

private:
    std::uint64_t state_;
};

} // namespace mtc::simulate
