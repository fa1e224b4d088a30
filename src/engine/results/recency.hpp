#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace mtc::engine {

/// Numbers in the order in which they were touched last. A doubly linked list in two arrays: every function
/// is O(1).
class Recency {
public:
    Recency() = default;
    /// \param n  numbers are below it; none is in the list yet
    explicit Recency(std::size_t n)
        : older_(n + 1, absent)
        , newer_(n + 1, absent)
    {
        older_[n] = newer_[n] = static_cast<std::uint32_t>(n); // the end where the list is closed
    }
    [[nodiscard]] bool empty() const noexcept { return newer_.empty() || newer_[end()] == end(); }
    /// Not when empty().
    [[nodiscard]] std::uint32_t oldest() const { return newer_[end()]; }
    /// Makes it the newest, whether it was in the list or not.
    void touch(std::uint32_t i)
    {
        if (older_[end()] == i)
            return;
        remove(i);
        const std::uint32_t newest = older_[end()];
        older_[i] = newest;
        newer_[i] = end();
        newer_[newest] = i;
        older_[end()] = i;
    }
    /// Takes it out, if it is in.
    void remove(std::uint32_t i)
    {
        if (older_[i] == absent)
            return;
        newer_[older_[i]] = newer_[i];
        older_[newer_[i]] = older_[i];
        older_[i] = newer_[i] = absent;
    }

private:
    static constexpr std::uint32_t absent = std::numeric_limits<std::uint32_t>::max();
    [[nodiscard]] std::uint32_t end() const noexcept { return static_cast<std::uint32_t>(newer_.size() - 1); }

    std::vector<std::uint32_t> older_; ///< [n + 1] the last one: the newest of all
    std::vector<std::uint32_t> newer_; ///< [n + 1] the last one: the oldest of all
};

} // namespace mtc::engine
