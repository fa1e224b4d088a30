#include "config/read.hpp"

#include "config/message.hpp"
#include "config/openquake_keys.hpp"
#include "workloads/registry.hpp"

#include <doctest/doctest.h>

#include <fstream>

using mtc::Config;
using mtc::InputError;
using mtc::Notes;
using mtc::Option;
using mtc::ValueType;
using mtc::test::refusal;
namespace config = mtc::config;

namespace {

/// Options like those of a hazard workload, one of each type.
const std::vector<Option>& options_of(const std::string& calculation_mode)
{
    static const std::vector<Option> options{
        {.name = "source_model_logic_tree_file",
         .type = ValueType::path,
         .sentence = "Logic tree of sources."},
        {.name = "truncation_level",
         .type = ValueType::number,
         .sentence = "Standard deviations on either side.",
         .min = 0.0,
         .required = true},
        {.name = "area_source_discretization",
         .type = ValueType::number,
         .unit = "[km]",
         .sentence = "Step of the grid in area sources.",
         .min = 0.0,
         .exclusive_min = true},
        {.name = "number_of_logic_tree_samples",
         .type = ValueType::integer,
         .default_value = "0",
         .sentence = "0: every path.",
         .min = 0.0,
         .max = 1000000.0},
        {.name = "mean", .type = ValueType::flag, .default_value = "true", .sentence = "Mean curves."},
        {.name = "quantiles",
         .type = ValueType::numbers,
         .sentence = "Quantile curves.",
         .min = 0.0,
         .max = 1.0,
         .former_name = "quantile_hazard_curves"},
        {.name = "maximum_distance",
         .type = ValueType::literal,
         .unit = "[km]",
         .sentence = "Integration distance."},
    };
    if (calculation_mode != "classical")
        throw InputError(mtc::text("calculation_mode = ", calculation_mode,
                                   " (no such workload). Did you mean 'classical'?"));
    return options;
}

constexpr const char* minimal = "calculation_mode = classical\ntruncation_level = 3\n";

using Overrides = std::vector<std::pair<std::string, std::string>>;

Config read(const std::string& text, Notes& notes, const Overrides& overrides = {},
            const std::filesystem::path& file = "job.ini")
{
    return config::read_config_text(file, text, overrides, options_of, notes);
}

Config read(const std::string& text, const Overrides& overrides = {})
{
    Notes notes;
    return read(text, notes, overrides);
}

/// What is said about lines added to a whole input; they begin at job.ini:3.
std::string refused(const std::string& lines, const Overrides& overrides = {})
{
    return refusal([&] { return read(minimal + lines, overrides); });
}

/// A folder with input files, removed at the end.
struct Folder {
    std::filesystem::path path = std::filesystem::current_path() / "input_folder";
    Folder() { std::filesystem::create_directories(path / "sub"); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path); }
    void write(const std::string& name, const std::string& content) const
    {
        std::ofstream{path / name} << content;
    }
};

} // namespace

TEST_CASE("values come with their types, defaults filled in")
{
    const Config job =
        read("[general]\ncalculation_mode = classical\n[calculation]\ntruncation_level = 2.5\n"
             "area_source_discretization = 10\nquantiles = 0.1, 0.9\nmaximum_distance = {'default': 200}\n"
             "task_duration = 2h\n");
    CHECK(job.text("calculation_mode") == "classical");
    CHECK(job.number("truncation_level") == 2.5);
    CHECK(job.numbers("quantiles") == std::vector<double>{0.1, 0.9});
    CHECK(job.integer("number_of_logic_tree_samples") == 0);
    CHECK(job.flag("mean"));
    CHECK(job.seconds("task_duration") == 7200.0);
    CHECK(job.given("truncation_level"));
    CHECK(job.has("mean"));
    CHECK_FALSE(job.given("mean"));
    CHECK_FALSE(job.has("description"));
    CHECK(job.where("truncation_level") == "job.ini:4: truncation_level = 2.5");
    CHECK(job.where("mean") == "default: mean = true");
    CHECK(job.where("poes") == "job.ini: poes");
    CHECK(job.entries().at("instruction_set").value == "auto");
    CHECK(refusal([&] { return job.text("description"); }) ==
          "job.ini: description (no value, but this calculation needs one). Add 'description = ...'?");
    CHECK(refusal([&] { return job.number("quantiles"); }) ==
          "job.ini:6: quantiles = 0.1, 0.9 (not a number)");
}

TEST_CASE("the text of the input is kept unchanged")
{
    const std::string text = std::string{minimal} + "# comment\r\n";
    const Config job = read(text);
    CHECK(job.input_text() == text);
    CHECK(job.input_file() == "job.ini");
    CHECK(job.input_folder() == ".");
}

TEST_CASE("a value that does not fit is refused with what is accepted")
{
    CHECK(refused("area_source_discretization = abc") ==
          "job.ini:3: area_source_discretization = abc (not a number; accepted: a number > 0 [km])");
    CHECK(refused("area_source_discretization = 0") ==
          "job.ini:3: area_source_discretization = 0 (out of range; accepted: a number > 0 [km])");
    CHECK(refused("area_source_discretization = 10 # km") ==
          "job.ini:3: area_source_discretization = 10 # km (not a number; accepted: a number > 0 [km]). Put "
          "the comment "
          "on a line of its own?");
    CHECK(refused("number_of_logic_tree_samples = -1") ==
          "job.ini:3: number_of_logic_tree_samples = -1 (out of range; accepted: a whole number from 0 to "
          "1e+06)");
    CHECK(refused("number_of_logic_tree_samples = 1.5") ==
          "job.ini:3: number_of_logic_tree_samples = 1.5 (not a whole number; accepted: a whole number from "
          "0 to 1e+06)");
    CHECK(refused("mean = maybe") ==
          "job.ini:3: mean = maybe (neither true nor false; accepted: true, false, yes, no, 1 or 0)");
    CHECK(refused("quantiles = 0.5 1.5") ==
          "job.ini:3: quantiles = 0.5 1.5 (1.5 is out of range; accepted: numbers "
          "parted by blanks or commas from 0 to 1)");
    CHECK(refused("quantiles = 0.5 x").starts_with("job.ini:3: quantiles = 0.5 x (not numbers; accepted: "));
    CHECK(refused("instruction_set = avx22") == "job.ini:3: instruction_set = avx22 (accepted: auto, "
                                                "baseline, avx2 or avx512). Did you mean 'avx2'?");
    CHECK(refused("task_duration = soon")
              .starts_with("job.ini:3: task_duration = soon (not a duration; accepted: "));
    CHECK(refused("maximum_distance = {'default': }") ==
          "job.ini:3: maximum_distance = {'default': } (not a Python literal at letter 13, before '}': a "
          "number, text, "
          "list, tuple, dict, logscale(a, b, n), True, False or None is expected)");
    CHECK(refused("area_source_discretization = inf").find("not a number") != std::string::npos);
}

TEST_CASE("all that is wrong is said at once")
{
    CHECK(refused("mean = x\nmaen = true\nquantiles = 2\n") ==
          "job.ini:4: maen = true (unknown key). Did you mean 'mean'?\n"
          "job.ini:3: mean = x (neither true nor false; accepted: true, false, yes, no, 1 or 0)\n"
          "job.ini:5: quantiles = 2 (2 is out of range; accepted: numbers parted by blanks or commas from 0 "
          "to 1)");
}

TEST_CASE("an empty value counts as not given")
{
    const Config job = read(std::string{minimal} + "quantiles =\nmean =\n");
    CHECK_FALSE(job.has("quantiles"));
    CHECK_FALSE(job.given("mean"));
    CHECK(job.flag("mean"));
}

TEST_CASE("missing keys are named together, with what is probably meant for them")
{
    CHECK(refusal([] { return read("calculation_mode = classical\n"); }) ==
          "job.ini: required keys are missing:\n  truncation_level: Standard deviations on either side.");
    CHECK(refusal([] {
              return read("calculation_mode = classical\ntruncaton_level = 3\nstrict_keys = false\n");
          }) ==
          "job.ini: required keys are missing:\n  truncation_level: Standard deviations on either side. Is "
          "'truncaton_level' (job.ini:2) meant for it?");
    CHECK(refusal([] { return read("calculation_mode = classical\ntruncation_level =\n"); }) ==
          "job.ini: required keys are missing:\n  truncation_level: Standard deviations on either side. It "
          "is empty "
          "(job.ini:2).");
    CHECK(refusal([] { return read("calculaton_mode = classical\n"); }) ==
          "job.ini: no calculation_mode (it names what to calculate). Is 'calculaton_mode' (job.ini:1) meant "
          "for it?");
    CHECK(refusal([] { return read(""); }) == "job.ini: no calculation_mode (it names what to calculate)");
    CHECK(refusal([] { return read("\ncalculation_mode = clasical\n"); }) ==
          "job.ini:2: calculation_mode = clasical (no such workload). Did you mean 'classical'?");
}

TEST_CASE("an unknown key is an error, but a warning beside a source model")
{
    const Folder folder;
    folder.write("ssm.xml", "");
    const std::string hazard = std::string{minimal} + "source_model_logic_tree_file = ssm.xml\n";
    const auto job = folder.path / "job.ini";
    const auto refused_in = [&](const std::string& lines) {
        Notes ignored;
        return refusal([&] { return read(hazard + lines, ignored, {}, job); });
    };

    CHECK(refused("quantils = 0.5") == "job.ini:3: quantils = 0.5 (unknown key). Did you mean 'quantiles'?");
    Notes notes;
    (void)read(hazard + "quantils = 0.5\n", notes, {}, job);
    REQUIRE(notes.warnings.size() == 1);
    CHECK(notes.warnings[0] == "job.ini:4: quantils = 0.5 (unknown key, ignored). Did you mean 'quantiles'?");

    CHECK(refused_in("strict_keys = true\nquantils = 0.5") ==
          "job.ini:5: quantils = 0.5 (unknown key). Did you mean 'quantiles'?");
    CHECK(refused_in("[MTC]\nquantils = 0.5").starts_with("job.ini:5: quantils = 0.5 (unknown key)"));
    CHECK(refused_in("sorce_model_logic_tree_file = x.xml") ==
          "job.ini:4: sorce_model_logic_tree_file = x.xml (unknown key; an input file is not to be ignored). "
          "Did you mean "
          "'source_model_logic_tree_file'?");
    CHECK(refused("strict_keys = false\nquantils = 0.5") == "nothing was refused");
}

TEST_CASE("keys of OpenQuake are accepted when they do not change the numbers")
{
    Notes notes;
    (void)read(std::string{minimal} +
                   "concurrent_tasks = 4\ncollapse_level = 0\nshift_hypo = False\nexport_dir = /tmp\n"
                   "floating_x_step = 0.0\namplification_csv =\n",
               notes);
    CHECK(notes.warnings.empty());
    REQUIRE(notes.remarks.size() == 1);
    CHECK(notes.remarks[0] ==
          "keys of OpenQuake that have no effect here: concurrent_tasks (job.ini:3), collapse_level "
          "(job.ini:4), shift_hypo (job.ini:5), export_dir (job.ini:6), floating_x_step "
          "(job.ini:7), amplification_csv (job.ini:8)");
    CHECK(refused("amplification_csv = a.csv") == "job.ini:3: amplification_csv = a.csv (not part of mtc: "
                                                  "OpenQuake's site amplification, without which the "
                                                  "results would differ). Remove the key to accept that?");
    CHECK(
        refused(
            "soil_intensities = 0.1 0.2\namplification_method = convolution\namplification_csv = a.csv") ==
        "job.ini:3: soil_intensities = 0.1 0.2, job.ini:5: amplification_csv = a.csv (not part of mtc: "
        "OpenQuake's site amplification, without which the results would differ). Remove the keys to accept "
        "that?");
    CHECK(refused("collapse_level = 1").find("not part of mtc: the collapsing of ruptures") !=
          std::string::npos);
    CHECK(refused("[reqv]\nActive Shallow Crust = lookup.hdf5").find("the equivalent distances") !=
          std::string::npos);
}

TEST_CASE("the table of OpenQuake's keys")
{
    using config::KeyClass;
    for (const char* key : {"concurrent_tasks", "outs_per_task", "split_sources", "export_dir", "exports",
                            "disagg_by_src", "postproc_func", "postproc_args", "minimum_engine_version",
                            "vs30_tolerance", "ground_motion_fields", "structural_vulnerability_file"}) {
        CAPTURE(key);
        CHECK(config::openquake_key(key) == KeyClass::without_effect);
    }
    for (const char* key : {"amplification_csv", "soil_intensities", "collapse_level", "smlt_branch",
                            "sites_slice", "horiz_comp_to_geom_mean", "reqv_hdf5", "exposure_file"}) {
        CAPTURE(key);
        CHECK(config::openquake_key(key) == KeyClass::changes_numbers);
    }
    CHECK(config::openquake_key("minimun_magnitude") == KeyClass::unknown);
    CHECK(config::openquake_key("") == KeyClass::unknown);
}

TEST_CASE("a former name still works, but not beside the present one")
{
    Notes notes;
    const Config job = read(std::string{minimal} + "quantile_hazard_curves = 0.5\n", notes);
    CHECK(job.numbers("quantiles") == std::vector<double>{0.5});
    CHECK_FALSE(job.has("quantile_hazard_curves"));
    REQUIRE(notes.remarks.size() == 1);
    CHECK(notes.remarks[0] ==
          "job.ini:3: quantile_hazard_curves is the former name of quantiles, and still works");
    CHECK(refused("quantile_hazard_curves = 0.5\nquantiles = 0.5") ==
          "job.ini:4: quantiles = 0.5 ('quantile_hazard_curves' is the former name of 'quantiles', and "
          "job.ini:3 gives "
          "'quantile_hazard_curves'). Remove one of them?");
}

TEST_CASE("OpenQuake's time_per_task is the duration of tasks")
{
    Notes notes;
    CHECK(read(std::string{minimal} + "time_per_task = .1\n", notes).seconds("task_duration") == 0.1);
    CHECK(refused("time_per_task = 10\ntask_duration = 20").find("'time_per_task' is the former name") !=
          std::string::npos);
}

TEST_CASE("calculation modes of OpenQuake that are not there are named")
{
    CHECK(config::openquake_mode("event_based") == "event-based hazard");
    CHECK(config::openquake_mode("scenario_damage") == "risk");
    CHECK(config::openquake_mode("classical").empty());
    CHECK(refusal([] { return mtc::workload_kind("event_based_risk"); }).find("risk is not part of mtc") !=
          std::string::npos);
}

TEST_CASE("--set wins over the file, the last one over the others")
{
    const Config job = read(std::string{minimal} + "mean = false\nquantiles = 0.5\n",
                            {{"truncation_level", "1"}, {"Truncation_Level", " 4 "}, {"quantiles", ""}});
    CHECK(job.number("truncation_level") == 4.0);
    CHECK(job.where("truncation_level") == "--set: truncation_level = 4");
    CHECK(job.given("truncation_level"));
    CHECK_FALSE(job.has("quantiles"));
    CHECK_FALSE(job.flag("mean"));
    CHECK(refused("", {{"trucation_level", "1"}}) ==
          "--set: trucation_level = 1 (unknown key). Did you mean 'truncation_level'?");
    CHECK(refused("", {{"mean", "x"}}).starts_with("--set: mean = x (neither true nor false"));
    CHECK(read("truncation_level = 3\n", {{"calculation_mode", "classical"}}).text("calculation_mode") ==
          "classical");
}

TEST_CASE("input files start from the folder of the input and must exist")
{
    const Folder folder;
    folder.write("source_model.xml", "");
    folder.write("other.csv", "");
    folder.write("job.ini",
                 std::string{minimal} + "source_model_logic_tree_file = source_model.xml\n  other.csv\n");
    Notes notes;
    const Config job = config::read_config(folder.path / "job.ini", {}, options_of, notes);
    CHECK(job.paths("source_model_logic_tree_file") ==
          std::vector<std::filesystem::path>{folder.path / "source_model.xml", folder.path / "other.csv"});
    CHECK(job.where("source_model_logic_tree_file").starts_with("job.ini:3: "));

    const auto with = [&](const std::string& file) {
        return refusal([&] {
            return read(minimal + ("source_model_logic_tree_file = " + file), notes, {},
                        folder.path / "job.ini");
        });
    };
    CHECK(with("sorce_model.xml") ==
          mtc::text("job.ini:3: source_model_logic_tree_file = sorce_model.xml (no such file: ",
                    (folder.path / "sorce_model.xml").string(), "). Did you mean 'source_model.xml'?"));
    CHECK(with("sub").find("(a folder, not a file: ") != std::string::npos);
    CHECK(with((folder.path / "other.csv").string()) == "nothing was refused"); // an absolute path
}

TEST_CASE("an input that is not there, or no text, is refused")
{
    const Folder folder;
    folder.write("job.ini", minimal);
    folder.write("out.h5", std::string{"\x89HDF\r\n\0\0", 8});
    const auto refused_file = [&](const std::filesystem::path& file) {
        Notes notes;
        return refusal([&] { return config::read_config(folder.path / file, {}, options_of, notes); });
    };
    CHECK(refused_file("jbo.ini") ==
          mtc::text((folder.path / "jbo.ini").string(), " (no such input file). Did you mean 'job.ini'?"));
    CHECK(refused_file("sub").find("(a folder, not an input file)") != std::string::npos);
    CHECK(refused_file("out.h5").find("(not a text, but an input is an INI or TOML file)") !=
          std::string::npos);
}

TEST_CASE("an option that is declared twice, or whose default does not fit, is our own mistake")
{
    static const std::vector<Option> twice{{.name = "output"}};
    static const std::vector<Option> unfit{{.name = "n", .type = ValueType::integer, .default_value = "x"}};
    Notes notes;
    const auto with = [&](const std::vector<Option>& options) {
        return config::read_config_text(
            "job.ini", "calculation_mode = m\n", {},
            [&](const std::string&) -> const std::vector<Option>& { return options; }, notes);
    };
    CHECK_THROWS_WITH_AS(with(twice), "option declared twice: output", std::logic_error);
    CHECK_THROWS_AS(with(unfit), std::logic_error);
}

TEST_CASE("the key table has a row for each option")
{
    const std::string table = config::key_table(options_of("classical"));
    CHECK(table.starts_with("| key | accepted | default | meaning |\n|---|---|---|---|\n"));
    CHECK(table.find("| `truncation_level` | a number >= 0 | **required** | Standard deviations on either "
                     "side. |\n") != std::string::npos);
    CHECK(table.find("| `area_source_discretization` | a number > 0 [km] |  | Step of the grid in area "
                     "sources. |\n") != std::string::npos);
    CHECK(table.find("Formerly `quantile_hazard_curves`.") != std::string::npos);
    CHECK(config::key_table(config::engine_options()).find("auto, baseline, avx2 or avx512") !=
          std::string::npos);
}

TEST_CASE("a family of keys takes the names of the user as they are, in the order given")
{
    static const std::vector<Option> options{{.name = "command"}, {.name = "parameter.NAME"}};
    const auto options_of_sweep = [](const std::string&) -> const std::vector<Option>& { return options; };
    Notes notes;
    const Config job = config::read_config_text(
        "job.ini", "calculation_mode = x\nparameter.zeta = 1\nPARAMETER.Alpha = 2\nparameter.alpha = 3\n",
        Overrides{{"parameter.zeta", "4"}, {"parameter.New", "5"}}, options_of_sweep, notes);
    CHECK(job.text("parameter.zeta") == "4");
    CHECK(job.text("parameter.Alpha") == "2");
    CHECK(job.text("parameter.alpha") == "3");
    CHECK(job.text("parameter.New") == "5");
    CHECK_FALSE(job.has("parameter.NAME"));
    CHECK(job.entries().at("parameter.zeta").place < job.entries().at("parameter.Alpha").place);
    CHECK(job.entries().at("parameter.Alpha").place < job.entries().at("parameter.alpha").place);
    CHECK(job.entries().at("parameter.alpha").place < job.entries().at("parameter.New").place);
    CHECK(refusal([&] {
              return config::read_config_text("job.ini", "calculation_mode = x\nparamter.a = 1\n", {},
                                              options_of_sweep, notes);
          }).starts_with("job.ini:2: paramter.a = 1 (unknown key)"));
    CHECK(refusal([&] {
              return config::read_config_text("job.ini", "calculation_mode = x\nparameter. = 1\n", {},
                                              options_of_sweep, notes);
          }).starts_with("job.ini:2: parameter. = 1 (unknown key)"));
}

TEST_CASE("a TOML input means what the INI means")
{
    const auto entries_of = [](const std::string& text, const std::string& file) {
        Notes notes;
        std::map<std::string, std::string> values;
        const Config job = read(text, notes, {}, file);
        for (const auto& [key, entry] : job.entries())
            values[key] = entry.value;
        return values;
    };
    const auto ini = entries_of("[general]\n"
                                "calculation_mode = classical\n"
                                "[calculation]\n"
                                "truncation_level = 3\n"
                                "quantile_hazard_curves = 0.1, 0.5\n"
                                "mean = false\n",
                                "job.ini");
    const auto toml = entries_of("[general]\n"
                                 "calculation_mode = 'classical'\n"
                                 "[calculation]\n"
                                 "truncation_level = 3\n"
                                 "quantile_hazard_curves = [0.1, 0.5]\n"
                                 "mean = false\n",
                                 "job.toml");
    CHECK(ini.size() >= 4);
    CHECK(ini == toml);
    Notes notes;
    CHECK(refusal([&] {
              read("calculation_mode = 'classical'\ntruncation_level = 3\nmeen = true\n", notes, {},
                   "job.toml");
          }).find("job.toml:3: meen = true") != std::string::npos);
}

TEST_CASE("tables of a TOML input that are families keep the names of the user")
{
    static const std::vector<Option> options{{.name = "command"}, {.name = "parameter.NAME"}};
    const auto sweep = [](const std::string&) -> const std::vector<Option>& { return options; };
    Notes notes;
    const Config job = config::read_config_text("job.toml",
                                                "calculation_mode = 'command'\n"
                                                "command = 'run {Depth} {b}'\n"
                                                "parameter.b = ['x y', 'z']\n"
                                                "parameter.Depth = [1, 2]\n",
                                                {}, sweep, notes);
    CHECK(job.text("parameter.Depth") == "1, 2");
    CHECK(job.text("parameter.b") == "'x y', 'z'");
    CHECK(job.entries().at("parameter.b").place < job.entries().at("parameter.Depth").place);
    CHECK(refusal([&] {
              return config::read_config_text("job.toml",
                                              "calculation_mode = 'command'\n[parameter]\na = "
                                              "1\n[mtc]\nCommand = 'x'\n[x]\ncommand = 'y'\n",
                                              {}, sweep, notes);
          }).find("stands in line 5 already") != std::string::npos);
}
