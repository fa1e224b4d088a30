#include "workloads/psha/logic_tree/effective_groups.hpp"

#include "psha/job_folder.hpp"
#include "workloads/psha/logic_tree/realizations.hpp"

#include <ctime>
#include <iostream>

using namespace mtc;
using namespace mtc::psha;
using mtc::test::check_says;
using mtc::test::config_with;
using mtc::test::refusal;
using enum UncertaintyType;

namespace {

Source source_of(const std::string& id, const std::string& trt = "A")
{
    return {.id = id,
            .trt = trt,
            .where = {std::make_shared<std::string>(id + ".xml"), 1},
            .geometry = PointGeometry{},
            .distributions = {TruncatedGutenbergRichter{
                .min_magnitude = 5.0, .max_magnitude = 7.0, .a_value = 4.0, .b_value = 1.0}}};
}

SourceModel file_of(const std::string& name, const std::vector<std::string>& ids,
                    const std::string& trt = "A")
{
    SourceModel model{.file = name, .groups = {{.trt = trt, .where = name}}};
    for (const std::string& id : ids)
        model.groups[0].sources.push_back(source_of(id, trt));
    return model;
}

SourceBranchSet models_set(const std::vector<std::pair<std::string, SourceFiles>>& branches)
{
    SourceBranchSet set{.kind = {.name = "sourceModel", .type = source_model}, .where = "lt.xml:4"};
    for (const auto& [id, files] : branches)
        set.branches.push_back({.id = id,
                                .weight = 1.0 / static_cast<double>(branches.size()),
                                .value = files,
                                .where = "lt.xml:5",
                                .next_set = 1});
    return set;
}

SourceBranchSet change_set(UncertaintyType type, const std::vector<double>& values,
                           const SourceFilter& filter, std::optional<std::uint32_t> next = {})
{
    SourceBranchSet set{.kind = {.name = "bGRRelative", .type = type}, .filter = filter, .where = "lt.xml:8"};
    for (const double value : values)
        set.branches.push_back({.id = text("v", value),
                                .weight = 1.0 / static_cast<double>(values.size()),
                                .value = std::vector{value},
                                .where = "lt.xml:9",
                                .next_set = next});
    return set;
}

EffectiveGroups groups_of(const SourceModelTree& tree, std::vector<SourceModel> files)
{
    const PathSelection all = all_paths(tree, {}, {}, 100000);
    return effective_groups(tree, std::move(files), all.source_paths, {});
}

double b_value(const Source& source)
{
    return std::get<TruncatedGutenbergRichter>(source.distributions.at(0)).b_value;
}

using Rows = std::vector<std::uint32_t>;

} // namespace

TEST_CASE("sources that no set changes are one group for all paths, the others one for each value")
{
    const SourceModelTree tree{
        .sets = {models_set({{"m", {"x"}}}), change_set(b_relative, {0.1, 0.0, -0.1}, {.ids = {"2"}})}};
    const EffectiveGroups effective = groups_of(tree, {file_of("x", {"1", "2", "3"})});
    // Paths by text: m~v-0.1, m~v0, m~v0.1.
    REQUIRE(effective.groups.size() == 4);
    CHECK(effective.of_path == std::vector<Rows>{{0, 1}, {0, 2}, {0, 3}});
    REQUIRE(effective.groups[0].sources.size() == 2);
    CHECK(effective.groups[0].sources[1].id == "3");
    CHECK(b_value(effective.groups[0].sources[0]) == 1.0);
    REQUIRE(effective.groups[1].sources.size() == 1);
    CHECK(b_value(effective.groups[1].sources[0]) == doctest::Approx(0.9));
    CHECK(b_value(effective.groups[2].sources[0]) == 1.0);
    CHECK(b_value(effective.groups[3].sources[0]) == doctest::Approx(1.1));
}

TEST_CASE("changes of several sets and of region types follow one another")
{
    const SourceModelTree tree{.sets = {models_set({{"m", {"x", "y"}}}),
                                        change_set(b_relative, {0.1, 0.2}, {.trt = "A"}, 2),
                                        change_set(max_magnitude_relative, {0.5, 1.0}, {})}};
    const EffectiveGroups effective = groups_of(tree, {file_of("x", {"1"}), file_of("y", {"2"}, "B")});
    // The source of A has four forms, that of B two.
    REQUIRE(effective.groups.size() == 6);
    CHECK(effective.of_path == std::vector<Rows>{{0, 4}, {1, 5}, {2, 4}, {3, 5}});
    const auto& last = std::get<TruncatedGutenbergRichter>(effective.groups[3].sources[0].distributions[0]);
    CHECK(last.b_value == doctest::Approx(1.2));
    CHECK(last.max_magnitude == 8.0);
    CHECK(b_value(effective.groups[5].sources[0]) == 1.0);
}

TEST_CASE("files are shared between source models, and those of the same paths join")
{
    SourceModelTree tree{.sets = {models_set({{"m1", {"x", "y", "z"}}, {"m2", {"x"}}})}};
    for (SourceBranch& branch : tree.sets[0].branches)
        branch.next_set.reset();
    const EffectiveGroups effective =
        groups_of(tree, {file_of("x", {"1"}), file_of("y", {"2"}), file_of("z", {"3"})});
    REQUIRE(effective.groups.size() == 2);
    CHECK(effective.of_path == std::vector<Rows>{{0, 1}, {0}});
    REQUIRE(effective.groups[1].sources.size() == 2);
    CHECK(effective.groups[1].sources[1].id == "3");
}

TEST_CASE("dependent sources stay together whatever changes some of them")
{
    const SourceModelTree tree{
        .sets = {models_set({{"m", {"x"}}}), change_set(b_relative, {0.1, -0.1}, {.ids = {"2"}})}};
    SourceModel file = file_of("x", {"1", "2"});
    file.groups[0].dependence = Dependence::exclusive_sources;
    file.groups[0].weights = {0.4, 0.6};
    file.groups[0].probability = 0.7;
    const EffectiveGroups effective = groups_of(tree, {file});
    REQUIRE(effective.groups.size() == 2);
    for (const SourceGroup& group : effective.groups) {
        CHECK(group.dependence == Dependence::exclusive_sources);
        CHECK(group.probability == 0.7);
        CHECK(group.weights == std::vector{0.4, 0.6});
        REQUIRE(group.sources.size() == 2);
        CHECK(b_value(group.sources[0]) == 1.0);
    }
    CHECK(b_value(effective.groups[0].sources[1]) == doctest::Approx(0.9));
    CHECK(b_value(effective.groups[1].sources[1]) == doctest::Approx(1.1));
}

TEST_CASE("a set without filter passes over what it cannot change, a set that names a source does not")
{
    const std::vector<double> values{0.1, 0.2};
    SourceModel file = file_of("x", {"1", "2"});
    file.groups[0].sources[0].distributions = {Arbitrary{{5.0}, {0.1}}};
    const SourceModelTree all{.sets = {models_set({{"m", {"x"}}}), change_set(b_relative, values, {})}};
    const EffectiveGroups effective = groups_of(all, {file});
    CHECK(effective.of_path == std::vector<Rows>{{0, 1}, {0, 2}});
    const SourceModelTree named{
        .sets = {models_set({{"m", {"x"}}}), change_set(b_relative, values, {.ids = {"1"}})}};
    check_says(refusal([&] { (void)groups_of(named, {file}); }),
               {"lt.xml:9", "source '1' at 1.xml:1", "no such value"});
}

TEST_CASE("an extended path cannot hold a file twice")
{
    SourceModelTree tree{.sets = {models_set({{"m", {"x"}}})}};
    tree.sets.push_back(
        {.kind = {.name = "extendModel", .type = extend_model},
         .branches = {{.id = "e", .weight = 1.0, .value = SourceFiles{"x"}, .where = "lt.xml:9"}}});
    check_says(refusal([&] { (void)groups_of(tree, {file_of("x", {"1"})}); }),
               {"lt.xml:9", "'x' twice in the path m~e"});
}

TEST_CASE("filters name sources and region types that are there, in one source model or by its branch")
{
    const std::vector<SourceModel> files{file_of("x", {"1", "same"}), file_of("y", {"same"})};
    const auto says = [&](const SourceFilter& filter, std::initializer_list<std::string> parts) {
        const SourceModelTree tree{
            .sets = {models_set({{"m1", {"x"}}, {"m2", {"y"}}}), change_set(b_relative, {0.1}, filter)}};
        check_says(refusal([&] { check_filters(tree, files); }), parts);
    };
    says({.ids = {"2"}}, {"lt.xml:8", "source with id '2' is not defined in source models"});
    says({.trt = "AA"}, {"lt.xml:8", "'AA'", "no source has this region type"});
    says({.ids = {"same"}}, {"lt.xml:8", "'same'", "2 source models", "'m1' and 'm2'", "applyToBranches"});
    SourceModelTree tree{.sets = {models_set({{"m1", {"x"}}, {"m2", {"y"}}}),
                                  change_set(b_relative, {0.1}, {.ids = {"same"}})}};
    tree.sets[1].names_branches = true;
    check_filters(tree, files);
    tree.sets[1].filter = {.trt = "A"};
    check_filters(tree, files);
}

TEST_CASE("groups that magnitudes leave empty are dropped, realizations stay")
{
    const SourceModelTree tree{
        .sets = {models_set({{"m", {"x"}}}), change_set(max_magnitude_absolute, {5.5, 6.5}, {.ids = {"1"}})}};
    EffectiveGroups effective = groups_of(tree, {file_of("x", {"1"})});
    REQUIRE(effective.groups.size() == 2);
    Notes notes;
    keep_what_counts(effective, config_with({{"minimum_magnitude", "6"}, {"width_of_mfd_bin", "0.1"}}),
                     notes);
    REQUIRE(effective.groups.size() == 1);
    CHECK(effective.of_path == std::vector<Rows>{{}, {0}});
    const GsimTree gsims{.sets = {{"A", {{.id = "a", .weight = 1.0, .model = "M"}}}}};
    const Enumeration laid_out = lay_out(all_paths(tree, gsims, {}, 10), gsims, effective);
    REQUIRE(laid_out.realizations.size() == 2);
    CHECK(laid_out.realizations[0].group_models.count == 0);
    CHECK(laid_out.realizations[1].group_models.count == 1);
    CHECK(laid_out.paths[1] == "m~v6.5~gA0");
}

TEST_CASE("realizations add up the groups of their path, each with the model of its region type")
{
    const SourceModelTree tree{
        .sets = {models_set({{"m", {"x", "y"}}}), change_set(b_relative, {0.1, 0.2}, {.trt = "S"})}};
    const GsimTree gsims{
        .sets = {
            {"A", {{.id = "a1", .weight = 0.5, .model = "M1"}, {.id = "a2", .weight = 0.5, .model = "M2"}}},
            {"S", {{.id = "s1", .weight = 0.5, .model = "M2"}, {.id = "s2", .weight = 0.5, .model = "M3"}}}}};
    const PathSelection all = all_paths(tree, gsims, {}, 8);
    const EffectiveGroups effective =
        effective_groups(tree, {file_of("x", {"1"}), file_of("y", {"2"}, "S")}, all.source_paths, {});
    const Enumeration laid_out = lay_out(all, gsims, effective);
    CHECK(laid_out.models == std::vector<std::string>{"M1", "M2", "M3"});
    REQUIRE(laid_out.group_models.size() == 6); // A, S with 0.1, S with 0.2
    CHECK(laid_out.group_models[2].model == 1);
    const IndexRange sixth = laid_out.realizations.at(6).group_models; // v0.2, a2, s1
    CHECK(laid_out.paths[6] == "m~v0.2~gB0 gA1");
    REQUIRE(sixth.count == 2);
    CHECK(laid_out.realization_group_models[sixth.first] == 1);
    CHECK(laid_out.realization_group_models[sixth.first + 1] == 4);
    CHECK(laid_out.imt_weights.empty());
}

TEST_CASE("15,000 paths of 100,000 sources take seconds, not hours")
{
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < 100000; ++i)
        ids.push_back(std::to_string(i));
    SourceModelTree tree{.sets = {models_set({{"m", {"x"}}})}};
    const std::vector<double> five{0.1, 0.2, 0.3, 0.4, 0.5};
    for (std::uint32_t s = 1; s <= 5; ++s)
        tree.sets.push_back(change_set(b_relative, five, {.ids = {std::to_string(s)}}, s + 1));
    tree.sets.push_back(change_set(max_magnitude_relative, {0.0, 0.1, 0.2, 0.3}, {.ids = {"6"}}));
    const PathSelection all = all_paths(tree, {}, {}, 15000);
    REQUIRE(all.source_paths.size() == 12500);
    const std::clock_t begin = std::clock(); // of the processor: others may be busy beside
    const EffectiveGroups effective = effective_groups(tree, {file_of("x", ids)}, all.source_paths, {});
    const double elapsed_s = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::cout << "groups of 12,500 paths and 100,000 sources: " << elapsed_s << " s\n";
    CHECK(effective.groups.size() == 1 + 5 * 5 + 4);
    CHECK(effective.groups[0].sources.size() == 100000 - 6);
    CHECK(effective.of_path.back().size() == 7);
    CHECK(elapsed_s < 30.0);
}
