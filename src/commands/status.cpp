#include "commands/status.hpp"

#include "output/reader.hpp"
#include "output/schema.hpp"

#include "mtc/error.hpp"

#include <fstream>
#include <ostream>
#include <string>

namespace mtc::commands {

namespace {

std::filesystem::path beside(const std::filesystem::path& file, const char* suffix)
{
    return file.string() + suffix;
}

} // namespace

int status(const StatusArguments& arguments, std::ostream& out)
{
    const std::filesystem::path& file = arguments.file;
    if (std::filesystem::exists(file)) {
        const output::Reader reader{file};
        const std::string found = reader.attribute("status");
        out << file.string() << ": " << (found == output::status_complete ? "" : "complete, ") << found
            << " (" << reader.attribute("calculation_mode") << ", " << reader.attribute("date_and_time")
            << ", " << reader.n_ranks() << " ranks)\n";
        return static_cast<int>(found == output::status_complete ? ExitStatus::complete
                                                                 : ExitStatus::some_sources_failed);
    }
    std::string line;
    std::ifstream status_file{beside(file, ".status")};
    if (status_file && std::getline(status_file, line)) {
        out << file.string() << ": not complete (" << line << ")\n";
        return static_cast<int>(ExitStatus::unfinished);
    }
    for (const char* suffix : {".part", ".ckpt"}) {
        if (!std::filesystem::exists(beside(file, suffix)))
            continue;
        out << file.string() << ": not complete (there is " << beside(file, suffix).string()
            << "). If nothing runs, the same command again goes on from there\n";
        return static_cast<int>(ExitStatus::unfinished);
    }
    throw InputError{text(
        file.string(), ": no such calculation (neither the file nor its .status, .part or .ckpt is there)")};
}

} // namespace mtc::commands
