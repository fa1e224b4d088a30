#include "console/console.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <mutex>
#include <streambuf>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace mtc::console {
namespace {

std::atomic<Volume> volume_of_process{Volume::normal};

struct Colour {
    std::string_view prefix;
    std::string_view code; // of ECMA-48, "select graphic rendition"
};
constexpr Colour colours[] = {{"mtc: ", "\033[1;31m"},
                              {"warning: ", "\033[1;33m"},
                              {"look twice: ", "\033[1;33m"},
                              {"note: ", "\033[36m"}};
constexpr std::string_view plain = "\033[0m";

bool wants_colours()
{
    const char* none = std::getenv("NO_COLOR"); // https://no-color.org: present and not empty
    const char* terminal = std::getenv("TERM");
    return (none == nullptr || *none == '\0') &&
           (terminal == nullptr || std::string_view{terminal} != "dumb") && reaches_terminal(stderr);
}

bool is_important(std::string_view line)
{
    return line.starts_with("mtc: ") || line.starts_with("warning: ") || line.starts_with("look twice: ");
}

} // namespace

/// Stands before the buffer of std::cerr and passes on whole lines.
class Console::Listener : public std::streambuf {
public:
    Listener()
        : before_{std::cerr.rdbuf()}
        , coloured_{wants_colours()}
    {
        std::cerr.rdbuf(this);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener() override
    {
        if (!line_.empty())
            pass_on(std::exchange(line_, {}));
        std::cerr.rdbuf(before_);
        if (log_ >= 0)
            ::close(log_);
    }

    bool keep_log(const std::filesystem::path& file)
    {
        const std::lock_guard lock{mutex_};
        log_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        return log_ >= 0;
    }

    void log(std::string_view line)
    {
        const std::lock_guard lock{mutex_};
        write_log(line);
    }

protected:
    int_type overflow(int_type c) override
    {
        if (traits_type::eq_int_type(c, traits_type::eof()))
            return traits_type::not_eof(c);
        const char letter = traits_type::to_char_type(c);
        return xsputn(&letter, 1) == 1 ? c : traits_type::eof();
    }

    std::streamsize xsputn(const char* letters, std::streamsize n) override
    {
        const std::lock_guard lock{mutex_};
        for (std::streamsize i = 0; i < n; ++i) {
            line_ += letters[i];
            if (letters[i] == '\n')
                pass_on(std::exchange(line_, {}));
        }
        return n;
    }

    int sync() override // after every <<
    {
        const std::lock_guard lock{mutex_};
        if (line_.starts_with('\r'))
            pass_on(std::exchange(line_, {}));
        return before_->pubsync();
    }

private:
    void pass_on(const std::string& line)
    {
        const bool is_bar = line.starts_with('\r');
        if (!is_bar)
            write_log(line);
        if (!line.starts_with(' '))
            important_ = is_important(line);
        if (volume_of_process == Volume::quiet && !important_)
            return;
        if (coloured_)
            for (const Colour& colour : colours)
                if (line.starts_with(colour.prefix)) {
                    put(colour.code);
                    put(colour.prefix);
                    put(plain);
                    put(std::string_view{line}.substr(colour.prefix.size()));
                    return;
                }
        put(line);
    }

    void put(std::string_view letters)
    {
        before_->sputn(letters.data(), static_cast<std::streamsize>(letters.size()));
    }

    void write_log(std::string_view line)
    {
        if (log_ < 0)
            return;
        std::string entry = fmt::format("{:%Y-%m-%d %H:%M:%S} {}", fmt::localtime(std::time(nullptr)), line);
        if (!entry.ends_with('\n'))
            entry += '\n';
        // One call, so that lines of several processes do not mix. A full disk must not end a run.
        if (::write(log_, entry.data(), entry.size()) != static_cast<ssize_t>(entry.size()))
            ::close(std::exchange(log_, -1));
    }

    std::mutex mutex_;
    std::streambuf* before_;
    bool coloured_;
    bool important_ = false;
    int log_ = -1;
    std::string line_{};
};

namespace {

std::atomic<Console*> listening{nullptr};

} // namespace

Console::Console()
    : listener_{std::make_unique<Listener>()}
{
    listening = this;
}

Console::~Console()
{
    listening = nullptr;
    volume_of_process = Volume::normal;
}

void Console::set_volume(Volume volume)
{
    volume_of_process = volume;
}

bool Console::keep_log(const std::filesystem::path& file)
{
    return listener_->keep_log(file);
}

void Console::log(std::string_view line)
{
    listener_->log(line);
}

Volume volume() noexcept
{
    return volume_of_process;
}

void log_only(std::string_view line)
{
    if (Console* const console = listening)
        console->log(line);
}

bool reaches_terminal(std::FILE* out)
{
    if (isatty(fileno(out)) == 1)
        return true;
    if (out != stderr || std::getenv("OMPI_COMM_WORLD_RANK") == nullptr)
        return false;
    const std::string parent = fmt::format("/proc/{}", getppid());
    std::string program;
    std::getline(std::ifstream{parent + "/comm"}, program);
    if (program != "mpirun" && program != "mpiexec" && program != "orterun")
        return false;
    std::error_code unreadable;
    const std::string target = std::filesystem::read_symlink(parent + "/fd/2", unreadable).string();
    return target.starts_with("/dev/pts/") || target.starts_with("/dev/tty");
}

} // namespace mtc::console
