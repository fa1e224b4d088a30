#include "config/read.hpp"

#include "config/check.hpp"
#include "config/ini.hpp"
#include "config/nearest.hpp"
#include "config/openquake_keys.hpp"
#include "config/toml.hpp"
#include "config/values.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

namespace mtc::config {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view from_command_line = "--set";
constexpr std::string_view any_name = ".NAME"; // ends the name of a family of keys

bool is_family(const Option& option)
{
    return option.name.ends_with(any_name);
}

/// A key as the user gave it.
struct Given {
    std::string key;
    std::string value;
    std::string section;
    std::string origin;    ///< "job.ini:14" or "--set"
    std::size_t place = 0; ///< in the order given

    [[nodiscard]] bool on_command_line() const { return origin == from_command_line; }
    [[nodiscard]] std::string where() const { return text(origin, ": ", key, " = ", shortened(value)); }
};

/// Every option of one calculation, by name and former name.
class OptionTable {
public:
    OptionTable(const std::vector<Option>& engine, const std::vector<Option>& kind)
    {
        for (const std::vector<Option>* options : {&engine, &kind}) {
            for (const Option& option : *options) {
                add(option.name, option);
                if (!option.former_name.empty())
                    add(option.former_name, option);
                all_.push_back(&option);
            }
        }
    }

    [[nodiscard]] const Option* find(std::string_view name) const
    {
        const auto found = by_name_.find(name);
        if (found != by_name_.end())
            return found->second;
        const std::size_t dot = name.find('.');
        if (dot == std::string_view::npos || dot + 1 == name.size())
            return nullptr;
        const auto family = by_name_.find(text(name.substr(0, dot), any_name));
        return family == by_name_.end() ? nullptr : family->second;
    }
    [[nodiscard]] const std::vector<const Option*>& all() const { return all_; }
    [[nodiscard]] const std::vector<std::string_view>& names() const { return names_; }
    /// "parameter" of parameter.NAME, and so on.
    [[nodiscard]] std::vector<std::string_view> families() const
    {
        std::vector<std::string_view> families;
        for (const Option* option : all_)
            if (is_family(*option))
                families.push_back(option->name.substr(0, option->name.size() - any_name.size()));
        return families;
    }

private:
    void add(std::string_view name, const Option& option)
    {
        if (!by_name_.emplace(name, &option).second)
            throw std::logic_error(text("option declared twice: ", name));
        names_.push_back(name);
    }

    std::map<std::string, const Option*, std::less<>> by_name_;
    std::vector<const Option*> all_;
    std::vector<std::string_view> names_;
};

bool is_toml(std::string_view file_name)
{
    return lower_case(file_name).ends_with(".toml");
}

/// \param families  known once calculation_mode is; only TOML needs them, whose tables they may be
std::vector<Given> all_given(const std::string& file_name, const std::string& input_text,
                             std::span<const std::pair<std::string, std::string>> overrides,
                             std::span<const std::string_view> families)
{
    std::vector<Given> given;
    for (IniEntry& entry :
         is_toml(file_name) ? parse_toml(input_text, file_name, families) : parse_ini(input_text, file_name))
        given.push_back({std::move(entry.key), std::move(entry.value), lower_case(entry.section),
                         text(file_name, ":", entry.line)});
    for (const auto& [key, value] : overrides)
        given.push_back(
            {canonical_key(trimmed(key)), std::string{trimmed(value)}, "", std::string{from_command_line}});
    for (std::size_t i = 0; i < given.size(); ++i)
        given[i].place = i;
    return given;
}

/// The value that counts: the last one, as --set comes after the file.
const Given* last_given(const std::vector<Given>& given, std::string_view key)
{
    const auto found = std::find_if(given.rbegin(), given.rend(),
                                    [key](const Given& candidate) { return candidate.key == key; });
    return found == given.rend() || found->value.empty() ? nullptr : &*found;
}

/// Options of the workload that calculation_mode names.
const std::vector<Option>& options_of_kind(
    const std::string& file_name, const std::vector<Given>& given,
    const std::function<const std::vector<Option>&(const std::string& calculation_mode)>& kind_options)
{
    constexpr std::string_view key = "calculation_mode";
    const Given* mode = last_given(given, key);
    if (mode == nullptr) {
        const auto misspelt = std::find_if(given.begin(), given.end(), [&](const Given& candidate) {
            return candidate.key != key && nearest(candidate.key, {&key, 1}).has_value();
        });
        throw InputError(suggesting(text(file_name, ": no calculation_mode (it names what to calculate)"),
                                    misspelt == given.end() ? std::string{}
                                                            : text(" Is '", misspelt->key, "' (",
                                                                   misspelt->origin, ") meant for it?")));
    }
    try {
        return kind_options(mode->value);
    } catch (const InputError& error) {
        throw InputError(text(mode->origin, ": ", error.what()));
    }
}

/// Turns what was given into checked entries and gathers what is wrong with it.
class Resolver {
public:
    Resolver(const OptionTable& options, fs::path folder, Notes& notes)
        : options_{options}
        , folder_{std::move(folder)}
        , notes_{notes}
    {}

    void resolve(const std::vector<Given>& given, const std::string& file_name)
    {
        const Given* strict = last_given(given, "strict_keys");
        const bool by_default = last_given(given, "source_model_logic_tree_file") == nullptr;
        strict_ = strict == nullptr ? by_default : parse_flag(strict->value).value_or(true);

        for (const Given& entry : given) {
            if (const Option* option = options_.find(entry.key))
                take(*option, entry);
            else
                meet_foreign(entry);
        }
        complain_about_features();
        check_values();
        fill_defaults();
        complain_about_missing(file_name);
        if (!without_effect_.empty())
            notes_.remarks.push_back("keys of OpenQuake that have no effect here: " + without_effect_);
        if (!problems_.empty())
            throw InputError(problems_);
    }

    [[nodiscard]] std::map<std::string, Config::Entry, std::less<>> entries() &&
    {
        std::map<std::string, Config::Entry, std::less<>> entries;
        for (auto& [name, entry] : taken_) {
            if (!entry.value.empty())
                entries.emplace(name,
                                Config::Entry{std::move(entry.value), std::move(entry.origin), entry.place});
        }
        return entries;
    }

private:
    void take(const Option& option, const Given& entry)
    {
        const auto [held, added] =
            taken_.try_emplace(is_family(option) ? entry.key : std::string{option.name}, entry);
        if (!added &&
            !entry.on_command_line()) { // the same key twice is refused before, so these are two names
            problem(text(entry.where(), " ('", option.former_name, "' is the former name of '", option.name,
                         "', and ", held->second.origin, " gives '", held->second.key,
                         "'). Remove one of them?"));
            return;
        }
        const std::size_t place = held->second.place; // an override stays where the key was
        held->second = entry;
        held->second.place = place;
        if (entry.key == option.former_name)
            notes_.remarks.push_back(text(entry.origin, ": ", entry.key, " is the former name of ",
                                          option.name, ", and still works"));
    }

    /// A key that no option declares.
    void meet_foreign(const Given& entry)
    {
        const OpenQuakeKey* known = find_openquake_key(entry.key);
        if (known == nullptr && entry.section == "reqv") // there, keys are tectonic region types
            known = find_openquake_key("reqv_hdf5");
        if (known != nullptr) {
            if (known->key_class == KeyClass::changes_numbers && !harmless(*known, entry.value))
                missing_features_[known->feature].push_back(entry.where());
            else
                without_effect_ +=
                    text(without_effect_.empty() ? "" : ", ", entry.key, " (", entry.origin, ")");
            return;
        }
        unknown_.push_back(entry);
        const std::string suggestion = did_you_mean(entry.key, options_.names());
        const bool input_file = entry.key.ends_with("_file") || entry.key.ends_with("_csv");
        if (input_file && !entry.value.empty())
            problem(suggesting(text(entry.where(), " (unknown key; an input file is not to be ignored)"),
                               suggestion));
        else if (strict_ || entry.section == "mtc" || entry.on_command_line())
            problem(suggesting(text(entry.where(), " (unknown key)"), suggestion));
        else
            notes_.warnings.push_back(suggesting(text(entry.where(), " (unknown key, ignored)"), suggestion));
    }

    /// One line for each feature, however many keys ask for it.
    void complain_about_features()
    {
        for (const auto& [feature, places] : missing_features_) {
            std::string all;
            for (const std::string& place : places)
                all += text(all.empty() ? "" : ", ", place);
            problem(text(all, " (not part of mtc: ", feature,
                         ", without which the results would differ). Remove the key",
                         places.size() > 1 ? "s" : "", " to accept that?"));
        }
    }

    static bool harmless(const OpenQuakeKey& key, const std::string& value)
    {
        if (value.empty())
            return true;
        const std::vector<std::string_view> values = split(key.harmless, " ");
        return std::any_of(values.begin(), values.end(), [&](std::string_view candidate) {
            return lower_case(value) == candidate ||
                   (parse_number(value) && parse_number(value) == parse_number(candidate));
        });
    }

    void check_values()
    {
        for (const auto& [name, entry] : taken_) {
            if (entry.value.empty())
                continue;
            if (const auto why = complaint(*options_.find(name), entry.value, entry.where(), folder_))
                problem(entry.where() + *why);
        }
    }

    void fill_defaults()
    {
        for (const Option* option : options_.all()) {
            if (option->default_value.empty())
                continue;
            const auto held = taken_.find(option->name);
            if (held != taken_.end() && !held->second.value.empty())
                continue;
            const std::string name{option->name};
            Given entry{name, std::string{option->default_value}, "", "default"};
            if (const auto why = complaint(*option, entry.value, entry.where(), folder_))
                throw std::logic_error(entry.where() + *why);
            taken_.insert_or_assign(name, std::move(entry));
        }
    }

    void complain_about_missing(const std::string& file_name)
    {
        std::string missing;
        for (const Option* option : options_.all()) {
            const auto held = taken_.find(option->name);
            if (!option->required || (held != taken_.end() && !held->second.value.empty()))
                continue;
            missing += text("\n  ", option->name, ": ", option->sentence);
            if (held != taken_.end())
                missing += text(" It is empty (", held->second.origin, ").");
            else
                missing += misspelt(option->name);
        }
        if (!missing.empty())
            problem(text(file_name, ": required keys are missing:", missing));
    }

    /// " Is 'truncaton_level' (job.ini:12) meant for it?" for a key that is missing, or an empty text.
    [[nodiscard]] std::string misspelt(std::string_view missing) const
    {
        for (const Given& entry : unknown_) {
            if (nearest(entry.key, {&missing, 1}))
                return text(" Is '", entry.key, "' (", entry.origin, ") meant for it?");
        }
        return {};
    }

    void problem(const std::string& line)
    {
        if (!problems_.empty())
            problems_ += '\n';
        problems_ += line;
    }

    const OptionTable& options_;
    fs::path folder_;
    Notes& notes_;
    bool strict_ = true;
    std::map<std::string, Given, std::less<>> taken_; ///< by the option's present name
    std::vector<Given> unknown_;
    std::map<std::string_view, std::vector<std::string>> missing_features_; ///< keys that ask for each
    std::string without_effect_; ///< keys with their places, for one remark
    std::string problems_;       ///< a line each
};

std::string contents(const fs::path& input_file)
{
    std::error_code error;
    const fs::file_status status = fs::status(input_file, error);
    if (!fs::exists(status))
        throw InputError(
            suggesting(text(input_file.string(), " (no such input file)"), nearest_file(input_file)));
    if (fs::is_directory(status))
        throw InputError(
            text(input_file.string(), " (a folder, not an input file). Name the .ini or .toml file in it?"));
    std::ifstream file{input_file, std::ios::binary};
    std::string content{std::istreambuf_iterator<char>{file}, {}};
    if (!file)
        throw InputError(text(input_file.string(), " (cannot be read). May you read it?"));
    return content;
}

} // namespace

Config read_config(
    const fs::path& input_file, std::span<const std::pair<std::string, std::string>> overrides,
    const std::function<const std::vector<Option>&(const std::string& calculation_mode)>& kind_options,
    Notes& notes)
{
    return read_config_text(input_file, contents(input_file), overrides, kind_options, notes);
}

Config read_config_text(
    const fs::path& input_file, const std::string& input_text,
    std::span<const std::pair<std::string, std::string>> overrides,
    const std::function<const std::vector<Option>&(const std::string& calculation_mode)>& kind_options,
    Notes& notes)
{
    const std::string file_name = input_file.filename().string();
    if (input_text.find('\0') != std::string::npos)
        throw InputError(text(input_file.string(), " (not a text, but an input is an INI or TOML file)"));
    std::vector<Given> given = all_given(file_name, input_text, overrides, {});
    const OptionTable options{engine_options(), options_of_kind(file_name, given, kind_options)};
    if (is_toml(file_name))
        given = all_given(file_name, input_text, overrides, options.families());
    const fs::path folder = input_file.parent_path();
    Resolver resolver{options, folder.empty() ? fs::path{"."} : folder, notes};
    resolver.resolve(given, file_name);
    return Config{input_file, input_text, std::move(resolver).entries()};
}

bool is_input(const fs::path& file)
{
    const std::string type = lower_case(file.extension().string());
    return type == ".ini" || type == ".toml" || type == ".zip";
}

} // namespace mtc::config
