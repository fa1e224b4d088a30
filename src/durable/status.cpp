#include "durable/status.hpp"

#include <boost/program_options.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <utility>

namespace mtc::durable {
namespace {

/// The file that a wrapper named, or null.
const char* wrapper_path() noexcept
{
    const char* const path = std::getenv("MTC_RUN_STATUS");
    return path != nullptr && *path != '\0' ? path : nullptr;
}

void write(const std::filesystem::path& path, RunStatus status)
{
    const std::filesystem::path temporary = path.string() + ".new";
    status.updated = utc_now();
    for (char& c : status.message)
        if (c == '\n' || c == '#') // the reader takes '#' for a comment
            c = ' ';
    std::ofstream file{temporary};
    file << "exit_status = " << static_cast<int>(status.exit_status) << "\nstage = " << status.stage
         << "\npercent = " << status.percent << "\nelapsed_s = " << status.elapsed_s
         << "\nhost = " << status.host << "\nprocess = " << status.process << "\nn_ranks = " << status.n_ranks
         << "\nrestart = " << (status.restart ? 1 : 0) << "\npatience_s = " << status.patience_s
         << "\nupdated = " << status.updated << "\nmessage = " << status.message << '\n';
    file.close();
    if (!file)
        throw IoError(text(temporary.string(), " cannot be written (", std::strerror(errno), ")"));
    std::error_code failed;
    std::filesystem::rename(temporary, path, failed);
    if (failed)
        throw IoError(text(path.string(), " cannot be written (", failed.message(), ")"));
}

} // namespace

std::filesystem::path status_path(const std::filesystem::path& output)
{
    return output.string() + ".status";
}

std::string utc_now()
{
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    char buffer[32] = {};
    std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return buffer;
}

void write_status(const std::filesystem::path& output, RunStatus status)
{
    write(status_path(output), std::move(status));
}

void tell_wrapper(RunStatus status)
{
    if (const char* const path = wrapper_path())
        write(path, std::move(status));
}

bool has_wrapper() noexcept
{
    return wrapper_path() != nullptr;
}

std::optional<RunStatus> read_status(const std::filesystem::path& output)
{
    namespace po = boost::program_options;
    const std::filesystem::path path = status_path(output);
    if (!std::filesystem::exists(path))
        return std::nullopt;
    std::ifstream file{path};
    RunStatus status;
    int exit_status = 0;
    po::options_description keys;
    keys.add_options()("exit_status", po::value(&exit_status)->required())("stage", po::value(&status.stage))(
        "percent", po::value(&status.percent))("elapsed_s", po::value(&status.elapsed_s))(
        "host", po::value(&status.host))("process", po::value(&status.process))("n_ranks",
                                                                                po::value(&status.n_ranks))(
        "restart", po::value(&status.restart))("patience_s", po::value(&status.patience_s))(
        "updated", po::value(&status.updated))("message", po::value(&status.message));
    try {
        po::variables_map values;
        po::store(po::parse_config_file(file, keys, true), values);
        po::notify(values);
    } catch (const po::error& error) {
        throw IoError(text(path.string(), " is not a status file (", error.what(), ")"));
    }
    status.exit_status = static_cast<ExitStatus>(exit_status);
    return status;
}

} // namespace mtc::durable
