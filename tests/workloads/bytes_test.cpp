#include "mtc/bytes.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace mtc {

namespace {

/// There and back; nothing may be left.
template <class T>
bool comes_back(const T& value)
{
    std::vector<std::byte> out;
    bytes::put(out, value);
    std::span<const std::byte> in{out};
    return bytes::take<T>(in) == value && in.empty();
}

struct Point {
    double x = 0.0;
    std::int32_t n = 0;
    bool operator==(const Point&) const = default;
};

static_assert(bytes::points_elsewhere<const char*> && bytes::points_elsewhere<std::string_view> &&
              bytes::points_elsewhere<std::span<const int>> && bytes::points_elsewhere<int Point::*> &&
              bytes::points_elsewhere<std::array<std::string_view, 2>>);
static_assert(!bytes::points_elsewhere<Point> && !bytes::points_elsewhere<std::array<double, 2>>);

} // namespace

TEST_CASE("values come back from their bytes")
{
    CHECK(comes_back(-1.5));
    CHECK(comes_back(true));
    CHECK(comes_back(Point{0.25, -3}));
    CHECK(comes_back(std::string{}));
    CHECK(comes_back(std::string{"with a \0 in it", 14}));
    CHECK(comes_back(std::vector<bool>{true, false, true}));
    CHECK(comes_back(std::vector<std::string>{"a", "", "bc"}));
    CHECK(comes_back(std::pair{1, std::string{"two"}}));
    CHECK(comes_back(
        std::tuple{1.0, std::vector<std::tuple<int, std::string>>{{1, "x"}, {2, ""}}, Point{1.0, 2}}));
}

TEST_CASE("bytes that are cut short are no value")
{
    std::vector<std::byte> out;
    bytes::put(out, std::tuple{std::string{"abc"}, 7});
    std::uint64_t n_refused = 0;
    for (std::size_t n = 0; n < out.size(); ++n) {
        std::span<const std::byte> in{out.data(), n};
        try {
            (void)bytes::take<std::tuple<std::string, int>>(in);
        } catch (const ComputeError&) {
            ++n_refused;
        }
    }
    CHECK(n_refused == out.size());
}

} // namespace mtc
