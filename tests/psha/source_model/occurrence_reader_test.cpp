#include "workloads/psha/source_model/occurrence_reader.hpp"

#include "psha/job_folder.hpp"
#include "psha/nrml_text.hpp"
#include "workloads/psha/source_model/source_reader.hpp"

#include <doctest/doctest.h>

using namespace mtc;
using namespace mtc::psha;
using mtc::test::check_says;
using mtc::test::JobFolder;
using mtc::test::refusal;
using mtc::test::source_model_xml;
using mtc::test::SourceText;

namespace {

constexpr SourceReadingKeys keys{.width_of_mfd_bin = 0.5, .investigation_time = 50.0};

const std::string negative_binomial = "tom=\"NegativeBinomialTOM\" ";

SourceModel read(const std::string& xml, Notes& notes)
{
    const JobFolder folder{"occurrence"};
    return read_source_model(folder.write("sm.xml", xml), keys, notes);
}

std::string point(const std::string& attributes, const std::string& id = "a")
{
    SourceText text;
    text.attributes = "id=\"" + id + "\" " + attributes;
    return text.xml();
}

double dispersion_of(const std::string& attributes, Notes& notes)
{
    return read(source_model_xml(point(attributes)), notes).groups.at(0).sources.at(0).dispersion;
}

std::string refusal_of(const std::string& attributes, const std::string& of_group = "")
{
    Notes notes;
    return refusal([&] { (void)read(source_model_xml(point(attributes), "A", of_group), notes); });
}

} // namespace

TEST_CASE("a source has Poisson occurrences or negative binomial ones")
{
    Notes notes;
    CHECK(dispersion_of("", notes) == 0.0);
    CHECK(dispersion_of("tom=\"PoissonTOM\"", notes) == 0.0);
    CHECK(dispersion_of(negative_binomial + "alpha=\"2.5\" mu=\"0.1\"", notes) == 2.5);
    CHECK(dispersion_of(negative_binomial + "alpha=\"2.5\" mu=\"77\"", notes) == 2.5);
    CHECK(notes.warnings.empty());
    CHECK(dispersion_of("alpha=\"2.5\" mu=\"0.1\"", notes) == 0.0);
    REQUIRE(notes.warnings.size() == 2);
    check_says(notes.warnings[0], {"sm.xml:5: alpha has no effect without tom = 'NegativeBinomialTOM'"});
    check_says(notes.warnings[1], {"sm.xml:5: mu has no effect"});
}

TEST_CASE("every parametric kind of source takes the attributes, those that list occurrences refuse them")
{
    const auto of_kind = [](SourceKind kind) {
        const JobFolder folder{"occurrence"};
        const XmlFile file{
            folder.write("s.xml", "<someSource tom=\"NegativeBinomialTOM\" alpha=\"3\" mu=\"1\"/>")};
        Notes notes;
        return read_dispersion(file.root(), kind, notes);
    };
    for (const SourceKind kind :
         {SourceKind::point, SourceKind::multi_point, SourceKind::area, SourceKind::simple_fault,
          SourceKind::complex_fault, SourceKind::characteristic_fault, SourceKind::kite_fault})
        CHECK(of_kind(kind) == 3.0);
    for (const SourceKind kind : {SourceKind::non_parametric, SourceKind::multi_fault})
        check_says(refusal([&] { (void)of_kind(kind); }),
                   {"s.xml:1: tom = 'NegativeBinomialTOM' of a someSource", "list the probabilities"});
}

TEST_CASE("occurrences that make no sense are refused")
{
    check_says(refusal_of("tom=\"NegativeBinomalTOM\" alpha=\"1\" mu=\"1\""),
               {"sm.xml:5: tom = 'NegativeBinomalTOM'", "PoissonTOM and NegativeBinomialTOM are accepted",
                "Did you mean 'NegativeBinomialTOM'?"});
    check_says(refusal_of("tom=\"WeibullTOM\""), {"sm.xml:5: tom = 'WeibullTOM'"});
    check_says(refusal_of(negative_binomial + "mu=\"1\""), {"sm.xml:5", "no attribute alpha"});
    check_says(refusal_of(negative_binomial + "alpha=\"1\""), {"sm.xml:5", "no attribute mu"});
    check_says(refusal_of(negative_binomial + "alpha=\"0\" mu=\"1\""), {"sm.xml:5: alpha = 0", "above 0"});
    check_says(refusal_of(negative_binomial + "alpha=\"-2\" mu=\"1\""), {"sm.xml:5: alpha = -2"});
    check_says(refusal_of(negative_binomial + "alpha=\"1\" mu=\"0\""), {"sm.xml:5: mu = 0", "above 0"});
    check_says(refusal_of(negative_binomial + "alpha=\"two\" mu=\"1\""), {"sm.xml:5", "alpha", "two"});
}

TEST_CASE("a group has Poisson occurrences, and a cluster's sources have none of their own")
{
    check_says(
        refusal_of("", negative_binomial + "alpha=\"1\" mu=\"1\""),
        {"sm.xml:4: tom = 'NegativeBinomialTOM' of a group", "Give tom, alpha and mu to its sources?"});
    check_says(refusal_of("", "tom=\"PoisonTOM\""),
               {"sm.xml:4: tom = 'PoisonTOM'", "Did you mean 'PoissonTOM'?"});
    check_says(
        refusal_of(negative_binomial + "alpha=\"1\" mu=\"1\"", "cluster=\"true\" occurrence_rate=\"0.01\""),
        {"sm.xml:5: tom = 'NegativeBinomialTOM' of 'a' in a cluster", "PoissonTOM"});
}
