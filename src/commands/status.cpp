#include "commands/status.hpp"

#include "config/job_archive.hpp"
#include "config/read.hpp"
#include "durable/run_lock.hpp"
#include "durable/status.hpp"
#include "durable/stop_request.hpp"
#include "output/reader.hpp"
#include "output/schema.hpp"
#include "workloads/registry.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <ostream>

#include <unistd.h>

namespace mtc::commands {
namespace {

constexpr double long_silent_s = 120.0; // a run says something every few seconds while it computes

/// Seconds since a moment in ISO 8601, UTC.
double age_s(const std::string& moment)
{
    std::tm utc{};
    if (::strptime(moment.c_str(), "%Y-%m-%dT%H:%M:%SZ", &utc) == nullptr)
        return 0.0;
    return std::difftime(std::time(nullptr), ::timegm(&utc));
}

/// Whether the process that said so is gone; false where that cannot be seen.
bool was_killed(const std::filesystem::path& output, const durable::RunStatus& status)
{
    if (status.exit_status != ExitStatus::running)
        return false;
    const bool free = durable::is_locked(output) == false;
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    if (status.host != host.data()) // locks may not be seen from other nodes
        return free && age_s(status.updated) > long_silent_s;
    return free ||
           (status.process > 0 && ::kill(static_cast<pid_t>(status.process), 0) != 0 && errno == ESRCH);
}

/// Of a calculation whose output is not there.
ExitStatus of_status_file(const std::filesystem::path& output, const durable::RunStatus& status,
                          std::ostream& out)
{
    out << output.string() << ": ";
    if (was_killed(output, status)) {
        out << fmt::format("not complete: it was ended in {} at {:.0f} %; the same command goes on from what "
                           "was saved (said at {})\n",
                           status.stage, status.percent, status.updated);
        return ExitStatus::unfinished;
    }
    if (status.exit_status == ExitStatus::running)
        out << fmt::format("running: {} {:.0f} %, {:.0f} s, {} ranks (process {} on {}; said at {}){}\n",
                           status.stage, status.percent, status.elapsed_s, status.n_ranks, status.process,
                           status.host, status.updated,
                           durable::asked_to_stop(output).empty() ? "" : "; was asked to stop");
    else if (status.exit_status == ExitStatus::complete)
        out << "was complete at " << status.updated << ", but the file is no longer there\n";
    else if (status.exit_status == ExitStatus::failed)
        out << fmt::format("failed: {} (said at {})\n", status.message, status.updated);
    else
        out << fmt::format("not complete: {} (said at {})\n", status.message, status.updated);
    return status.exit_status == ExitStatus::complete ? ExitStatus::unfinished : status.exit_status;
}

} // namespace

std::filesystem::path output_of(const std::filesystem::path& output_or_input)
{
    if (!config::is_input(output_or_input) || !std::filesystem::exists(output_or_input))
        return output_or_input;
    Notes ignored; // a run tells them
    const config::JobArchive job{output_or_input};
    const Config config = config::read_config(
        job.input_file(), {},
        [](const std::string& mode) -> const std::vector<Option>& { return workload_kind(mode).options(); },
        ignored);
    return config::output_file(config, output_or_input);
}

ExitStatus status(const StatusArguments& arguments, std::ostream& out)
{
    const std::filesystem::path& file = arguments.file;
    const std::optional<durable::RunStatus> told = durable::read_status(file);
    const bool runs = told && told->exit_status == ExitStatus::running && !was_killed(file, *told);
    if (runs) // also while an older output is being replaced
        return of_status_file(file, *told, out);
    if (std::filesystem::exists(file)) {
        const output::Reader reader{file};
        const std::string found = reader.attribute("status");
        const bool complete = found == output::status_complete;
        out << file.string() << ": " << (complete ? "" : "complete, ") << found << " ("
            << reader.attribute("calculation_mode") << ", " << reader.attribute("date_and_time") << ", "
            << reader.n_ranks() << " ranks)\n";
        return complete ? ExitStatus::complete : ExitStatus::some_sources_failed;
    }
    if (told)
        return of_status_file(file, *told, out);
    const std::string part = file.string() + ".part";
    if (std::filesystem::exists(part)) {
        out << file.string() << ": not complete (there is " << part << ")\n";
        return ExitStatus::unfinished;
    }
    throw InputError(
        text(file.string(), ": no such calculation (neither the file nor its .status is there)"));
}

} // namespace mtc::commands
