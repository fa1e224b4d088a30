#include "config/read.hpp"
#include "psha/hazard/kernel_job.hpp"
#include "psha/source/csv.hpp"
#include "simd/dispatch.hpp"
#include "test_data.hpp"
#include "workloads/psha/job/read.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <string>
#include <vector>

using namespace mtc;
using namespace mtc::psha;

namespace {

struct JobCase {
    const char* name;
    double absolute;
    double relative;
};

struct Row {
    double lon = 0.0;
    std::string imt;
    double iml = 0.0;
    double poe = 0.0;
};

std::vector<Row> rows_of(const std::filesystem::path& file)
{
    std::vector<Row> rows;
    for (const std::vector<std::string>& row : test::csv_rows(file))
        rows.push_back(
            {test::number(row.at(0)), row.at(3), test::number(row.at(4)), test::number(row.at(5))});
    return rows;
}

std::size_t cell_of(const Row& row, const ModelView& model)
{
    std::size_t site = 0;
    while (std::abs(model.sites[site].lon - row.lon) > 1e-6)
        ++site;
    std::size_t cell = site * model.levels.size();
    for (const ImtRecord& imt : model.imts)
        for (const double level : model.levels.subspan(imt.levels.first, imt.levels.count)) {
            if (row.imt == imt.name && std::abs(level / row.iml - 1.0) < 1e-9)
                return cell;
            ++cell;
        }
    FAIL("no level ", row.imt, " ", row.iml);
    return 0;
}

} // namespace

TEST_CASE("jobs whose sources and ruptures depend on each other are OpenQuake's")
{
    const auto folder = test::reference("hazard/golden/jobs");
    if (!folder)
        return;
    // Where sources exclude each other or cluster, OpenQuake's single precision shows.
    for (const JobCase& which : {JobCase{"nonparametric", 1e-9, 1e-6},
                                 {"mutex_sources", 2e-7, 1e-4},
                                 {"mutex_ruptures", 2e-7, 1e-4},
                                 {"cluster", 2e-7, 1e-4},
                                 {"cluster_mutex", 2e-7, 1e-4},
                                 {"group_probability", 1e-9, 1e-6},
                                 {"multi_surface", 1e-9, 1e-6}}) {
        CAPTURE(which.name);
        Notes notes;
        const Config config = config::read_config(
            *folder / which.name / "job.ini", {},
            [](const std::string&) -> const std::vector<Option>& { return hazard_options(); }, notes);
        const ModelBytes bytes = with_units(read_model(config, notes));
        const HazardContext hazard{bytes, simd::detected()};
        HazardSpace space{hazard};
        const std::vector<double> sums = test::hazard_of(hazard, space);
        double largest = 0.0;
        double largest_relative = 0.0;
        std::size_t n_compared = 0;
        for (const Row& row : rows_of(*folder / which.name / "oq.csv")) {
            const double poe = -std::expm1(-sums[cell_of(row, hazard.model)]);
            const double difference = std::abs(poe - row.poe);
            CAPTURE(row.lon);
            CAPTURE(row.imt);
            CAPTURE(row.iml);
            CHECK_MESSAGE(difference <= which.absolute + which.relative * row.poe,
                          poe << ", reference " << row.poe);
            largest = std::max(largest, difference);
            if (row.poe > 1e-4)
                largest_relative = std::max(largest_relative, difference / row.poe);
            ++n_compared;
        }
        std::cout << "job " << which.name << ": largest difference " << largest << ", relative "
                  << largest_relative << '\n';
        CHECK(n_compared == 60);
    }
}

TEST_CASE("points averaged over cells give OpenQuake's curves")
{
    const auto folder = test::reference("oq/demos/MultiPointClassicalPSHA");
    if (!folder)
        return;
    // Three of the job's four models, one by one.
    struct Branch {
        std::string model;
        std::string curve;
        std::size_t n_points;
    };
    for (const Branch& branch : {Branch{"ChiouYoungs2014", "rlz-000.csv", 14},
                                 {"AkkarEtAlRjb2014", "rlz-001.csv", 15},
                                 {"AtkinsonBoore2006Modified2011", "rlz-002.csv", 13}}) {
        CAPTURE(branch.model);
        Notes notes;
        const std::vector<std::pair<std::string, std::string>> overrides{{"gsim_logic_tree_file", ""},
                                                                         {"gsim", branch.model}};
        const Config config = config::read_config(
            *folder / "job.ini", overrides,
            [](const std::string&) -> const std::vector<Option>& { return hazard_options(); }, notes);
        const ModelBytes bytes = with_units(read_model(config, notes));
        const HazardContext hazard{bytes, simd::detected()};
        HazardSpace space{hazard};
        const std::vector<double> sums = test::hazard_of(hazard, space);
        CHECK(space.n_contexts == 2900); // as OpenQuake counts them
        std::size_t n_compared = 0;
        for (const Row& row : rows_of(*folder / "oq_run" / branch.curve)) {
            if (row.poe < 1e-8)
                continue;
            const double poe = -std::expm1(-sums[cell_of(row, hazard.model)]);
            CAPTURE(row.iml);
            CHECK(std::abs(poe / row.poe - 1.0) < 2e-6);
            ++n_compared;
        }
        CHECK(n_compared == branch.n_points);
    }
}
