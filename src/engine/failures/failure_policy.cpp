#include "engine/failures/failure_policy.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"

#include <array>
#include <charconv>

namespace mtc::engine {
namespace {

constexpr std::uint32_t most_retries = 1000;

} // namespace

FailurePolicy failure_policy(const Config& config)
{
    FailurePolicy policy;
    policy.most_lost = static_cast<std::uint32_t>(config.integer("most_lost_workers"));
    const std::string& value = config.text("on_error");
    if (value == "stop")
        return policy;
    if (value == "skip") {
        policy.on_error = FailurePolicy::OnError::skip;
        return policy;
    }
    constexpr std::string_view retry = "retry:";
    if (value.starts_with(retry)) {
        const char* const end = value.data() + value.size();
        const auto [stop, error] = std::from_chars(value.data() + retry.size(), end, policy.n_retries);
        if (error == std::errc{} && stop == end && policy.n_retries > 0 && policy.n_retries <= most_retries) {
            policy.on_error = FailurePolicy::OnError::retry;
            return policy;
        }
        throw InputError(text(config.where("on_error"), " (after retry: comes a whole number from 1 to ",
                              most_retries, "). Did you mean 'retry:2'?"));
    }
    static constexpr std::array<std::string_view, 3> accepted{"stop", "skip", "retry:2"};
    throw InputError(config::suggesting(
        text(config.where("on_error"), " (accepted: stop, skip, or retry:N with a number N of retries)"),
        config::did_you_mean(value, accepted)));
}

} // namespace mtc::engine
