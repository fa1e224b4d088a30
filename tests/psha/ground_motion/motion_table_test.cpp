#include "h5/attribute.hpp"
#include "h5/dataset.hpp"
#include "mtc/error.hpp"
#include "psha/ground_motion/contexts.hpp"
#include "workloads/psha/ground_motion/motion_table_file.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>

using namespace mtc;

namespace {

const std::vector<double> magnitudes{5.0, 6.0, 7.5};
const std::vector<double> distances{1.0, 10.0, 40.0, 200.0}; // [km]
const std::vector<double> periods{0.1, 1.0, 4.0};            // [s]

/// The model behind the table: medians [g, cm/s] and standard deviations.
double median_of(std::string_view measure, double period, double magnitude, double distance)
{
    const double level = measure == "SA" ? 0.5 - 0.4 * std::log(period) : measure == "PGV" ? 3.0 : 0.0;
    return std::exp(level + 1.1 * (magnitude - 6.0) - 1.3 * std::log(distance + 5.0));
}
double sigma_of(double magnitude, double distance)
{
    return 0.9 - 0.05 * magnitude + 0.0005 * distance;
}

void write_numbers(const h5::File& file, const std::string& path, std::vector<std::uint64_t> extents,
                   std::vector<double> values)
{
    Dataset dataset{
        .path = path, .fields = {{.name = "", .element = Element::float64}}, .n_rows = extents[0]};
    dataset.inner.assign(extents.begin() + 1, extents.end());
    const h5::DatasetHandle handle = h5::create_dataset(file, dataset);
    REQUIRE(H5Dwrite(handle.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0);
}

/// [distance][period or one][magnitude]
std::vector<double> grid(std::size_t n_periods, const auto& value)
{
    std::vector<double> values;
    for (const double r : distances)
        for (std::size_t p = 0; p < n_periods; ++p)
            for (const double mag : magnitudes)
                values.push_back(value(periods[p], mag, r));
    return values;
}

/// Writes a table, without some object, and with the metric as given.
void write_table(const std::string& name, std::string_view without = "", const std::string& metric = "rrup")
{
    const h5::File file = h5::File::create(name);
    const std::uint64_t n_d = distances.size();
    const std::uint64_t n_m = magnitudes.size();
    const auto write = [&](const std::string& path, std::vector<std::uint64_t> extents,
                           std::vector<double> values) {
        if (path != without)
            write_numbers(file, path, std::move(extents), std::move(values));
    };
    write("/Mw", {n_m}, magnitudes);
    write("/Distances", {n_d, 1, n_m}, grid(1, [](double, double, double r) { return r; }));
    if (without != "/Distances")
        h5::write_attribute(file, "/Distances", "metric", metric);
    for (const std::string group : {"/IMLs/", "/Total/"}) {
        const auto value = [&](std::string_view measure) {
            return [&group, measure](double period, double mag, double r) {
                return group == "/Total/" ? sigma_of(mag, r) : median_of(measure, period, mag, r);
            };
        };
        write(group + "PGA", {n_d, 1, n_m}, grid(1, value("PGA")));
        write(group + "PGV", {n_d, 1, n_m}, grid(1, value("PGV")));
        write(group + "SA", {n_d, periods.size(), n_m}, grid(periods.size(), value("SA")));
        write(group + "T", {periods.size()}, periods);
    }
}

struct At {
    double magnitude;
    double distance;
};

test::ModelResults motions(const std::string& file, const std::vector<At>& contexts,
                           const std::vector<psha::Imt>& imts, std::size_t& n_padded)
{
    test::CsvTable table;
    table.header = {"mag", "rrup"};
    for (const At& at : contexts) {
        char mag[32];
        char rrup[32];
        std::snprintf(mag, sizeof mag, "%.17g", at.magnitude);
        std::snprintf(rrup, sizeof rrup, "%.17g", at.distance);
        table.rows.push_back({mag, rrup});
    }
    const psha::MotionTableFiles tables{"."};
    const auto model = psha::make_model("[GMPETable]\ngmpe_table = \"" + file + "\"", imts, tables);
    CHECK(model->distances() == psha::needs_rrup);
    CHECK(model->site_parameters() == 0);
    const test::TableContexts made(table, false);
    n_padded = made.batch().n_padded;
    return {simd::detected(), *model, made.batch(), imts.size()};
}

std::vector<psha::Imt> imts_of(const std::vector<const char*>& names)
{
    std::vector<psha::Imt> imts;
    for (const char* name : names)
        imts.push_back(psha::imt_from_text(name));
    return imts;
}

std::string refusal(const std::string& file, std::string_view imt = "PGA")
{
    try {
        const psha::MotionTableFiles tables{"."};
        (void)psha::make_model("[GMPETable]\ngmpe_table = \"" + file + "\"",
                               std::vector{psha::imt_from_text(imt)}, tables);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

const bool reader_is_set = [] {
    psha::MotionTableFiles::read_with(psha::read_motion_table);
    return true;
}();

} // namespace

TEST_CASE("a ground-motion table gives what stands at its nodes")
{
    REQUIRE(reader_is_set);
    write_table("nodes.hdf5");
    const auto imts = imts_of({"PGA", "PGV", "SA(0.1)", "SA(1.0)", "SA(4.0)"});
    std::vector<At> contexts;
    for (const double mag : magnitudes)
        for (const double r : distances)
            contexts.push_back({mag, r});
    std::size_t n_padded = 0;
    const test::ModelResults results = motions("nodes.hdf5", contexts, imts, n_padded);
    std::size_t n_equal = 0;
    for (std::size_t imt = 0; imt < imts.size(); ++imt)
        for (std::size_t i = 0; i < contexts.size(); ++i) {
            const auto [mag, r] = contexts[i];
            const std::string measure = imts[imt].name.substr(0, imts[imt].name.find('('));
            const std::size_t at = imt * n_padded + i;
            const bool is_equal =
                std::abs(results.mean[at] - std::log(median_of(measure, imts[imt].period, mag, r))) <
                    1e-14 * 10 &&
                std::abs(results.sigma[at] - sigma_of(mag, r)) < 1e-14;
            n_equal += is_equal ? 1 : 0;
        }
    CHECK(n_equal == imts.size() * contexts.size());
    CHECK(n_equal == 60);
}

TEST_CASE("between its nodes a ground-motion table is interpolated as OpenQuake does")
{
    write_table("between.hdf5");
    const auto imts = imts_of({"PGA", "SA(0.3)"});
    const double mag = 6.6;
    const double r = 25.0;
    std::size_t n_padded = 0;
    const test::ModelResults results = motions("between.hdf5", {{mag, r}, {6.6004, r}}, imts, n_padded);
    const double of_mag = (6.6 - 6.0) / 1.5;
    const double of_r = (25.0 - 10.0) / 30.0;
    const double of_period = std::log(0.3 / 0.1) / std::log(10.0);
    const auto geometric = [](double a, double b, double weight) {
        return std::exp((1.0 - weight) * std::log(a) + weight * std::log(b));
    };
    const auto linear = [](double a, double b, double weight) { return (1.0 - weight) * a + weight * b; };
    const auto pga = [&](double d) {
        return geometric(median_of("PGA", 0.0, 6.0, d), median_of("PGA", 0.0, 7.5, d), of_mag);
    };
    const auto sa = [&](double d) {
        const auto at = [&](double m) {
            return geometric(median_of("SA", 0.1, m, d), median_of("SA", 1.0, m, d), of_period);
        };
        return geometric(at(6.0), at(7.5), of_mag);
    };
    const auto sigma = [&](double d) { return geometric(sigma_of(6.0, d), sigma_of(7.5, d), of_mag); };
    CHECK(std::abs(results.mean[0] - std::log(linear(pga(10.0), pga(40.0), of_r))) < 1e-13);
    CHECK(std::abs(results.mean[n_padded] - std::log(linear(sa(10.0), sa(40.0), of_r))) < 1e-13);
    CHECK(std::abs(results.sigma[0] - linear(sigma(10.0), sigma(40.0), of_r)) < 1e-13);
    CHECK(std::abs(results.sigma[n_padded] - linear(sigma(10.0), sigma(40.0), of_r)) < 1e-13);
    CHECK(results.mean[1] == results.mean[0]); // magnitudes are seen by two decimals
}

TEST_CASE("outside of a ground-motion table the nearest counts, but for far sites and small magnitudes")
{
    write_table("outside.hdf5");
    const auto imts = imts_of({"PGA"});
    std::size_t n_padded = 0;
    const test::ModelResults results = motions(
        "outside.hdf5", {{5.0, 0.0}, {5.0, 1.0}, {8.0, 40.0}, {7.5, 40.0}, {6.0, 200.0005}, {6.0, 201.0}},
        imts, n_padded);
    CHECK(results.mean[0] == results.mean[1]);
    CHECK(results.mean[2] == results.mean[3]);
    CHECK(std::abs(results.mean[4] - std::log(median_of("PGA", 0.0, 6.0, 200.0))) < 1e-13);
    CHECK(std::abs(results.mean[5] - std::log(1e-20)) < 1e-12);
    CHECK(std::abs(results.sigma[5] - sigma_of(6.0, 200.0)) < 1e-14);
    std::string message = "no error";
    try {
        (void)motions("outside.hdf5", {{4.99, 10.0}}, imts, n_padded);
    } catch (const ComputeError& error) {
        message = error.what();
    }
    CHECK(message == "GMPETable: magnitude 4.99 is below the least of outside.hdf5 (/Mw is from 5 to 7.5)");
}

TEST_CASE("a ground-motion table is refused by file and object")
{
    const auto contains = [](const std::string& text, std::string_view part) {
        return text.find(part) != std::string::npos;
    };
    for (const char* object : {"/Mw", "/Distances", "/Total/PGA", "/IMLs/T", "/Total/SA"}) {
        CAPTURE(object);
        write_table("without.hdf5", object);
        CHECK(contains(refusal("without.hdf5"),
                       "without.hdf5:" + std::string(object) + " (there is no such dataset"));
    }
    write_table("metric.hdf5", "", "rjbb");
    CHECK(
        contains(refusal("metric.hdf5"), "metric.hdf5:/Distances@metric ('rjbb'; rrup, rjb, repi and rhypo"));
    CHECK(contains(refusal("metric.hdf5"), "Did you mean 'rjb'?"));
    write_table("whole.hdf5");
    CHECK(refusal("whole.hdf5") == "no error");
    CHECK(contains(refusal("whole.hdf5", "SA(5.0)"),
                   "whole.hdf5 has no SA(5.0) in /IMLs (it has PGA, PGV, SA(0.1) to SA(4.0))"));
    CHECK(contains(refusal("absent.hdf5"), "absent.hdf5 (a ground-motion table in HDF5 is wanted"));
    const std::vector<psha::Imt> imts = imts_of({"PGA"});
    const psha::MotionTableFiles tables{"."};
    CHECK_THROWS_WITH_AS((void)psha::make_model("GMPETable", imts, tables),
                         "GMPETable: no table (gmpe_table = \"file.hdf5\" is wanted below the name)",
                         InputError);
    CHECK_THROWS_AS((void)psha::make_model("[GMPETable]\ngmpe_table = \"whole.hdf5\"", imts), InputError);
}

TEST_CASE("distances and medians of a ground-motion table must be sound")
{
    write_table("shape.hdf5", "/IMLs/PGV");
    {
        const h5::FileHandle file{H5Fopen("shape.hdf5", H5F_ACC_RDWR, H5P_DEFAULT)};
        const h5::DatasetHandle dataset{H5Dopen2(file.get(), "/Distances", H5P_DEFAULT)};
        std::vector<double> values(distances.size() * magnitudes.size(), 7.0); // do not ascend
        REQUIRE(H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >=
                0);
    }
    CHECK(refusal("shape.hdf5") ==
          "./shape.hdf5:/Distances (value 2 is 7; finite values that ascend are wanted)");
}
