#pragma once

#include "config/read.hpp"
#include "mtc/config.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/job/read.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace mtc::test {

/// A folder for the files of one small job, below the test's run folder, emptied when the test begins.
class JobFolder {
public:
    explicit JobFolder(const std::string& name)
        : path_{std::filesystem::path{"psha_model"} / name}
    {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    std::filesystem::path write(const std::string& file, const std::string& content) const
    {
        std::ofstream{path_ / file, std::ios::binary} << content;
        return path_ / file;
    }
    /// What a user's job.ini becomes, defaults filled in.
    [[nodiscard]] Config read(const std::string& ini, Notes& notes) const
    {
        return config::read_config_text(
            path_ / "job.ini", ini, {},
            [](const std::string&) -> const std::vector<Option>& { return psha::hazard_options(); }, notes);
    }

private:
    std::filesystem::path path_;
};

/// Some keys, as if given on line 1, 2, ... in alphabetical order, and the defaults of all others.
inline Config config_with(const std::map<std::string, std::string>& given,
                          const std::filesystem::path& folder = ".")
{
    std::map<std::string, Config::Entry, std::less<>> entries;
    for (const Option& option : psha::hazard_options())
        if (!option.default_value.empty())
            entries[std::string{option.name}] = {std::string{option.default_value}, "default"};
    std::size_t line = 0;
    for (const auto& [key, value] : given)
        entries[key] = {value, text("job.ini:", ++line)};
    return {folder / "job.ini", "", std::move(entries)};
}

/// The message of the InputError that an action ends in; a failed check when it does not.
template <class Action>
std::string refusal(const Action& action)
{
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    FAIL_CHECK("nothing was refused");
    return {};
}

/// Checks that a message holds all parts.
inline void check_says(const std::string& message, std::initializer_list<std::string> parts)
{
    for (const std::string& part : parts)
        CHECK_MESSAGE(message.find(part) != std::string::npos,
                      "'" << part << "' is not in '" << message << "'");
}

} // namespace mtc::test
