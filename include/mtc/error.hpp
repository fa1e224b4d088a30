#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace mtc {

namespace detail {

template <class Part>
concept AnyChar = std::same_as<Part, char> || std::same_as<Part, signed char> ||
    std::same_as<Part, unsigned char> || std::same_as<Part, wchar_t>;
/// What std::to_chars writes as a stream does.
template <class Part>
concept Number = (std::integral<Part> && !std::same_as<Part, bool> && !AnyChar<Part>) ||
                 std::same_as<Part, double> || std::same_as<Part, float>;

template <class Part>
void append(std::string& joined, const Part& part)
{
    if constexpr (std::is_convertible_v<const Part&, std::string_view>) {
        joined += std::string_view{part};
    } else if constexpr (Number<Part>) {
        std::array<char, 32> digits;
        char* const end = digits.data() + digits.size();
        if constexpr (std::integral<Part>)
            joined.append(digits.data(), std::to_chars(digits.data(), end, part).ptr);
        else
            joined.append(digits.data(),
                          std::to_chars(digits.data(), end, part, std::chars_format::general, 6).ptr);
    } else {
        std::ostringstream out;
        out << part;
        joined += std::move(out).str();
    }
}

} // namespace detail

/// Joins values into one text, each as a stream shows it: text("rank ", rank, ": ", why). A stream is not
/// made for what is text or number: a name for each of a million sources would cost a second.
template <class... Parts>
std::string text(const Parts&... parts)
{
    std::string joined;
    (detail::append(joined, parts), ...);
    return joined;
}

/// Process exit status of mtc; `mtc status` gives the same from the files of a calculation.
enum class ExitStatus : int {
    complete = 0,
    failed = 1,
    bad_input = 2,
    some_sources_failed = 3,
    running = 4, ///< given by `mtc status` only
    unfinished = 75,
};

struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Something the user can mend: exit status 2. The text names file and line or key, the value, what is
/// accepted and, where there is one, the nearest known name.
struct InputError : Error {
    using Error::Error;
};

/// The outside world failed (disk, permission): exit status 1.
struct IoError : Error {
    using Error::Error;
};

/// The calculation itself failed (for instance a result that is not a number): exit status 1.
struct ComputeError : Error {
    using Error::Error;
};

} // namespace mtc
