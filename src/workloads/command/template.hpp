#pragma once

#include "workloads/command/grid.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::command {

/// What a placeholder stands for.
struct Placeholder {
    enum class Source : std::uint32_t { parameter, task, rank, n, folder, all_arguments, number };
    /// How GNU parallel takes a file name apart.
    enum class Part : std::uint32_t { whole, no_extension, base, folder, base_no_extension };
    Source source = Source::parameter;
    std::size_t parameter = 0;
    std::string format{}; ///< of the fmt library, without colon and braces
    Part part = Part::whole;
};

/// A piece of a template: a text as it stands, or a placeholder.
struct Piece {
    std::string literal;
    bool is_field = false;
    Placeholder field{};
};

/// What the values of placeholders are, for one task.
struct Point {
    const Grid& grid;
    std::uint64_t task = 0;
    std::int64_t rank = 0;
    std::string_view folder{}; ///< of the input, absolute
    /// Arguments are taken for one command; \see Source::all_arguments
    std::size_t n_arguments = 0;
};

/// A text with {name} and {name:format} for values, {{ and }} for braces. Beside the parameters it knows
/// {task}, from 0; {rank} that computes it; {n}, the number of tasks; {folder} of the input.
class Template {
public:
    Template() = default;
    /// \param where  for messages: "job.ini:3: command", "case.in:12"; of a file with lines its name
    /// \throws InputError  an unknown name (all known are listed), a format that does not fit, a single brace
    Template(std::string_view text, const std::string& where, const Grid& grid);
    /// With the placeholders of GNU parallel: {} {.} {/} {//} {/.} {#}, and the same with a number, {2} {2.}.
    [[nodiscard]] static Template of_parallel(std::string_view text, const Grid& grid);
    explicit Template(std::vector<Piece> pieces)
        : pieces_{std::move(pieces)}
    {}

    [[nodiscard]] const std::vector<Piece>& pieces() const noexcept { return pieces_; }
    [[nodiscard]] bool uses(Placeholder::Source source) const;
    /// Of a template that is nothing but a placeholder for all arguments: each of them; otherwise nothing.
    [[nodiscard]] std::optional<std::vector<std::string>> arguments(const Point& point) const;
    /// \param quote  what is done to each value
    [[nodiscard]] std::string render(const Point& point,
                                     const std::function<std::string(std::string)>& quote = {}) const;

private:
    std::vector<Piece> pieces_;
};

/// Names that no parameter may have, because placeholders have them.
[[nodiscard]] std::vector<std::string_view> names_of_placeholders();

} // namespace mtc::command
