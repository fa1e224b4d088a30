#include "commands/report/report_parts.hpp"
#include "commands/text/json_text.hpp"
#include "h5/dataset.hpp"
#include "output/reader.hpp"

#include "mtc/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <vector>

namespace mtc::commands {

namespace {

using output::Reader;

/// Tables that a plane can show.
constexpr std::array drawn{"Mag", "Dist", "TRT", "Mag_Dist", "Lon_Lat"};

std::vector<float> narrowed(const std::vector<double>& values)
{
    std::vector<float> narrow;
    for (const double value : values)
        narrow.push_back(static_cast<float>(value));
    return narrow;
}

std::size_t product(const std::vector<hsize_t>& extents)
{
    return std::accumulate(extents.begin(), extents.end(), std::size_t{1}, std::multiplies<>{});
}

/// The numbers of the first sites; of several chosen realizations the first, which is nearest to the mean.
struct Slab {
    std::vector<hsize_t> extents; ///< [site][...]
    std::vector<double> values{};
};

Slab read_slab(const Reader& reader, const std::string& path, std::uint64_t n_sites, bool is_by_realization)
{
    const Dataset dataset = h5::describe(reader.file(), path);
    Slab slab{.extents = h5::extents_of(dataset)};
    slab.extents.front() = std::min<hsize_t>(slab.extents.front(), n_sites);
    if (is_by_realization)
        slab.extents.back() = 1;
    h5::read_numbers(reader.file(), dataset, {std::vector<hsize_t>(slab.extents.size(), 0), slab.extents},
                     slab.values);
    if (is_by_realization)
        slab.extents.pop_back();
    return slab;
}

/// The mean over realizations where the file has it.
std::pair<std::string, bool> path_of(const Reader& reader, const char* kind)
{
    const std::string mean = text("/results/disagg_mean/", kind);
    if (reader.has(mean))
        return {mean, false};
    return {text("/results/disagg_rlzs/", kind), true};
}

} // namespace

std::string report_disagg(const Reader& reader, const ReportLimits& limits)
{
    if (!reader.has("/results/disagg_chosen"))
        return "null";
    std::vector<const char*> kinds;
    std::size_t n_numbers = 0; // of one site
    for (const char* kind : drawn) {
        const auto [path, is_by_realization] = path_of(reader, kind);
        if (!reader.has(path))
            continue;
        kinds.push_back(kind);
        std::vector<hsize_t> extents = h5::extents_of(h5::describe(reader.file(), path));
        extents.front() = 1;
        n_numbers += product(extents);
    }
    if (kinds.empty())
        return "null";
    const std::uint64_t n_sites =
        std::max<std::uint64_t>(1, limits.disagg_bytes / (sizeof(float) * n_numbers));

    std::vector<std::string> tables;
    for (const char* kind : kinds) {
        const auto [path, is_by_realization] = path_of(reader, kind);
        const Slab slab = read_slab(reader, path, n_sites, is_by_realization);
        tables.push_back(fmt::format("{{\"name\":{},\"shape\":[{}],\"values\":{}}}", json_string(kind),
                                     fmt::join(slab.extents, ","), json_floats(narrowed(slab.values))));
    }
    std::vector<std::string> edges;
    for (const char* axis : {"mag", "dist"})
        edges.push_back(fmt::format(
            "{}:{}", json_string(axis),
            json_floats(narrowed(
                read_slab(reader, text("/results/disagg_bins/", axis), limits.n_names, false).values))));
    for (const char* axis : {"lon", "lat"})
        edges.push_back(
            fmt::format("{}:{}", json_string(axis),
                        json_floats(narrowed(
                            read_slab(reader, text("/results/disagg_bins/", axis), n_sites, false).values))));
    std::vector<std::string> regions;
    for (const std::string& name : reader.texts("/results/disagg_bins/trt"))
        regions.push_back(json_string(name));
    const Slab levels = read_slab(reader, "/results/disagg_levels", n_sites, false);
    const Slab poes = read_slab(reader, "/results/disagg_poes", n_sites, false);
    return fmt::format(
        "{{\"shape\":[{}],\"levels\":{},\"poes\":{},\"trt\":{},\"edges\":{{{}}},\"tables\":{}}}",
        fmt::join(levels.extents, ","), json_floats(narrowed(levels.values)),
        json_floats(narrowed(poes.values)), json_list(regions), fmt::join(edges, ","), json_list(tables));
}

} // namespace mtc::commands
