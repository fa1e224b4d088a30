#pragma once

#include "mtc/config.hpp"
#include "mtc/workload.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mtc::config {

/// How a key of the input is met.
enum class KeyClass : std::uint8_t {
    supported,       ///< declared as an Option
    without_effect,  ///< known to OpenQuake, does not change the numbers: accepted, remarked once
    changes_numbers, ///< known to OpenQuake, would change the numbers, not there: an error naming the feature
    unknown,
};

/// Keys of OpenQuake's job.ini that are not options of mtc, with their class.
[[nodiscard]] KeyClass openquake_key(std::string_view key);

/// Options of every calculation, whatever its workload (calculation_mode, description, output, ...).
[[nodiscard]] const std::vector<Option>& engine_options();

/// Reads an input file (INI) into the effective configuration.
///
/// The text is read as config/ini.hpp says; section names are decoration, but an unknown key in [mtc] is
/// always an error. A key with an empty value counts as not given. All that is wrong with the keys and values
/// is said in one error, a line each. Rank 0 only; local.
///
/// \param overrides      --set key=value, in order; they win over the file
/// \param kind_options   options of the workload named by calculation_mode; throws InputError for an unknown
///                       one, to which file and line are added here
/// \param[out] notes     unknown keys of a job with source_model_logic_tree_file, keys without effect
/// \throws InputError  unknown key (nearest known name), wrong type or range, repeated key, missing required
/// key
[[nodiscard]] Config read_config(
    const std::filesystem::path& input_file, std::span<const std::pair<std::string, std::string>> overrides,
    const std::function<const std::vector<Option>&(const std::string& calculation_mode)>& kind_options,
    Notes& notes);

/// The same from a text (tests, resume).
[[nodiscard]] Config read_config_text(
    const std::filesystem::path& input_file, const std::string& input_text,
    std::span<const std::pair<std::string, std::string>> overrides,
    const std::function<const std::vector<Option>&(const std::string& calculation_mode)>& kind_options,
    Notes& notes);

/// Where the results of an input go that no command line names: its key `output`, or its name with .h5 in the
/// current folder. \param named  the input as the command line names it: an .ini or a .zip
[[nodiscard]] std::filesystem::path output_file(const Config& config, const std::filesystem::path& named);

/// The key table of inputs/README.md (Markdown) for a list of options.
[[nodiscard]] std::string key_table(std::span<const Option> options);

/// Whether a file is an input by its name: .ini, .toml, or a whole job as .zip.
[[nodiscard]] bool is_input(const std::filesystem::path& file);

} // namespace mtc::config
