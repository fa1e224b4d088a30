#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>

namespace mtc {

/// An index that cannot be mistaken for another kind of index. The largest value means "none".
template <class Tag, class Value>
class Id {
public:
    using value_type = Value;
    constexpr Id() noexcept = default;
    constexpr explicit Id(Value value) noexcept
        : value_{value}
    {}
    [[nodiscard]] static constexpr Id none() noexcept { return Id{}; }
    [[nodiscard]] constexpr Value value() const noexcept { return value_; }
    [[nodiscard]] constexpr bool is_none() const noexcept { return value_ == static_cast<Value>(-1); }
    constexpr auto operator<=>(const Id&) const noexcept = default;

private:
    Value value_{static_cast<Value>(-1)};
};

using StageId = Id<struct StageTag, std::uint32_t>;       ///< position in Workload::stages()
using SourceId = Id<struct SourceTag, std::uint32_t>;     ///< row of a stage's list of sources
using BlockId = Id<struct BlockTag, std::uint32_t>;       ///< site block: rows of sums that are held together
using UnitId = Id<struct UnitTag, std::uint64_t>;         ///< unit within its stage, fixed by the input alone
using TaskId = Id<struct TaskTag, std::uint64_t>;         ///< unique over stages and ranks of one calculation
using DatasetId = Id<struct DatasetTag, std::uint32_t>;   ///< position in Stage::datasets
using CostClass = Id<struct CostClassTag, std::uint32_t>; ///< position in Stage::cost_classes
using Rank = Id<struct RankTag, std::int32_t>;            ///< MPI rank; none() is -1

/// The key of everything that is computed, recorded or saved.
struct UnitKey {
    StageId stage;
    UnitId unit;
    auto operator<=>(const UnitKey&) const = default;
};

/// `count` consecutive units of one stage, beginning with `first`.
struct UnitRange {
    UnitId first;
    std::uint64_t count = 0;
    [[nodiscard]] constexpr UnitId end() const noexcept { return UnitId{first.value() + count}; }
    auto operator<=>(const UnitRange&) const = default;
};

/// Instruction sets for which compute kernels are built, lowest first. All ranks use the same one: the last
/// bits of a result depend on it.
enum class InstructionSet : std::uint32_t { baseline = 0, avx2 = 1, avx512 = 2 };

} // namespace mtc

template <class Tag, class Value>
struct std::hash<mtc::Id<Tag, Value>> {
    std::size_t operator()(mtc::Id<Tag, Value> id) const noexcept { return std::hash<Value>{}(id.value()); }
};
