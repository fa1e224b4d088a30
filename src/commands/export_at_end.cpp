#include "commands/export_at_end.hpp"

#include "commands/export/export.hpp"
#include "commands/tables/statistics_options.hpp"
#include "config/job_archive.hpp"
#include "config/nearest.hpp"
#include "config/read.hpp"
#include "workloads/registry.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <sstream>

namespace mtc::commands {

namespace {

constexpr std::array<std::string_view, 2> formats{"csv", "npz"};

/// The words of a list parted by blanks or commas.
std::vector<std::string> words(std::string list)
{
    std::ranges::replace(list, ',', ' ');
    std::istringstream in{list};
    std::vector<std::string> found;
    for (std::string word; in >> word;)
        found.push_back(word);
    return found;
}

} // namespace

void export_at_end(const EndOfRun& run, std::ostream& messages)
{
    Notes told_before; // by the calculation itself
    const auto options = [](const std::string& mode) -> const std::vector<Option>& {
        return workload_kind(mode).options();
    };
    const auto without_sources = [](const std::string& mode) -> const std::vector<Option>& {
        return statistics_options(mode);
    };
    const config::JobArchive job{run.input};
    const Config config =
        run.has_sources ? config::read_config(job.input_file(), run.settings, options, told_before)
                        : config::read_config(job.input_file(), run.settings, without_sources, told_before);
    if (!config.has("exports"))
        return;
    const std::filesystem::path file = run.output ? *run.output : config::output_file(config, run.input);
    const std::filesystem::path folder = config.has("export_dir")
                                             ? run.input.parent_path() / config.text("export_dir")
                                             : std::filesystem::path{"."};
    std::vector<std::string> wanted{"realizations"};
    for (const auto& [key, what] : {std::pair{"hazard_curves", "curves"}, std::pair{"hazard_maps", "maps"},
                                    std::pair{"uniform_hazard_spectra", "uhs"}})
        if (config.flag(key))
            wanted.emplace_back(what);
    for (const std::string& format : words(config.text("exports"))) {
        if (std::ranges::find(formats, format) == formats.end()) {
            messages << "warning: " << config.where("exports") << " ('" << format
                     << "' is not a format of mtc; accepted: csv, npz)"
                     << config::did_you_mean(format, formats) << '\n';
            continue;
        }
        std::ostringstream names;
        for (const std::string& what : wanted) {
            try {
                export_results({file, what, format, folder}, names);
            } catch (const InputError& error) { // such as spectra of a job that has neither PGA nor SA
                messages << "warning: " << error.what() << '\n';
            }
        }
        const std::string list = names.str();
        messages << std::ranges::count(list, '\n') << " files of " << format << " exported to "
                 << folder.lexically_normal().string() << '\n';
    }
}

} // namespace mtc::commands
