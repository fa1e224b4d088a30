#pragma once

#include <filesystem>
#include <string>

namespace mtc::durable {

/// `<output>.stop`: whoever shares the file system asks a calculation to save and leave by it.
[[nodiscard]] std::filesystem::path stop_request_path(const std::filesystem::path& output);
/// \throws IoError
void ask_to_stop(const std::filesystem::path& output);
/// Who asked, "process 12 on node1 at 2026-01-31T12:00:00Z"; empty when nobody did. Opens the file: on
/// network file systems that shows what other nodes wrote sooner than asking whether it is there.
[[nodiscard]] std::string asked_to_stop(const std::filesystem::path& output);
/// Asked and done, or asked for a run that is no more.
void forget_stop_request(const std::filesystem::path& output) noexcept;

} // namespace mtc::durable
