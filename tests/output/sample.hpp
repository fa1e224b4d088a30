#pragma once

#include "output/writer.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

/// \file
/// A small output file with invented numbers: 3 sites, 2 realizations, 2 intensity measures of 3 and 2
/// levels.
namespace mtc::test::sample {

inline constexpr std::uint64_t n_sites = 3;
inline constexpr std::uint64_t n_rlzs = 2;
inline constexpr std::uint64_t n_imts = 2;
inline constexpr std::uint64_t n_levels = 3;

/// Of realization or statistic `curve`.
inline double poe(std::uint64_t site, std::uint64_t curve, std::uint64_t imt, std::uint64_t level)
{
    if (imt == 1 && level == 2)
        return 0.0;
    return 0.5 / static_cast<double>(1 + site + 3 * curve + 7 * imt + 11 * level);
}

class TableBuilder {
public:
    TableBuilder(std::string path, std::vector<Field> fields, std::uint64_t n_rows,
                 std::vector<std::uint64_t> inner = {})
    {
        table_.dataset = {std::move(path), std::move(fields), n_rows, std::move(inner), {}};
    }
    template <class... Values>
    TableBuilder&& row(const Values&... values) &&
    {
        std::size_t field = 0;
        (add(table_.dataset.fields[field++ % table_.dataset.fields.size()], values), ...);
        return std::move(*this);
    }
    operator Table() && { return std::move(table_); }

private:
    template <class Value>
    void add(const Field& field, const Value& value)
    {
        const std::size_t n = size_of(field.element) * field.extent;
        const std::size_t at = table_.bytes.size();
        table_.bytes.resize(at + n);
        if constexpr (std::is_arithmetic_v<Value>)
            std::memcpy(table_.bytes.data() + at, &value, n);
        else
            std::memcpy(table_.bytes.data() + at, value, std::min(n, std::strlen(value)));
    }
    Table table_;
};

inline output::RunInfo run_info(std::string mode = "classical")
{
    return {std::move(mode),
            "A small sample",
            "avx2",
            "sample.ini",
            "[general]\ndescription = A small sample\n",
            "fnv1a64:00000001fffffffe",
            {{"description", "A small sample", "sample.ini:2"}, {"investigation_time", "50.0", "default"}}};
}

inline std::vector<Table> model_tables()
{
    constexpr auto f8 = Element::float64;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return {
        TableBuilder{"/results/sites",
                     {{"lon", f8},
                      {"lat", f8},
                      {"depth", f8},
                      {"vs30", f8},
                      {"vs30measured", f8},
                      {"z1pt0", f8},
                      {"z2pt5", f8},
                      {"backarc", f8}},
                     3}
            .row(-1.0006, -0.19888, 0.0, 760.0, 1.0, nan, nan, 0.0)
            .row(0.5, 0.25, 0.0, 760.0, 1.0, nan, nan, 0.0)
            .row(10.0, 45.123456, 0.1, 300.0, 0.0, nan, nan, 0.0),
        TableBuilder{
            "/results/imts", {{"name", Element::text, 8}, {"period", f8}, {"n_levels", Element::uint32}}, 2}
            .row("PGA", 0.0, std::uint32_t{3})
            .row("SA(0.1)", 0.1, std::uint32_t{2}),
        TableBuilder{"/results/levels", {{"", f8}}, 2, {3}}.row(0.005, 0.1, 1.09, 0.02, 0.4, nan),
        TableBuilder{"/results/realizations",
                     {{"weight", f8}, {"source_path", Element::text, 5}, {"gsim_path", Element::text, 3}},
                     2}
            .row(0.6, "b1", "gA0")
            .row(0.4, "b1_b2", "gB0"),
        TableBuilder{"/results/statistics", {{"", Element::text, 12}}, 2}.row("mean").row("quantile-0.5")};
}

/// Curves of site `site`, rows of hcurves_rlzs or hcurves_stats.
inline std::vector<double> curves_of(std::uint64_t site)
{
    std::vector<double> values;
    for (std::uint64_t curve = 0; curve < n_rlzs; ++curve)
        for (std::uint64_t imt = 0; imt < n_imts; ++imt)
            for (std::uint64_t level = 0; level < n_levels; ++level)
                values.push_back(poe(site, curve, imt, level));
    return values;
}

/// Tables of one rank: three tasks of two sources, times that grow with the rank.
inline perf::Tables performance(int rank)
{
    const auto r = static_cast<std::uint32_t>(rank);
    perf::Tables tables;
    constexpr std::array<double, 3> starts_s{0.375, 0.625, 1.25};
    constexpr std::array<float, 3> waits_s{0.125F, 0.0F, 0.125F};
    for (std::uint32_t i = 0; i < 3; ++i) {
        perf::TaskRecord task;
        task.task = 3U * r + i;
        task.parent = task.task;
        task.source = i % 2;
        task.rank = static_cast<std::uint16_t>(rank);
        task.n_sources = 1;
        task.n_units = 10;
        task.weight = 10.0F;
        task.estimated_s = 0.5F;
        task.start_s = starts_s[i];
        task.wait_s = waits_s[i];
        task.duration_s = 0.25F * static_cast<float>(i + 1);
        task.max_unit_s = 0.1F;
        tables.tasks.push_back(task);
    }
    tables.sources = {{0, 0, 20, 20.0, 1.0}, {0, 1, 10, 10.0, 0.5}};
    tables.rank.rank = rank;
    tables.rank.host = rank == 0 ? "node1" : "node-12";
    tables.rank.cpu_model = "a processor";
    tables.rank.binding = "0-1";
    tables.rank.n_tasks = 3;
    tables.rank.n_units = 30;
    tables.rank.reading_s = 0.25;
    tables.rank.busy_s = 1.5;
    tables.rank.waiting_s = 0.25;
    tables.rank.total_s = 2.0;
    tables.rank.clock_offset_s = 1e-6 * rank;
    tables.operations = {{"compute", 1.5, 0.0, 3, 1.0},
                         {rank == 0 ? "read" : "wait for rank 0", 0.5, 0.0, 1, 2.0}};
    perf::UnitHistogram units;
    units.n_units = 30;
    units.counts[perf::unit_bin(2e-3)] = 20;
    units.counts[perf::unit_bin(0.1)] = 10 - r;
    units.counts[perf::unit_bin(1e-5)] = r;
    units.seconds = 1.5;
    units.max_s = 0.1 * (rank + 1);
    tables.units = {units};
    tables.transfer = {{"part", 1, 1000U * (r + 1), 1000U * (r + 1)}, {"receipt", 3, 120, 120}};
    tables.events = {{1.0 - 0.1 * rank, rank, "stage", rank == 0 ? "compute begins" : "a \"quoted\" text"}};
    return tables;
}

inline std::vector<output::StageDescription> stages()
{
    return {{"compute",
             {"area x 1 model"},
             {{"a small source", "area"}, {"another", "point"}, {"far away", "point"}}}};
}

enum class UnitTimes { recorded, none };

/// Writes the whole sample. Collective.
inline void write(const mpi::Communicator& comm, const std::filesystem::path& path,
                  UnitTimes unit_times = UnitTimes::recorded)
{
    output::Writer writer{comm, path, run_info()};
    for (const Table& table : model_tables())
        writer.write_table(comm.rank() == 0 ? &table : nullptr);
    std::vector<std::vector<double>> curves;
    std::vector<std::uint64_t> n_units;
    std::vector<h5::RowPiece> pieces;
    std::vector<h5::RowPiece> unit_pieces;
    for (std::uint64_t site = 0; site < n_sites; ++site) {
        curves.push_back(curves_of(site));
        n_units.push_back(100 + site);
    }
    for (std::uint64_t site = static_cast<std::uint64_t>(comm.rank()); site < n_sites;
         site += static_cast<std::uint64_t>(comm.size())) {
        pieces.push_back({site, std::as_bytes(std::span{curves[site]})});
        unit_pieces.push_back({site, std::as_bytes(std::span{n_units}.subspan(site, 1))});
    }
    for (const char* name : {"/results/hcurves_rlzs", "/results/hcurves_stats"})
        writer.write_rows({name,
                           {{"", Element::float64, 1, "probability of exceedance in investigation_time"}},
                           n_sites,
                           {n_rlzs, n_imts, n_levels},
                           {"site", "curve", "imt", "level"}},
                          pieces);
    writer.write_rows({"/results/n_units", {{"", Element::uint64}}, n_sites}, unit_pieces);
    perf::Tables tables = performance(comm.rank());
    if (unit_times == UnitTimes::none)
        tables.units.clear();
    writer.write_performance(tables, stages());
    writer.finish();
}

} // namespace mtc::test::sample
