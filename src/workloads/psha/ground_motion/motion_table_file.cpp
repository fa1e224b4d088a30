#include "workloads/psha/ground_motion/motion_table_file.hpp"

#include "config/nearest.hpp"
#include "h5/attribute.hpp"
#include "h5/dataset.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace mtc::psha {
namespace {

constexpr std::size_t most_numbers = 32'000'000; // 256 MB: it is held in the model that all ranks share

struct Metric {
    std::string_view name;
    DistanceMeasure measure;
};
constexpr std::array metrics{Metric{"rrup", needs_rrup}, Metric{"rjb", needs_rjb}, Metric{"repi", needs_repi},
                             Metric{"rhypo", needs_rhypo}};

class TableFile {
public:
    explicit TableFile(const std::filesystem::path& file)
        : file_{opened(file)}
    {}

    [[noreturn]] void refuse(std::string_view object, std::string_view why) const
    {
        throw InputError(text(file_.path().string(), ":", object, " (", why, ")"));
    }

    [[nodiscard]] bool has(const std::string& object) const { return file_.has(object); }

    /// \param extents  wanted; 0: any, which becomes what it is
    [[nodiscard]] std::vector<double> numbers(const std::string& object, std::vector<hsize_t>& extents) const
    {
        if (!file_.has(object) || !file_.is_dataset(object))
            refuse(object, "there is no such dataset; a table holds /Mw, /Distances, /IMLs and /Total");
        const Dataset dataset = described(object);
        const std::vector<hsize_t> present = h5::extents_of(dataset);
        const auto fits = [](hsize_t wanted, hsize_t is) { return wanted == 0 ? is > 0 : wanted == is; };
        if (dataset.fields.size() != 1 || !std::ranges::equal(extents, present, fits))
            refuse(object, text("of shape ", shape_text(present), "; ", shape_text(extents), " is wanted"));
        hsize_t n = 1;
        for (const hsize_t extent : present)
            n = extent > most_numbers ? most_numbers + 1 : n * extent;
        if (n > most_numbers)
            refuse(object, text("more than ", most_numbers, " numbers"));
        extents = present;
        std::vector<double> values;
        h5::read_numbers(file_, dataset, {std::vector<hsize_t>(present.size(), 0), present}, values);
        return values;
    }

    [[nodiscard]] DistanceMeasure metric() const
    {
        const std::string name = h5::read_text_attribute(file_, "/Distances", "metric");
        const auto* metric = std::ranges::find(metrics, name, &Metric::name);
        if (metric == metrics.end()) {
            std::array<std::string_view, metrics.size()> names{};
            std::ranges::transform(metrics, names.begin(), &Metric::name);
            refuse("/Distances@metric", text("'", name, "'; rrup, rjb, repi and rhypo are accepted.",
                                             config::did_you_mean(name, names)));
        }
        return metric->measure;
    }

private:
    static h5::File opened(const std::filesystem::path& file)
    {
        try {
            return h5::File::open(file);
        } catch (const Error& error) {
            throw InputError(
                text(file.string(), " (a ground-motion table in HDF5 is wanted: ", error.what(), ")"));
        }
    }

    [[nodiscard]] Dataset described(const std::string& object) const
    {
        try {
            return h5::describe(file_, object);
        } catch (const Error&) {
            refuse(object, "its type is no number");
        }
    }

    static std::string shape_text(const std::vector<hsize_t>& extents)
    {
        std::string shape;
        for (const hsize_t extent : extents)
            shape += text(shape.empty() ? "" : " x ", extent == 0 ? "n" : std::to_string(extent));
        return shape;
    }

    h5::File file_;
};

void check_ascending(const TableFile& file, std::string_view object, std::span<const double> values,
                     double least)
{
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!std::isfinite(values[i]) || values[i] < least || (i > 0 && values[i] <= values[i - 1]))
            file.refuse(object,
                        text("value ", i + 1, " is ", values[i], "; finite values that ascend are wanted"));
}

/// Puts the logarithms of a dataset [n_distances, n, n_magnitudes] behind `to` as
/// [n][n_magnitudes][n_distances].
void append_logarithms(const TableFile& file, const std::string& object, std::vector<hsize_t> extents,
                       std::vector<double>& to)
{
    const std::vector<double> values = file.numbers(object, extents);
    for (std::size_t row = 0; row < extents[1]; ++row)
        for (std::size_t m = 0; m < extents[2]; ++m)
            for (std::size_t d = 0; d < extents[0]; ++d) {
                const double value = values[(d * extents[1] + row) * extents[2] + m];
                if (!std::isfinite(value) || value <= 0.0)
                    file.refuse(object, text("a value is ", value, "; finite values above 0 are wanted"));
                to.push_back(std::log(value));
            }
}

} // namespace

MotionTable read_motion_table(const std::filesystem::path& path)
{
    const TableFile file{path};
    MotionTable table;
    std::vector<hsize_t> extents{0};
    table.numbers = file.numbers("/Mw", extents);
    check_ascending(file, "/Mw", table.numbers, -10.0);
    const hsize_t n_magnitudes = extents[0];
    extents = {0, 1, n_magnitudes};
    const std::vector<double> distances = file.numbers("/Distances", extents);
    const hsize_t n_distances = extents[0];
    for (std::size_t m = 0; m < n_magnitudes; ++m) {
        std::vector<double> column;
        for (std::size_t d = 0; d < n_distances; ++d)
            column.push_back(distances[d * n_magnitudes + m]);
        check_ascending(file, "/Distances", column, 0.0);
        table.numbers.insert(table.numbers.end(), column.begin(), column.end());
    }
    hsize_t n_periods = 0;
    if (file.has("/IMLs/SA")) {
        extents = {0};
        const std::vector<double> periods = file.numbers("/IMLs/T", extents);
        check_ascending(file, "/IMLs/T", periods, 1e-9);
        n_periods = extents[0];
        if (file.has("/Total/T") && file.numbers("/Total/T", extents) != periods)
            file.refuse("/Total/T", "other periods than in /IMLs/T");
        table.numbers.insert(table.numbers.end(), periods.begin(), periods.end());
    }
    const bool has_pga = file.has("/IMLs/PGA");
    const bool has_pgv = file.has("/IMLs/PGV");
    if (!has_pga && !has_pgv && n_periods == 0)
        file.refuse("/IMLs", "it holds none of PGA, PGV and SA with T");
    table.shape = {.n_magnitudes = static_cast<std::uint32_t>(n_magnitudes),
                   .n_distances = static_cast<std::uint32_t>(n_distances),
                   .n_periods = static_cast<std::uint32_t>(n_periods),
                   .has_pga = has_pga ? 1U : 0U,
                   .has_pgv = has_pgv ? 1U : 0U,
                   .distance = file.metric()};
    if (table.shape.n_numbers() > most_numbers)
        file.refuse("/IMLs",
                    text(table.shape.n_numbers(), " numbers; at most ", most_numbers, " are accepted"));
    for (const std::string group : {"/IMLs/", "/Total/"}) {
        if (has_pga)
            append_logarithms(file, group + "PGA", {n_distances, 1, n_magnitudes}, table.numbers);
        if (has_pgv)
            append_logarithms(file, group + "PGV", {n_distances, 1, n_magnitudes}, table.numbers);
        if (n_periods > 0)
            append_logarithms(file, group + "SA", {n_distances, n_periods, n_magnitudes}, table.numbers);
    }
    return table;
}

} // namespace mtc::psha
