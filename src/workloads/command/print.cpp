#include "workloads/command/print.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>

#include <unistd.h>

namespace mtc::command {
namespace {

std::string tagged(std::string_view all, const std::string& tag)
{
    std::string lines;
    while (!all.empty()) {
        const std::size_t end = std::min(all.find('\n'), all.size());
        lines += tag;
        lines += all.substr(0, end);
        lines += '\n';
        all.remove_prefix(std::min(end + 1, all.size()));
    }
    return lines;
}

void write_all(int fd, std::string_view all)
{
    while (!all.empty()) {
        const ssize_t n = ::write(fd, all.data(), all.size());
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; // nobody reads any more
        all.remove_prefix(static_cast<std::size_t>(n));
    }
}

} // namespace

void print_output(const Sweep& sweep, std::uint64_t task, const Ended& ended,
                  const std::filesystem::path& folder)
{
    constexpr auto all = std::numeric_limits<std::uint64_t>::max();
    const auto print = [&](int fd, const std::string& kept, const char* file) {
        const std::string whole = folder.empty() ? kept : end_of_file(folder / file, all).first;
        write_all(fd, sweep.settings().print == Print::tagged ? tagged(whole, sweep.tag_of(task)) : whole);
    };
    print(STDOUT_FILENO, ended.output, "stdout");
    print(STDERR_FILENO, ended.errors, "stderr");
}

} // namespace mtc::command
