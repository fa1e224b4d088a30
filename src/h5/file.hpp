#pragma once

#include "h5/error.hpp"
#include "h5/handle.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::h5 {

/// An open HDF5 file and its name, which every message needs.
class File {
public:
    /// For reading, with the serial driver.
    /// \throws Hdf5Error  when it is missing or not HDF5
    [[nodiscard]] static File open(const std::filesystem::path& path);
    /// For writing by this process alone; replaces a file of that name.
    [[nodiscard]] static File create(const std::filesystem::path& path);
    File(FileHandle handle, std::filesystem::path path);

    [[nodiscard]] hid_t get() const noexcept { return handle_.get(); }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    /// True when a group or dataset of this absolute path is in the file.
    [[nodiscard]] bool has(const std::string& object) const;
    /// Absolute paths of all groups and datasets, the root excepted, in the order of their names.
    [[nodiscard]] std::vector<std::string> objects() const;
    [[nodiscard]] bool is_dataset(const std::string& object) const;
    /// Makes the groups that lead to `object`. Collective when the file is open on several ranks.
    void make_groups_of(std::string_view object) const;
    /// \throws Hdf5Error  when what was buffered cannot be written
    void close();
    /// Leaves the file open: closing is collective, and a rank that leaves alone must not wait for the
    /// others.
    void abandon() noexcept { handle_.release(); }

private:
    FileHandle handle_;
    std::filesystem::path path_;
};

/// Properties for access to a file that any version from HDF5 1.10 on reads.
[[nodiscard]] PropertiesHandle file_access();

} // namespace mtc::h5
