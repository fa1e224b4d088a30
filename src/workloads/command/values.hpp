#pragma once

#include "mtc/workload.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mtc::command {

/// A value as its column has it.
using Value = std::variant<std::int64_t, double, std::string>;

enum class ValueKind : std::uint32_t { integer, number, text };

/// The narrowest kind that takes all of these.
class KindOfAll {
public:
    void add(std::string_view value);
    [[nodiscard]] ValueKind kind() const noexcept { return kind_; }

private:
    ValueKind kind_ = ValueKind::integer;
};

/// \throws ComputeError  the text is not of the kind
[[nodiscard]] Value typed(std::string_view value, ValueKind kind);

/// A column of a table of tasks.
struct Column {
    std::string name;
    ValueKind kind = ValueKind::number;
    std::uint32_t width = 1; ///< [bytes] of a text
    std::string meaning{};

    [[nodiscard]] Field field() const;
};

/// Bytes of a row, member by member.
class RowWriter {
public:
    void put(const Column& column, const Value& value);
    template <class T>
    void put(const T& value)
    {
        const auto bytes = std::as_bytes(std::span{&value, 1});
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    /// Cut to `width` bytes, not inside a letter of UTF-8; what may stand in no text of HDF5 is replaced.
    void put_text(std::string_view value, std::uint32_t width);
    [[nodiscard]] std::vector<std::byte> take() && { return std::move(bytes_); }

private:
    std::vector<std::byte> bytes_;
};

} // namespace mtc::command
