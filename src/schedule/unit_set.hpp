#pragma once

#include "mtc/types.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace mtc::schedule {

/// A set of units, kept as ranges; neighbours are joined. Every call is O(log n_ranges). A range that grows
/// or shrinks stays in place: no memory is taken where units come and go in order.
class UnitSet {
public:
    /// Adds units; those already there are counted once.
    void add(UnitRange units);
    /// Takes units out. False, and nothing is taken, unless all of them are there.
    [[nodiscard]] bool remove(UnitRange units);
    [[nodiscard]] bool contains(UnitRange units) const;
    [[nodiscard]] bool overlaps(UnitRange units) const { return first_in(units).has_value(); }
    [[nodiscard]] bool overlaps(const UnitSet& other) const;
    /// The first range of the set inside `within`.
    [[nodiscard]] std::optional<UnitRange> first_in(UnitRange within) const;
    [[nodiscard]] std::uint64_t n_units() const noexcept { return n_units_; }
    [[nodiscard]] std::size_t n_ranges() const noexcept { return first_of_.size(); }
    bool operator==(const UnitSet& other) const = default;
    /// Calls visit(UnitRange) for every range, in order.
    template <class Visit>
    void for_each(Visit visit) const
    {
        for (const auto& [end, first] : first_of_)
            visit(UnitRange{UnitId{first}, end - first});
    }

private:
    // By the end of each range: what is taken from its front, as queues do, changes no key.
    using Ranges = std::map<std::uint64_t, std::uint64_t>; // end -> first

    Ranges first_of_;
    std::uint64_t n_units_ = 0;
};

} // namespace mtc::schedule
