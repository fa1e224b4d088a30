#pragma once

#include "workloads/import_csv/column.hpp"

#include <cstddef>
#include <cstdint>
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

/// Any number, date or truth value into its bytes, blanks around it taken away; not text or category.
[[nodiscard]] bool to_value(std::string_view field, const ColumnType& type, std::byte* value) noexcept;

/// "not a decimal(2): digits, with at most 2 behind the point".
[[nodiscard]] std::string why_not(const ColumnType& type);

} // namespace mtc::import_csv
