#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>

/// \file
/// What mtc says on standard error while it works: how much of it, in which colours, and a copy in a file.
/// All parts of mtc write whole lines to std::cerr; what a line is for shows in how it begins: `mtc: ` an
/// error, `warning: ` something to look at, `note: ` and all others the course of things. Lines that begin
/// with a blank belong to the one before; one that begins with a carriage return is a bar that the next one
/// overwrites.
namespace mtc::console {

enum class Volume : std::uint8_t {
    quiet,   ///< errors and warnings alone
    normal,  ///< the course of things
    verbose, ///< progress by the second, keys, tables at the end
};

/// While this lives, std::cerr is listened to. One in a process.
class Console {
public:
    /// Colours from the first line on, where standard error is a terminal and NO_COLOR is not set.
    Console();
    ~Console();
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    void set_volume(Volume volume);
    /// Everything that is said, whatever the volume, is added to the file as well: a line each, behind the
    /// time. Several processes may share it. \return false where it cannot be written, which errno explains
    [[nodiscard]] bool keep_log(const std::filesystem::path& file);
    /// A line for the file alone.
    void log(std::string_view line);

private:
    class Listener;
    std::unique_ptr<Listener> listener_;
};

/// Of this process; normal without a Console.
[[nodiscard]] Volume volume() noexcept;

/// A line for the log alone, where there is one: what a terminal shows as a bar.
void log_only(std::string_view line);

/// Whether what is written there ends on a terminal. mpirun passes the error output of its ranks on through a
/// pipe: where it is this process's parent, its own error output tells.
[[nodiscard]] bool reaches_terminal(std::FILE* out);

} // namespace mtc::console
