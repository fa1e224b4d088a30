#pragma once

#include "mtc/types.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace mtc::durable {

/// A set of units of one stage as sorted, disjoint, non-adjacent ranges: what a checkpoint says it holds.
class UnitSet {
public:
    void insert(UnitRange range);
    [[nodiscard]] bool contains(UnitId unit) const noexcept;
    [[nodiscard]] bool overlaps(const UnitSet& other) const noexcept;
    [[nodiscard]] std::uint64_t size() const noexcept;
    [[nodiscard]] std::span<const UnitRange> ranges() const noexcept { return ranges_; }
    bool operator==(const UnitSet&) const = default;

private:
    std::vector<UnitRange> ranges_;
};

} // namespace mtc::durable
