#include "durable/checkpoint.hpp"
#include "durable/fnv1a.hpp"
#include "durable/status.hpp"
#include "mtc/error.hpp"

#include <doctest/doctest.h>

using namespace mtc;
using namespace mtc::durable;

namespace {

schedule::UnitSet units(std::initializer_list<UnitRange> ranges)
{
    schedule::UnitSet set;
    for (const UnitRange& range : ranges)
        set.add(range);
    return set;
}

CheckpointHeader header(std::uint64_t incarnation, std::uint64_t generation, schedule::UnitSet held)
{
    CheckpointHeader made;
    made.origin = {
        .run_id = 5, .input_hash = 77, .instruction_set = InstructionSet::avx2, .mtc_version = "0.1.0"};
    made.id = {incarnation, generation};
    made.stage = StageId{1};
    made.units = std::move(held);
    return made;
}

} // namespace

TEST_CASE("a checkpoint header comes back as it was written")
{
    CheckpointHeader written = header(3, 9, units({{UnitId{4}, 2}, {UnitId{100}, 1000}}));
    written.absorbed = {{1, 2}, {2, 8}};
    written.blocks = {{.block = 3, .n_units = 7, .offset = 4096, .n_bytes = 800, .checksum = 456}};
    CHECK(checkpoint_header(serialised(written)) == written);
}

TEST_CASE("a header that is cut short or damaged anywhere is refused")
{
    const std::vector<std::byte> good = serialised(header(3, 9, units({{UnitId{4}, 2}})));
    for (std::size_t n = 0; n < good.size(); ++n)
        REQUIRE_THROWS_AS((void)checkpoint_header(std::span{good}.first(n)), IoError);
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::vector<std::byte> damaged = good;
        damaged[i] ^= std::byte{4};
        REQUIRE_THROWS_AS((void)checkpoint_header(damaged), IoError);
    }
}

TEST_CASE("absorbed checkpoints and older generations do not count, overlaps are refused")
{
    CheckpointHeader heir = header(2, 1, units({{UnitId{0}, 8}}));
    heir.absorbed = {{1, 4}};
    const std::vector<CheckpointHeader> found{header(1, 4, units({{UnitId{0}, 5}})), heir,
                                              header(3, 1, units({{UnitId{20}, 2}})),
                                              header(3, 2, units({{UnitId{20}, 5}}))};
    const std::vector<CheckpointHeader> counted = counting(found);
    REQUIRE(counted.size() == 2);
    CHECK(counted[0].id == CheckpointId{2, 1});
    CHECK(counted[1].id == CheckpointId{3, 2});
    const std::vector<CheckpointHeader> twice{header(1, 1, units({{UnitId{0}, 5}})),
                                              header(2, 1, units({{UnitId{4}, 5}}))};
    CHECK_THROWS_WITH_AS((void)counting(twice), "checkpoints 1.1 and 2.1 hold the same units", IoError);
}

TEST_CASE("a status file says what was written")
{
    const std::filesystem::path output = "status_test.h5";
    std::filesystem::remove(status_path(output));
    CHECK_FALSE(read_status(output).has_value());
    RunStatus status;
    status.stage = "compute";
    status.percent = 12.5;
    status.host = "node1";
    status.process = 4711;
    status.n_ranks = 3;
    status.message = "two\nlines # and a hash";
    write_status(output, status);
    const std::optional<RunStatus> read = read_status(output);
    REQUIRE(read.has_value());
    CHECK(read->exit_status == ExitStatus::running);
    CHECK(read->stage == "compute");
    CHECK(read->percent == 12.5);
    CHECK(read->process == 4711);
    CHECK(read->n_ranks == 3);
    CHECK(read->updated.size() == 20);
    CHECK(read->message == "two lines   and a hash");
    std::filesystem::remove(status_path(output));
    CHECK_THROWS_AS(write_status("no such folder/x.h5", status), IoError);
}

TEST_CASE("the hash is that of the published test vectors")
{
    const auto hash = [](std::string_view characters) {
        Fnv1a fnv;
        fnv.add(characters);
        return Fnv1a::text(fnv.value());
    };
    CHECK(hash("") == "fnv1a64:cbf29ce484222325");
    CHECK(hash("a") == "fnv1a64:af63dc4c8601ec8c");
    CHECK(hash("foobar") == "fnv1a64:85944171f73967e8");
}
