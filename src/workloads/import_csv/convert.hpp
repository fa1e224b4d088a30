#pragma once

#include "workloads/import_csv/column.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>

/// \file
/// One field to one value. Each takes the whole field or gives nothing.
namespace mtc::import_csv {

/// The place of each text of a category in its list.
class Categories {
public:
    /// Adds a text if it is not there. \returns whether it was added
    bool add(std::string_view name);
    /// \returns false when it is not there
    [[nodiscard]] bool find(std::string_view name, std::uint16_t& place) const
    {
        const auto found = places_.find(name);
        if (found == places_.end())
            return false;
        place = found->second;
        return true;
    }
    [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
    /// take(text, place) for each, in no order.
    template <class Take>
    void for_each(const Take& take) const
    {
        for (const auto& [name, place] : places_)
            take(name, place);
    }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept
        {
            return std::hash<std::string_view>{}(text);
        }
    };
    std::unordered_map<std::string, std::uint16_t, Hash, std::equal_to<>> places_;
};

/// [day] since 1970-01-01 of YYYY-MM-DD.
[[nodiscard]] bool to_date(std::string_view field, std::int32_t& days) noexcept;

/// [us] since 1970-01-01T00:00:00Z of YYYY-MM-DD[( |T)HH:MM[:SS[.f]][Z|+HH[:MM]|-HH[:MM]]]; without an offset
/// it is taken for UTC.
[[nodiscard]] bool to_datetime(std::string_view field, std::int64_t& microseconds) noexcept;

/// -123.45 in units of 10^-decimals; more digits behind the point must be zeros.
[[nodiscard]] bool to_decimal(std::string_view field, std::uint32_t decimals, std::int64_t& units) noexcept;

/// The same of at most eight letters, digits with exactly `decimals` behind a point, whose memory can be read
/// for eight bytes: without a branch a digit. \returns false for all others
[[nodiscard]] inline bool to_short_decimal(std::string_view field, std::uint32_t decimals,
                                           std::int64_t& units) noexcept;

/// Any number, date or truth value into its bytes, blanks around it taken away; not text or category.
[[nodiscard]] bool to_value(std::string_view field, const ColumnType& type, std::byte* value) noexcept;

/// "not a decimal(2): digits, with at most 2 behind the point".
[[nodiscard]] std::string why_not(const ColumnType& type);

inline bool to_short_decimal(std::string_view field, std::uint32_t decimals, std::int64_t& units) noexcept
{
    static_assert(std::endian::native == std::endian::little);
    constexpr std::uint64_t zeros = 0x3030303030303030U;
    const std::size_t size = field.size();
    if (size > 8 || decimals == 0 || size < decimals + 2 || field[size - 1 - decimals] != '.')
        return false;
    std::uint64_t letters = 0; // the last one in the highest byte
    std::memcpy(&letters, field.data(), sizeof letters);
    const unsigned n_free = 8U * static_cast<unsigned>(8 - size);
    letters = (letters << n_free) | (n_free == 0 ? 0 : zeros >> (64U - n_free));
    // What stands before the point takes the point's place, a zero the first.
    const std::uint64_t behind = ~std::uint64_t{0} << (8U * (8 - decimals));
    letters = (letters & behind) | (((letters << 8U) | 0x30U) & ~behind);
    const std::uint64_t digits = letters ^ zeros;
    if (((digits | (digits + 0x0606060606060606U)) & 0xf0f0f0f0f0f0f0f0U) != 0)
        return false;
    // Neighbours are joined: digits to pairs, pairs to fours, fours to the number.
    const std::uint64_t pairs = (digits * 10 + (digits >> 8U)) & 0x00ff00ff00ff00ffU;
    const std::uint64_t fours = (pairs * 100 + (pairs >> 16U)) & 0x0000ffff0000ffffU;
    units = static_cast<std::int64_t>((fours * 10000 + (fours >> 32U)) & 0xffffffffU);
    return true;
}

} // namespace mtc::import_csv
