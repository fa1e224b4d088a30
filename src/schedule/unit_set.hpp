#pragma once

#include "mtc/types.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace mtc::schedule {

/// A set of units, kept as ranges; neighbours are joined. Ranges stand in order in chunks of bounded length:
/// some 20 bytes each, for every rank keeps the units that it has done, and a million may be scattered. Every
/// call is O(log n_ranges) and moves no more than a chunk, and one word a chunk where chunks come and go.
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
    [[nodiscard]] std::size_t n_ranges() const noexcept { return n_ranges_; }
    bool operator==(const UnitSet& other) const;
    /// Calls visit(UnitRange) for every range, in order.
    template <class Visit>
    void for_each(Visit visit) const
    {
        for (const Chunk& chunk : chunks_)
            for (const Range& range : chunk)
                visit(UnitRange{UnitId{range.first}, range.end - range.first});
    }

private:
    struct Range {
        std::uint64_t first = 0;
        std::uint64_t end = 0;
        bool operator==(const Range& other) const = default;
    };
    using Chunk = std::vector<Range>; // of 1 to most_in_chunk
    static constexpr std::size_t most_in_chunk = 128;
    struct Place {
        std::size_t chunk = 0; // the number of chunks: behind all ranges
        std::size_t range = 0;
    };

    [[nodiscard]] Place first_that_ends_after(std::uint64_t unit) const;
    [[nodiscard]] const Range* at(Place place) const
    {
        return place.chunk == chunks_.size() ? nullptr : &chunks_[place.chunk][place.range];
    }
    [[nodiscard]] Range& operator[](Place place) { return chunks_[place.chunk][place.range]; }
    [[nodiscard]] Place behind(Place place) const;
    void insert(Place before, Range range);
    void erase(Place from, std::size_t n);

    std::vector<Chunk> chunks_;
    std::size_t n_ranges_ = 0;
    std::uint64_t n_units_ = 0;
};

} // namespace mtc::schedule
