#pragma once

#include "mtc/bytes.hpp"
#include "mtc/workload.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// \file
/// A function of every argument of a list, on all ranks, the results in order:
///
///     int main(int argc, char** argv)
///     {
///         mtc::Session session{argc, argv};
///         const std::vector<std::tuple<double, int>> arguments = ...;
///         const std::vector<double> values = mtc::starmap(session, "values", my_function, arguments);
///     }
///
/// Scheduling, give-back, checkpoints, the output file (values.h5) and its tables are those of every
/// calculation.
namespace mtc {

/// MPI, from here to the end of the scope. One a program.
class Session {
public:
    /// MPI begins, with MPI_THREAD_FUNNELED, unless the caller has begun it. Collective over all ranks; the
    /// thread that does it is the one that may call starmap(). \throws Error  when MPI cannot begin
    Session(int& argc, char**& argv);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    /// MPI ends, if it began here. Collective, but for an exception that passes: the launcher then ends all.
    ~Session();
    [[nodiscard]] int rank() const noexcept;
    [[nodiscard]] int n_ranks() const noexcept;

    struct State;
    [[nodiscard]] State& state() noexcept { return *state_; }

private:
    std::unique_ptr<State> state_;
};

struct StarmapOptions {
    std::vector<double> weights{}; ///< [n_argument] expected cost of each, any unit; empty: alike
    std::string output{};          ///< the file; without it the name with .h5
    /// Keys of every calculation with their values, as an input has them: {"checkpoint_interval", "10"}.
    std::vector<std::pair<std::string, std::string>> settings{};
    /// Go on from the checkpoints of an earlier run, or take its results, when name, arguments and weights
    /// are the same. Nobody can see whether the function is: say so only when it is.
    bool resume = false;
};

namespace detail {

/// What starmap() hands to the engine; arguments and results as bytes.
struct StarmapCall {
    std::string name;
    std::vector<std::byte> arguments; ///< one after the other; rank 0's count
    std::vector<std::uint64_t> ends;  ///< [n_argument] of each
    Field result;                     ///< of results of one size; an empty extent otherwise
    std::function<void(std::span<const std::byte> argument, std::vector<std::byte>& result)> compute;
};

struct StarmapResults {
    std::vector<std::byte> bytes;    ///< one after the other
    std::vector<std::uint64_t> ends; ///< [n_argument]
};

/// Collective. \throws Error  on every rank, unless all arguments were computed
[[nodiscard]] StarmapResults call(Session& session, const StarmapCall& call, const StarmapOptions& options);

template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t n>
inline constexpr bool is_array<std::array<T, n>> = true;

template <class T>
[[nodiscard]] constexpr Element element_of()
{
    if constexpr (std::is_floating_point_v<T>)
        return sizeof(T) == 4 ? Element::float32 : Element::float64;
    else if constexpr (std::is_signed_v<T>)
        return sizeof(T) == 1 ? Element::int8 : sizeof(T) == 4 ? Element::int32 : Element::int64;
    else
        return sizeof(T) == 1   ? Element::uint8
               : sizeof(T) == 2 ? Element::uint16
               : sizeof(T) == 4 ? Element::uint32
                                : Element::uint64;
}

/// Numbers that the file has a type for.
template <class T>
inline constexpr bool is_number = std::is_arithmetic_v<T> && sizeof(T) <= 8 &&
                                  !(sizeof(T) == 2 && std::is_signed_v<T>);

/// Numbers and arrays of them are plain datasets of the file; all else is bytes there.
template <class T>
[[nodiscard]] Field result_field()
{
    if constexpr (is_array<T>) {
        if constexpr (is_number<typename T::value_type>)
            return {"", element_of<typename T::value_type>(),
                    static_cast<std::uint32_t>(std::tuple_size_v<T>), ""};
    } else if constexpr (is_number<T>) {
        return {"", element_of<T>(), 1, ""};
    }
    return {"", Element::uint8, 0, ""};
}

template <class Function, class Argument>
decltype(auto) apply(Function& function, const Argument& argument)
{
    if constexpr (bytes::is_tuple<Argument>)
        return std::apply(function, argument);
    else
        return function(argument);
}

} // namespace detail

/// function(argument), or function(first, second, ...) where arguments are tuples or pairs, for each of a
/// list; the results in the order of arguments, on every rank.
///
/// \param name       of the output file and of its group of results, /results/<name>
/// \param function   deterministic and the same on every rank; what it throws ends the calculation
/// \param arguments  [n_argument] of types that mtc/bytes.hpp knows; those of rank 0 are taken
/// \throws InputError  no arguments, weights that are none or not as many, an unknown setting, a name that
///                     no file can have; on every rank, and what is wrong is told by rank 0's
/// \throws Error       what a call threw, or the run was stopped
/// \par Ranks   collective over all
template <class Function, class Argument>
[[nodiscard]] auto starmap(Session& session, std::string_view name, Function function,
                           const std::vector<Argument>& arguments, const StarmapOptions& options = {})
{
    using Result = std::remove_cvref_t<decltype(detail::apply(function, arguments.front()))>;
    static_assert(!std::is_void_v<Result>, "the function must give a result");
    detail::StarmapCall call{
        .name = std::string{name},
        .arguments = {},
        .ends = {},
        .result = detail::result_field<Result>(),
        .compute = [&function](std::span<const std::byte> argument, std::vector<std::byte>& result) {
            bytes::put(result, Result{detail::apply(function, bytes::take<Argument>(argument))});
        }};
    for (const Argument& argument : arguments) {
        bytes::put(call.arguments, argument);
        call.ends.push_back(call.arguments.size());
    }
    const detail::StarmapResults results = detail::call(session, call, options);
    std::vector<Result> list;
    list.reserve(results.ends.size());
    std::span<const std::byte> left{results.bytes};
    for (std::size_t i = 0; i < results.ends.size(); ++i)
        list.push_back(bytes::take<Result>(left));
    return list;
}

} // namespace mtc
