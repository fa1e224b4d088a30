#include "durable/crash_report.hpp"

#include "durable/status.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <string_view>

namespace mtc::durable {
namespace {

constexpr std::string_view sign = " = ";

std::string utc_of(std::time_t seconds)
{
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    char buffer[32] = {};
    std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return buffer;
}

/// The lines before the backtrace.
std::optional<std::map<std::string, std::string>> lines_of(const std::filesystem::path& path)
{
    std::map<std::string, std::string> values;
    std::ifstream file{path};
    for (std::string line; std::getline(file, line);) {
        if (line == "backtrace:")
            return values;
        const std::size_t at = line.find(sign);
        if (at != std::string::npos)
            values[line.substr(0, at)] = line.substr(at + sign.size());
    }
    return std::nullopt;
}

template <class Number>
Number number(const std::map<std::string, std::string>& values, const char* key, Number otherwise)
{
    Number value = otherwise;
    if (const auto found = values.find(key); found != values.end())
        std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
    return value;
}

} // namespace

std::vector<std::filesystem::path> crash_reports(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> paths;
    std::error_code not_there;
    for (auto entry = std::filesystem::recursive_directory_iterator{folder, not_there};
         !not_there && entry != std::filesystem::recursive_directory_iterator{}; entry.increment(not_there))
        if (entry->path().extension() == ".crash")
            paths.push_back(entry->path());
    std::ranges::sort(paths);
    return paths;
}

std::optional<CrashReport> read_crash_report(const std::filesystem::path& path)
{
    const auto values = lines_of(path);
    if (!values)
        return std::nullopt;
    CrashReport report;
    if (const auto signal = values->find("signal"); signal != values->end())
        report.signal = signal->second;
    if (const auto host = values->find("host"); host != values->end())
        report.host = host->second;
    report.rank = number<std::int32_t>(*values, "rank", 0);
    report.input_hash = number<std::uint64_t>(*values, "input_hash", 0);
    report.when = utc_of(number<std::time_t>(*values, "time", 0));
    if (values->contains("unit"))
        report.unit = {StageId{number<std::uint32_t>(*values, "stage", 0)},
                       UnitId{number<std::uint64_t>(*values, "unit", 0)}};
    return report;
}

} // namespace mtc::durable
