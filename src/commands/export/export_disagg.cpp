#include "commands/export/export_disagg.hpp"

#include "commands/text/csv_file.hpp"

#include "workloads/psha/disagg/axes.hpp"

#include "mtc/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <numeric>

namespace mtc::commands {
namespace {

using output::Reader;
using psha::Axis;
using psha::DisaggKind;

/// What the columns of values are.
enum class Content { mean, realizations, shares };

template <class T>
std::vector<T> values_of(const Table& table)
{
    std::vector<T> values(table.bytes.size() / sizeof(T));
    if (!values.empty())
        std::memcpy(values.data(), table.bytes.data(), table.bytes.size());
    return values;
}

/// The row of a site in a dataset of numbers.
template <class T = double>
std::vector<T> row_of(const Table& table, std::size_t site)
{
    const std::vector<T> all = values_of<T>(table);
    const std::size_t n = all.size() / table.dataset.n_rows;
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(site * n);
    return {first, first + static_cast<std::ptrdiff_t>(n)};
}

std::string list_text(const std::vector<double>& values)
{
    std::string list;
    for (const double value : values)
        list += fmt::format("{}{}", list.empty() ? "" : ", ", python_float(value));
    return '[' + list + ']';
}

std::string scientific(double value)
{
    return fmt::format("{:.5E}", value);
}

/// Everything that the files of one output share.
class DisaggFiles {
public:
    DisaggFiles(const Reader& reader, const std::filesystem::path& to)
        : reader_{reader}
        , to_{to}
        , tables_{check(reader)}
        , trts_{reader.texts("/results/disagg_bins/trt")}
        , levels_{reader.table("/results/disagg_levels")}
        , poes_{reader.table("/results/disagg_poes")}
        , chosen_{reader.table("/results/disagg_chosen")}
    {
        for (const char* axis : {"mag", "dist", "lon", "lat", "eps"})
            edges_.emplace(axis, reader.table(text("/results/disagg_bins/", axis)));
    }

    [[nodiscard]] Files write(Content content) const
    {
        Files written;
        for (const DisaggKind& kind : psha::disagg_kinds()) {
            const std::string path =
                text(content == Content::mean ? "/results/disagg_mean/" : "/results/disagg_rlzs/", kind.name);
            if (!reader_.has(path))
                continue;
            const Table table = reader_.table(path);
            for (std::size_t site = 0; site < tables_.sites.size(); ++site)
                write_file(kind, content, site, row_of(table, site), written);
        }
        return written;
    }

private:
    static const Reader& check(const Reader& reader)
    {
        if (!reader.has("/results/disagg_chosen"))
            throw InputError{"export: the output holds no disaggregation (calculation_mode = disaggregation "
                             "makes one)"};
        return reader;
    }

    void write_file(const DisaggKind& kind, Content content, std::size_t site, std::vector<double> values,
                    Files& written) const
    {
        if (std::ranges::all_of(values, [](double value) { return value == 0.0; }))
            return;
        const std::size_t n_columns =
            content == Content::mean ? 1 : row_of<std::uint32_t>(chosen_, site).size();
        if (content == Content::shares)
            make_shares(values, n_columns);
        const std::string_view infix = content == Content::mean     ? "-mean"
                                       : content == Content::shares ? "-traditional"
                                                                    : "";
        const std::filesystem::path path = to_ / text(kind.name, infix, "-", site, ".csv");
        CsvFile file{path};
        file.write(header(kind, content, site));
        file.write(rows(kind, site, values, n_columns));
        file.close();
        written.push_back(path);
    }

    /// ln(1 - p) over ln(1 - P), P of all bins of the realization at the level.
    void make_shares(std::vector<double>& values, std::size_t n_columns) const
    {
        const std::size_t n = n_levels() * n_columns;
        std::vector<double> totals(n, 0.0);
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = -std::log1p(-values[i]);
            totals[i % n] += values[i];
        }
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = totals[i % n] > 0.0 ? values[i] / totals[i % n] : 0.0;
    }

    [[nodiscard]] std::size_t n_imt() const { return tables_.imts.size(); }
    [[nodiscard]] std::size_t n_poe() const { return levels_.dataset.inner.at(1); }
    [[nodiscard]] std::size_t n_levels() const { return n_imt() * n_poe(); }

    [[nodiscard]] std::vector<double> edges(const std::string& axis, std::size_t site) const
    {
        const Table& table = edges_.at(axis);
        return axis == "lon" || axis == "lat" ? row_of(table, site) : values_of<double>(table);
    }

    /// Names of the bins of an axis: region types, or centres.
    [[nodiscard]] std::vector<std::string> bins(Axis axis, std::size_t site) const
    {
        std::vector<std::string> names;
        if (axis == Axis::trt) {
            for (const std::string& trt : trts_)
                names.push_back(csv_field(trt));
            return names;
        }
        const std::vector<double> all = edges(std::string{psha::axis_name(axis)}, site);
        for (std::size_t k = 1; k < all.size(); ++k)
            names.push_back(scientific((all[k - 1] + all[k]) / 2.0));
        return names;
    }

    [[nodiscard]] std::string header(const DisaggKind& kind, Content content, std::size_t site) const
    {
        std::string names = "imt,iml,poe";
        for (const Axis axis : kind.axes)
            names += text(",", psha::axis_name(axis));
        const std::vector<std::uint32_t> chosen = row_of<std::uint32_t>(chosen_, site);
        if (content == Content::mean)
            names += ",mean";
        else
            for (const std::uint32_t rlz : chosen)
                names += text(",rlz", rlz);
        std::string comment = generated_by(reader_) + ", investigation_time=" +
                              python_float(reader_.configured("investigation_time"));
        for (const char* axis : {"mag", "dist", "lon", "lat", "eps"})
            comment += text(", ", axis, "_bin_edges=", list_text(edges(axis, site)));
        comment += fmt::format(", tectonic_region_types=['{}'], lon={}, lat={}", fmt::join(trts_, "', '"),
                               python_float(tables_.sites[site].lon), python_float(tables_.sites[site].lat));
        if (content != Content::mean)
            comment += text(", weights=", list_text(weights(chosen)),
                            fmt::format(", rlz_ids=[{}]", fmt::join(chosen, ", ")));
        const auto n_commas = static_cast<std::size_t>(std::ranges::count(names, ','));
        return fmt::format("#{}\"{}\"\n{}\n", std::string(n_commas, ','), comment, names);
    }

    /// Of the chosen realizations, adding up to 1.
    [[nodiscard]] std::vector<double> weights(const std::vector<std::uint32_t>& chosen) const
    {
        std::vector<double> list;
        for (const std::uint32_t rlz : chosen)
            list.push_back(tables_.realizations.at(rlz).weight);
        const double sum = std::accumulate(list.begin(), list.end(), 0.0);
        for (double& weight : list)
            weight /= sum;
        return list;
    }

    /// Intensity measures by name, probabilities ascending, bins with the last axis fastest.
    [[nodiscard]] std::string rows(const DisaggKind& kind, std::size_t site,
                                   const std::vector<double>& values, std::size_t n_columns) const
    {
        const std::vector<double> levels = row_of(levels_, site);
        const std::vector<double> poes = row_of(poes_, site);
        std::vector<std::vector<std::string>> names;
        for (const Axis axis : kind.axes)
            names.push_back(bins(axis, site));
        const std::size_t n_cells = values.size() / n_levels() / n_columns;
        std::string out;
        for (const std::size_t l : level_order(poes)) {
            const std::string begin = fmt::format("{},{},{}", csv_field(tables_.imts[l / n_poe()].name),
                                                  scientific(levels[l]), scientific(poes[l]));
            for (std::size_t cell = 0; cell < n_cells; ++cell) {
                out += begin;
                std::size_t left = n_cells;
                for (const std::vector<std::string>& of_axis : names) {
                    left /= of_axis.size();
                    out += ',' + of_axis[cell / left % of_axis.size()];
                }
                for (std::size_t c = 0; c < n_columns; ++c)
                    out += ',' + scientific(values[(cell * n_levels() + l) * n_columns + c]);
                out += '\n';
            }
        }
        return out;
    }

    [[nodiscard]] std::vector<std::size_t> level_order(const std::vector<double>& poes) const
    {
        std::vector<std::size_t> order(n_levels());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, {}, [&](std::size_t l) {
            return std::pair{tables_.imts[l / n_poe()].name, poes[l]};
        });
        return order;
    }

    const Reader& reader_;
    const std::filesystem::path& to_;
    HazardTables tables_;
    std::vector<std::string> trts_;
    Table levels_; ///< [site][imt][poe]
    Table poes_;   ///< [site][imt][poe]
    Table chosen_; ///< [site][chosen]
    std::map<std::string, Table> edges_;
};

} // namespace

Files export_disagg_csv(const Reader& reader, const std::filesystem::path& to)
{
    const DisaggFiles files{reader, to};
    const bool has_means = std::ranges::any_of(psha::disagg_kinds(), [&](const DisaggKind& kind) {
        return reader.has(text("/results/disagg_mean/", kind.name));
    });
    return files.write(has_means ? Content::mean : Content::realizations);
}

Files export_disagg_rlzs_csv(const Reader& reader, const std::filesystem::path& to)
{
    return DisaggFiles{reader, to}.write(Content::realizations);
}

Files export_disagg_traditional_csv(const Reader& reader, const std::filesystem::path& to)
{
    return DisaggFiles{reader, to}.write(Content::shares);
}

Files export_disagg_npz(const Reader&, const std::filesystem::path&)
{
    throw InputError{
        "export: a disaggregation has no format npz (accepted: csv; numpy reads the output itself "
        "through h5py)"};
}

} // namespace mtc::commands
