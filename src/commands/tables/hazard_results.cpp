#include "commands/tables/hazard_results.hpp"

#include "h5/dataset.hpp"
#include "output/schema.hpp"

#include "mtc/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace mtc::commands {

namespace {

using output::Reader;

std::vector<SiteRow> read_sites(const Reader& reader)
{
    static const auto layout = output::RowLayout<SiteRow>{}
                                   .add("lon", &SiteRow::lon, "")
                                   .add("lat", &SiteRow::lat, "")
                                   .add("depth", &SiteRow::depth, "");
    return reader.rows(layout, output::path::sites);
}

std::vector<ImtRow> read_imts(const Reader& reader)
{
    static const auto layout = output::RowLayout<ImtRow>{}
                                   .add("name", &ImtRow::name, "")
                                   .add("period", &ImtRow::period, "")
                                   .add("n_levels", &ImtRow::n_levels, "");
    return reader.rows(layout, output::path::imts);
}

std::vector<RealizationRow> read_realizations(const Reader& reader)
{
    static const auto layout = output::RowLayout<RealizationRow>{}
                                   .add("weight", &RealizationRow::weight, "")
                                   .add("source_path", &RealizationRow::source_path, "")
                                   .add("gsim_path", &RealizationRow::gsim_path, "");
    return reader.rows(layout, output::path::realizations);
}

std::vector<double> numbers(const Table& table)
{
    std::vector<double> values(table.bytes.size() / sizeof(double));
    if (!values.empty())
        std::memcpy(values.data(), table.bytes.data(), values.size() * sizeof(double));
    return values;
}

/// The name of the dataset for realizations and that for statistics.
struct Paths {
    std::string_view statistics;
    std::string_view realizations;
    std::string_view things;
};

std::vector<HazardDataset> datasets(const Reader& reader, const HazardTables& tables, const Paths& paths,
                                    std::uint64_t n_last)
{
    std::vector<HazardDataset> found;
    const auto take = [&](std::string_view path, std::vector<std::string> kinds) {
        if (!reader.has(path))
            return;
        Dataset dataset = h5::describe(reader.file(), std::string{path});
        const std::vector<std::uint64_t> expected{kinds.size(), tables.imts.size(), n_last};
        if (dataset.n_rows != tables.sites.size() || dataset.inner != expected || dataset.fields.size() != 1)
            throw InputError{text(reader.file().path().string(), ":", path,
                                  ": its shape does not fit the sites, measures and ", paths.things,
                                  " beside it")};
        found.push_back({std::move(dataset), std::move(kinds)});
    };
    take(paths.statistics, tables.statistics);
    std::vector<std::string> rlzs;
    for (std::size_t i = 0; i < tables.realizations.size(); ++i)
        rlzs.push_back(fmt::format("rlz-{:03}", i));
    take(paths.realizations, std::move(rlzs));
    return found;
}

} // namespace

HazardTables::HazardTables(const Reader& reader)
{
    if (!reader.has(output::path::hcurves_stats) && !reader.has(output::path::hcurves_rlzs))
        throw InputError{text(reader.file().path().string(), ": holds no hazard curves (calculation_mode '",
                              reader.attribute("calculation_mode"), "')")};
    sites = read_sites(reader);
    if (reader.has(output::path::custom_site_ids))
        custom_site_ids = reader.texts(output::path::custom_site_ids);
    imts = read_imts(reader);
    const Table table = reader.table(output::path::levels);
    n_levels = table.dataset.inner.at(0);
    levels = numbers(table);
    realizations = read_realizations(reader);
    if (reader.has(output::path::statistics))
        statistics = reader.texts(output::path::statistics);
    if (reader.has(output::path::poes))
        poes = numbers(reader.table(output::path::poes));
}

std::vector<std::size_t> HazardTables::spectral_imts() const
{
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < imts.size(); ++i)
        if (imts[i].name == "PGA" || imts[i].name.starts_with("SA("))
            found.push_back(i);
    std::ranges::stable_sort(found, {}, [&](std::size_t i) { return imts[i].period; });
    return found;
}

std::vector<HazardDataset> curve_datasets(const Reader& reader, const HazardTables& tables)
{
    return datasets(reader, tables, {output::path::hcurves_stats, output::path::hcurves_rlzs, "levels"},
                    tables.n_levels);
}

std::vector<HazardDataset> map_datasets(const Reader& reader, const HazardTables& tables)
{
    std::vector<HazardDataset> found = datasets(
        reader, tables, {output::path::hmaps_stats, output::path::hmaps_rlzs, "poes"}, tables.poes.size());
    if (found.empty())
        throw InputError{text(reader.file().path().string(),
                              ": holds no hazard maps (the job needs hazard_maps or uniform_hazard_spectra, "
                              "and poes). 'mtc run --hc ",
                              reader.file().path().string(),
                              " job.ini' makes them from stored realizations")};
    return found;
}

std::vector<HazardDataset> spectra_datasets(const Reader& reader, const HazardTables& tables)
{
    if (!tables.has_spectra())
        throw InputError{text(reader.file().path().string(),
                              ": holds neither PGA nor SA, which uniform hazard spectra are made of")};
    return map_datasets(reader, tables);
}

void read_values(const Reader& reader, const Dataset& dataset, std::uint64_t first_row, std::uint64_t n_rows,
                 std::uint64_t first_kind, std::uint64_t n_kinds, std::vector<double>& values)
{
    h5::Box box;
    box.start = {first_row, first_kind, 0, 0};
    box.extents = {n_rows, n_kinds, dataset.inner.at(1), dataset.inner.at(2)};
    h5::read_numbers(reader.file(), dataset, box, values);
}

} // namespace mtc::commands
