#include "mtc/error.hpp"
#include "psha/ground_motion/contexts.hpp"
#include "test_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

using namespace mtc;

namespace {

const std::vector<psha::Imt> imts{psha::imt_from_text("PGA"), psha::imt_from_text("SA(2.0)")};

/// A near and a far context, on rock and on soil.
test::CsvTable contexts()
{
    return {.header = {"mag", "rake", "rjb", "rrup", "vs30"},
            .rows = {{"5.2", "90", "3", "9", "800"}, {"7.1", "0", "120", "121", "250"}}};
}

test::ModelResults results_of(const std::string& spec, const test::TableContexts& at)
{
    return {simd::detected(), *psha::make_model(spec, imts), at.batch(), imts.size()};
}

std::string refusal(const std::string& lines)
{
    try {
        (void)psha::make_model("[ModifiableGMPE]\n" + lines, imts);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

/// How many standard deviations above the mean a standard normal variable exceeds with this probability.
double epsilon_of(double probability)
{
    double low = -10.0;
    double high = 10.0;
    while (high - low > 1e-13) {
        const double middle = 0.5 * (low + high);
        (0.5 * std::erfc(middle / std::sqrt(2.0)) > probability ? low : high) = middle;
    }
    return low;
}

/// ln of the median and standard deviation that a hazard curve of one rupture, not truncated, follows.
struct Motion {
    double mean, sigma;
};

Motion motion_of(const test::CsvTable& curves, const std::string& imt, double rate)
{
    std::vector<std::pair<double, double>> points; // ln level, standard deviations above the mean
    for (const std::vector<std::string>& row : curves.rows) {
        const double exceedance = -std::log1p(-std::stod(row[curves.column("poe")])) / rate;
        if (row[curves.column("imt")] == imt && exceedance > 1e-3 && exceedance < 1.0 - 1e-3)
            points.emplace_back(std::log(std::stod(row[curves.column("iml")])), epsilon_of(exceedance));
    }
    REQUIRE(points.size() >= 5);
    const auto [first, first_epsilon] = points.front();
    const auto [last, last_epsilon] = points.back();
    const double sigma = (last - first) / (last_epsilon - first_epsilon);
    for (const auto& [level, epsilon] : points) // all on one line: the curve is of one rupture
        CHECK(std::abs(level - first - sigma * (epsilon - first_epsilon)) < 1e-4);
    return {.mean = first - sigma * first_epsilon, .sigma = sigma};
}

} // namespace

TEST_CASE("a modifiable model without modification is the model")
{
    const test::TableContexts at(contexts(), false);
    const auto base = results_of("AkkarEtAlRjb2014", at);
    const auto same = results_of("\n   [ModifiableGMPE]\n   gmpe.AkkarEtAlRjb2014 = {}\n  ", at);
    CHECK(same.mean == base.mean);
    CHECK(same.sigma == base.sigma);
    CHECK(same.tau == base.tau);
    CHECK(same.phi == base.phi);
    CHECK(psha::model_name("\n [ModifiableGMPE]\ngmpe.AkkarEtAlRjb2014 = {}") == "ModifiableGMPE");
}

TEST_CASE("scalars scale the median and the standard deviation")
{
    const test::TableContexts at(contexts(), false);
    const auto base = results_of("AkkarEtAlRjb2014", at);
    const auto changed = results_of("[ModifiableGMPE]\n"
                                    "gmpe.AkkarEtAlRjb2014 = {}\n"
                                    "set_scale_median_scalar.scaling_factor = 1.2\n"
                                    "set_scale_total_sigma_scalar.scaling_factor = 0.8\n",
                                    at);
    std::size_t n_compared = 0;
    for (std::size_t i = 0; i < base.mean.size(); ++i) {
        CHECK(changed.mean[i] == doctest::Approx(base.mean[i] + std::log(1.2)).epsilon(1e-14));
        CHECK(changed.sigma[i] == doctest::Approx(0.8 * base.sigma[i]).epsilon(1e-14));
        CHECK(std::hypot(changed.tau[i], changed.phi[i]) == doctest::Approx(changed.sigma[i]).epsilon(1e-14));
        ++n_compared;
    }
    CHECK(n_compared == imts.size() * simd::lanes);
}

TEST_CASE("a given between-event deviation shifts the median and leaves the within-event part")
{
    const test::TableContexts at(contexts(), false);
    const auto base = results_of("AkkarEtAlRjb2014", at);
    const std::string between = "set_between_epsilon.epsilon_tau = 0.5\n";
    const std::string scaled = "set_scale_total_sigma_scalar.scaling_factor = 2\n";
    const std::string head = "[ModifiableGMPE]\ngmpe.AkkarEtAlRjb2014 = {}\n";
    const auto alone = results_of(head + between, at);
    const auto then_scaled = results_of(head + between + scaled, at);
    const auto scaled_before = results_of(head + scaled + between, at);
    for (std::size_t i = 0; i < base.mean.size(); ++i) {
        CHECK(alone.mean[i] == doctest::Approx(base.mean[i] + 0.5 * base.tau[i]).epsilon(1e-14));
        CHECK(alone.sigma[i] == base.phi[i]);
        CHECK(alone.tau[i] == 0.0);
        CHECK(alone.phi[i] == base.phi[i]);
        CHECK(then_scaled.sigma[i] == 2.0 * base.phi[i]);
        CHECK(scaled_before.sigma[i] == base.phi[i]);
    }
}

TEST_CASE("a borrowed site term stands on the model at 760 m/s")
{
    const test::TableContexts at(contexts(), false);
    const std::string term = "nrcan15_site_term = {}\n  nrcan15_site_term.kind = 'base'\n";
    // The lender's own term is not changed.
    const auto lender = results_of("BooreAtkinson2008", at);
    const auto same = results_of("[ModifiableGMPE]\ngmpe.BooreAtkinson2008 = {}\n" + term, at);
    std::size_t n_compared = 0;
    for (std::size_t i = 0; i < lender.mean.size(); ++i) {
        CHECK(same.mean[i] == doctest::Approx(lender.mean[i]).epsilon(1e-13));
        CHECK(same.sigma[i] == lender.sigma[i]);
        CHECK(same.tau[i] == lender.tau[i]);
        ++n_compared;
    }
    CHECK(n_compared == imts.size() * simd::lanes);

    // On rock the term is linear in ln vs30, whatever the model.
    test::CsvTable rock = contexts();
    rock.rows[1][4] = "760";
    test::CsvTable all_rock = rock;
    all_rock.rows[0][4] = "760";
    const std::string akkar = "[ModifiableGMPE]\ngmpe.AkkarEtAlRjb2014 = {}\n";
    const auto with_term = results_of(akkar + term, test::TableContexts(rock, false));
    const auto reference = results_of(akkar, test::TableContexts(all_rock, false));
    const double ln_ratio = std::log(800.0 / 760.0);
    CHECK(with_term.mean[0] - reference.mean[0] == doctest::Approx(-0.36 * ln_ratio).epsilon(1e-12));
    CHECK(with_term.mean[1] == doctest::Approx(reference.mean[1]).epsilon(1e-14));
    CHECK(with_term.mean[simd::lanes] - reference.mean[simd::lanes] ==
          doctest::Approx(-0.73 * ln_ratio).epsilon(1e-12));
    CHECK(with_term.sigma == reference.sigma);
    CHECK(psha::make_model(akkar + term, imts)->site_parameters() == psha::needs_vs30);
}

TEST_CASE("parameters of a modification may follow its empty table")
{
    const std::string name = "set_scale_median_scalar";
    CHECK(refusal("gmpe.SadighEtAl1997 = {}\n  " + name + " = {}\n  " + name + ".scaling_factor = 2\n") ==
          "no error");
    CHECK(contains(refusal("gmpe.SadighEtAl1997 = {}\n" + name + " = {}"), "one parameter is wanted"));
}

TEST_CASE("a modifiable model is as needy as its model, and passes parameters on")
{
    const auto model = psha::make_model("[ModifiableGMPE]\ngmpe.BooreAtkinson2008 = {}", imts);
    CHECK(model->site_parameters() == psha::needs_vs30);
    CHECK(model->distances() == psha::needs_rjb);
    CHECK(refusal("gmpe.BooreAtkinson2008 = {region = \"CAL\"}") ==
          "BooreAtkinson2008: unknown parameter 'region' (this model has none).");
}

TEST_CASE("what is no modification is refused by name")
{
    const std::string gmpe = "gmpe.AkkarEtAlRjb2014 = {}\n";
    CHECK(contains(refusal(""), "one model to modify is wanted"));
    CHECK(contains(refusal("gmpe.BooreAtkinson2008 = {}\ngmpe.SadighEtAl1997 = {}"), "(2 given)"));
    CHECK(contains(refusal("gmpe.AkkarEtAlRjb2041 = {}"), "Did you mean 'AkkarEtAlRjb2014'?"));
    CHECK(contains(refusal(gmpe + "set_scale_medan_scalar.scaling_factor = 2"),
                   "Did you mean 'set_scale_median_scalar'?"));
    CHECK(contains(refusal(gmpe + "nrcan15_site_term = {}\n  nrcan15_site_term.kind = 'linear'"),
                   "nrcan15_site_term.kind = \"base\""));
    CHECK(contains(refusal(gmpe + "nrcan15_site = {}"), "Did you mean 'nrcan15_site_term'?"));
    CHECK(contains(refusal(gmpe + "set_scale_median_scalar.scaling_factor = -1"), "a number above 0"));
    CHECK(contains(refusal(gmpe + "set_scale_median_scalar.factor = 1"), ".scaling_factor"));
    CHECK(contains(refusal(gmpe + "set_scale_median_scalar = 1"), ".scaling_factor"));
    CHECK(contains(refusal("gmpe.SadighEtAl1997 = {}\nset_between_epsilon.epsilon_tau = 1"),
                   "gives only the total"));
    CHECK(contains(refusal("gmpe = "), "in line 2"));
    const auto bare = [] { (void)psha::make_model("ModifiableGMPE", imts); };
    CHECK_THROWS_AS(bare(), InputError);
}

// One rupture and one site, so that the median and standard deviation of each branch can be read off its
// curve.
TEST_CASE("scalars do what OpenQuake's curves show")
{
    const auto folder = test::reference("oq/qa/classical_case_53/oq_run");
    if (!folder)
        return;
    constexpr double rate = 0.01604252;
    const std::vector<psha::Imt> types{psha::imt_from_text("PGA"), psha::imt_from_text("SA(0.5)")};
    const auto scaled = [](const char* median, const char* sigma) {
        return std::string("[ModifiableGMPE]\ngmpe.AkkarEtAlRjb2014 = {}\nset_scale_median_scalar.") +
               "scaling_factor = " + median + "\nset_scale_total_sigma_scalar.scaling_factor = " + sigma;
    };
    const std::vector<std::string> specs{scaled("0.9", "0.8"), scaled("1.2", "0.8"), scaled("0.9", "1.1"),
                                         scaled("1.2", "1.1")};
    const test::TableContexts at(contexts(), false);
    std::vector<double> unscaled; // ln of the median of the first branch, of OpenQuake less ours
    std::size_t n_compared = 0;
    for (std::size_t branch = 0; branch < specs.size(); ++branch) {
        const test::CsvTable curves = test::read_csv(*folder / ("rlz-00" + std::to_string(branch) + ".csv"));
        const auto model = psha::make_model(specs[branch], types);
        const test::ModelResults results(simd::detected(), *model, at.batch(), types.size());
        for (std::size_t imt = 0; imt < types.size(); ++imt) {
            const Motion theirs = motion_of(curves, types[imt].name, rate);
            const std::size_t first_context = imt * at.batch().n_padded;
            const double shift = theirs.mean - results.mean[first_context];
            if (branch == 0)
                unscaled.push_back(shift); // the context is another
            CHECK(std::abs(shift - unscaled[imt]) < 1e-5);
            CHECK(std::abs(theirs.sigma - results.sigma[first_context]) < 1e-5);
            ++n_compared;
        }
    }
    CHECK(n_compared == 8);
}
