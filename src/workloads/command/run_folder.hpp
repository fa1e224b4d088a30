#pragma once

#include "workloads/command/template.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace mtc::command {

/// Which folders of tasks stay.
enum class Keep : std::uint32_t { none, failed, all };

/// A file to be made in the folder of each task.
struct InputFile {
    std::string name;
    Template content;
};

/// The folder of a task, `<base>/<task>`; of more than 10,000 tasks `<base>/<task div 1000>/<task>`.
[[nodiscard]] std::filesystem::path run_folder(const std::filesystem::path& base, std::uint64_t task,
                                               std::uint64_t n_tasks);

/// Makes it anew, with its files. \throws IoError
void make_run_folder(const std::filesystem::path& folder, const std::vector<InputFile>& files,
                     const Point& point);

/// The last `most` bytes of a file, and its length; nothing of a file that cannot be read.
[[nodiscard]] std::pair<std::string, std::uint64_t> end_of_file(const std::filesystem::path& file,
                                                                std::uint64_t most);

} // namespace mtc::command
