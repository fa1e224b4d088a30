#include "workloads/psha/nrml/xml.hpp"

#include "psha/job_folder.hpp"
#include "psha/nrml_text.hpp"

using namespace mtc;
using mtc::psha::XmlFile;
using mtc::test::check_says;
using mtc::test::JobFolder;
using mtc::test::refusal;

TEST_CASE("elements are found by their local name, with numbers and lines")
{
    const JobFolder folder{"xml"};
    const XmlFile file{folder.write("a.xml",
                                    "<n:root xmlns:n=\"x\">\n  <gml:pos>1.5 <!-- two -->\n -2e1</gml:pos>\n"
                                    "<b n='3'/>\n<b/></n:root>\n")};
    CHECK(file.root().name() == "root");
    CHECK(file.root().child("pos").numbers() == std::vector<double>{1.5, -20.0});
    CHECK(std::vector<psha::XmlNode>{file.root().children()}.size() == 3);
    const std::vector<psha::XmlNode> named = file.root().children("b");
    REQUIRE(named.size() == 2);
    CHECK(named[0].line() == 4);
    CHECK(named[1].line() == 5);
    CHECK(named[0].number_attribute("n") == 3.0);
    CHECK(file.root().children("c").empty());
    CHECK_FALSE(file.root().find("c"));
}

TEST_CASE("problems of a file are told with its line")
{
    const JobFolder folder{"xml_errors"};
    const XmlFile file{
        folder.write("a.xml", "<root>\n<depth>1x</depth>\n<depths n='2 '/>\n<b/><b/>\n</root>")};
    check_says(refusal([&] { (void)file.root().child("depth").number(); }),
               {"a.xml:2", "1x", "not a number"});
    check_says(refusal([&] { (void)file.root().child("dept"); }),
               {"a.xml:1", "<root> has no <dept>", "'depth'"});
    check_says(refusal([&] { (void)file.root().child("b"); }), {"a.xml:4", "a second <b>"});
    check_says(refusal([&] { (void)file.root().child("depths").attribute("m"); }),
               {"a.xml:3", "no attribute m"});
    check_says(refusal([&] { (void)file.nrml_version(); }), {"a.xml:1", "<root>", "<nrml>"});
    check_says(refusal([&] { XmlFile{folder.write("b.xml", "<a>\n<b>\n</a>")}; }),
               {"b.xml:3", "not well-formed"});
    check_says(refusal([&] { XmlFile{folder.path() / "none.xml"}; }), {"none.xml", "no such file"});
}

TEST_CASE("NRML 0.4 and 0.5 are accepted and others are not")
{
    const JobFolder folder{"nrml"};
    CHECK(XmlFile{folder.write("4.xml", test::nrml("", "0.4"))}.nrml_version() == psha::NrmlVersion::v0_4);
    CHECK(XmlFile{folder.write("5.xml", test::nrml("", "0.5"))}.nrml_version() == psha::NrmlVersion::v0_5);
    const XmlFile old{folder.write("3.xml", test::nrml("", "0.3"))};
    check_says(refusal([&] { (void)old.nrml_version(); }), {"3.xml:2", "NRML version 0.3", "0.4 and 0.5"});
    const XmlFile bare{folder.write("bare.xml", "<nrml/>")};
    check_says(refusal([&] { (void)bare.nrml_version(); }), {"bare.xml:1", "names no version"});
}
