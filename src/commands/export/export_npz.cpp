#include "commands/export/export_npz.hpp"

#include "commands/text/npz.hpp"

#include "mtc/error.hpp"

#include <algorithm>

namespace mtc::commands {

namespace {

using output::Reader;

void add_column(NpzWriter& archive, const std::string& name, const std::vector<double>& values)
{
    archive.add_numbers(name, values, std::vector<std::uint64_t>{values.size()});
}

/// Sites and the intensity measures in `imts`.
void add_tables(NpzWriter& archive, const HazardTables& tables, const std::vector<std::size_t>& imts)
{
    const auto column = [&](const std::string& name, double SiteRow::*member) {
        std::vector<double> values;
        for (const SiteRow& site : tables.sites)
            values.push_back(site.*member);
        add_column(archive, name, values);
    };
    column("lon", &SiteRow::lon);
    column("lat", &SiteRow::lat);
    column("depth", &SiteRow::depth);
    if (!tables.custom_site_ids.empty())
        archive.add_texts("custom_site_id", tables.custom_site_ids);
    std::vector<std::string> names;
    for (const std::size_t i : imts)
        names.push_back(tables.imts[i].name);
    archive.add_texts("imts", names);
}

/// Curves or maps of every kind, of the intensity measures in `imts`: [site][imt][level or poe].
void add_values(NpzWriter& archive, const Reader& reader, const HazardDataset& hazard,
                const std::vector<std::size_t>& imts)
{
    const Dataset& dataset = hazard.dataset;
    const std::uint64_t n_imts = dataset.inner.at(1);
    const std::uint64_t n_last = dataset.inner.at(2);
    const std::uint64_t site_bytes = std::max<std::uint64_t>(n_imts * n_last * sizeof(double), 1);
    const std::uint64_t block = std::max<std::uint64_t>(rows_block_bytes / site_bytes, 1);
    std::vector<double> values;
    for (std::size_t kind = 0; kind < hazard.kinds.size(); ++kind) {
        archive.begin(hazard.kinds[kind], "<f8", sizeof(double),
                      std::vector<std::uint64_t>{dataset.n_rows, imts.size(), n_last});
        for (std::uint64_t first = 0; first < dataset.n_rows; first += block) {
            const std::uint64_t n = std::min(block, dataset.n_rows - first);
            read_values(reader, dataset, first, n, kind, 1, values);
            if (imts.size() == n_imts) {
                archive.append(std::as_bytes(std::span{values}));
                continue;
            }
            for (std::uint64_t site = 0; site < n; ++site)
                for (const std::size_t i : imts)
                    archive.append(
                        std::as_bytes(std::span{values}.subspan((site * n_imts + i) * n_last, n_last)));
        }
    }
}

std::vector<std::size_t> all_imts(const HazardTables& tables)
{
    std::vector<std::size_t> list(tables.imts.size());
    for (std::size_t i = 0; i < list.size(); ++i)
        list[i] = i;
    return list;
}

} // namespace

Files export_curves_npz(const Reader& reader, const std::filesystem::path& to)
{
    const HazardTables tables{reader};
    const std::vector<HazardDataset> datasets = curve_datasets(reader, tables);
    NpzWriter archive{to / "hazard_curves.npz"};
    add_tables(archive, tables, all_imts(tables));
    archive.add_numbers("levels", tables.levels,
                        std::vector<std::uint64_t>{tables.imts.size(), tables.n_levels});
    for (const HazardDataset& hazard : datasets)
        add_values(archive, reader, hazard, all_imts(tables));
    archive.finish();
    return {to / "hazard_curves.npz"};
}

Files export_maps_npz(const Reader& reader, const std::filesystem::path& to)
{
    const HazardTables tables{reader};
    const std::vector<HazardDataset> datasets = map_datasets(reader, tables);
    NpzWriter archive{to / "hazard_maps.npz"};
    add_tables(archive, tables, all_imts(tables));
    add_column(archive, "poes", tables.poes);
    for (const HazardDataset& hazard : datasets)
        add_values(archive, reader, hazard, all_imts(tables));
    archive.finish();
    return {to / "hazard_maps.npz"};
}

Files export_spectra_npz(const Reader& reader, const std::filesystem::path& to)
{
    const HazardTables tables{reader};
    const std::vector<HazardDataset> datasets = spectra_datasets(reader, tables);
    const std::vector<std::size_t> imts = tables.spectral_imts();
    std::vector<double> periods;
    for (const std::size_t i : imts)
        periods.push_back(tables.imts[i].period);
    NpzWriter archive{to / "hazard_uhs.npz"};
    add_tables(archive, tables, imts);
    add_column(archive, "periods", periods);
    add_column(archive, "poes", tables.poes);
    for (const HazardDataset& hazard : datasets)
        add_values(archive, reader, hazard, imts);
    archive.finish();
    return {to / "hazard_uhs.npz"};
}

Files export_realizations_npz(const Reader& reader, const std::filesystem::path& to)
{
    const HazardTables tables{reader};
    std::vector<double> weights;
    std::vector<std::string> source_paths;
    std::vector<std::string> gsim_paths;
    for (const RealizationRow& row : tables.realizations) {
        weights.push_back(row.weight);
        source_paths.push_back(row.source_path);
        gsim_paths.push_back(row.gsim_path);
    }
    NpzWriter archive{to / "realizations.npz"};
    add_column(archive, "weight", weights);
    archive.add_texts("source_path", source_paths);
    archive.add_texts("gsim_path", gsim_paths);
    archive.finish();
    return {to / "realizations.npz"};
}

} // namespace mtc::commands
