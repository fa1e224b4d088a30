#include "workloads/psha/source_model/selection.hpp"

#include "psha/job_folder.hpp"

#include <initializer_list>

using namespace mtc;
using namespace mtc::psha;
using mtc::test::check_says;
using mtc::test::config_with;
using mtc::test::refusal;

namespace {

Source source(const char* id, SourceKind kind)
{
    Source made;
    made.id = id;
    made.kind = kind;
    return made;
}

/// One file of two groups, of which the second is exclusive.
std::vector<SourceModel> two_groups()
{
    SourceGroup first;
    first.sources = {source("1", SourceKind::point), source("2;0", SourceKind::area)};
    SourceGroup second;
    second.dependence = Dependence::exclusive_sources;
    second.weights = {0.25, 0.75};
    second.sources = {source("m:1", SourceKind::point), source("m:2", SourceKind::simple_fault)};
    SourceModel file;
    file.groups = {first, second};
    return {file};
}

std::vector<std::string> ids_with(const std::map<std::string, std::string>& keys)
{
    std::vector<SourceModel> files = two_groups();
    select_sources(files, config_with(keys));
    std::vector<std::string> ids;
    for (const SourceGroup& group : files.front().groups) {
        CHECK((group.weights.empty() || group.weights.size() == group.sources.size()));
        for (const Source& left : group.sources)
            ids.push_back(left.id);
    }
    return ids;
}

} // namespace

TEST_CASE("sources are selected by id and by kind")
{
    using Ids = std::vector<std::string>;
    CHECK(ids_with({}) == Ids{"1", "2;0", "m:1", "m:2"});
    CHECK(ids_with({{"source_id", "1, m:2"}}) == Ids{"1", "m:2"});
    CHECK(ids_with({{"source_id", "2 m"}}) == Ids{"2;0", "m:1", "m:2"});
    CHECK(ids_with({{"source_nodes", "pointSource"}}) == Ids{"1", "m:1"});
    CHECK(ids_with({{"source_nodes", "['areaSource', 'simpleFaultSource']"}}) == Ids{"2;0", "m:2"});
}

TEST_CASE("a selection that finds nothing is refused")
{
    check_says(refusal([] {
                   (void)ids_with({{"source_id", "mm"}});
               }),
               {"job.ini:1: source_id = mm", "no source"});
    check_says(refusal([] {
                   (void)ids_with({{"source_nodes", "pointSourc"}});
               }),
               {"'pointSourc' is no kind of source", "Did you mean 'pointSource'"});
    check_says(refusal([] {
                   (void)ids_with({{"source_nodes", "kiteFaultSource"}});
               }),
               {"hold none of these"});
}
