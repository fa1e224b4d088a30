#include "mtc/config.hpp"

#include "config/read.hpp"

#include "config/values.hpp"

namespace mtc {
namespace {

/// The value of a key as its type. Entries were checked when they were read, so a value of another type means
/// that the caller asks for another type than its Option declares.
template <class Value>
Value as(const Config& config, std::string_view key, const std::optional<Value>& value, std::string_view type)
{
    if (!value)
        throw InputError(text(config.where(key), " (not ", type, ")"));
    return *value;
}

} // namespace

Config::Config(std::filesystem::path input_file, std::string input_text,
               std::map<std::string, Entry, std::less<>> entries)
    : input_file_{std::move(input_file)}
    , input_text_{std::move(input_text)}
    , entries_{std::move(entries)}
{}

std::filesystem::path Config::input_folder() const
{
    const std::filesystem::path folder = input_file_.parent_path();
    return folder.empty() ? std::filesystem::path{"."} : folder;
}

bool Config::has(std::string_view key) const
{
    return entries_.find(key) != entries_.end();
}

bool Config::given(std::string_view key) const
{
    const auto entry = entries_.find(key);
    return entry != entries_.end() && entry->second.origin != "default";
}

std::string Config::where(std::string_view key) const
{
    const auto entry = entries_.find(key);
    if (entry == entries_.end())
        return mtc::text(input_file_.filename().string(), ": ", key);
    return mtc::text(entry->second.origin, ": ", key, " = ", config::shortened(entry->second.value));
}

const std::string& Config::text(std::string_view key) const
{
    const auto entry = entries_.find(key);
    if (entry == entries_.end())
        throw InputError(
            mtc::text(where(key), " (no value, but this calculation needs one). Add '", key, " = ...'?"));
    return entry->second.value;
}

double Config::number(std::string_view key) const
{
    return as(*this, key, config::parse_number(text(key)), "a number");
}

std::int64_t Config::integer(std::string_view key) const
{
    return as(*this, key, config::parse_integer(text(key)), "a whole number");
}

bool Config::flag(std::string_view key) const
{
    return as(*this, key, config::parse_flag(text(key)), "true or false");
}

std::vector<double> Config::numbers(std::string_view key) const
{
    return as(*this, key, config::parse_numbers(text(key)), "numbers");
}

double Config::seconds(std::string_view key) const
{
    return as(*this, key, config::parse_duration(text(key)), "a duration");
}

std::vector<std::filesystem::path> Config::paths(std::string_view key) const
{
    std::vector<std::filesystem::path> paths;
    for (const std::string_view name : config::split_paths(text(key)))
        paths.push_back(input_folder() / name); // an absolute name replaces the folder
    return paths;
}

namespace config {

std::filesystem::path output_file(const Config& config, const std::filesystem::path& named)
{
    if (config.has("output"))
        return config.text("output");
    return named.stem().string() + ".h5";
}

} // namespace config

} // namespace mtc
