#include "workloads/command/launcher.hpp"

#include "mtc/error.hpp"
#include "workloads/command/launch_protocol.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>

#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mtc::command {
namespace {

constexpr int first_pause_ms = 4;
constexpr int longest_pause_ms = 20; // a message to this rank waits so long

} // namespace

Launcher::Launcher()
{
    ::getrlimit(RLIMIT_DATA, &data_limit_);
}

Launcher::~Launcher()
{
    end();
}

void Launcher::begin()
{
    void* const memory =
        ::mmap(nullptr, sizeof(SharedPage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int sockets[2] = {-1, -1};
    if (memory == MAP_FAILED || ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
        throw ComputeError(text("no process can be made to start commands (", std::strerror(errno), ")"));
    page_ = new (memory) SharedPage;
    const pid_t helper = ::fork();
    if (helper == 0) {
        ::close(sockets[0]);
        serve_commands(sockets[1], page_, data_limit_);
    }
    const int error = errno;
    ::close(sockets[1]);
    socket_ = sockets[0];
    helper_ = helper;
    if (helper < 0) {
        helper_ = 0;
        end();
        throw ComputeError(text("no process can be made to start commands (", std::strerror(error), ")"));
    }
}

void Launcher::end() noexcept
{
    if (socket_ >= 0)
        ::close(socket_); // the helper ends what runs, and itself
    socket_ = -1;
    if (helper_ > 0)
        while (::waitpid(helper_, nullptr, 0) < 0 && errno == EINTR) {
        }
    helper_ = 0;
    if (page_ == nullptr)
        return;
    if (const std::int32_t group = page_->group; group > 0) // it was killed, and could end nothing
        ::kill(-group, SIGKILL);
    ::munmap(page_, sizeof(SharedPage));
    page_ = nullptr;
}

std::optional<Ended> Launcher::run(const Start& start, const std::function<bool()>& look_around)
{
    if (socket_ < 0)
        begin();
    const auto lost = [this] {
        end();
        return ComputeError("the process that starts commands has ended (was it killed?)");
    };
    if (!send_message(socket_, pack(start)))
        throw lost();
    bool left = false;
    pollfd reply{.fd = socket_, .events = POLLIN, .revents = 0};
    for (int pause_ms = first_pause_ms;; pause_ms = std::min(2 * pause_ms, longest_pause_ms)) {
        if (::poll(&reply, 1, pause_ms) > 0)
            break;
        if (!left && !look_around()) {
            left = true;
            const char end_it = 'e';
            if (!send_all(socket_, {&end_it, 1}))
                throw lost();
        }
    }
    std::vector<char> message;
    if (!receive_message(socket_, message))
        throw lost();
    if (left)
        return std::nullopt;
    return unpack_ended(message);
}

} // namespace mtc::command
