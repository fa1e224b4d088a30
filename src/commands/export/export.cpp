#include "commands/export/export.hpp"

#include "commands/export/export_csv.hpp"
#include "commands/export/export_disagg.hpp"
#include "commands/export/export_npz.hpp"
#include "commands/export/export_sweep.hpp"
#include "commands/export/export_trace.hpp"
#include "output/schema.hpp"

#include "mtc/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace mtc::commands {

namespace {

using output::Reader;

/// One kind of result, and how it becomes files.
struct Result {
    std::string_view name;
    Files (*csv)(const Reader&, const std::filesystem::path& to);
    Files (*npz)(const Reader&, const std::filesystem::path& to);
};

constexpr std::array<Result, 8> results{
    {{"curves", export_curves_csv, export_curves_npz},
     {"maps", export_maps_csv, export_maps_npz},
     {"uhs", export_spectra_csv, export_spectra_npz},
     {"realizations", export_realizations_csv, export_realizations_npz},
     {"disagg", export_disagg_csv, export_disagg_npz},
     {"disagg-rlzs", export_disagg_rlzs_csv, export_disagg_npz},
     {"disagg-traditional", export_disagg_traditional_csv, export_disagg_npz},
     {"sweep", export_sweep_csv, export_sweep_npz}}};

constexpr std::string_view all_results = "all";

/// Whether "all" takes it: curves and realizations are in every output of a hazard calculation.
bool holds(const Reader& reader, const Result& result, const std::string& format)
{
    if (is_sweep(reader) || result.csv == export_sweep_csv)
        return is_sweep(reader) && result.csv == export_sweep_csv;
    if (result.npz == export_disagg_npz) // the others are on request
        return result.csv == export_disagg_csv && format == "csv" && reader.has("/results/disagg_chosen");
    const bool has_maps = reader.has(output::path::hmaps_stats) || reader.has(output::path::hmaps_rlzs);
    if (result.csv == export_maps_csv)
        return has_maps;
    return result.csv != export_spectra_csv || (has_maps && HazardTables{reader}.has_spectra());
}

void make_folder(const std::filesystem::path& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw IoError{text(folder.string(), ": cannot create the folder (", error.message(), ")")};
}

} // namespace

const std::vector<std::string_view>& export_choices()
{
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> list;
        for (const Result& result : results)
            list.push_back(result.name);
        list.push_back(all_results);
        return list;
    }();
    return names;
}

ExitStatus export_results(const ExportArguments& arguments, std::ostream& out)
{
    if (!arguments.what.empty() &&
        std::ranges::find(export_choices(), arguments.what) == export_choices().end())
        throw InputError{fmt::format("export: '{}' is not known (accepted: {})", arguments.what,
                                     fmt::join(export_choices(), ", "))};
    if (arguments.format != "csv" && arguments.format != "npz" && arguments.format != "trace")
        throw InputError{
            fmt::format("export: format '{}' is not known (accepted: csv, npz, trace)", arguments.format)};
    const Reader reader{arguments.file};
    make_folder(arguments.to);
    if (arguments.format == "trace") {
        export_trace(reader, arguments.to, out);
        return ExitStatus::complete;
    }
    const std::string what = !arguments.what.empty() ? arguments.what : is_sweep(reader) ? "sweep" : "curves";
    for (const Result& result : results)
        if (what == result.name || (what == all_results && holds(reader, result, arguments.format))) {
            const auto write = arguments.format == "npz" ? result.npz : result.csv;
            for (const std::filesystem::path& file : write(reader, arguments.to))
                out << file.string() << '\n';
        }
    return ExitStatus::complete;
}

} // namespace mtc::commands
