#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace mtc {

/// Joins values into one text: text("rank ", rank, ": ", why).
template <class... Parts>
std::string text(const Parts&... parts)
{
    std::ostringstream out;
    (out << ... << parts);
    return std::move(out).str();
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
