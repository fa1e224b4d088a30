#include "workloads/psha/model/sites.hpp"

#include "job_folder.hpp"
#include "workloads/psha/ground_motion/model.hpp"

#include <cmath>

using namespace mtc;
using namespace mtc::psha;
using mtc::test::check_says;
using mtc::test::config_with;
using mtc::test::JobFolder;
using mtc::test::refusal;

namespace {

Sites read_csv(const std::string& csv, Notes& notes)
{
    const JobFolder folder{"sites"};
    folder.write("s.csv", csv);
    return read_sites(config_with({{"sites_csv", "s.csv"}}, folder.path()), {}, notes);
}

std::string csv_refusal(const std::string& csv)
{
    Notes notes;
    return refusal([&] { (void)read_csv(csv, notes); });
}

std::string refusal_of(const std::map<std::string, std::string>& keys)
{
    Notes notes;
    return refusal([&] { (void)read_sites(config_with(keys), {}, notes); });
}

} // namespace

TEST_CASE("sites of the key are rounded and ordered by longitude and latitude")
{
    Notes notes;
    const Sites read =
        read_sites(config_with({{"sites", "10.000004 45, 9.5 46 -0.1,\n9.5 45.123456,"}}), {}, notes);
    REQUIRE(read.sites.size() == 3);
    CHECK(read.sites[0].lon == 9.5);
    CHECK(read.sites[0].lat == 45.12346);
    CHECK(read.sites[0].depth == 0.0);
    CHECK(read.sites[1].lat == 46.0);
    CHECK(read.sites[1].depth == -0.1);
    CHECK(read.sites[2].lon == 10.0);
    CHECK(std::isnan(read.sites[0].vs30));
    CHECK(read.sites[0].vs30measured == 0.0);
    CHECK(read.custom_ids.empty());
}

TEST_CASE("a CSV without a header is sorted, one with a header keeps its order")
{
    Notes notes;
    const Sites bare = read_csv("\xEF\xBB\xBF"
                                "11,45\r\n10,46,-1.5\r\n\r\n10,45\r\n",
                                notes);
    REQUIRE(bare.sites.size() == 3);
    CHECK(bare.sites[0].lat == 45.0);
    CHECK(bare.sites[1].depth == -1.5);
    CHECK(bare.sites[2].lon == 11.0);

    const Sites named =
        read_csv("# made by hand\nlat, lon, custom_site_id, note\n45,11,\"b, c\",x\n45,10,a,y\n", notes);
    REQUIRE(named.sites.size() == 2);
    CHECK(named.sites[0].lon == 11.0);
    CHECK(named.sites[1].lon == 10.0);
    CHECK(named.custom_ids == std::vector<std::string>{"b, c", "a"});
    REQUIRE(notes.warnings.size() == 1);
    check_says(notes.warnings[0], {"s.csv:2", "'note'"});
}

TEST_CASE("a region becomes a grid")
{
    Notes notes;
    const Sites read =
        read_sites(config_with({{"region", "-1 -1.5, -1 0.7, 1 0.7, 1 -1.5"}, {"region_grid_spacing", "10"}}),
                   {}, notes);
    CHECK(read.sites.size() == 624);
    for (std::size_t i = 1; i < read.sites.size(); ++i) {
        const Site& a = read.sites[i - 1];
        const Site& b = read.sites[i];
        REQUIRE((a.lon < b.lon || (a.lon == b.lon && a.lat < b.lat)));
    }
}

TEST_CASE("sites take their parameters from the reference keys")
{
    Notes notes;
    const std::vector<SiteNeeds> needs{{.parameters = needs_vs30, .model = "ModelA"},
                                       {.parameters = needs_vs30 | needs_z1pt0, .model = "ModelB"}};
    std::map<std::string, std::string> keys{
        {"sites", "10 45"}, {"reference_vs30_value", "600"}, {"reference_vs30_type", "measured"}};
    check_says(refusal([&] { (void)read_sites(config_with(keys), needs, notes); }),
               {"job.ini", "'reference_depth_to_1pt0km_per_sec'", "ModelB"});
    keys["reference_depth_to_1pt0km_per_sec"] = "100";
    const Sites read = read_sites(config_with(keys), needs, notes);
    REQUIRE(read.sites.size() == 1);
    CHECK(read.sites[0].vs30 == 600.0);
    CHECK(read.sites[0].vs30measured == 1.0);
    CHECK(read.sites[0].z1pt0 == 100.0);
    CHECK(std::isnan(read.sites[0].z2pt5));
    CHECK(read.sites[0].backarc == 0.0);
}

TEST_CASE("exactly one key gives the sites")
{
    check_says(refusal_of({}), {"job.ini: no sites", "sites, sites_csv, and region"});
    check_says(refusal_of({{"region", "0 0, 0 1, 1 1"}, {"sites", "0 0"}}),
               {"several keys", "job.ini:1: region", "job.ini:2: sites"});
    check_says(refusal_of({{"region", "0 0, 0 1, 1 1"}}), {"job.ini:1: region needs region_grid_spacing"});
    check_says(refusal_of({{"site_model_file", "m.csv"}}),
               {"job.ini:1: site_model_file = m.csv", "reference_"});
}

TEST_CASE("sites that cannot be are refused with line and value")
{
    check_says(refusal_of({{"sites", "10 45, 10 90.5"}}),
               {"job.ini:1: sites, site 2: latitude 90.5", "-90 to 90"});
    check_says(refusal_of({{"sites", "-180.5 0"}}), {"site 1: longitude -180.5", "-180 to 180"});
    check_says(refusal_of({{"sites", "10 4x"}}), {"job.ini:1: sites: '4x'", "not a number"});
    check_says(refusal_of({{"sites", "10"}}), {"'10' holds 1 numbers", "lon lat depth"});
    check_says(refusal_of({{"sites", "10 45, 11 45, 10.000001 45"}}),
               {"site 3", "10 45", "site 1", "5 decimals"});
    check_says(refusal_of({{"region", "0 0, 0 1"}, {"region_grid_spacing", "5"}}),
               {"2 corners", "at least 3"});
    check_says(refusal_of({{"region", "0 0, 0 1, 1 200"}, {"region_grid_spacing", "5"}}),
               {"region, corner 3: latitude 200"});

    check_says(csv_refusal("lon,lat\n10,45\n10,95\n"), {"s.csv:3: latitude 95"});
    check_says(csv_refusal("lon,lat\n10,45\n10\n"), {"s.csv:3: 1 fields", "the header has 2"});
    check_says(csv_refusal("10,45\n10,4x\n"), {"s.csv:2: lat = '4x'"});
    check_says(csv_refusal("10,45,0,7\n"), {"s.csv:1: 4 fields"});
    check_says(csv_refusal("lon,latt\n10,45\n"), {"s.csv:1: no column 'lat'", "'latt'"});
    check_says(csv_refusal("lon,lon,lat\n10,45,1\n"), {"s.csv:1: column 'lon' twice"});
    check_says(csv_refusal("lon,lat,vs30\n10,45,600\n"), {"s.csv:1: column 'vs30'", "reference_"});
    check_says(csv_refusal("lon,lat\n10,45\n11,45\n10,45\n"), {"s.csv:4", "10 45", "s.csv:2"});
    check_says(csv_refusal("lon,lat\n"), {"s.csv: no site"});
}
