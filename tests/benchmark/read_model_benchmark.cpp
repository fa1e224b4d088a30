// Reads a hazard job as rank 0 does, and tells how fast and in how much memory:
//
//     read_model_benchmark job.ini source_model.xml
//
// First the file of sources alone, then the whole job, which makes the model that is broadcast. Of a file
// that gzip packed the megabytes are those it holds.

#include "config/read.hpp"
#include "workloads/psha/model/threads.hpp"
#include "workloads/psha/nrml/file_bytes.hpp"
#include "workloads/psha/source_model/source_reader.hpp"
#include "workloads/registry.hpp"

#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>

#include <malloc.h>
#include <sys/resource.h>

namespace {

/// The largest resident set since the last call.
double peak_memory_bytes()
{
    double peak_kb = 0.0;
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            peak_kb = std::stod(line.substr(std::strlen("VmHWM:")));
    std::ofstream{"/proc/self/clear_refs"} << 5; // sets the mark back to what is resident now
    return peak_kb * 1024.0;
}

double processor_s()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](timeval t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

template <class Work>
void measure(const char* what, double size_bytes, const Work& work)
{
    ::malloc_trim(0);
    peak_memory_bytes();
    const double before_s = processor_s();
    const auto start = std::chrono::steady_clock::now();
    const std::size_t made = work();
    const double elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double peak_bytes = peak_memory_bytes();
    std::printf(
        "%-7s %12zu made, %.2f s: %4.0f MB/s, %4.0f MB per second of processor; peak %.0f MB, %.2f of "
        "the file\n",
        what, made, elapsed_s, size_bytes / 1e6 / elapsed_s, size_bytes / 1e6 / (processor_s() - before_s),
        peak_bytes / 1e6, peak_bytes / size_bytes);
}

std::size_t read_sources(const std::filesystem::path& file)
{
    mtc::Notes notes;
    const mtc::psha::SourceModel model =
        mtc::psha::read_source_model(file, {.width_of_mfd_bin = 0.1, .investigation_time = 50.0}, notes);
    std::size_t n_sources = 0;
    for (const mtc::psha::SourceGroup& group : model.groups)
        n_sources += group.sources.size();
    return n_sources;
}

std::size_t read_job(const std::filesystem::path& job)
{
    mtc::Notes notes;
    const auto options = [](const std::string& mode) -> const std::vector<mtc::Option>& {
        return mtc::workload_kind(mode).options();
    };
    const mtc::Config config = mtc::config::read_config(job, {}, options, notes);
    return mtc::workload_kind(config.text("calculation_mode")).read(config, notes).size();
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::fprintf(stderr, "usage: %s job.ini source_model.xml\n", argv[0]);
        return 2;
    }
    try {
        const auto size_bytes = static_cast<double>(mtc::psha::FileBytes{argv[2]}.view().size());
        std::printf("%s: %.1f MB, %zu cores\n", argv[2], size_bytes / 1e6, mtc::psha::usable_cores());
        measure("sources", size_bytes, [&] { return read_sources(argv[2]); });
        measure("job", size_bytes, [&] { return read_job(argv[1]); });
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
