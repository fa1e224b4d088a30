#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

/// \file
/// What the operating system knows of a disk and MPI-IO does not tell: it gives no errno.
namespace mtc::h5 {

/// Makes sure that a file can be created or replaced.
/// \throws IoError  with the system's reason
void check_creatable(const std::filesystem::path& path);

/// Reserves space behind the end of a file, which grows. This is how a full disk is found: once HDF5 has
/// grown beyond it, it cannot even close the file. Where the file system cannot reserve, the free space it
/// tells of must do. \throws IoError  with the system's reason and the bytes wanted
void reserve(const std::filesystem::path& path, std::uint64_t n_bytes);

/// Why the byte before `end` of a file cannot be written, in the system's words ("No space left on device"),
/// or an empty text when it can. The byte is lost: only for a file that is given up.
[[nodiscard]] std::string why_not_written(const std::filesystem::path& path, std::uint64_t end);

/// Brings a file or a folder's entries to the disk.
/// \throws IoError  with the system's reason
void sync(const std::filesystem::path& path);

} // namespace mtc::h5
