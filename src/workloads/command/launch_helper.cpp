#include "workloads/command/launch_protocol.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/// \file
/// The helper process: no MPI, no threads, few pages. It starts a command, keeps the end of what it prints,
/// waits for it, and says how it ended.
namespace mtc::command {
namespace {

constexpr int exit_of_failed_start = 127;

double now_s() noexcept
{
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double seconds(const timeval& time) noexcept
{
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

/// What MPI and its launchers tell a rank about itself would make a command that uses MPI take itself for it.
/// That mtc shares its step's processors with the steps of its commands (SLURM_OVERLAP) is not to hold for
/// these.
bool is_of_mpi(std::string_view variable)
{
    constexpr std::array<std::string_view, 12> prefixes{"OMPI_", "OPAL_", "ORTE_",  "PMIX_",
                                                        "PMI_",  "PRTE_", "HYDRA_", "MPI_LO",
                                                        "PMI2_", "MTC_",  "ROMIO_", "SLURM_OVERLAP="};
    constexpr std::string_view of_the_user = "OMPI_ALLOW_RUN_AS_ROOT";
    return !variable.starts_with(of_the_user) && std::ranges::any_of(prefixes, [&](std::string_view prefix) {
        return variable.starts_with(prefix);
    });
}

void close_at_end(int fd) noexcept
{
    if (fd >= 0)
        ::close(fd);
}

/// The end of a stream, and its length.
class Tail {
public:
    /// \param read_end  of a pipe; -1: nothing comes
    Tail(int read_end, std::uint64_t most)
        : fd_{read_end}
        , most_{most}
    {}
    ~Tail() { close_at_end(fd_); }
    Tail(const Tail&) = delete;
    Tail& operator=(const Tail&) = delete;
    [[nodiscard]] int fd() const noexcept { return fd_; }
    [[nodiscard]] std::uint64_t n() const noexcept { return n_; }
    /// Takes what is there; closes at its end.
    void take()
    {
        std::array<char, 65536> buffer; // NOLINT: filled by read
        while (fd_ >= 0) {
            const ssize_t n = ::read(fd_, buffer.data(), buffer.size());
            if (n < 0 && errno == EINTR)
                continue;
            if (n < 0 && errno == EAGAIN)
                return;
            if (n <= 0) {
                ::close(fd_);
                fd_ = -1;
                return;
            }
            n_ += static_cast<std::uint64_t>(n);
            kept_.append(buffer.data(), static_cast<std::size_t>(n));
            if (kept_.size() > 2 * most_)
                kept_.erase(0, kept_.size() - most_);
        }
    }
    [[nodiscard]] std::string last()
    {
        if (kept_.size() > most_)
            kept_.erase(0, kept_.size() - most_);
        return std::move(kept_);
    }

private:
    int fd_;
    std::uint64_t most_;
    std::uint64_t n_ = 0;
    std::string kept_;
};

/// Ends of a child's streams, in this process.
struct Streams {
    int input = -1;  ///< the child's
    int output = -1; ///< the child's
    int errors = -1; ///< the child's
    int from_output = -1;
    int from_errors = -1;
    std::string problem{};

    ~Streams() { close_childs(); }
    Streams() = default;
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;
    void close_childs() noexcept
    {
        for (int* fd : {&input, &output, &errors}) {
            close_at_end(*fd);
            *fd = -1;
        }
    }
};

void open_sink(const std::string& file, std::uint64_t most, int& write_end, int& read_end,
               std::string& problem)
{
    if (!file.empty()) {
        write_end = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
        if (write_end < 0)
            problem = file + ": " + std::strerror(errno);
    } else if (most > 0) {
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_CLOEXEC) != 0)
            problem = std::string{"no pipe: "} + std::strerror(errno);
        read_end = ends[0];
        write_end = ends[1];
        ::fcntl(read_end, F_SETFL, O_NONBLOCK); // the child's end stays as programs expect it
    }
}

void open_input(const std::string& content, int& fd, std::string& problem)
{
    fd = ::memfd_create("stdin", MFD_CLOEXEC);
    std::size_t n = 0;
    while (fd >= 0 && n < content.size()) {
        const ssize_t written = ::write(fd, content.data() + n, content.size() - n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            break;
        n += static_cast<std::size_t>(written);
    }
    if (fd < 0 || n < content.size() || ::lseek(fd, 0, SEEK_SET) != 0)
        problem = std::string{"its standard input: "} + std::strerror(errno);
}

std::vector<char*> pointers(const std::vector<std::string>& texts)
{
    std::vector<char*> all;
    for (const std::string& one : texts)
        all.push_back(const_cast<char*>(one.c_str())); // execve changes nothing
    all.push_back(nullptr);
    return all;
}

class Server {
public:
    Server(int socket, Launcher::SharedPage* page, const rlimit& data_limit)
        : socket_{socket}
        , page_{page}
        , data_limit_{data_limit}
        , null_{::open("/dev/null", O_RDWR | O_CLOEXEC)}
    {
        for (char** variable = environ; *variable != nullptr; ++variable)
            if (!is_of_mpi(*variable))
                inherited_.emplace_back(*variable);
        sigset_t ended;
        sigemptyset(&ended);
        sigaddset(&ended, SIGCHLD);
        children_ = ::signalfd(-1, &ended, SFD_CLOEXEC | SFD_NONBLOCK);
    }

    [[noreturn]] void serve()
    {
        std::vector<char> message;
        while (receive_message(socket_, message))
            if (!send_message(socket_, pack(run(unpack_start(message)))))
                break;
        ::_exit(0);
    }

private:
    [[nodiscard]] Ended run(const Start& start)
    {
        Ended ended;
        Streams streams;
        if (start.standard_input)
            open_input(*start.standard_input, streams.input, streams.problem);
        open_sink(start.output_file, start.most_output, streams.output, streams.from_output, streams.problem);
        open_sink(start.error_file, start.most_errors, streams.errors, streams.from_errors, streams.problem);
        Tail output{streams.from_output, start.most_output};
        Tail errors{streams.from_errors, start.most_errors};
        ended.cannot_start = streams.problem;
        if (!ended.cannot_start.empty())
            return ended;
        const double began_s = now_s();
        const pid_t child = spawn(start, streams, ended.cannot_start);
        streams.close_childs();
        if (child < 0)
            return ended;
        watch(start, child, output, errors, ended);
        ::kill(-child,
               SIGKILL); // what it left behind; it is not waited for yet, so that its number is its own
        rusage used{};
        int how = 0;
        while (::wait4(child, &how, 0, &used) < 0 && errno == EINTR) {
        }
        page_->group = 0;
        ended.wall_s = now_s() - began_s;
        output.take();
        errors.take();
        if (WIFSIGNALED(how))
            ended.signal = WTERMSIG(how);
        else
            ended.status = WEXITSTATUS(how);
        ended.cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime);
        ended.memory_mb = static_cast<double>(used.ru_maxrss) * 1024e-6;
        ended.n_output = output.n();
        ended.n_errors = errors.n();
        ended.output = output.last();
        ended.errors = errors.last();
        return ended;
    }

    /// Until the child has ended, whatever it takes.
    void watch(const Start& start, pid_t child, Tail& output, Tail& errors, Ended& ended)
    {
        constexpr double never_s = 1e18;
        double term_s = start.timeout_s > 0.0 ? now_s() + start.timeout_s : never_s;
        double kill_s = never_s;
        bool left = false;
        const auto end_politely = [&](double at_s) {
            ::kill(-child, SIGTERM);
            term_s = never_s;
            kill_s = at_s + start.patience_s;
        };
        while (true) {
            std::array<pollfd, 4> all{{{.fd = children_, .events = POLLIN, .revents = 0},
                                       {.fd = left ? -1 : socket_, .events = POLLIN, .revents = 0},
                                       {.fd = output.fd(), .events = POLLIN, .revents = 0},
                                       {.fd = errors.fd(), .events = POLLIN, .revents = 0}}};
            const double wait_s = std::min(term_s, kill_s) - now_s();
            (void)::poll(all.data(), all.size(),
                         wait_s > 1e6 ? -1 : static_cast<int>(std::max(0.0, wait_s) * 1e3) + 1);
            output.take();
            errors.take();
            if (all[1].revents != 0) {
                char word = 0;
                if (!receive_all(socket_, {&word, 1})) { // the rank is dead
                    ::kill(-child, SIGKILL);
                    ::_exit(0);
                }
                left = true;
                end_politely(now_s());
            }
            if (all[0].revents != 0) {
                signalfd_siginfo news{};
                while (::read(children_, &news, sizeof news) > 0) {
                }
                siginfo_t info{};
                if (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
                    info.si_pid == child)
                    return;
            }
            const double at_s = now_s();
            if (at_s >= term_s) {
                ended.timed_out = true;
                end_politely(at_s);
            }
            if (at_s >= kill_s) {
                ::kill(-child, SIGKILL);
                kill_s = never_s;
            }
        }
    }

    /// \returns -1 when it cannot be started
    [[gnu::noinline]] pid_t spawn(const Start& start, const Streams& streams, std::string& problem)
    {
        const std::vector<std::string> all_variables = environment(start.environment);
        const std::vector<char*> variables = pointers(start.environment.empty() ? inherited_ : all_variables);
        const std::vector<char*> words = pointers(start.words);
        const std::array<int, 3> fds{streams.input >= 0 ? streams.input : null_,
                                     streams.output >= 0 ? streams.output : null_,
                                     streams.errors >= 0 ? streams.errors : null_};
        const pid_t self = ::getpid();
        const char* volatile failed = nullptr;
        volatile int error = 0;
        // vfork copies no page tables; the child shares this memory until it is another program.
        const pid_t child = ::vfork();
        if (child == 0) {
            ::setpgid(0, 0);
            page_->group = ::getpid();
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (::getppid() != self)
                ::_exit(exit_of_failed_start);
            const auto step = [&](bool worked, const char* name) {
                if (!worked) {
                    failed = name;
                    error = errno;
                    ::_exit(exit_of_failed_start);
                }
            };
            step(::dup2(fds[0], 0) == 0 && ::dup2(fds[1], 1) == 1 && ::dup2(fds[2], 2) == 2, "its streams");
            ::setrlimit(RLIMIT_DATA, &data_limit_);
            step(start.folder.empty() || ::chdir(start.folder.c_str()) == 0, start.folder.c_str());
            sigset_t none;
            sigemptyset(&none);
            ::sigprocmask(SIG_SETMASK, &none, nullptr);
            ::execve(start.program.c_str(), words.data(), variables.data());
            step(false, start.program.c_str());
        }
        if (child < 0) {
            problem = std::string{"no process: "} + std::strerror(errno);
        } else if (failed != nullptr) {
            while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
            }
            page_->group = 0;
            problem = std::string{failed} + ": " + std::strerror(error);
            return -1;
        }
        return child;
    }

    /// What is inherited, with these in place of those of their names.
    [[nodiscard]] std::vector<std::string> environment(const std::vector<std::string>& own) const
    {
        if (own.empty())
            return {};
        std::vector<std::string> all;
        const auto name_of = [](const std::string& variable) {
            return std::string_view{variable}.substr(0, variable.find('='));
        };
        for (const std::string& variable : inherited_)
            if (std::ranges::none_of(
                    own, [&](const std::string& other) { return name_of(other) == name_of(variable); }))
                all.push_back(variable);
        all.insert(all.end(), own.begin(), own.end());
        return all;
    }

    int socket_;
    Launcher::SharedPage* page_;
    rlimit data_limit_;
    int null_;
    int children_ = -1; ///< tells of their ends
    std::vector<std::string> inherited_;
};

/// What is the rank's stays the rank's: handlers, and above all files, which it would keep open.
void part_from_rank(int& socket)
{
    ::setsid(); // who ends the rank's process group leaves this one time to end what runs
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    for (int signal = 1; signal < NSIG; ++signal)
        ::signal(signal, SIG_DFL);
    constexpr unsigned long usual_slack_ns = 50'000; // a rank has next to none, which commands would inherit
    ::prctl(PR_SET_TIMERSLACK, usual_slack_ns);
    ::prctl(PR_SET_NAME, "mtc-commands");
    const int null = ::open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; ++fd)
        ::dup2(null, fd);
    ::dup2(socket, 3);
    socket = 3;
    ::fcntl(3, F_SETFD, FD_CLOEXEC);
    if (::syscall(SYS_close_range, 4U, ~0U, 0U) != 0)
        for (long fd = 4; fd < std::min(::sysconf(_SC_OPEN_MAX), 65536L); ++fd)
            ::close(static_cast<int>(fd));
}

} // namespace

void serve_commands(int socket, Launcher::SharedPage* page, const rlimit& data_limit)
{
    part_from_rank(socket);
    Server{socket, page, data_limit}.serve();
}

} // namespace mtc::command
