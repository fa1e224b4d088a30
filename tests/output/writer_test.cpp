#include "output/writer.hpp"

#include "h5/attribute.hpp"
#include "output/format_page.hpp"
#include "output/sample.hpp"
#include "output/schema.hpp"
#include "perf/recorder.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <regex>
#include <sys/resource.h>

namespace mtc {

using test::world;
namespace sample = test::sample;

namespace {

template <class Row>
std::vector<Row> rows_of(const char* file, const output::RowLayout<Row>& layout, std::string_view path)
{
    return layout.unpack(h5::read_table(h5::File::open(file), std::string{path}));
}

} // namespace

TEST_CASE("a file and the format page hold the same things, both ways")
{
    sample::write(world(), "sample.h5");
    world().barrier();
    const std::vector<std::string> problems = test::check_against_format("sample.h5", MTC_FORMAT_PAGE);
    for (const std::string& problem : problems)
        MESSAGE(problem);
    CHECK(problems.empty());
    CHECK(test::read_format_page(MTC_FORMAT_PAGE).size() > 90);
    CHECK_FALSE(std::filesystem::exists("sample.h5.part"));
}

TEST_CASE("the check finds what is missing, unknown, or of another type or shape")
{
    sample::write(world(), "held.h5");
    world().barrier();
    if (world().rank() == 0) {
        std::ifstream in{MTC_FORMAT_PAGE};
        const std::string page{std::istreambuf_iterator<char>{in}, {}};
        const auto problems_with = [&](const std::string& from, const std::string& to) {
            REQUIRE(page.find(from) != std::string::npos);
            std::ofstream{"page.md"} << page.substr(0, page.find(from)) + to +
                                            page.substr(page.find(from) + from.size());
            const auto problems = test::check_against_format("held.h5", "page.md");
            return problems.size() == 1 ? problems.front() : text(problems.size(), " problems");
        };
        CHECK(problems_with("float64[n_imt, n_lvl]", "float32[n_imt, n_lvl]") ==
              "/results/levels: type float64 (the page says float32)");
        CHECK(problems_with("float64[n_imt, n_lvl]", "float64[n_imt]") ==
              "/results/levels: 2 axes (the page says 1)");
        CHECK(problems_with("float64[n_imt, n_lvl]", "float64[n_imt, n_site, n_lvl]") ==
              "/results/levels: 2 axes (the page says 3)");
        CHECK(problems_with("compound[n_rlz]", "compound[n_site]") ==
              "/results/realizations: an axis of 2 (n_site is 3 elsewhere)");
        CHECK(problems_with("      max_unit_s           float32       [s] its longest unit\n", "") ==
              "/performance/tasks max_unit_s: in the file but not on the page");
        CHECK(problems_with("    /input/text            text[1]       the input file, unchanged\n", "") ==
              "/input/text: in the file but not on the page");
        CHECK(problems_with("    /@status ", "    /@standing          text  never written\n    /@status ")
                  .find("/@standing: on the page (line ") == 0);
        CHECK(problems_with("int64[2] ", "int64[3] ") == "/@format_version: an axis of 2 (3 is 3)");
    }
    world().barrier();
}

TEST_CASE("what is written is read back")
{
    sample::write(world(), "back.h5");
    world().barrier();
    const auto n_ranks = static_cast<std::uint64_t>(world().size());
    const h5::File file = h5::File::open("back.h5");
    CHECK(h5::read_text_attribute(file, "/", "filetype") == "mtc output");
    CHECK(h5::read_text_attribute(file, "/", "status") == "complete");
    CHECK(std::regex_match(h5::read_text_attribute(file, "/", "date_and_time"),
                           std::regex{R"(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ)"}));
    CHECK(std::get<std::int64_t>(*h5::read_attribute(file, "/", "n_ranks")) == world().size());

    const Table input = h5::read_table(file, "/input/text");
    CHECK(std::string{reinterpret_cast<const char*>(input.bytes.data()), input.bytes.size()} ==
          sample::run_info().input_text);
    const auto configuration =
        rows_of("back.h5", output::configuration_layout(), output::path::configuration);
    REQUIRE(configuration.size() == 2);
    CHECK(configuration[1].key == "investigation_time");
    CHECK(configuration[0].origin == "sample.ini:2");

    const Table curves = h5::read_table(file, "/results/hcurves_rlzs");
    std::uint64_t n_right = 0;
    for (std::uint64_t site = 0; site < sample::n_sites; ++site) {
        const std::vector<double> expected = sample::curves_of(site);
        n_right +=
            std::memcmp(curves.bytes.data() + site * 96, expected.data(), 96) == 0 ? expected.size() : 0;
    }
    CHECK(n_right == 36);
    CHECK(curves.dataset.axes == std::vector<std::string>{"site", "curve", "imt", "level"});

    const auto tasks = rows_of("back.h5", output::task_layout(), output::path::tasks);
    REQUIRE(tasks.size() == 3 * n_ranks);
    std::uint64_t n_in_order = 0;
    for (std::uint64_t i = 0; i < tasks.size(); ++i)
        n_in_order += tasks[i].task == i && tasks[i].rank == i / 3 ? 1U : 0U;
    CHECK(n_in_order == tasks.size());
    CHECK(tasks.back().duration_s == 0.75F);
    CHECK(h5::describe(file, std::string{output::path::tasks}).row_bytes() == 68);

    const auto sources = rows_of("back.h5", output::source_layout(), output::path::sources);
    REQUIRE(sources.size() == 3);
    CHECK(sources[0].name == "a small source");
    CHECK(sources[0].n_units == 20 * n_ranks);
    CHECK(sources[1].seconds == 0.5 * static_cast<double>(n_ranks));
    CHECK(sources[2].n_units == 0);

    const auto units = rows_of("back.h5", output::unit_layout(), output::path::units);
    REQUIRE(units.size() == 1);
    CHECK(units[0].n_units == 30 * n_ranks);
    CHECK(units[0].counts[perf::unit_bin(2e-3)] == 20 * n_ranks);
    CHECK(units[0].counts[perf::unit_bin(1e-5)] == n_ranks * (n_ranks - 1) / 2);
    CHECK(units[0].max_s == 0.1 * static_cast<double>(n_ranks));

    const auto transfer = rows_of("back.h5", output::transfer_layout(), output::path::transfer);
    REQUIRE(transfer.size() == 2);
    CHECK(transfer[0].kind == "part");
    CHECK(transfer[0].n_bytes == 1000 * n_ranks * (n_ranks + 1) / 2);
    CHECK(transfer[0].max_bytes == 1000 * n_ranks);
    CHECK(transfer[1].n_messages == 3 * n_ranks);

    const auto events = rows_of("back.h5", output::event_layout(), output::path::events);
    REQUIRE(events.size() == n_ranks);
    std::uint64_t n_by_time = 0; // the sample's last rank has the first event
    for (std::uint64_t i = 0; i < events.size(); ++i)
        n_by_time += events[i].rank == static_cast<std::int32_t>(n_ranks - 1 - i) ? 1U : 0U;
    CHECK(n_by_time == n_ranks);
    CHECK(events.back().text == "compute begins");

    const auto ranks = rows_of("back.h5", output::rank_layout(), output::path::ranks);
    REQUIRE(ranks.size() == n_ranks);
    CHECK(ranks.front().host == "node1");
    CHECK(ranks.back().rank == world().size() - 1);
    CHECK(ranks.back().host == (n_ranks == 1 ? "node1" : "node-12"));

    const auto operations = rows_of("back.h5", output::operation_layout(), output::path::operations);
    REQUIRE(operations.size() == (n_ranks == 1 ? 2 : 3));
    CHECK(operations[0].operation == "compute");
    CHECK(operations[0].seconds == 1.5 * static_cast<double>(n_ranks));
    CHECK(operations[0].max_s == 1.5);
    CHECK(operations[0].counts == 3 * n_ranks);
    CHECK(operations[1].operation == "read");
}

TEST_CASE("of too many events the first are kept and the others counted; tables may be empty")
{
    perf::Tables tables = sample::performance(world().rank());
    tables.units.clear();
    tables.transfer.clear();
    tables.events.clear();
    for (std::size_t i = 0; i < perf::Recorder::max_events + 50; ++i)
        tables.events.push_back({1e-3 * static_cast<double>(i), world().rank(), "many", "x"});
    tables.n_events_left_out = 5;
    {
        output::Writer writer{world(), "events.h5", sample::run_info("synthetic")};
        writer.write_performance(tables, sample::stages());
        writer.finish();
    }
    world().barrier();
    const auto events = rows_of("events.h5", output::event_layout(), output::path::events);
    const auto n_ranks = static_cast<std::uint64_t>(world().size());
    REQUIRE(events.size() == n_ranks * (perf::Recorder::max_events + 1));
    std::uint64_t n_closing = 0;
    std::uint64_t n_in_order = 1;
    for (std::size_t i = 0; i < events.size(); ++i) {
        n_closing +=
            events[i].kind == "left out" && events[i].text == "55 later events of this rank" ? 1U : 0U;
        n_in_order += i > 0 && events[i].time_s >= events[i - 1].time_s ? 1U : 0U;
    }
    CHECK(n_closing == n_ranks);
    CHECK(n_in_order == events.size());
    CHECK(rows_of("events.h5", output::unit_layout(), output::path::units).empty());
    CHECK(rows_of("events.h5", output::transfer_layout(), output::path::transfer).empty());
}

TEST_CASE("records stand in the order of units, whoever computed them")
{
    // Unit u gives u % 4 records of the value u; units are dealt to ranks from the last on.
    constexpr std::uint64_t n_units = 50;
    std::vector<std::vector<std::uint8_t>> values(n_units);
    std::vector<output::UnitPiece> pieces;
    for (std::uint64_t unit = n_units; unit-- > 0;) {
        values[unit].assign(unit % 4, static_cast<std::uint8_t>(unit));
        if (unit % static_cast<std::uint64_t>(world().size()) != static_cast<std::uint64_t>(world().rank()))
            continue;
        const auto bytes = std::as_bytes(std::span{values[unit]});
        if (bytes.size() > 1) // in two parts
            pieces.push_back({unit, bytes.first(1)});
        pieces.push_back({unit, bytes.size() > 1 ? bytes.subspan(1) : bytes});
    }
    {
        output::Writer writer{world(), "records.h5", sample::run_info("synthetic")};
        writer.write_records({"/results/output", {{"", Element::uint8}}}, pieces, n_units);
        writer.write_performance(sample::performance(world().rank()), sample::stages());
        writer.finish(ExitStatus::some_sources_failed);
    }
    world().barrier();
    const h5::File file = h5::File::open("records.h5");
    const Table output = h5::read_table(file, "/results/output");
    const Table start = h5::read_table(file, "/results/output_start");
    std::vector<std::uint64_t> starts(start.dataset.n_rows);
    std::memcpy(starts.data(), start.bytes.data(), start.bytes.size());
    std::uint64_t at = 0;
    std::uint64_t n_right = 0;
    REQUIRE(starts.size() == n_units + 1);
    for (std::uint64_t unit = 0; unit < n_units; ++unit) {
        n_right += starts[unit] == at ? 1U : 0U;
        for (std::uint64_t i = 0; i < unit % 4; ++i, ++at)
            n_right += output.bytes[at] == static_cast<std::byte>(unit) ? 1U : 0U;
    }
    CHECK(at == 73);
    CHECK(n_right == n_units + at);
    CHECK(starts.back() == at);
    CHECK(output.bytes.size() == at);
    CHECK(h5::read_text_attribute(file, "/", "status") == "some sources failed");
    CHECK(test::check_against_format("records.h5", MTC_FORMAT_PAGE).empty());
}

TEST_CASE("a unit with records on two ranks is refused on every rank, and no file stays")
{
    std::string message;
    const std::vector<std::byte> bytes(3);
    const output::UnitPiece piece{static_cast<std::uint64_t>(world().size() == 1 ? 9 : 5), bytes};
    try {
        output::Writer writer{world(), "twice.h5", sample::run_info("synthetic")};
        writer.write_records({"/results/output", {{"", Element::uint8}}}, {&piece, 1}, 9);
        writer.finish();
    } catch (const ComputeError& error) {
        message = error.what();
    }
    world().barrier();
    CHECK(message == (world().size() == 1 ? "unit 9 has records of /results/output (the stage has 9 units)"
                                          : text("unit 5 has records of /results/output on ", world().size(),
                                                 " ranks (one rank must hold all)")));
    CHECK_FALSE(std::filesystem::exists("twice.h5"));
    CHECK_FALSE(std::filesystem::exists("twice.h5.part"));
}

TEST_CASE("a writer that is left unfinished leaves nothing")
{
    {
        const output::Writer writer{world(), "left.h5", sample::run_info()};
    }
    world().barrier();
    CHECK_FALSE(std::filesystem::exists("left.h5"));
    CHECK_FALSE(std::filesystem::exists("left.h5.part"));
}

TEST_CASE("a full disk gives one plain error on every rank and leaves nothing")
{
    // Nothing beyond 1 MB can be written: what a full disk does, without one.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit one_mb{std::uint64_t{1} << 20U, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &one_mb);
    std::string message;
    const std::vector<std::byte> bytes(400'000 * 8);
    try {
        output::Writer writer{world(), "full.h5", sample::run_info("synthetic")};
        std::vector<h5::RowPiece> pieces;
        if (world().rank() == world().size() - 1)
            pieces.push_back({0, bytes});
        writer.write_rows({"/results/values", {{"", Element::float64}}, 400'000}, pieces);
        writer.finish();
    } catch (const IoError& error) {
        message = error.what();
    }
    setrlimit(RLIMIT_FSIZE, &before);
    world().barrier();
    CHECK(message == "full.h5.part: cannot reserve 3265536 bytes (File too large) for /results/values");
    CHECK_FALSE(std::filesystem::exists("full.h5"));
    CHECK_FALSE(std::filesystem::exists("full.h5.part"));
}

} // namespace mtc
