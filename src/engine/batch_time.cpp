#include "engine/batch_time.hpp"

#include "config/values.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>

#include <unistd.h>

namespace mtc::engine {
namespace {

std::string variable(const char* name)
{
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string{value};
}

/// What a program prints; nothing when it fails. \param command  of words that need no quoting
std::string answer_of(const std::string& command)
{
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe{
        ::popen(("timeout 10 " + command + " 2>/dev/null").c_str(), "r"), ::pclose};
    std::string answer;
    std::array<char, 4096> part{};
    for (std::size_t n = 1; pipe && n > 0; answer.append(part.data(), n))
        n = std::fread(part.data(), 1, part.size(), pipe.get());
    return answer;
}

/// The id of a job, when it is nothing that a shell would act upon.
std::string job_id(const char* name)
{
    const std::string id = variable(name);
    const bool plain = std::ranges::all_of(id, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
               c == '_' || c == '-';
    });
    return plain ? id : std::string{};
}

/// How long the session has lasted that this process belongs to: under PBS that of the job. [s]
double session_age_s()
{
    std::ifstream file{"/proc/" + std::to_string(::getsid(0)) + "/stat"};
    const std::string line{std::istreambuf_iterator<char>{file}, {}};
    const std::size_t name_end = line.rfind(')'); // names may hold blanks
    double up_s = 0.0;
    if (name_end == std::string::npos || !(std::ifstream{"/proc/uptime"} >> up_s))
        return 0.0;
    std::istringstream rest{line.substr(name_end + 1)};
    std::string field;
    for (int i = 0; i < 19; ++i) // of the fields behind the name the 20th is when it started
        rest >> field;
    double started_ticks = 0.0;
    if (!(rest >> started_ticks))
        return 0.0;
    return std::max(0.0, up_s - started_ticks / static_cast<double>(::sysconf(_SC_CLK_TCK)));
}

std::optional<TimeLeft> slurm_time_left()
{
    if (const auto end_s = config::parse_number(variable("SLURM_JOB_END_TIME")); end_s && *end_s > 0.0)
        return TimeLeft{std::max(0.0, *end_s - static_cast<double>(std::time(nullptr))),
                        "SLURM_JOB_END_TIME"};
    const std::string id = job_id("SLURM_JOB_ID");
    if (id.empty())
        return std::nullopt;
    if (const auto left_s = squeue_time_left_s(answer_of("squeue -h -o %L -j " + id)))
        return TimeLeft{*left_s, "squeue"};
    return std::nullopt;
}

std::optional<TimeLeft> pbs_time_left()
{
    const std::string id = job_id("PBS_JOBID");
    if (const auto walltime_s = config::parse_duration(variable("PBS_WALLTIME"));
        walltime_s && *walltime_s > 0.0)
        return TimeLeft{std::max(0.0, *walltime_s - session_age_s()), "PBS_WALLTIME"};
    if (id.empty())
        return std::nullopt;
    if (const auto left_s = qstat_time_left_s(answer_of("qstat -f " + id)))
        return TimeLeft{*left_s, "qstat"};
    return std::nullopt;
}

/// The value of `key = value` in an answer of many lines.
std::optional<double> duration_of(std::string_view answer, std::string_view key)
{
    for (const std::string_view line : config::split(answer, "\n")) {
        const std::size_t sign = line.find('=');
        if (sign != std::string_view::npos && config::trimmed(line.substr(0, sign)) == key)
            return config::parse_duration(config::trimmed(line.substr(sign + 1)));
    }
    return std::nullopt;
}

} // namespace

std::optional<double> squeue_time_left_s(std::string_view answer)
{
    const std::string_view left = config::trimmed(answer);
    return left.empty() ? std::nullopt : config::parse_duration(left);
}

std::optional<double> qstat_time_left_s(std::string_view answer)
{
    const std::optional<double> granted_s = duration_of(answer, "Resource_List.walltime");
    if (!granted_s)
        return std::nullopt;
    return std::max(0.0, *granted_s - duration_of(answer, "resources_used.walltime").value_or(0.0));
}

std::optional<TimeLeft> batch_time_left()
{
    if (std::optional<TimeLeft> left = slurm_time_left())
        return left;
    return pbs_time_left();
}

} // namespace mtc::engine
