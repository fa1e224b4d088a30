// Reads a source model as rank 0 does, and tells how fast and in how much memory:
//
//     read_model_benchmark source_model.xml

#include "workloads/psha/model/source_reader.hpp"

#include <chrono>
#include <cstdio>
#include <exception>
#include <sys/resource.h>

namespace {

double peak_memory_bytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024.0;
}

void measure(const std::filesystem::path& file)
{
    const auto size_bytes = static_cast<double>(std::filesystem::file_size(file));
    const double before_bytes = peak_memory_bytes();
    mtc::Notes notes;
    const auto start = std::chrono::steady_clock::now();
    const mtc::psha::SourceModel model =
        mtc::psha::read_source_model(file, {.width_of_mfd_bin = 0.1, .investigation_time = 50.0}, notes);
    const double elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::size_t n_sources = 0;
    for (const mtc::psha::SourceGroup& group : model.groups)
        n_sources += group.sources.size();
    const double peak_bytes = peak_memory_bytes();
    std::printf(
        "%zu sources, %.1f MB in %.2f s: %.0f MB/s; peak memory %.1f MB (%.1f MB before), %.2f of the "
        "file\n",
        n_sources, size_bytes / 1e6, elapsed_s, size_bytes / 1e6 / elapsed_s, peak_bytes / 1e6,
        before_bytes / 1e6, peak_bytes / size_bytes);
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s source_model.xml\n", argv[0]);
        return 2;
    }
    try {
        measure(argv[1]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
