#include "workloads/command/launch_protocol.hpp"

#include <cerrno>
#include <cstring>
#include <type_traits>

#include <sys/socket.h>
#include <unistd.h>

namespace mtc::command {
namespace {

class Pack {
public:
    template <class T>
    Pack& operator<<(const T& value)
    {
        static_assert(std::is_arithmetic_v<T>);
        const auto* const bytes = reinterpret_cast<const char*>(&value);
        bytes_.insert(bytes_.end(), bytes, bytes + sizeof value);
        return *this;
    }
    Pack& operator<<(const std::string& value)
    {
        *this << std::uint64_t{value.size()};
        bytes_.insert(bytes_.end(), value.begin(), value.end());
        return *this;
    }
    Pack& operator<<(const std::vector<std::string>& values)
    {
        *this << std::uint64_t{values.size()};
        for (const std::string& value : values)
            *this << value;
        return *this;
    }
    [[nodiscard]] std::vector<char> take() { return std::move(bytes_); }

private:
    std::vector<char> bytes_;
};

/// Both sides are one program: what comes is whole.
class Unpack {
public:
    explicit Unpack(std::span<const char> bytes)
        : rest_{bytes}
    {}
    template <class T>
    Unpack& operator>>(T& value)
    {
        static_assert(std::is_arithmetic_v<T>);
        std::memcpy(&value, rest_.data(), sizeof value);
        rest_ = rest_.subspan(sizeof value);
        return *this;
    }
    Unpack& operator>>(std::string& value)
    {
        std::uint64_t n = 0;
        *this >> n;
        value.assign(rest_.data(), n);
        rest_ = rest_.subspan(n);
        return *this;
    }
    Unpack& operator>>(std::vector<std::string>& values)
    {
        std::uint64_t n = 0;
        *this >> n;
        values.resize(n);
        for (std::string& value : values)
            *this >> value;
        return *this;
    }

private:
    std::span<const char> rest_;
};

} // namespace

std::vector<char> pack(const Start& start)
{
    return (Pack{} << start.program << start.words << start.folder << start.environment
                   << start.standard_input.has_value() << start.standard_input.value_or("")
                   << start.output_file << start.error_file << start.most_output << start.most_errors
                   << start.timeout_s << start.patience_s)
        .take();
}

Start unpack_start(std::span<const char> message)
{
    Start start;
    bool has_input = false;
    std::string input;
    Unpack{message} >> start.program >> start.words >> start.folder >> start.environment >> has_input >>
        input >> start.output_file >> start.error_file >> start.most_output >> start.most_errors >>
        start.timeout_s >> start.patience_s;
    if (has_input)
        start.standard_input = std::move(input);
    return start;
}

std::vector<char> pack(const Ended& ended)
{
    return (Pack{} << ended.status << ended.signal << ended.timed_out << ended.cannot_start << ended.wall_s
                   << ended.cpu_s << ended.memory_mb << ended.n_output << ended.n_errors << ended.output
                   << ended.errors)
        .take();
}

Ended unpack_ended(std::span<const char> message)
{
    Ended ended;
    Unpack{message} >> ended.status >> ended.signal >> ended.timed_out >> ended.cannot_start >>
        ended.wall_s >> ended.cpu_s >> ended.memory_mb >> ended.n_output >> ended.n_errors >> ended.output >>
        ended.errors;
    return ended;
}

bool send_all(int socket, std::span<const char> bytes) noexcept
{
    while (!bytes.empty()) {
        const ssize_t n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return true;
}

bool receive_all(int socket, std::span<char> bytes) noexcept
{
    while (!bytes.empty()) {
        const ssize_t n = ::recv(socket, bytes.data(), bytes.size(), 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return true;
}

bool send_message(int socket, const std::vector<char>& message) noexcept
{
    const std::uint64_t n = message.size();
    return send_all(socket, {reinterpret_cast<const char*>(&n), sizeof n}) && send_all(socket, message);
}

bool receive_message(int socket, std::vector<char>& message)
{
    std::uint64_t n = 0;
    if (!receive_all(socket, {reinterpret_cast<char*>(&n), sizeof n}))
        return false;
    message.resize(n);
    return receive_all(socket, message);
}

} // namespace mtc::command
