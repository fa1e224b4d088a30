#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace mtc::durable {

/// Keeps a second run away from an output while one computes it: two would save into one folder. A lock on
/// the file `<output>.lock`, which the system takes away when the process ends, however it ends.
class RunLock {
public:
    RunLock() = default;
    /// \throws IoError  another process holds it (names it), or the file cannot be made
    explicit RunLock(const std::filesystem::path& output);
    RunLock(RunLock&& other) noexcept;
    RunLock& operator=(RunLock&& other) noexcept;
    /// Removes the file.
    ~RunLock();

    /// Why nothing is locked although it was asked for: file systems without locks. Empty: all is well.
    [[nodiscard]] const std::string& why_not() const noexcept { return why_not_; }

private:
    std::string path_;
    std::string why_not_;
    int descriptor_ = -1;
};

/// Whether a process holds the lock of an output; nothing where the file system does not tell.
[[nodiscard]] std::optional<bool> is_locked(const std::filesystem::path& output);

} // namespace mtc::durable
