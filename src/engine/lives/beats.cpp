#include "engine/lives/beats.hpp"

#include "durable/descriptor.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <array>
#include <atomic>

#include <fcntl.h>
#include <unistd.h>

namespace mtc::engine {
namespace {

using durable::Descriptor;

/// A slow network, to a thousand ranks that all get their records at the same time: none is through before
/// most of all bytes are.
constexpr double slowest_bytes_s = 10e6;

template <class T>
T loaded(T& shared)
{
    return std::atomic_ref<T>{shared}.load(std::memory_order_relaxed);
}

} // namespace

std::vector<Beat> read_page(std::span<Beat> page)
{
    std::vector<Beat> beats;
    for (Beat& beat : page)
        beats.push_back({.rank = loaded(beat.rank),
                         .process = loaded(beat.process),
                         .n_beats = loaded(beat.n_beats),
                         .n_sent = loaded(beat.n_sent),
                         .n_ticks = loaded(beat.n_ticks),
                         .n_taken = loaded(beat.n_taken),
                         .n_looks = loaded(beat.n_looks),
                         .in_system = loaded(beat.in_system),
                         .gone = loaded(beat.gone),
                         .without_rank_0 = loaded(beat.without_rank_0)});
    return beats;
}

bool write_beats(const std::filesystem::path& path, std::span<const Beat> beats)
{
    const Descriptor file{path, O_WRONLY | O_CREAT};
    const auto bytes = std::as_bytes(beats);
    return file.get() >= 0 &&
           ::pwrite(file.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()) &&
           ::fsync(file.get()) == 0;
}

std::vector<Beat> read_beats(const std::filesystem::path& path)
{
    const Descriptor file{path, O_RDONLY};
    std::vector<Beat> beats;
    if (file.get() < 0)
        return beats;
    Beat beat;
    while (::read(file.get(), &beat, sizeof beat) == static_cast<ssize_t>(sizeof beat))
        beats.push_back(beat);
    return beats;
}

Judge::Judge(int n_ranks, double now_s)
    : heard_(static_cast<std::size_t>(n_ranks))
{
    excuse_all(now_s);
}

void Judge::hear(const Beat& beat, double now_s)
{
    if (beat.rank < 0 || static_cast<std::size_t>(beat.rank) >= heard_.size())
        return; // a file that is being written for the first time
    Heard& heard = heard_[static_cast<std::size_t>(beat.rank)];
    if (beat.n_beats != heard.n_beats) {
        heard.n_beats = beat.n_beats;
        heard.heard_s = now_s;
    }
    heard.gone = heard.gone || beat.gone != 0;
}

void Judge::excuse(Rank rank, double now_s)
{
    heard_.at(static_cast<std::size_t>(rank.value())).heard_s = now_s;
}

void Judge::excuse_all(double now_s)
{
    for (Heard& heard : heard_)
        heard.heard_s = now_s;
}

std::vector<Loss> Judge::lost(double now_s, double patience_s)
{
    std::vector<Loss> losses;
    for (std::size_t i = 0; i < heard_.size(); ++i) {
        Heard& heard = heard_[i];
        const bool silent = now_s - heard.heard_s > patience_s;
        if (heard.lost || (!heard.gone && !heard.cut_off && !silent))
            continue;
        heard.lost = true;
        losses.push_back({Rank{static_cast<std::int32_t>(i)},
                          heard.gone ? std::string{"its process has ended"}
                          : heard.cut_off
                              ? std::string{"its messages do not arrive"}
                              : text("nothing was heard of it for ", now_s - heard.heard_s, " s")});
    }
    return losses;
}

bool Arrears::overdue(Rank from, std::uint64_t n_sent, std::uint64_t n_taken, bool looked, double now_s,
                      double patience_s)
{
    const auto i = static_cast<std::size_t>(from.value());
    const bool came = n_taken != n_taken_.at(i);
    n_taken_[i] = n_taken;
    if (n_sent <= n_taken || came || !looked)
        since_s_[i] = now_s;
    return now_s - since_s_[i] > patience_s;
}

void Arrears::excuse_all(double now_s)
{
    std::ranges::fill(since_s_, now_s);
}

bool Backlog::moves(std::uint64_t n_bytes, bool looked, double now_s, double patience_s)
{
    if (n_bytes != n_bytes_ || !looked)
        since_s_ = now_s;
    n_bytes_ = n_bytes;
    return n_bytes > 0 && now_s - since_s_ <= patience_s + static_cast<double>(n_bytes) / slowest_bytes_s;
}

bool Undelivered::overdue(const Beat& beat, std::uint64_t n_sent, double now_s, double patience_s)
{
    Told& told = told_.at(static_cast<std::size_t>(beat.rank));
    if (beat.n_beats == told.n_beats)
        return false;
    // What a rank did while it was not heard for long is not known.
    const bool looked = beat.n_looks != told.n_looks && now_s - told.at_s <= 0.5 * patience_s;
    told = {beat.n_beats, beat.n_looks, now_s};
    return arrears_.overdue(Rank{beat.rank}, n_sent, beat.n_taken, looked, now_s, patience_s);
}

} // namespace mtc::engine
