#include "commands/export.hpp"

#include "commands/export_trace.hpp"
#include "output/build_info.hpp"
#include "output/reader.hpp"
#include "output/schema.hpp"

#include "mtc/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <ostream>

namespace mtc::commands {

namespace {

using output::Reader;

struct SiteRow {
    double lon = 0.0;
    double lat = 0.0;
    double depth = 0.0;
};

struct ImtRow {
    std::string name;
    std::uint32_t n_levels = 0;
};

struct RealizationRow {
    double weight = 0.0;
    std::string source_path;
    std::string gsim_path;
};

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
    static const auto layout =
        output::RowLayout<ImtRow>{}.add("name", &ImtRow::name, "").add("n_levels", &ImtRow::n_levels, "");
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

/// 50 as "50.0": readers of these files expect a float.
std::string as_float(const std::string& number)
{
    double value = 0.0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error != std::errc{})
        return number.empty() ? "None" : number;
    const std::string shortest = fmt::format("{}", value);
    return shortest.find_first_of(".en") == std::string::npos ? shortest + ".0" : shortest;
}

/// The hash of the input folded to 32 bits: OpenQuake's files have a number of that size here.
std::uint32_t checksum(const std::string& hash)
{
    std::uint64_t value = 0;
    const std::size_t colon = hash.find(':');
    const char* first = hash.data() + (colon == std::string::npos ? 0 : colon + 1);
    std::from_chars(first, hash.data() + hash.size(), value, 16);
    return static_cast<std::uint32_t>(value ^ (value >> 32U));
}

/// A file that is whole or an IoError.
void write_file(const std::filesystem::path& path, const std::string& contents, std::ostream& out)
{
    std::ofstream file{path, std::ios::binary};
    file << contents;
    file.close();
    if (!file)
        throw IoError{text(path.string(), ": cannot write the file (", std::strerror(errno), ")")};
    out << path.string() << '\n';
}

/// Exports the curves of one dataset; its second axis holds one curve for each of `kinds`.
class CurveExporter {
public:
    CurveExporter(const Reader& reader, const std::filesystem::path& to)
        : reader_{reader}
        , to_{to}
        , sites_{read_sites(reader)}
        , imts_{read_imts(reader)}
        , levels_{reader.table(output::path::levels)}
        , investigation_time_{as_float(reader.configured("investigation_time"))}
    {}

    void run(std::string_view path, const std::vector<std::string>& kinds, std::ostream& out) const
    {
        const Dataset dataset = h5::describe(reader_.file(), std::string{path});
        const std::uint64_t n_levels = levels_.dataset.inner.at(0);
        const std::vector<std::uint64_t> expected{kinds.size(), imts_.size(), n_levels};
        if (dataset.n_rows != sites_.size() || dataset.inner != expected ||
            dataset.row_bytes() % sizeof(double) != 0)
            throw InputError{text(reader_.file().path().string(), ":", path,
                                  ": its shape does not fit the sites, curves and levels beside it")};
        const Table curves = h5::read_table(reader_.file(), std::string{path});
        for (std::size_t kind = 0; kind < kinds.size(); ++kind)
            for (std::size_t imt = 0; imt < imts_.size(); ++imt)
                write_file(to_ / fmt::format("hazard_curve-{}-{}.csv", kinds[kind], imts_[imt].name),
                           contents(curves, kinds, kind, imt, n_levels), out);
    }

private:
    static double at(const std::vector<std::byte>& bytes, std::uint64_t i)
    {
        double value = 0.0;
        std::memcpy(&value, bytes.data() + i * sizeof(double), sizeof(double));
        return value;
    }

    [[nodiscard]] std::string contents(const Table& curves, const std::vector<std::string>& kinds,
                                       std::size_t kind, std::size_t imt, std::uint64_t n_levels) const
    {
        const std::uint32_t n_used = imts_[imt].n_levels;
        const std::size_t n_columns = 3 + n_used;
        std::string file = "#" + std::string(n_columns - 1, ',');
        file += fmt::format(
            "\"generated_by='mtc {}', start_date='{}', checksum={}, kind='{}', "
            "investigation_time={}, imt='{}'\"\n",
            reader_.attribute("mtc_version"), reader_.attribute("date_and_time").substr(0, 19),
            checksum(reader_.attribute("input_hash")), kinds[kind], investigation_time_, imts_[imt].name);
        file += "lon,lat,depth";
        for (std::uint32_t level = 0; level < n_used; ++level)
            file += fmt::format(",poe-{:.7f}", at(levels_.bytes, imt * n_levels + level));
        file += '\n';
        for (std::size_t site = 0; site < sites_.size(); ++site) {
            file +=
                fmt::format("{:.5f},{:.5f},{:.5f}", sites_[site].lon, sites_[site].lat, sites_[site].depth);
            const std::uint64_t first = ((site * kinds.size() + kind) * imts_.size() + imt) * n_levels;
            for (std::uint32_t level = 0; level < n_used; ++level)
                file += fmt::format(",{:.6E}", at(curves.bytes, first + level));
            file += '\n';
        }
        return file;
    }

    const Reader& reader_;
    const std::filesystem::path& to_;
    std::vector<SiteRow> sites_;
    std::vector<ImtRow> imts_;
    Table levels_;
    std::string investigation_time_;
};

void export_curves(const Reader& reader, const std::filesystem::path& to, std::ostream& out)
{
    const bool has_stats = reader.has(output::path::hcurves_stats);
    const bool has_rlzs = reader.has(output::path::hcurves_rlzs);
    if (!has_stats && !has_rlzs)
        throw InputError{text(reader.file().path().string(), ": holds no hazard curves (calculation_mode '",
                              reader.attribute("calculation_mode"), "')")};
    const CurveExporter exporter{reader, to};
    if (has_stats)
        exporter.run(output::path::hcurves_stats, reader.texts(output::path::statistics), out);
    if (has_rlzs) {
        std::vector<std::string> kinds;
        for (std::size_t i = 0; i < read_realizations(reader).size(); ++i)
            kinds.push_back(fmt::format("rlz-{:03}", i));
        exporter.run(output::path::hcurves_rlzs, kinds, out);
    }
}

void export_realizations(const Reader& reader, const std::filesystem::path& to, std::ostream& out)
{
    std::string file = "rlz_id,branch_path,weight\n";
    std::size_t rlz = 0;
    for (const RealizationRow& row : read_realizations(reader))
        file += fmt::format("{},{}~{},{:.6E}\n", rlz++, row.source_path, row.gsim_path, row.weight);
    write_file(to / "realizations.csv", file, out);
}

void export_all(const Reader& reader, const std::filesystem::path& to, std::ostream& out)
{
    export_realizations(reader, to, out);
    export_curves(reader, to, out);
}

struct Choice {
    std::string_view name;
    void (*run)(const Reader&, const std::filesystem::path& to, std::ostream&);
};

constexpr std::array<Choice, 3> choices{
    {{"curves", export_curves}, {"realizations", export_realizations}, {"all", export_all}}};

} // namespace

const std::vector<std::string_view>& export_choices()
{
    static const std::vector<std::string_view> names{choices[0].name, choices[1].name, choices[2].name};
    return names;
}

ExitStatus export_results(const ExportArguments& arguments, std::ostream& out)
{
    const auto* choice = std::find_if(choices.begin(), choices.end(),
                                      [&](const Choice& c) { return c.name == arguments.what; });
    if (choice == choices.end())
        throw InputError{fmt::format("export: '{}' is not known (accepted: {})", arguments.what,
                                     fmt::join(export_choices(), ", "))};
    if (arguments.format != "csv" && arguments.format != "trace")
        throw InputError{
            fmt::format("export: format '{}' is not known (accepted: csv, trace)", arguments.format)};
    const Reader reader{arguments.file};
    std::error_code error;
    std::filesystem::create_directories(arguments.to, error);
    if (error)
        throw IoError{text(arguments.to.string(), ": cannot create the folder (", error.message(), ")")};
    if (arguments.format == "trace")
        export_trace(reader, arguments.to, out);
    else
        choice->run(reader, arguments.to, out);
    return ExitStatus::complete;
}

} // namespace mtc::commands
