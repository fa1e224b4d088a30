#include "config/job_archive.hpp"

#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <zip.h>

using namespace mtc;
using mtc::config::JobArchive;

namespace fs = std::filesystem;

namespace {

fs::path packed(const std::map<std::string, std::string>& files)
{
    const fs::path archive{"job.zip"};
    fs::remove(archive);
    int code = 0;
    zip_t* zip = zip_open(archive.c_str(), ZIP_CREATE, &code);
    REQUIRE(zip != nullptr);
    for (const auto& [name, content] : files)
        REQUIRE(zip_file_add(zip, name.c_str(), zip_source_buffer(zip, content.data(), content.size(), 0),
                             ZIP_FL_ENC_UTF_8) >= 0);
    REQUIRE(zip_close(zip) == 0);
    return archive;
}

std::string content(const fs::path& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::string refusal(const fs::path& archive)
{
    try {
        const JobArchive job{archive};
    } catch (const InputError& error) {
        return error.what();
    }
    FAIL_CHECK("nothing was refused");
    return {};
}

} // namespace

TEST_CASE("a packed job is unpacked for as long as it is needed")
{
    fs::path input;
    {
        const JobArchive job{
            packed({{"a/job.ini", "[general]"}, {"a/other.ini", ""}, {"a/models/m.xml", "<m/>"}})};
        input = job.input_file();
        CHECK(input.filename() == "job.ini");
        CHECK(job.name() == "job.zip:a/job.ini");
        CHECK(content(input) == "[general]");
        CHECK(content(input.parent_path() / "models" / "m.xml") == "<m/>");
    }
    CHECK_FALSE(fs::exists(input.parent_path().parent_path()));
}

TEST_CASE("other inputs are left alone")
{
    CHECK(JobArchive{"some/job.ini"}.input_file() == "some/job.ini");
    CHECK(JobArchive{"some/job.ini"}.name() == "some/job.ini");
    CHECK(JobArchive{"missing.zip"}.input_file() == "missing.zip");
}

TEST_CASE("packed jobs that cannot be run are refused")
{
    CHECK(refusal(packed({{"m.xml", "<m/>"}})).find("job.zip: holds no .ini") != std::string::npos);
    CHECK(refusal(packed({{"a.ini", ""}, {"b.ini", ""}})).find("several .ini") != std::string::npos);
    CHECK(refusal(packed({{"../job.ini", ""}})).find("holds '../job.ini'") != std::string::npos);
    std::ofstream{"bad.zip"} << "no zip";
    CHECK(refusal("bad.zip").find("bad.zip: no .zip") != std::string::npos);
}
