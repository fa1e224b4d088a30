#pragma once

#include "mtc/flat.hpp"
#include "workloads/command/parameter.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::command {

/// Writes the points of a sweep: all combinations of its parameters, the last of them varying fastest, where
/// those of one group of `links` advance together. A list of one value goes with any length.
/// \param links  groups of names \param where  of the key link, for messages
/// \throws InputError  lists of one group of unequal lengths (named), an unknown name, too many points
void write_grid(FlatWriter& model, const std::vector<Parameter>& parameters,
                const std::vector<std::vector<std::string>>& links, const std::string& where);

/// The points of a sweep, read in place: what a parameter is at a point follows from the point's number.
class Grid {
public:
    explicit Grid(const FlatReader& model);
    [[nodiscard]] std::uint64_t n_points() const noexcept { return n_points_; }
    [[nodiscard]] std::size_t n_parameters() const noexcept { return names_.size(); }
    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
    /// As it was written.
    [[nodiscard]] std::string text_of(std::size_t parameter, std::uint64_t point) const;
    [[nodiscard]] Value value_of(std::size_t parameter, std::uint64_t point) const;
    [[nodiscard]] Column column(std::size_t parameter) const;

private:
    struct Record {
        Range range{};
        std::uint64_t n = 0;           ///< values; 1 goes with any number of points of its axis
        std::uint64_t first_value = 0; ///< of a list, among all values
        std::uint64_t stride = 1;      ///< points until the axis advances
        std::uint64_t axis_n = 1;      ///< points of the axis
        ValueKind kind = ValueKind::text;
        std::uint32_t width = 1; ///< [bytes] of the longest text
    };
    friend void write_grid(FlatWriter&, const std::vector<Parameter>&,
                           const std::vector<std::vector<std::string>>&, const std::string&);

    std::uint64_t n_points_ = 0;
    std::vector<std::string> names_;
    std::span<const Record> records_;
    std::span<const char> letters_;
    std::span<const std::uint64_t> ends_; ///< of all values of lists, in letters_
};

} // namespace mtc::command
