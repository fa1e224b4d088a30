#pragma once

#include <string>
#include <string_view>

namespace mtc::psha {

/// Intensity measure type: PGA, PGV, SA(T), ...
struct Imt {
    std::string name;    ///< normalised: "SA(0.10)" is "SA(0.1)"
    double period = 0.0; ///< [s] of SA, 0 otherwise
    [[nodiscard]] bool is_sa() const noexcept { return name.starts_with("SA("); }
    bool operator==(const Imt&) const = default;
};

/// \throws InputError  naming the value and what is accepted
[[nodiscard]] Imt imt_from_text(std::string_view text);

/// Normalised name of spectral acceleration: 1 -> "SA(1.0)".
/// \param period  [s]
[[nodiscard]] std::string sa_name(double period);

} // namespace mtc::psha
