#include "engine/lives/crash.hpp"

#include "durable/crash_report.hpp"
#include "engine/lives/host.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <iterator>
#include <string_view>

#include <execinfo.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace mtc::engine {

namespace present {
std::atomic<std::uint32_t> stage{StageId::none().value()};
std::atomic<std::uint64_t> unit{0};
std::atomic<bool> waits{false};
} // namespace present

namespace {

constexpr std::array signals{SIGSEGV, SIGFPE, SIGBUS, SIGILL, SIGABRT, unit_timeout_signal};
constexpr std::size_t most_frames = 64;
constexpr unsigned describing_s = 2; // then the rank dies without words

/// All that the handler needs, in place before it is needed.
struct Facts {
    std::array<char, 4096> folder{};
    std::array<char, 4096> parent{}; ///< of the report
    std::array<char, 4096> path{};   ///< of the report
    std::array<char, 256> host{};
    int rank = 0;
    std::uint64_t input_hash = 0;
};
Facts facts;
std::atomic<const Workload*> workload_of_units{nullptr};
std::atomic<long> dying_thread{0};
volatile std::sig_atomic_t dying_of = 0;

alignas(16) std::array<std::byte, 64UL << 10U> handler_stack; // the rank's own may be what overflowed

const char* name_of(int signal) noexcept
{
    switch (signal) {
    case SIGSEGV:
        return "SIGSEGV (invalid memory access)";
    case SIGFPE:
        return "SIGFPE (arithmetic error)";
    case SIGBUS:
        return "SIGBUS (memory that is not there; a full /dev/shm?)";
    case SIGILL:
        return "SIGILL (instruction that this processor does not have)";
    case unit_timeout_signal:
        return durable::unit_timed_out.data();
    default:
        return "SIGABRT (abort)";
    }
}

/// Text in memory of its own: nothing here may allocate.
class Line {
public:
    Line& add(std::string_view text) noexcept
    {
        const std::size_t n = std::min(text.size(), text_.size() - n_);
        std::memcpy(text_.data() + n_, text.data(), n);
        n_ += n;
        return *this;
    }
    Line& add(std::uint64_t number) noexcept
    {
        std::array<char, 20> digits{};
        std::size_t i = digits.size();
        do {
            digits[--i] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number > 0);
        return add({digits.data() + i, digits.size() - i});
    }
    void write_to(int descriptor) const noexcept
    {
        for (std::size_t done = 0; descriptor >= 0 && done < n_;) {
            const ssize_t n = ::write(descriptor, text_.data() + done, n_ - done);
            if (n <= 0)
                return;
            done += static_cast<std::size_t>(n);
        }
    }

private:
    std::array<char, 2048> text_{};
    std::size_t n_ = 0;
};

int open_report() noexcept
{
    ::mkdir(facts.folder.data(), 0777);
    ::mkdir(facts.parent.data(), 0777);
    return ::open(facts.path.data(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

[[noreturn]] void die(int signal) noexcept
{
    ::signal(signal, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    ::raise(signal);
    ::_exit(128 + signal);
}

extern "C" void on_silence(int)
{
    die(dying_of);
}

extern "C" void on_crash(int signal)
{
    const long me = ::syscall(SYS_gettid);
    long nobody = 0;
    if (!dying_thread.compare_exchange_strong(nobody, me)) {
        if (nobody == me) // the describing below fell, too
            die(dying_of != 0 ? dying_of : signal);
        for (;;) // the other thread ends the process
            ::pause();
    }
    const std::uint32_t stage = present::stage.load(std::memory_order_relaxed);
    const std::uint64_t unit = present::unit.load(std::memory_order_relaxed);
    const bool in_unit = stage != StageId::none().value();
    const auto rank = static_cast<std::uint64_t>(facts.rank);
    const int report = open_report();
    Line head;
    head.add("signal = ").add(name_of(signal)).add("\nrank = ").add(rank).add("\nhost = ");
    head.add(facts.host.data()).add("\ntime = ").add(static_cast<std::uint64_t>(::time(nullptr)));
    head.add("\ninput_hash = ").add(facts.input_hash);
    if (in_unit)
        head.add("\nstage = ").add(stage).add("\nunit = ").add(unit);
    head.add("\nbacktrace:\n").write_to(report);
    Line said;
    said.add("mtc: rank ").add(rank).add(" (").add(facts.host.data()).add("): ").add(name_of(signal));
    if (in_unit)
        said.add(" in stage ").add(stage).add(", unit ").add(unit);
    said.add(", backtrace:\n").write_to(STDERR_FILENO);
    std::array<void*, most_frames> frames{};
    const int n_frames = ::backtrace(frames.data(), static_cast<int>(frames.size()));
    ::backtrace_symbols_fd(frames.data(), n_frames, STDERR_FILENO);
    if (report >= 0) {
        ::backtrace_symbols_fd(frames.data(), n_frames, report);
        ::fsync(report);
        ::close(report);
    }
    dying_of = signal;
    const Workload* const workload = workload_of_units.load();
    if (in_unit && workload != nullptr) {
        ::signal(SIGALRM, on_silence);
        ::alarm(describing_s);
        try { // allocates: what broke may be just that
            const UnitKey key{StageId{stage}, UnitId{unit}};
            const std::string source = workload->sources(key.stage).at(workload->source_of(key).value()).name;
            const std::string what =
                text("mtc: rank ", facts.rank, " (", facts.host.data(), "): that unit is source ", source,
                     ", ", workload->describe(key), "\n");
            (void)!::write(STDERR_FILENO, what.data(), what.size());
        } catch (...) { // without words, then
        }
    }
    die(signal);
}

template <std::size_t N>
void put(std::array<char, N>& to, const std::string& text)
{
    to = {};
    std::ranges::copy(text.substr(0, N - 1), to.begin());
}

} // namespace

CrashReports::CrashReports(const std::string& folder, int rank, std::uint64_t input_hash,
                           const Workload& workload)
{
    const std::string parent = text(folder, "/", rank / 100);
    put(facts.folder, folder);
    put(facts.parent, parent);
    put(facts.path, text(parent, "/", rank, ".", ::getpid(), ".crash"));
    put(facts.host, host_name());
    facts.rank = rank;
    facts.input_hash = input_hash;
    workload_of_units = &workload;
    std::array<void*, 2> warm_up{};
    ::backtrace(warm_up.data(), 2); // loads a library with its first call, which a handler must not
    stack_t stack{};
    stack.ss_sp = handler_stack.data();
    stack.ss_size = handler_stack.size();
    ::sigaltstack(&stack, nullptr);
    struct sigaction action {};
    action.sa_handler = on_crash;
    action.sa_flags = SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    for (const int signal : signals)
        sigaction(signal, &action, nullptr);
}

CrashReports::~CrashReports()
{
    workload_of_units = nullptr;
}

} // namespace mtc::engine
