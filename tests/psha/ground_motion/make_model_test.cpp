#include "mtc/error.hpp"
#include "psha/ground_motion/contexts.hpp"
#include "workloads/psha/ground_motion/parameters.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

using namespace mtc;
using psha::imt_from_text;
using psha::make_model;

namespace {

std::string message_of(const std::function<void()>& action)
{
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

std::string refusal(std::string_view spec, std::string_view imt = "PGA")
{
    const std::vector<psha::Imt> imts{imt_from_text(imt)};
    return message_of([&] { (void)make_model(spec, imts); });
}

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("intensity measure types are normalised")
{
    CHECK(imt_from_text("PGA") == psha::Imt{.name = "PGA", .period = 0.0});
    CHECK(imt_from_text("SA(0.10)") == psha::Imt{.name = "SA(0.1)", .period = 0.1});
    CHECK(imt_from_text(" SA( 1 ) ") == psha::Imt{.name = "SA(1.0)", .period = 1.0});
    CHECK(imt_from_text("SA(10.0)").name == "SA(10.0)");
    CHECK(imt_from_text("SA(.075)").name == "SA(0.075)");
    CHECK(imt_from_text("MMI").period == 0.0);
}

TEST_CASE("what is no intensity measure type is refused by name")
{
    for (const char* wrong : {"", "pga", "PGX", "SA", "SA()", "SA(0)", "SA(-1)", "SA(0.1s)", "SA(nan)",
                              "SA(inf)", "SA(0.1", "SA 0.1"}) {
        CAPTURE(wrong);
        CHECK(contains(message_of([&] { (void)imt_from_text(wrong); }), "'" + std::string(wrong) + "'"));
    }
    CHECK(contains(message_of([] { (void)imt_from_text("PGVV"); }), "Did you mean 'PGV'?"));
    CHECK(contains(message_of([] { (void)imt_from_text("SA(0.2"); }), "as in SA(0.2)"));
}

TEST_CASE("a model is named bare, in brackets or as a TOML table")
{
    const std::vector<psha::Imt> imts{imt_from_text("PGA")};
    for (const char* spec :
         {"BooreAtkinson2008", "[BooreAtkinson2008]", "  [BooreAtkinson2008]\n  ", "\n BooreAtkinson2008 "}) {
        CAPTURE(spec);
        CHECK(psha::model_name(spec) == "BooreAtkinson2008");
        CHECK(make_model(spec, imts)->site_parameters() == psha::needs_vs30);
        CHECK(make_model(spec, imts)->distances() == psha::needs_rjb);
    }
    CHECK(psha::model_name("[ChiouYoungs2008]\nregion = \"CAL\"") == "ChiouYoungs2008");
}

TEST_CASE("known models are sorted and can all be made")
{
    const std::vector<std::string_view> names = psha::known_models();
    CHECK(std::ranges::is_sorted(names));
    CHECK(std::ranges::adjacent_find(names) == names.end());
    const std::vector<psha::Imt> imts{imt_from_text("PGA"), imt_from_text("SA(0.35)")};
    for (const std::string_view name : names)
        CHECK(make_model(name, imts) != nullptr);
    CHECK(names.size() >= 3);
}

TEST_CASE("an unknown model is refused with the nearest known one")
{
    CHECK(contains(refusal("BooreAtkinson2080"), "'BooreAtkinson2080'"));
    CHECK(contains(refusal("BooreAtkinson2080"), "Did you mean 'BooreAtkinson2008'?"));
    CHECK(contains(refusal("[SadigEtAl1997]"), "Did you mean 'SadighEtAl1997'?"));
    CHECK_FALSE(contains(refusal("Nonsense"), "Did you mean"));
    CHECK(contains(refusal("Nonsense"), "unknown ground-motion model 'Nonsense'"));
    CHECK(contains(refusal(" \n"), "empty ground-motion model"));
}

TEST_CASE("an intensity measure type without coefficients is refused with what there is")
{
    CHECK(
        refusal("BooreAtkinson2008", "SA(10.5)") ==
        "BooreAtkinson2008 has no coefficients for SA(10.5) (it has PGV, PGA, SA(0.01) to SA(10.0), and does "
        "not extrapolate).");
    CHECK(contains(refusal("SadighEtAl1997", "PGV"), "SadighEtAl1997 has no coefficients for PGV"));
    // PGA is no neighbour of the shortest period.
    CHECK(contains(refusal("ChiouYoungs2008", "SA(0.005)"), "SA(0.01) to SA(10.0)"));
    CHECK(refusal("ChiouYoungs2008", "SA(0.01)") == "no error");
    CHECK(refusal("ChiouYoungs2008", "SA(10)") == "no error");
}

TEST_CASE("parameters that a model does not know are refused")
{
    CHECK(refusal("[BooreAtkinson2008]\nregion = \"CAL\"") ==
          "BooreAtkinson2008: unknown parameter 'region' (this model has none).");
    CHECK(contains(refusal("[BooreAtkinson2008]\nregion = "), "in line 2"));
    CHECK(contains(refusal("[BooreAtkinson2008]\n[ChiouYoungs2008]"), "2 entries"));
    CHECK(contains(refusal("[BooreAtkinson2008]\nx = [1, 2]"), "parameter 'x'"));
    CHECK(contains(refusal("BooreAtkinson2008\nx = 1"), "in brackets"));
}

TEST_CASE("parameters are read by type")
{
    psha::ModelParameters parameters("[Some]\nregion = \"JPN\"\nkappa = 0.03\nn = 2\nbackarc = true\n");
    CHECK(parameters.model() == "Some");
    CHECK(parameters.word("region", "CAL") == "JPN");
    CHECK(parameters.number("kappa", 0.04) == 0.03);
    CHECK(parameters.number("n", 1.0) == 2.0);
    CHECK(parameters.number("absent", 7.0) == 7.0);
    CHECK(contains(message_of([&] { parameters.reject_unknown(); }), "unknown parameter 'backarc'"));
    CHECK(parameters.flag("backarc", false));
    CHECK(message_of([&] { parameters.reject_unknown(); }) == "no error");
    CHECK(contains(message_of([&] { (void)parameters.number("region", 0.0); }), "'region' wants a number"));
}

TEST_CASE("model scratch gives arrays on cache lines and keeps them")
{
    psha::ModelScratch scratch;
    double* first = scratch.array(0, 100);
    CHECK(reinterpret_cast<std::uintptr_t>(first) % 64 == 0);
    CHECK(scratch.array(15, 8) != first);
    CHECK(scratch.array(0, 50) == first);
    CHECK(reinterpret_cast<std::uintptr_t>(scratch.array(0, 1000)) % 64 == 0);
}
