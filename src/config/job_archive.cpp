#include "config/job_archive.hpp"

#include "config/values.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>
#include <zip.h>

namespace mtc::config {
namespace {

namespace fs = std::filesystem;

struct Discard {
    void operator()(zip_t* archive) const noexcept { zip_discard(archive); }
    void operator()(zip_file_t* file) const noexcept { zip_fclose(file); }
};

fs::path private_folder()
{
    std::string name = (fs::temp_directory_path() / "mtc-job-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw IoError(text(name, " (cannot be made, to unpack the job). Set TMPDIR to a folder with room?"));
    return name;
}

/// Where a file of the archive goes. \throws InputError  when that is outside of the folder
fs::path target(const fs::path& archive, const fs::path& folder, const fs::path& name)
{
    const bool leaves =
        name.is_absolute() || std::ranges::any_of(name, [](const fs::path& part) { return part == ".."; });
    if (leaves)
        throw InputError(text(archive.string(), ": holds '", name.string(),
                              "' (names of files below the job's folder are accepted)"));
    return folder / name;
}

void unpack_file(zip_t* archive, zip_uint64_t index, const std::string& where, const fs::path& to)
{
    const std::unique_ptr<zip_file_t, Discard> file{zip_fopen_index(archive, index, 0)};
    if (!file)
        throw InputError(text(where, " cannot be unpacked (", zip_strerror(archive), ")"));
    std::ofstream out{to, std::ios::binary};
    std::vector<char> block(std::size_t{1} << 20U);
    for (;;) {
        const zip_int64_t n_read = zip_fread(file.get(), block.data(), block.size());
        if (n_read < 0)
            throw InputError(text(where, " cannot be unpacked (", zip_file_strerror(file.get()), ")"));
        if (n_read == 0)
            break;
        out.write(block.data(), n_read);
    }
    if (!out.flush())
        throw IoError(text(to.string(),
                           " (cannot be written, to unpack the job). Set TMPDIR to a folder with "
                           "room?"));
}

/// job.ini or job.toml, or the only input.
fs::path input_among(const fs::path& archive, std::vector<fs::path> inputs)
{
    if (inputs.empty())
        throw InputError(text(archive.string(), ": holds no .ini or .toml (one is needed)"));
    if (inputs.size() == 1)
        return inputs.front();
    std::erase_if(inputs, [](const fs::path& input) {
        return input.filename() != "job.ini" && input.filename() != "job.toml";
    });
    if (inputs.size() != 1)
        throw InputError(text(archive.string(),
                              ": holds several .ini or .toml (one is accepted, or one that is "
                              "called job). Unpack it and name the one to run?"));
    return inputs.front();
}

} // namespace

JobArchive::JobArchive(const fs::path& named)
    : name_{named.string()}
    , input_file_{named}
{
    std::error_code ignored;
    if (lower_case(named.extension().string()) != ".zip" || !fs::is_regular_file(named, ignored))
        return;
    folder_ = private_folder();
    try {
        unpack(named);
    } catch (...) { // no destructor will run
        fs::remove_all(folder_, ignored);
        throw;
    }
}

JobArchive::~JobArchive()
{
    std::error_code ignored; // it is in the way of nobody
    if (!folder_.empty())
        fs::remove_all(folder_, ignored);
}

void JobArchive::unpack(const fs::path& archive)
{
    int code = 0;
    const std::unique_ptr<zip_t, Discard> zip{zip_open(archive.c_str(), ZIP_RDONLY, &code)};
    if (!zip)
        throw InputError(text(archive.string(), ": no .zip, or it cannot be read"));
    std::vector<fs::path> inputs;
    const auto n_files = static_cast<zip_uint64_t>(zip_get_num_entries(zip.get(), 0));
    for (zip_uint64_t index = 0; index < n_files; ++index) {
        const std::string name = zip_get_name(zip.get(), index, 0);
        const fs::path to = target(archive, folder_, name);
        if (name.ends_with('/')) {
            fs::create_directories(to);
            continue;
        }
        fs::create_directories(to.parent_path());
        unpack_file(zip.get(), index, text(archive.string(), ": '", name, "'"), to);
        if (to.extension() == ".ini" || to.extension() == ".toml")
            inputs.push_back(to);
    }
    input_file_ = input_among(archive, std::move(inputs));
    name_ += ":" + input_file_.lexically_relative(folder_).string();
}

} // namespace mtc::config
