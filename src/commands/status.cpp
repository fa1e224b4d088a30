#include "commands/status.hpp"

#include "durable/status.hpp"
#include "output/reader.hpp"
#include "output/schema.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ostream>

#include <unistd.h>

namespace mtc::commands {
namespace {

/// Whether the process that said so is gone from this host; false where that cannot be seen.
bool was_killed(const durable::RunStatus& status)
{
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    return status.exit_status == ExitStatus::running && status.host == host.data() && status.process > 0 &&
           ::kill(static_cast<pid_t>(status.process), 0) != 0 && errno == ESRCH;
}

/// Of a calculation whose output is not there.
ExitStatus of_status_file(const std::filesystem::path& output, const durable::RunStatus& status,
                          std::ostream& out)
{
    out << output.string() << ": ";
    if (was_killed(status)) {
        out << fmt::format("not complete: it was ended in {} at {:.0f} %; the same command goes on from what "
                           "was saved (said at {})\n",
                           status.stage, status.percent, status.updated);
        return ExitStatus::unfinished;
    }
    if (status.exit_status == ExitStatus::running)
        out << fmt::format("running: {} {:.0f} %, {:.0f} s, {} ranks (process {} on {}; said at {})\n",
                           status.stage, status.percent, status.elapsed_s, status.n_ranks, status.process,
                           status.host, status.updated);
    else if (status.exit_status == ExitStatus::complete)
        out << "was complete at " << status.updated << ", but the file is no longer there\n";
    else
        out << fmt::format("not complete: {} (said at {})\n", status.message, status.updated);
    return status.exit_status == ExitStatus::complete ? ExitStatus::unfinished : status.exit_status;
}

} // namespace

ExitStatus status(const StatusArguments& arguments, std::ostream& out)
{
    const std::filesystem::path& file = arguments.file;
    const std::optional<durable::RunStatus> told = durable::read_status(file);
    if (told && told->exit_status == ExitStatus::running) // also while an older output is being replaced
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
