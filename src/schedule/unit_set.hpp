#pragma once

#include "mtc/types.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

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
    [[nodiscard]] std::size_t n_ranges() const noexcept { return ranges_.size(); }
    bool operator==(const UnitSet& other) const = default;
    /// Calls visit(UnitRange) for every range, in order.
    template <class Visit>
    void for_each(Visit visit) const
    {
        for (const Range& range : ranges_)
            visit(UnitRange{UnitId{range.first}, range.end - range.first});
    }

private:
    struct Range { // grows and shrinks in place: as ranges neither meet nor overlap, their order stays
        mutable std::uint64_t first = 0;
        mutable std::uint64_t end = 0;
        bool operator==(const Range& other) const = default;
    };
    struct ByEnd {
        using is_transparent = void;
        bool operator()(const Range& a, const Range& b) const noexcept { return a.end < b.end; }
        bool operator()(const Range& range, std::uint64_t unit) const noexcept { return range.end < unit; }
        bool operator()(std::uint64_t unit, const Range& range) const noexcept { return unit < range.end; }
    };

    std::set<Range, ByEnd> ranges_;
    std::uint64_t n_units_ = 0;
};

} // namespace mtc::schedule
