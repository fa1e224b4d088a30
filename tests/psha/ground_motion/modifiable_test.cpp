#include "mtc/error.hpp"
#include "psha/ground_motion/contexts.hpp"

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
    CHECK(contains(refusal(gmpe + "nrcan15_site_term.kind = 'base'"), "'nrcan15_site_term'"));
    CHECK(contains(refusal(gmpe + "set_scale_median_scalar.scaling_factor = -1"), "a number above 0"));
    CHECK(contains(refusal(gmpe + "set_scale_median_scalar.factor = 1"), ".scaling_factor"));
    CHECK(contains(refusal(gmpe + "set_scale_median_scalar = 1"), ".scaling_factor"));
    CHECK(contains(refusal("gmpe.SadighEtAl1997 = {}\nset_between_epsilon.epsilon_tau = 1"),
                   "gives only the total"));
    CHECK(contains(refusal("gmpe = "), "in line 2"));
    const auto bare = [] { (void)psha::make_model("ModifiableGMPE", imts); };
    CHECK_THROWS_AS(bare(), InputError);
}
