#pragma once

#include <filesystem>
#include <string>

namespace mtc::config {

/// An input file as the command line names it: an .ini, or a whole job packed as one .zip, which is unpacked
/// into a private folder below the system's temporary one; the folder lives as long as this does.
class JobArchive {
public:
    /// \throws InputError  for a .zip that cannot be read, whose files would lie outside of its folder, or
    /// that
    ///                     holds no .ini, or several without a job.ini among them
    /// \throws IoError     when there is no room to unpack
    explicit JobArchive(const std::filesystem::path& named);
    ~JobArchive();
    JobArchive(const JobArchive&) = delete;
    JobArchive& operator=(const JobArchive&) = delete;

    /// What the input is called in outputs: as named, of an archive with the file in it, "job.zip:a/job.ini".
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// The .ini to read.
    [[nodiscard]] const std::filesystem::path& input_file() const noexcept { return input_file_; }

private:
    void unpack(const std::filesystem::path& archive);
    std::string name_;
    std::filesystem::path input_file_;
    std::filesystem::path folder_; ///< empty: nothing was unpacked
};

} // namespace mtc::config
