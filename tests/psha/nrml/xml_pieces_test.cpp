#include "workloads/psha/nrml/xml_pieces.hpp"

#include "psha/job_folder.hpp"

#include <array>
#include <zlib.h>

using namespace mtc;
using namespace mtc::psha;
using mtc::test::check_says;
using mtc::test::JobFolder;
using mtc::test::refusal;

namespace {

constexpr auto containers = std::to_array<std::string_view>({"root", "group"});

/// "name:line/depth" of every piece.
std::vector<std::string> pieces_of(const std::string& xml)
{
    const JobFolder folder{"pieces"};
    XmlPieces file{folder.write("p.xml", xml), containers};
    std::vector<std::string> names;
    for (const XmlPiece& piece : file.pieces()) {
        const auto document = file.parse(piece);
        CHECK(document->root().line() == piece.line);
        names.push_back(text(document->root().name(), ":", piece.line, "/", piece.depth));
    }
    return names;
}

std::string refusal_of(const std::string& xml)
{
    return refusal([&] { (void)pieces_of(xml); });
}

using Names = std::vector<std::string>;

} // namespace

TEST_CASE("a file is cut below its containers")
{
    CHECK(
        pieces_of("<?xml version='1.0'?>\n<n:root a='>'>\n<n:group>\n<a/><b><a><group/></a></b>\n</n:group>\n"
                  "<group/><other>\n<a/></other>\n<group><a\n/></group></n:root>\n<!-- end -->\n") ==
        Names{"root:2/0", "group:3/1", "a:4/2", "b:4/2", "group:6/1", "other:6/1", "group:8/1", "a:8/2"});
    CHECK(pieces_of("\xef\xbb\xbf<other><root/></other>") == Names{"other:1/0"});
}

TEST_CASE("what looks like an element in comments, CDATA, quotes and declarations is none")
{
    CHECK(
        pieces_of(
            "<!DOCTYPE root [ <!ENTITY e \"<a>\"> ]>\n<root><!-- <group><a> -->\n<![CDATA[ <a> ]]><?p <a> ?>"
            "<group x=\"<a>\" y='/>'>\n<b><!-- </b> --></b>junk\n</group></root>") ==
        Names{"root:2/0", "group:3/1", "b:4/2"});
}

TEST_CASE("elements that are not closed one in the other are told with their lines")
{
    check_says(refusal_of("<root>\n<group>\n<a>\n</group></root>"),
               {"p.xml:4: not well-formed XML", "</group> where </a> of line 3 is awaited"});
    check_says(refusal_of("<root>\n<group>\n<a/>\n"),
               {"p.xml:4: not well-formed XML", "<group> of line 2 is not closed"});
    check_says(refusal_of("<root/>\n</root>"), {"p.xml:2", "</root> closes nothing"});
    check_says(refusal_of("<root/>\n<root/>"), {"p.xml:2", "<root> after the end of the root"});
    check_says(refusal_of("<root>\n<!-- <a>"), {"p.xml:2", "a comment has no end"});
    check_says(refusal_of("<root>\n<a b=\"1>\n</root>"), {"p.xml:2", "the value of an attribute has no end"});
    check_says(refusal_of("<root>\n<a "), {"p.xml:2", "a tag has no end"});
    check_says(refusal_of("<root>\n< a/></root>"), {"p.xml:2", "a tag has no name"});
    check_says(refusal_of("\n"), {"p.xml:1", "no element"});
    check_says(refusal_of(""), {"p.xml:1", "no element"});
    // What only the parser of a piece sees.
    check_says(refusal_of("<root><group>\n<a>\n<b c=d/></a></group></root>"),
               {"p.xml:3: not well-formed XML"});
    check_says(refusal_of("<root>\n<group a=1><a/></group></root>"), {"p.xml:2: not well-formed XML"});
}

TEST_CASE("letters of ISO-8859-1 are read, other encodings are refused")
{
    const JobFolder folder{"pieces_latin"};
    XmlPieces file{folder.write("l.xml", "<?xml version='1.0' encoding='ISO-8859-1'?><root a='\xe9'/>"),
                   containers};
    REQUIRE(file.pieces().size() == 1);
    CHECK(file.parse(file.pieces()[0])->root().attribute("a") == "\xc3\xa9");
    check_says(refusal_of("<?xml version='1.0' encoding='Big5'?><root/>"),
               {"p.xml:1: the encoding", "UTF-8"});
    check_says(refusal_of(std::string{"\xff\xfe<\0", 4}), {"p.xml:1: the encoding"});
}

TEST_CASE("a file packed by gzip is read as it was, a damaged one is refused")
{
    const JobFolder folder{"gzip"};
    const std::string xml = "<root>\n<group>\n<a/></group></root>\n" + std::string(100'000, ' ');
    const std::filesystem::path packed = folder.path() / "p.xml.gz";
    const gzFile out = gzopen(packed.c_str(), "wb");
    REQUIRE(gzwrite(out, xml.data(), static_cast<unsigned>(xml.size())) == static_cast<int>(xml.size()));
    gzclose(out);
    CHECK(FileBytes{packed}.view() == xml);
    XmlPieces file{packed, containers};
    REQUIRE(file.pieces().size() == 3);
    CHECK(file.pieces()[2].line == 3);
    std::filesystem::resize_file(packed, std::filesystem::file_size(packed) - 12);
    check_says(refusal([&] { FileBytes{packed}; }), {"p.xml.gz: cannot be unpacked"});
}
