#include "durable/stop_request.hpp"

#include "durable/status.hpp"
#include "mtc/error.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <unistd.h>

namespace mtc::durable {

std::filesystem::path stop_request_path(const std::filesystem::path& output)
{
    return output.string() + ".stop";
}

void ask_to_stop(const std::filesystem::path& output)
{
    const std::filesystem::path path = stop_request_path(output);
    char host[256] = {};
    ::gethostname(host, sizeof host - 1);
    std::ofstream file{path};
    file << "process " << ::getpid() << " on " << host << " at " << utc_now() << '\n';
    file.close();
    if (!file)
        throw IoError(text(path.string(), ": cannot be written (", std::strerror(errno), ")"));
}

std::string asked_to_stop(const std::filesystem::path& output)
{
    std::ifstream file{stop_request_path(output)};
    std::string who;
    if (file && !std::getline(file, who))
        who = "somebody"; // the writer has not come to its line yet
    return who;
}

void forget_stop_request(const std::filesystem::path& output) noexcept
{
    std::error_code ignored;
    std::filesystem::remove(stop_request_path(output), ignored);
}

} // namespace mtc::durable
