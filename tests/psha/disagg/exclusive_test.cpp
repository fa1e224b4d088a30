#include "mtc/error.hpp"
#include "psha/disagg/local_run.hpp"
#include "psha/job_folder.hpp"
#include "test_data.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <sstream>

using namespace mtc;
using namespace mtc::psha;
using mtc::test::LocalRun;

namespace {

std::string content(const std::filesystem::path& file)
{
    std::ostringstream all;
    all << std::ifstream{file}.rdbuf();
    return all.str();
}

/// All that stands from `first` up to the end of `last`.
std::string between(const std::string& all, const std::string& first, const std::string& last)
{
    const std::size_t begin = all.find(first);
    REQUIRE(begin != std::string::npos);
    const std::size_t end = all.find(last, begin);
    REQUIRE(end != std::string::npos);
    return all.substr(begin, end + last.size() - begin);
}

/// One cell for each magnitude and distance, so that these tables show every cell.
const test::Overrides by_magnitude_and_distance{
    {"intensity_measure_types_and_levels", ""},
    {"iml_disagg", "{'PGA': 0.2, 'SA(1.0)': 0.1}"},
    {"disagg_bin_edges", "{'mag': [5, 6, 6.6, 7], 'dist': [0, 10, 20, 300], 'eps': [-3, 3]}"},
    {"coordinate_bin_width", "1000"},
    {"disagg_outputs", "Mag_Dist TRT"}};

std::vector<double> table_of(const std::filesystem::path& folder, const std::string& kind)
{
    return LocalRun{folder, by_magnitude_and_distance}.dataset("/results/disagg_rlzs/" + kind);
}

} // namespace

TEST_CASE("probabilities of sources that exclude each other are added in each cell")
{
    const auto folder = test::reference("hazard/golden/jobs/mutex_sources");
    if (!folder)
        return;
    const std::string model = content(*folder / "ssm.xml");
    const std::string group = between(model, "<sourceGroup", ">");
    const std::array<std::string, 3> sources{
        between(model, "<pointSource", "</pointSource>"),
        between(model, "<characteristic", "</characteristicFaultSource>"),
        between(model, "<simpleFaultSource", "</simpleFaultSource>")};
    constexpr std::array weights{0.5, 0.3, 0.2}; // of the job, as the next
    constexpr double group_probability = 0.8;
    std::vector<double> wanted;
    std::size_t n_sources_in_cell = 0;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const test::JobFolder alone{text("disagg_source_", i)};
        std::string of_one = model.substr(0, model.find("<sourceGroup"));
        of_one += "<sourceGroup name=\"one\" tectonicRegion=\"Active Shallow Crust\">" + sources[i];
        alone.write("ssm.xml", of_one + "</sourceGroup></sourceModel></nrml>");
        alone.write("ssmlt.xml", content(*folder / "ssmlt.xml"));
        alone.write("job.ini", content(*folder / "job.ini"));
        const std::vector<double> probabilities = table_of(alone.path(), "Mag_Dist");
        wanted.resize(probabilities.size());
        for (std::size_t cell = 0; cell < wanted.size(); ++cell) {
            const double rate = -std::log1p(-probabilities[cell]);
            wanted[cell] += weights[i] * -std::expm1(-group_probability * rate);
            n_sources_in_cell += probabilities[cell] > 1e-6 ? 1 : 0;
        }
    }
    const std::vector<double> both = table_of(*folder, "Mag_Dist"); // [site][mag][dist][imt]
    REQUIRE(both.size() == 3 * 3 * 3 * 2);
    REQUIRE(wanted.size() == both.size());
    std::size_t n_filled = 0;
    for (std::size_t cell = 0; cell < both.size(); ++cell) {
        CAPTURE(cell);
        CHECK(both[cell] == doctest::Approx(wanted[cell]).epsilon(1e-12));
        n_filled += wanted[cell] > 1e-6 ? 1 : 0;
    }
    CHECK(n_filled >= 10);
    CHECK(n_sources_in_cell > n_filled); // some cells have several sources
    // The marginals are of rates.
    const std::vector<double> whole = table_of(*folder, "TRT"); // [site][imt]
    REQUIRE(whole.size() == 3 * 2);
    for (std::size_t site = 0; site < 3; ++site)
        for (std::size_t imt = 0; imt < 2; ++imt) {
            double none = 1.0;
            for (std::size_t cell = 0; cell < 9; ++cell)
                none *= 1.0 - both[(site * 9 + cell) * 2 + imt];
            CHECK(whole[site * 2 + imt] == doctest::Approx(1.0 - none).epsilon(1e-9));
        }
}

TEST_CASE("clusters and ruptures that exclude each other are not taken apart")
{
    for (const auto& [job, words] :
         {std::pair{"cluster", "is a cluster"}, {"mutex_ruptures", "has ruptures that exclude each other"}}) {
        const auto folder = test::reference(std::filesystem::path{"hazard/golden/jobs"} / job);
        if (!folder)
            return;
        const std::string message = test::refusal([&] { (void)table_of(*folder, "TRT"); });
        CHECK(message.find(words) != std::string::npos);
    }
}
