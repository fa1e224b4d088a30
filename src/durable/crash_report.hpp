#pragma once

#include "mtc/types.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::durable {

/// The signal of a rank whose unit took too long.
inline constexpr std::string_view unit_timed_out{"SIGVTALRM (longer than unit_timeout)"};

/// What a rank that a signal ended left behind, as engine/lives/crash.hpp writes it: key = value lines, then
/// the backtrace, in `<output>.ckpt/<rank / 100>/<rank>.<process>.crash`.
struct CrashReport {
    std::string signal{}; ///< "SIGSEGV (invalid memory access)"
    UnitKey unit{};       ///< that was computed; none() when none was
    std::int32_t rank = 0;
    std::string host{};
    std::string when{}; ///< UTC, ISO 8601
    std::uint64_t input_hash = 0;
};

/// Paths of all reports in a folder of checkpoints, sorted; none where it is not there.
[[nodiscard]] std::vector<std::filesystem::path> crash_reports(const std::filesystem::path& folder);
/// Nothing when the file is cut short before its backtrace begins.
[[nodiscard]] std::optional<CrashReport> read_crash_report(const std::filesystem::path& path);

} // namespace mtc::durable
