#include "mtc/flat.hpp"
#include "mtc/flat_join.hpp"

#include <doctest/doctest.h>

TEST_CASE("a flat model gives back what was put in, aligned to cache lines")
{
    mtc::FlatWriter writer;
    writer.add("numbers", std::vector<double>{1.0, 2.5, -3.0});
    writer.add_one("count", std::uint32_t{7});
    writer.add_texts("names", std::vector<std::string>{"", "one", "two words"});
    const mtc::ModelBytes model = writer.finish();
    const mtc::FlatReader reader{model};
    CHECK(reader.get<double>("numbers").size() == 3);
    CHECK(reader.get<double>("numbers")[1] == 2.5);
    CHECK(reinterpret_cast<std::uintptr_t>(reader.get<double>("numbers").data()) % 64 == 0);
    CHECK(reader.get_one<std::uint32_t>("count") == 7);
    CHECK(reader.texts("names") == std::vector<std::string>{"", "one", "two words"});
}

TEST_CASE("two flat models are joined, unless both have a section of one name")
{
    mtc::FlatWriter first;
    first.add("numbers", std::vector<double>{1.0, 2.5});
    first.add_texts("names", std::vector<std::string>{"one", "two"});
    mtc::FlatWriter second;
    second.add_one("count", std::uint32_t{7});
    const mtc::ModelBytes model = mtc::joined(first.finish(), second.finish());
    const mtc::FlatReader reader{model};
    CHECK(reader.get<double>("numbers")[1] == 2.5);
    CHECK(reader.texts("names") == std::vector<std::string>{"one", "two"});
    CHECK(reader.get_one<std::uint32_t>("count") == 7);
    CHECK(reinterpret_cast<std::uintptr_t>(reader.get<double>("numbers").data()) % 64 == 0);
    // More sections than there is room for beside those of the first.
    mtc::FlatWriter many;
    for (int i = 0; i < 20; ++i)
        many.add_one("many" + std::to_string(i), i);
    const mtc::ModelBytes larger = mtc::joined(first.finish(), many.finish());
    CHECK(mtc::FlatReader{larger}.get<double>("numbers")[0] == 1.0);
    CHECK(mtc::FlatReader{larger}.get_one<int>("many19") == 19);
    CHECK_THROWS_WITH_AS((void)mtc::joined(second.finish(), second.finish()),
                         "flat model: section count is in both", mtc::ComputeError);
}

TEST_CASE("a flat model refuses a wrong name, a wrong record size and foreign bytes")
{
    mtc::FlatWriter writer;
    writer.add_one("count", std::uint32_t{7});
    writer.add("none", std::vector<double>{});
    CHECK_THROWS_AS(writer.add_one("count", 1.0), mtc::ComputeError);
    const mtc::ModelBytes model = writer.finish();
    const mtc::FlatReader reader{model};
    CHECK_THROWS_AS((void)reader.get<double>("count"), mtc::ComputeError);
    CHECK_THROWS_AS((void)reader.get<double>("other"), mtc::ComputeError);
    CHECK(reader.get<double>("none").empty());
    CHECK_THROWS_WITH_AS((void)reader.get_one<double>("none"), "flat model: section none is empty",
                         mtc::ComputeError);
    const mtc::ModelBytes zeros(64, std::byte{0});
    CHECK_THROWS_AS(mtc::FlatReader{zeros}, mtc::ComputeError);
}
