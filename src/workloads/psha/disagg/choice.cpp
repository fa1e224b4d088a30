#include "workloads/psha/disagg/choice.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mtc::psha {
namespace {

double floored_log(double poe)
{
    constexpr double least = 1e-12;
    return std::log(std::max(poe, least));
}

} // namespace

std::vector<std::uint32_t> nearest_realizations(std::span<const double> curves, std::span<const double> mean,
                                                std::size_t n_chosen)
{
    const std::size_t n = mean.size();
    double mean_sum = 0.0;
    double mean_squares = 0.0;
    for (const double poe : mean) {
        mean_sum += floored_log(poe);
        mean_squares += floored_log(poe) * floored_log(poe);
    }
    std::vector<double> squares; // the sum over pairs, multiplied out
    for (std::size_t first = 0; first < curves.size(); first += n) {
        double sum = 0.0;
        double own_squares = 0.0;
        for (const double poe : curves.subspan(first, n)) {
            sum += floored_log(poe);
            own_squares += floored_log(poe) * floored_log(poe);
        }
        squares.push_back(static_cast<double>(n) * (own_squares + mean_squares) - 2.0 * sum * mean_sum);
    }
    std::vector<std::uint32_t> order(squares.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::uint32_t r) { return squares[r]; });
    order.resize(std::min(n_chosen, order.size()));
    return order;
}

} // namespace mtc::psha
