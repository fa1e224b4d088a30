#pragma once

#include "mtc/error.hpp"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtc {

enum class ValueType : std::uint8_t {
    text,     ///< taken as it stands
    number,   ///< float64
    integer,  ///< int64
    flag,     ///< true/false/yes/no/1/0, any case
    numbers,  ///< float64s parted by blanks or commas
    choice,   ///< one of Option::choices
    path,     ///< input file, relative to the folder of the input; must exist
    literal,  ///< Python literal as OpenQuake writes them: its form is checked, Config::text() gives it
    duration, ///< seconds, or 90s, 15m, 2h, 1-12:00:00, 12:00:00
};

/// The one declaration of a key: parsing, `--help` and the key table of inputs/README.md come from it.
struct Option {
    std::string_view name; ///< one that ends in ".NAME" is a family: NAME is the user's, upper and lower case
    ValueType type = ValueType::text;
    std::string_view default_value{};                      ///< empty: no default
    std::string_view unit{};                               ///< [km], [s], ...; empty: none
    std::string_view sentence{};                           ///< what it does, for --help and inputs/README.md
    double min = -std::numeric_limits<double>::infinity(); ///< smallest accepted value (number, integer)
    double max = std::numeric_limits<double>::infinity();  ///< largest accepted value
    std::vector<std::string_view> choices{};               ///< for ValueType::choice
    bool required = false;
    std::string_view former_name{}; ///< an older name that still works
    bool exclusive_min = false;     ///< the value must be > min instead of >= min
};

/// The effective configuration of one calculation: every key with its value, defaults filled in, each already
/// checked for type and range against its Option. Immutable once made; equal on every rank.
class Config {
public:
    struct Entry {
        std::string value;     ///< as text, without surrounding blanks
        std::string origin;    ///< "job.ini:14", "--set", or "default"
        std::size_t place = 0; ///< order in which keys were given
    };

    Config(std::filesystem::path input_file, std::string input_text,
           std::map<std::string, Entry, std::less<>> entries);

    /// The input file as it was named on the command line.
    [[nodiscard]] const std::filesystem::path& input_file() const noexcept { return input_file_; }
    /// The input file's text, unchanged.
    [[nodiscard]] const std::string& input_text() const noexcept { return input_text_; }
    /// Folder that relative paths of the input start from.
    [[nodiscard]] std::filesystem::path input_folder() const;
    [[nodiscard]] const std::map<std::string, Entry, std::less<>>& entries() const noexcept
    {
        return entries_;
    }

    /// True when the key has a value, given or by default.
    [[nodiscard]] bool has(std::string_view key) const;
    /// True when the user gave the key (in the file or on the command line).
    [[nodiscard]] bool given(std::string_view key) const;
    /// Where the value comes from, for messages: "job.ini:14: area_source_discretization = x".
    [[nodiscard]] std::string where(std::string_view key) const;

    /// The value as text: of keys of the types text, choice and literal, and of any other as it was written.
    /// All of these: \throws InputError  naming the key, when it has no value or one of another type
    [[nodiscard]] const std::string& text(std::string_view key) const;
    [[nodiscard]] double number(std::string_view key) const;               ///< in the unit of its Option
    [[nodiscard]] std::int64_t integer(std::string_view key) const;        ///< in the unit of its Option
    [[nodiscard]] bool flag(std::string_view key) const;                   ///< yes, true and 1 are true
    [[nodiscard]] std::vector<double> numbers(std::string_view key) const; ///< in the order written
    [[nodiscard]] double seconds(std::string_view key) const;              ///< [s] of a duration
    /// One or several input files, parted by blanks or newlines, each resolved against input_folder().
    [[nodiscard]] std::vector<std::filesystem::path> paths(std::string_view key) const;

private:
    std::filesystem::path input_file_;
    std::string input_text_;
    std::map<std::string, Entry, std::less<>> entries_;
};

} // namespace mtc
