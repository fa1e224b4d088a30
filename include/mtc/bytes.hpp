#pragma once

#include "mtc/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// \file
/// Values as bytes, for the way between ranks and into the file: numbers and other trivially copyable types,
/// std::string, std::vector, std::pair and std::tuple of such. Pointers and views do not compile, as what
/// they point to stays behind; within a struct nobody sees them. Equal values give equal bytes, but for what
/// lies between the members of a struct. Bytes are read on a machine of the same kind, by the same program.
namespace mtc::bytes {

template <class T>
inline constexpr bool is_vector = false;
template <class T, class Allocator>
inline constexpr bool is_vector<std::vector<T, Allocator>> = true;
template <class T>
inline constexpr bool is_tuple = false;
template <class... T>
inline constexpr bool is_tuple<std::tuple<T...>> = true;
template <class A, class B>
inline constexpr bool is_tuple<std::pair<A, B>> = true;

/// What stands for values elsewhere, which mean nothing on another rank.
template <class T>
inline constexpr bool points_elsewhere = std::is_pointer_v<T> || std::is_member_pointer_v<T>;
template <class Char, class Traits>
inline constexpr bool points_elsewhere<std::basic_string_view<Char, Traits>> = true;
template <class T, std::size_t extent>
inline constexpr bool points_elsewhere<std::span<T, extent>> = true;
template <class T>
inline constexpr bool points_elsewhere<std::reference_wrapper<T>> = true;
template <class T, std::size_t n>
inline constexpr bool points_elsewhere<std::array<T, n>> = points_elsewhere<T>;

/// Adds a value to the end of `out`.
template <class T>
void put(std::vector<std::byte>& out, const T& value)
{
    if constexpr (is_tuple<T>) {
        std::apply([&](const auto&... members) { (put(out, members), ...); }, value);
    } else if constexpr (is_vector<T> || std::is_same_v<T, std::string>) {
        put(out, static_cast<std::uint64_t>(value.size()));
        for (const auto& member : value)
            put(out, member);
    } else {
        static_assert(std::is_trivially_copyable_v<T> && !points_elsewhere<T>,
                      "a type that has no form as bytes: see mtc/bytes.hpp");
        const auto* const begin = reinterpret_cast<const std::byte*>(&value);
        out.insert(out.end(), begin, begin + sizeof value);
    }
}

/// Takes a value from the front of `in`.
/// \throws ComputeError  when there are too few bytes
template <class T>
T take(std::span<const std::byte>& in)
{
    if constexpr (is_tuple<T>) {
        return [&]<std::size_t... i>(std::index_sequence<i...>)
        {
            return T{take<std::tuple_element_t<i, T>>(in)...}; // braces: from left to right
        }
        (std::make_index_sequence<std::tuple_size_v<T>>{});
    } else if constexpr (is_vector<T> || std::is_same_v<T, std::string>) {
        T value;
        for (auto n = take<std::uint64_t>(in); n > 0; --n)
            value.push_back(take<typename T::value_type>(in));
        return value;
    } else {
        static_assert(std::is_trivially_copyable_v<T> && std::is_default_constructible_v<T> &&
                          !points_elsewhere<T>,
                      "a type that has no form as bytes: see mtc/bytes.hpp");
        if (in.size() < sizeof(T))
            throw ComputeError(text("a value of ", sizeof(T), " bytes is cut short (", in.size(), " there)"));
        T value;
        std::memcpy(&value, in.data(), sizeof value);
        in = in.subspan(sizeof value);
        return value;
    }
}

} // namespace mtc::bytes
