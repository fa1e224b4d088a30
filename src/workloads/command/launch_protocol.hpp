#pragma once

#include "workloads/command/launcher.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// \file
/// What a rank and its helper process say to each other: a length, then the members one after the other.
/// While a command runs, a single byte of the rank means that it is to be ended.
namespace mtc::command {

[[nodiscard]] std::vector<char> pack(const Start& start);
[[nodiscard]] Start unpack_start(std::span<const char> message);
[[nodiscard]] std::vector<char> pack(const Ended& ended);
[[nodiscard]] Ended unpack_ended(std::span<const char> message);

/// \returns false when the other end is closed
[[nodiscard]] bool send_all(int socket, std::span<const char> bytes) noexcept;
[[nodiscard]] bool receive_all(int socket, std::span<char> bytes) noexcept;
/// With the length in front.
[[nodiscard]] bool send_message(int socket, const std::vector<char>& message) noexcept;
[[nodiscard]] bool receive_message(int socket, std::vector<char>& message);

/// Serves until the other end of the socket is closed. Does not return.
/// \param rank_process  that forked this one
[[noreturn]] void serve_commands(int socket, Launcher::SharedPage* page, const rlimit& data_limit);

} // namespace mtc::command
