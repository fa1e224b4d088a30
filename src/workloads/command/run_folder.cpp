#include "workloads/command/run_folder.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <fstream>

namespace mtc::command {

std::filesystem::path run_folder(const std::filesystem::path& base, std::uint64_t task, std::uint64_t n_tasks)
{
    constexpr std::uint64_t most_in_one = 10'000;
    constexpr std::uint64_t in_one = 1'000;
    const std::filesystem::path folder = n_tasks > most_in_one ? base / std::to_string(task / in_one) : base;
    return folder / std::to_string(task);
}

void make_run_folder(const std::filesystem::path& folder, const std::vector<InputFile>& files,
                     const Point& point)
{
    std::error_code failed;
    std::filesystem::remove_all(folder, failed);
    std::filesystem::create_directories(folder, failed);
    if (failed)
        throw IoError(text(folder.string(), ": cannot be made (", failed.message(), ")"));
    for (const InputFile& file : files) {
        std::ofstream stream{folder / file.name, std::ios::binary};
        stream << file.content.render(point);
        stream.close();
        if (!stream)
            throw IoError(text((folder / file.name).string(), ": cannot be written. Is the disk full?"));
    }
}

std::pair<std::string, std::uint64_t> end_of_file(const std::filesystem::path& file, std::uint64_t most)
{
    std::ifstream stream{file, std::ios::binary | std::ios::ate};
    if (!stream)
        return {};
    const auto n_bytes = static_cast<std::uint64_t>(stream.tellg());
    std::string last(std::min(n_bytes, most), '\0');
    stream.seekg(static_cast<std::streamoff>(n_bytes - last.size()));
    stream.read(last.data(), static_cast<std::streamsize>(last.size()));
    return {last, n_bytes};
}

} // namespace mtc::command
