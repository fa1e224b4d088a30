#include "workloads/command/values.hpp"

#include "config/values.hpp"

#include <algorithm>
#include <utility>

namespace mtc::command {

void KindOfAll::add(std::string_view value)
{
    if (kind_ == ValueKind::integer && !config::parse_integer(value))
        kind_ = ValueKind::number;
    if (kind_ == ValueKind::number && !config::parse_number(value))
        kind_ = ValueKind::text;
}

Value typed(std::string_view value, ValueKind kind)
{
    if (kind == ValueKind::integer)
        if (const auto integer = config::parse_integer(value))
            return *integer;
    if (kind == ValueKind::number)
        if (const auto number = config::parse_number(value))
            return *number;
    if (kind == ValueKind::text)
        return std::string{value};
    throw ComputeError(
        text("'", value, "' is not a ", kind == ValueKind::integer ? "whole number" : "number"));
}

Field Column::field() const
{
    switch (kind) {
    case ValueKind::integer:
        return {name, Element::int64, 1, meaning};
    case ValueKind::number:
        return {name, Element::float64, 1, meaning};
    case ValueKind::text:
        break;
    }
    return {name, Element::text, width, meaning};
}

void RowWriter::put(const Column& column, const Value& value)
{
    if (column.kind == ValueKind::integer)
        put(std::get<std::int64_t>(value));
    else if (column.kind == ValueKind::number)
        put(std::get<double>(value));
    else
        put_text(std::get<std::string>(value), column.width);
}

void RowWriter::put_text(std::string_view value, std::uint32_t width)
{
    std::size_t n = std::min<std::size_t>(value.size(), width);
    while (n > 0 && n < value.size() && (static_cast<unsigned char>(value[n]) & 0xC0U) == 0x80U)
        --n;
    const std::size_t begin = bytes_.size();
    bytes_.resize(begin + width);
    std::transform(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(n),
                   bytes_.begin() + static_cast<std::ptrdiff_t>(begin),
                   [](char c) { return c == '\0' ? std::byte{'?'} : std::byte(c); });
}

} // namespace mtc::command
