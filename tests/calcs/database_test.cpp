#include "calcs/database.hpp"
#include "calcs/diary.hpp"
#include "calcs/records_folder.hpp"
#include "config/message.hpp"

#include <doctest/doctest.h>

#include <sqlite3.h>

#include <fstream>

using mtc::ExitStatus;
using mtc::calcs::Calculation;
using mtc::calcs::Database;
using mtc::calcs::Diary;
using mtc::test::RecordsFolder;
using mtc::test::refusal;
using mtc::test::sample;

TEST_CASE("a calculation keeps its number over all its lives, and their times add up")
{
    const RecordsFolder folder;
    Database database{folder.file()};
    database.begin(sample(0x9000'0000'0000'0001ULL, "the first"));
    database.begin(sample(2, "another"));
    database.end(0x9000'0000'0000'0001ULL, ExitStatus::unfinished, 2.5, "saved");
    Calculation second = sample(0x9000'0000'0000'0001ULL, "the first");
    second.n_ranks = 7;
    database.begin(second);
    CHECK(database.get(1)->status == ExitStatus::running);
    CHECK(database.get(1)->ended.empty());
    database.end(0x9000'0000'0000'0001ULL, ExitStatus::complete, 1.5, "");

    const auto found = database.find({}, 0);
    REQUIRE(found.size() == 2);
    CHECK(found[0].description == "another");
    CHECK(found[1].id == 1);
    CHECK(found[1].run_id == 0x9000'0000'0000'0001ULL);
    CHECK(found[1].input_hash == 0xffff'0000'1234'5678ULL);
    CHECK(found[1].n_lives == 2);
    CHECK(found[1].n_ranks == 7);
    CHECK(found[1].elapsed_s == 4.0);
    CHECK(found[1].status == ExitStatus::complete);
    CHECK(found[1].ended.size() == 20);
}

TEST_CASE("calculations are found by all words, in any case")
{
    const RecordsFolder folder;
    Database database{folder.file()};
    database.begin(sample(1, "Northern Italy, 2 % in 50 years"));
    database.begin(sample(2, "Southern Italy"));
    const auto n_found = [&](std::vector<std::string> words) { return database.find(words, 0).size(); };
    CHECK(n_found({"italy"}) == 2);
    CHECK(n_found({"ITALY", "north"}) == 1);
    CHECK(n_found({"italy", "japan"}) == 0);
    CHECK(n_found({"2 %"}) == 1); // nothing has a meaning of its own
    CHECK(n_found({"'; DROP TABLE calculations; --"}) == 0);
    CHECK(database.find({}, 1).size() == 1);
}

TEST_CASE("a number is never given twice")
{
    const RecordsFolder folder;
    Database database{folder.file()};
    database.begin(sample(1, "a"));
    database.begin(sample(2, "b"));
    CHECK(database.remove(2));
    CHECK_FALSE(database.remove(2));
    database.begin(sample(3, "c"));
    CHECK(database.find({}, 1).front().id == 3);
}

TEST_CASE("a dump restores what is missing, once")
{
    const RecordsFolder folder;
    const auto copy = folder.path / "copy.sqlite";
    {
        Database database{folder.file()};
        database.begin(sample(1, "a"));
        database.begin(sample(2, "b"));
        database.dump(copy);
        CHECK(refusal([&] { database.dump(copy); }).find("is there already") != std::string::npos);
        CHECK(database.remove(1));
        CHECK(database.restore(copy) == 1);
        CHECK(database.restore(copy) == 0);
        CHECK(database.find({}, 0).size() == 2);
        CHECK(refusal([&] { (void)database.restore(folder.path / "none"); }).find("no such file") !=
              std::string::npos);
    }
    std::ofstream{folder.path / "text"}
        << "not a database, but a text that is long enough to be taken for one" << std::string(200, '.');
    CHECK_THROWS_WITH_AS(Database{folder.path / "text"}, doctest::Contains("not a database"), mtc::IoError);
}

TEST_CASE("a diary enters begin and end, and says once what went wrong")
{
    const RecordsFolder folder;
    {
        Diary diary{folder.file()};
        diary.begun(sample(1, "a"));
        diary.ended(ExitStatus::complete, 3.0, "complete");
        CHECK(diary.settle(20.0).empty());
    }
    CHECK(Database{folder.file()}.get(1)->elapsed_s == 3.0);

    Diary nowhere{{}};
    nowhere.begun(sample(1, "a"));
    CHECK(nowhere.settle(20.0).empty());

    std::ofstream{folder.path / "file"} << "no folder";
    Diary blocked{folder.path / "file" / "calcs.sqlite"};
    blocked.begun(sample(1, "a"));
    CHECK(blocked.settle(20.0).find("cannot be opened") != std::string::npos);
}

TEST_CASE("nobody waits for a database that does not answer")
{
    const RecordsFolder folder;
    {
        const Database made{folder.file()};
    }
    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open(folder.file().c_str(), &other) == SQLITE_OK);
    REQUIRE(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr) == SQLITE_OK);
    Diary diary{folder.file()};
    diary.begun(sample(1, "a"));
    CHECK(diary.settle(0.05).find("does not answer") != std::string::npos);
    CHECK(diary.settle(20.0).find("locked") != std::string::npos); // it gives up by itself
    sqlite3_close(other);
}
