#include "psha/disagg/local_run.hpp"
#include "psha/job_folder.hpp"
#include "psha/nrml_text.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

using namespace mtc;
using mtc::test::LocalRun;

namespace {

/// Two points whose ruptures, one for each magnitude, lie in bins of their own. Magnitudes are 20 times as
/// frequent as one expects, so that the distribution matters.
std::vector<double> cells_of(const std::string& kind, const std::string& occurrence)
{
    const test::JobFolder folder{"disagg_binomial"};
    std::string sources;
    for (const std::string place : {"10 45", "10.6 45"}) {
        test::SourceText point;
        point.attributes = "id=\"" + place + "\" " + occurrence;
        point.geometry = "<pointGeometry><gml:Point><gml:pos>" + place +
                         "</gml:pos></gml:Point><upperSeismoDepth>0</upperSeismoDepth>"
                         "<lowerSeismoDepth>20</lowerSeismoDepth></pointGeometry>";
        sources += point.xml();
    }
    folder.write("sm.xml", test::source_model_xml(sources));
    folder.write("tree.xml", test::source_tree_xml({{"b1", "sm.xml", "1"}}));
    folder.write("job.ini", "calculation_mode = disaggregation\n"
                            "sites = 10.1 45.1\n"
                            "source_model_logic_tree_file = tree.xml\n"
                            "gsim = BooreAtkinson2008\n"
                            "reference_vs30_value = 400\n"
                            "investigation_time = 50\n"
                            "truncation_level = 3\n"
                            "maximum_distance = 200\n"
                            "pointsource_distance = exact\n"
                            "width_of_mfd_bin = 0.5\n"
                            "iml_disagg = {'PGA': 0.1, 'SA(1.0)': 0.05}\n"
                            "disagg_bin_edges = {'mag': [4.5, 5.5, 6.5], 'dist': [0, 30, 200]}\n"
                            "mag_bin_width = 1\n"
                            "distance_bin_width = 20\n"
                            "coordinate_bin_width = 1000\n"
                            "num_epsilon_bins = 4\n");
    return LocalRun{folder.path()}.dataset("/results/disagg_rlzs/" + kind);
}

} // namespace

TEST_CASE("each cell has the negative binomial probability of its share")
{
    constexpr double alpha = 2.0;
    const std::string binomial = "tom=\"NegativeBinomialTOM\" alpha=\"2\" mu=\"0.1\"";
    const std::vector<double> poisson = cells_of("Mag_Dist_Eps", "");
    const std::vector<double> cells = cells_of("Mag_Dist_Eps", binomial);
    REQUIRE(cells.size() == 2 * 2 * 4 * 2); // [mag][dist][eps][imt]
    REQUIRE(poisson.size() == cells.size());
    std::size_t n_filled = 0;
    double largest = 0.0;
    std::vector<double> none(2, 1.0); // [imt]
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        CAPTURE(cell);
        const double occurrences = -std::log1p(-poisson[cell]);
        const double wanted = -std::expm1(-std::log1p(alpha * occurrences) / alpha);
        CHECK(cells[cell] == doctest::Approx(wanted).epsilon(1e-10));
        n_filled += wanted > 1e-6 ? 1 : 0;
        largest = std::max(largest, poisson[cell] - cells[cell]);
        none[cell % 2] *= 1.0 - cells[cell];
    }
    CHECK(n_filled >= 16);
    CHECK(largest > 1e-3); // and this is not Poisson's
    // The marginals are of rates.
    const std::vector<double> whole = cells_of("TRT", binomial); // [imt]
    REQUIRE(whole.size() == 2);
    for (std::size_t imt = 0; imt < 2; ++imt)
        CHECK(whole[imt] == doctest::Approx(1.0 - none[imt]).epsilon(1e-9));
}
