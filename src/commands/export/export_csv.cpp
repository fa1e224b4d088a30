#include "commands/export/export_csv.hpp"

#include "commands/text/csv_file.hpp"
#include "commands/text/number_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mtc::commands {

namespace {

using output::Reader;

/// So many files are open at a time.
constexpr std::size_t max_open_files = 128;

/// One file with a row a site.
struct SiteFile {
    std::string name{};
    std::size_t kind = 0;               ///< of the dataset
    std::string extra{};                ///< of the comment, behind the investigation time
    bool has_depth = true;              ///< OpenQuake's spectra have no depth
    std::vector<std::string> columns{}; ///< names
    std::vector<std::size_t> cells{};   ///< [n_column] index into [imt][level or poe]

    void add(std::string column, std::size_t cell)
    {
        columns.push_back(std::move(column));
        cells.push_back(cell);
    }
};

/// Writes files that have a row a site, several in one pass over the dataset.
class SiteFileWriter {
public:
    SiteFileWriter(const Reader& reader, const HazardTables& tables, const std::filesystem::path& to)
        : reader_{reader}
        , tables_{tables}
        , to_{to}
        , has_ids_{!tables.custom_site_ids.empty()}
        , source_{generated_by(reader)}
        , investigation_time_{python_float(reader.configured("investigation_time"))}
    {}

    /// \param files  in the order of kinds
    void run(const HazardDataset& hazard, std::span<const SiteFile> files, Files& written) const
    {
        while (!files.empty()) {
            const std::size_t n = std::min(files.size(), max_open_files);
            write_together(hazard, files.first(n));
            for (const SiteFile& file : files.first(n))
                written.push_back(to_ / file.name);
            files = files.subspan(n);
        }
    }

private:
    void write_together(const HazardDataset& hazard, std::span<const SiteFile> files) const
    {
        std::vector<CsvFile> open;
        open.reserve(files.size());
        for (const SiteFile& file : files) {
            open.emplace_back(to_ / file.name);
            open.back().write(header(file, hazard.kinds[file.kind]));
        }
        const std::size_t first_kind = files.front().kind;
        const std::uint64_t n_kinds = files.back().kind - first_kind + 1;
        const std::uint64_t cells = hazard.dataset.inner.at(1) * hazard.dataset.inner.at(2);
        const std::uint64_t site_bytes = std::max<std::uint64_t>(n_kinds * cells * sizeof(double), 1);
        const std::uint64_t block = std::max<std::uint64_t>(rows_block_bytes / site_bytes, 1);
        std::vector<double> values;
        std::string rows;
        for (std::uint64_t first = 0; first < tables_.sites.size(); first += block) {
            const std::uint64_t n = std::min<std::uint64_t>(block, tables_.sites.size() - first);
            read_values(reader_, hazard.dataset, first, n, first_kind, n_kinds, values);
            const std::vector<std::string> places = place_texts(first, n, false);
            const std::vector<std::string> deep_places = place_texts(first, n, true);
            for (std::size_t f = 0; f < files.size(); ++f) {
                rows.clear();
                const auto& begins = files[f].has_depth ? deep_places : places;
                for (std::uint64_t site = 0; site < n; ++site) {
                    rows += begins[site];
                    const double* cell =
                        values.data() + (site * n_kinds + (files[f].kind - first_kind)) * cells;
                    for (const std::size_t c : files[f].cells) {
                        rows += ',';
                        append_scientific(rows, cell[c]);
                    }
                    rows += '\n';
                }
                open[f].write(rows);
            }
        }
        for (CsvFile& file : open)
            file.close();
    }

    /// The columns of a row that say where it is.
    [[nodiscard]] std::vector<std::string> place_texts(std::uint64_t first, std::uint64_t n,
                                                       bool has_depth) const
    {
        std::vector<std::string> begins(n);
        for (std::uint64_t i = 0; i < n; ++i) {
            const SiteRow& site = tables_.sites[first + i];
            if (has_ids_)
                begins[i] = csv_field(tables_.custom_site_ids[first + i]) + ',';
            append_coordinate(begins[i], site.lon);
            begins[i] += ',';
            append_coordinate(begins[i], site.lat);
            if (!has_depth)
                continue;
            begins[i] += ',';
            append_coordinate(begins[i], site.depth);
        }
        return begins;
    }

    [[nodiscard]] std::string header(const SiteFile& file, const std::string& kind) const
    {
        std::string names = has_ids_ ? "custom_site_id,lon,lat" : "lon,lat";
        if (file.has_depth)
            names += ",depth";
        for (const std::string& column : file.columns)
            names += ',' + column;
        const auto n_commas = static_cast<std::size_t>(std::ranges::count(names, ','));
        return fmt::format("#{}\"{}, kind='{}', investigation_time={}{}\"\n{}\n", std::string(n_commas, ','),
                           source_, kind, investigation_time_, file.extra, names);
    }

    const Reader& reader_;
    const HazardTables& tables_;
    const std::filesystem::path& to_;
    bool has_ids_;
    std::string source_;
    std::string investigation_time_;
};

/// Writes the files of all datasets.
/// \param files_of  gives the files of one kind, by its number and name
template <class FilesOf>
Files write_datasets(const Reader& reader, const HazardTables& tables, const std::filesystem::path& to,
                     const std::vector<HazardDataset>& datasets, const FilesOf& files_of)
{
    const SiteFileWriter writer{reader, tables, to};
    Files written;
    for (const HazardDataset& hazard : datasets) {
        std::vector<SiteFile> files;
        for (std::size_t kind = 0; kind < hazard.kinds.size(); ++kind)
            files_of(kind, hazard.kinds[kind], files);
        writer.run(hazard, files, written);
    }
    return written;
}

} // namespace

Files export_curves_csv(const Reader& reader, const std::filesystem::path& to)
{
    const HazardTables tables{reader};
    const auto files_of = [&](std::size_t kind, const std::string& name, std::vector<SiteFile>& files) {
        for (std::size_t i = 0; i < tables.imts.size(); ++i) {
            const ImtRow& imt = tables.imts[i];
            SiteFile file{.name = fmt::format("hazard_curve-{}-{}.csv", name, imt.name),
                          .kind = kind,
                          .extra = fmt::format(", imt='{}'", imt.name)};
            for (std::uint32_t level = 0; level < imt.n_levels; ++level)
                file.add(fmt::format("poe-{:.7f}", tables.level(i, level)), i * tables.n_levels + level);
            files.push_back(std::move(file));
        }
    };
    return write_datasets(reader, tables, to, curve_datasets(reader, tables), files_of);
}

Files export_maps_csv(const Reader& reader, const std::filesystem::path& to)
{
    const HazardTables tables{reader};
    const std::size_t n_poes = tables.poes.size();
    const auto files_of = [&](std::size_t kind, const std::string& name, std::vector<SiteFile>& files) {
        SiteFile file{.name = fmt::format("hazard_map-{}.csv", name), .kind = kind};
        for (std::size_t i = 0; i < tables.imts.size(); ++i)
            for (std::size_t p = 0; p < n_poes; ++p)
                file.add(fmt::format("{}-{}", tables.imts[i].name, tables.poes[p]), i * n_poes + p);
        files.push_back(std::move(file));
    };
    return write_datasets(reader, tables, to, map_datasets(reader, tables), files_of);
}

Files export_spectra_csv(const Reader& reader, const std::filesystem::path& to)
{
    const HazardTables tables{reader};
    const std::size_t n_poes = tables.poes.size();
    const std::vector<std::size_t> imts = tables.spectral_imts();
    const auto files_of = [&](std::size_t kind, const std::string& name, std::vector<SiteFile>& files) {
        SiteFile file{.name = fmt::format("hazard_uhs-{}.csv", name), .kind = kind, .has_depth = false};
        for (std::size_t p = 0; p < n_poes; ++p)
            for (const std::size_t i : imts)
                file.add(fmt::format("{:.6f}~{}", tables.poes[p], tables.imts[i].name), i * n_poes + p);
        files.push_back(std::move(file));
    };
    return write_datasets(reader, tables, to, spectra_datasets(reader, tables), files_of);
}

Files export_realizations_csv(const Reader& reader, const std::filesystem::path& to)
{
    const HazardTables tables{reader};
    std::string contents = "rlz_id,branch_path,weight\n";
    std::size_t rlz = 0;
    for (const RealizationRow& row : tables.realizations) {
        contents += fmt::format("{},{},", rlz++, csv_field(row.source_path + '~' + row.gsim_path));
        append_scientific(contents, row.weight);
        contents += '\n';
    }
    const std::filesystem::path path = to / "realizations.csv";
    CsvFile file{path};
    file.write(contents);
    file.close();
    return {path};
}

} // namespace mtc::commands
