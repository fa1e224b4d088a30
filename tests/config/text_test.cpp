#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using namespace mtc;

namespace {

/// As a stream shows them.
template <class... Parts>
std::string streamed(const Parts&... parts)
{
    std::ostringstream out;
    (out << ... << parts);
    return out.str();
}

template <class Value>
void check_all(const std::vector<Value>& values)
{
    for (const Value value : values)
        CHECK(text(value) == streamed(value));
}

} // namespace

TEST_CASE("a text shows numbers as a stream does")
{
    std::vector<double> numbers{0.0,  -0.0,   1.0,     -1.5,    0.1,  100000.0, 999999.5, 1000000.0, 1e-4,
                                1e-5, 123456, 1234567, 1.0 / 3, 2e15, 1e100,    -1e-300,  5e-324};
    numbers.push_back(std::numeric_limits<double>::max());
    numbers.push_back(std::numeric_limits<double>::infinity());
    numbers.push_back(-std::numeric_limits<double>::infinity());
    numbers.push_back(std::nan(""));
    double number = 1e-12;
    for (int i = 0; i < 2000; ++i, number *= 1.0317)
        numbers.push_back(number);
    check_all(numbers);
    check_all(std::vector<float>(numbers.begin() + 3, numbers.begin() + 12));
    check_all(std::vector<std::int64_t>{0, -1, 42, std::numeric_limits<std::int64_t>::min(),
                                        std::numeric_limits<std::int64_t>::max()});
    check_all(std::vector<std::uint64_t>{0, std::numeric_limits<std::uint64_t>::max()});
    check_all(std::vector<short>{-32768, 32767});
}

TEST_CASE("a text joins what else can be shown")
{
    const char* const pointed = "pointed";
    const char letters[] = "letters";
    CHECK(text("a ", std::string{"b"}, ' ', std::string_view{"c"}, pointed, letters, true, 7U, 'x') ==
          "a b cpointedletters17x");
    CHECK(text(static_cast<unsigned char>('u'), static_cast<signed char>('s')) == "us");
    CHECK(text(std::filesystem::path{"a b/c"}) == streamed(std::filesystem::path{"a b/c"})); // in quotes
    CHECK(text().empty());
}
