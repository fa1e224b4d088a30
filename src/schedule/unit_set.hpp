#pragma once

#include "mtc/types.hpp"

#include <boost/icl/interval_set.hpp>
#include <boost/icl/right_open_interval.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace mtc::schedule {

/// A set of units, kept as ranges; neighbours are joined. Every call is O(log n_ranges).
class UnitSet {
    using Interval = boost::icl::right_open_interval<std::uint64_t>;
    using Intervals = boost::icl::interval_set<std::uint64_t, std::less, Interval>;

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
    [[nodiscard]] std::size_t n_ranges() const { return intervals_.iterative_size(); }
    bool operator==(const UnitSet& other) const { return intervals_ == other.intervals_; }
    /// Calls visit(UnitRange) for every range, in order.
    template <class Visit>
    void for_each(Visit visit) const
    {
        for (const Interval& interval : intervals_)
            visit(UnitRange{UnitId{interval.lower()}, interval.upper() - interval.lower()});
    }

private:
    static Interval interval(UnitRange units) { return Interval{units.first.value(), units.end().value()}; }

    Intervals intervals_;
    std::uint64_t n_units_ = 0;
};

} // namespace mtc::schedule
