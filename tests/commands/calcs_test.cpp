#include "calcs/database.hpp"
#include "calcs/records_folder.hpp"
#include "commands/calcs.hpp"
#include "config/message.hpp"

#include <doctest/doctest.h>

#include <sstream>

using mtc::ExitStatus;
using mtc::calcs::Calculation;
using mtc::calcs::Database;
using mtc::test::RecordsFolder;
using mtc::test::refusal;
using mtc::test::sample;

namespace {

std::string said(const RecordsFolder& folder, const std::string& action,
                 const std::vector<std::string>& words = {})
{
    std::ostringstream out;
    const ExitStatus status = mtc::commands::calcs({action, words, 20, folder.file()}, out);
    CHECK(status == ExitStatus::complete);
    return out.str();
}

} // namespace

TEST_CASE("the command prints, compares and refuses")
{
    const RecordsFolder folder;
    {
        Database database{folder.file()};
        database.begin(sample(1, "a"));
        Calculation other = sample(2, "b");
        other.config = "truncation_level = 4\nheight = 2";
        other.input_hash = 5;
        database.begin(other);
        database.end(1, ExitStatus::complete, 12.0, "");
    }
    const std::string list = said(folder, "list");
    CHECK(list.find("complete") != std::string::npos);
    CHECK(list.find("unfinished") != std::string::npos); // it says it runs, but nothing is left of it
    CHECK(said(folder, "search", {"node1"}).find("2 calculations") != std::string::npos);
    CHECK(said(folder, "show", {"1"}).find("truncation_level = 3") != std::string::npos);
    CHECK(said(folder, "show", {"last"}).find("height = 2") != std::string::npos);
    const std::string compared = said(folder, "compare", {"1", "2"});
    CHECK(compared.find("key truncation_level  3") != std::string::npos);
    CHECK(compared.find("key width             1") != std::string::npos);
    CHECK(compared.find("inputs or models differ") != std::string::npos);
    CHECK(compared.find("host") == std::string::npos); // it does not differ
    CHECK(refusal([&] { said(folder, "show", {"7"}); }).find("the last is 2") != std::string::npos);
    CHECK(refusal([&] { said(folder, "show", {"x"}); }).find("accepted: a number") != std::string::npos);
    CHECK(refusal([&] { said(folder, "compare", {"1"}); }).find("NUMBER NUMBER") != std::string::npos);
    CHECK(refusal([&] { said(folder, "delete", {"1", "9"}); }).find("the last is 2") != std::string::npos);
    CHECK(said(folder, "list").find("2 calculations") != std::string::npos); // all or none
    CHECK(said(folder, "delete", {"1"}).find("its files stay") != std::string::npos);
    CHECK(said(folder, "list").find("1 calculations") != std::string::npos);
}
