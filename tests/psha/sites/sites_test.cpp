#include "workloads/psha/sites/sites.hpp"

#include "psha/job_folder.hpp"
#include "test_data.hpp"
#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/ground_motion/model.hpp"
#include "workloads/psha/sites/sites_nearest.hpp"
#include "workloads/psha/sites/sites_parameters.hpp"

#include <cmath>
#include <random>

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

const std::vector<SiteNeeds> needs_all{
    {.parameters = needs_vs30 | needs_vs30measured | needs_z1pt0 | needs_z2pt5 | needs_backarc,
     .model = "ModelA"}};

/// Sites of a job whose folder holds files.
Sites read_with(const std::map<std::string, std::string>& files,
                const std::map<std::string, std::string>& keys, Notes& notes,
                const std::vector<SiteNeeds>& needs = needs_all)
{
    const JobFolder folder{"site_model"};
    for (const auto& [name, content] : files)
        folder.write(name, content);
    return read_sites(config_with(keys, folder.path()), needs, notes);
}

std::string refusal_with(const std::map<std::string, std::string>& files,
                         const std::map<std::string, std::string>& keys)
{
    Notes notes;
    return refusal([&] { (void)read_with(files, keys, notes); });
}

std::string model_refusal(const std::string& csv)
{
    return refusal_with({{"m.csv", csv}}, {{"site_model_file", "m.csv"}});
}

std::string nrml_sites(const std::string& sites)
{
    return "<?xml version='1.0'?>\n<nrml xmlns=\"http://openquake.org/xmlns/nrml/0.4\">\n<siteModel>\n" +
           sites + "</siteModel>\n</nrml>\n";
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
    check_says(refusal_of({}), {"job.ini: no sites", "sites, sites_csv, and region", "or site_model_file"});
    check_says(refusal_of({{"region", "0 0, 0 1, 1 1"}, {"sites", "0 0"}}),
               {"several keys", "job.ini:1: region", "job.ini:2: sites"});
    check_says(refusal_of({{"region", "0 0, 0 1, 1 1"}}), {"job.ini:1: region needs region_grid_spacing"});
    check_says(refusal_of({{"region_grid_spacing", "5"}, {"sites", "0 0"}}),
               {"job.ini:1: region_grid_spacing = 5 needs region"});
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
    check_says(csv_refusal("lon,lat,vs30\n10,45,600\n"), {"s.csv:1: column 'vs30'", "site_model_file"});
    check_says(csv_refusal("lon,lat\n10,45\n11,45\n10,45\n"), {"s.csv:4", "10 45", "s.csv:2"});
    check_says(csv_refusal("lon,lat\n"), {"s.csv: no site"});
}

TEST_CASE("the places of a site model are the sites where no other key gives them")
{
    Notes notes;
    const Sites read = read_with({{"a.csv", "lon,lat,vs30,vs30measured,z1pt0,z2pt5,backarc,depth\n"
                                            "11,45,500,1,100,1.5,0,0.1\n10.000004,45,600,0,50,0.5,1.0,0\n"},
                                  {"b.csv", "vs30,lat,lon,z1pt0,z2pt5,backarc,vs30measured,depth\n"
                                            "700,46,9,10,0.1,true,measured,0\n"}},
                                 {{"site_model_file", "a.csv\nb.csv"}}, notes);
    REQUIRE(read.sites.size() == 3);
    CHECK(read.sites[0].lon == 11.0);
    CHECK(read.sites[0].depth == 0.1);
    CHECK(read.sites[0].vs30 == 500.0);
    CHECK(read.sites[0].vs30measured == 1.0);
    CHECK(read.sites[1].lon == 10.0);
    CHECK(read.sites[1].z1pt0 == 50.0);
    CHECK(read.sites[1].backarc == 1.0);
    CHECK(read.sites[2].vs30 == 700.0);
    CHECK(read.sites[2].z2pt5 == 0.1);
    CHECK(read.sites[2].vs30measured == 1.0);
    CHECK(notes.warnings.empty());
}

TEST_CASE("a site model in NRML")
{
    const std::string two = "<site lon=\"10\" lat=\"45\" vs30=\"500\" vs30Type=\"measured\" z1pt0=\"100\" "
                            "z2pt5=\"1\" siteclass=\"D\"/>\n"
                            "<site lon=\"11\" lat=\"45\" vs30=\"600\" vs30Type=\"inferred\" z1pt0=\"90\" "
                            "z2pt5=\"2\" siteclass=\"D\"/>\n";
    Notes notes;
    const Sites read = read_with({{"m.xml", nrml_sites(two)}}, {{"site_model_file", "m.xml"}}, notes);
    REQUIRE(read.sites.size() == 2);
    CHECK(read.sites[0].vs30 == 500.0);
    CHECK(read.sites[0].vs30measured == 1.0);
    CHECK(read.sites[1].z2pt5 == 2.0);
    CHECK(read.sites[1].vs30measured == 0.0);
    CHECK(read.sites[1].backarc == 0.0);
    check_says(refusal_with({{"m.xml", nrml_sites(two + "<site lon=\"12\" lat=\"45\" vs30=\"1\"/>\n")}},
                            {{"site_model_file", "m.xml"}}),
               {"m.xml:6", "does not give 'vs30measured'", "unlike the first"});
    check_says(refusal_with({{"m.xml", nrml_sites("")}}, {{"site_model_file", "m.xml"}}), {"no <site>"});
}

TEST_CASE("other sites take the parameters of the nearest place of the site model")
{
    const std::map<std::string, std::string> model{
        {"m.csv", "lon,lat,vs30,z1pt0,z2pt5\n10,45,500,100,1\n10.5,45,600,90,2\n"}};
    Notes notes;
    const Sites read =
        read_with(model, {{"site_model_file", "m.csv"}, {"sites", "10.26 45, 10.24 45, 10.04 45"}}, notes);
    REQUIRE(read.sites.size() == 3);
    CHECK(read.sites[0].vs30 == 500.0);
    CHECK(read.sites[1].vs30 == 500.0);
    CHECK(read.sites[2].vs30 == 600.0);
    CHECK(read.sites[2].z1pt0 == 90.0);
    CHECK(read.sites[2].vs30measured == 0.0);
    REQUIRE(notes.warnings.size() == 1);
    check_says(notes.warnings[0], {"2 of 3 sites", "farther than 5 km", "the site 10.2"});

    Notes of_grid;
    (void)read_with(model,
                    {{"site_model_file", "m.csv"},
                     {"region", "9.99 44.99, 9.99 45.01, 10.01 45.01"},
                     {"region_grid_spacing", "20"}},
                    of_grid);
    CHECK(of_grid.warnings.empty());
}

TEST_CASE("reference keys give what the site model does not, override_vs30 replaces it")
{
    const std::map<std::string, std::string> files{{"m.csv", "lon,lat,vs30\n10,45,500\n11,45,600\n"}};
    std::map<std::string, std::string> keys{{"site_model_file", "m.csv"},
                                            {"reference_vs30_type", "measured"},
                                            {"reference_vs30_value", "300"},
                                            {"reference_depth_to_1pt0km_per_sec", "100"}};
    check_says(refusal_with(files, keys),
               {"'reference_depth_to_2pt5km_per_sec'", "ModelA requires it", "site_model_file has no z2pt5"});
    keys["reference_depth_to_2pt5km_per_sec"] = "2";
    Notes notes;
    const Sites read = read_with(files, keys, notes);
    CHECK(read.sites[1].vs30 == 600.0);
    CHECK(read.sites[1].vs30measured == 0.0);
    CHECK(read.sites[1].z1pt0 == 100.0);
    CHECK(read.sites[1].z2pt5 == 2.0);
    REQUIRE(notes.remarks.size() == 1);
    check_says(notes.remarks[0], {"reference_vs30_value = 300", "no effect"});

    const Sites bare = read_with({{"m.csv", "lon,lat\n11,45\n10,45\n"}}, keys, notes);
    REQUIRE(bare.sites.size() == 2);
    CHECK(bare.sites[0].lon == 11.0);
    CHECK(bare.sites[0].vs30 == 300.0);
    CHECK(bare.sites[0].vs30measured == 1.0);

    const Sites replaced = read_with(files, {{"site_model_file", "m.csv"}, {"override_vs30", "760"}}, notes);
    CHECK(replaced.sites[0].vs30 == 760.0);
    CHECK(replaced.sites[0].z1pt0 == doctest::Approx(41.306642430928136));
    CHECK(replaced.sites[0].z2pt5 == doctest::Approx(std::exp(7.089 - 1.144 * std::log(760.0))));
}

TEST_CASE("only the parameters that models need are looked at")
{
    Notes notes;
    const Sites read =
        read_with({{"m.csv", "lon,lat,vs30,z1pt0,siteclass\n10,45,500,unknown,D\n"}},
                  {{"site_model_file", "m.csv"}}, notes, {{.parameters = needs_vs30, .model = "ModelA"}});
    CHECK(read.sites[0].vs30 == 500.0);
    CHECK(std::isnan(read.sites[0].z1pt0));
    REQUIRE(notes.warnings.size() == 1);
    check_says(notes.warnings[0], {"m.csv:1", "'siteclass'"});
}

TEST_CASE("a site model that cannot be is refused with line and value")
{
    const std::string header = "lon,lat,vs30,vs30measured,z1pt0,z2pt5\n";
    check_says(model_refusal("10,45,500\n"), {"m.csv:1", "begins with a header"});
    check_says(model_refusal(header + "10,45,0,1,100,1\n"), {"m.csv:2: vs30 = '0'", "above 0 m/s"});
    check_says(model_refusal(header + "10,45,x,1,100,1\n"), {"m.csv:2: vs30 = 'x'", "a number"});
    check_says(model_refusal(header + "10,45,500,2,100,1\n"),
               {"m.csv:2: vs30measured = '2'", "measured or inferred"});
    check_says(model_refusal(header + "10,45,500,1,100,1\n10,45,600,1,100,1\n"),
               {"m.csv:3", "10 45", "m.csv:2"});
    check_says(model_refusal(header), {"m.csv: no site"});
    check_says(refusal_with({{"a.csv", "lon,lat,vs30\n10,45,500\n"}, {"b.csv", "lon,lat\n11,45\n"}},
                            {{"site_model_file", "a.csv b.csv"}}),
               {"a.csv", "b.csv", "'vs30'"});
}

TEST_CASE("a tile takes every n-th site")
{
    Notes notes;
    const Sites read =
        read_sites(config_with({{"sites", "1 1, 2 1, 3 1, 4 1, 5 1"}, {"tile_spec", "[2, 3]"}}), {}, notes);
    REQUIRE(read.sites.size() == 2);
    CHECK(read.sites[0].lon == 2.0);
    CHECK(read.sites[1].lon == 5.0);
    check_says(refusal_of({{"sites", "1 1"}, {"tile_spec", "[0, 3]"}}), {"tile_spec = [0, 3]", "from 1"});
    check_says(refusal_of({{"sites", "1 1"}, {"tile_spec", "[3, 3]"}}), {"none of the 1 sites"});
}

TEST_CASE("the nearest of many places is the one that looking at all finds")
{
    std::mt19937 random{1};
    const auto places_of = [&](std::size_t n, double degrees) {
        std::vector<Site> places(n);
        for (Site& place : places) {
            place.lon = 170.0 + degrees * static_cast<double>(random()) / 4294967296.0;
            place.lon = place.lon > 180.0 ? place.lon - 360.0 : place.lon;
            place.lat = degrees * static_cast<double>(random()) / 4294967296.0;
        }
        return places;
    };
    const std::vector<Site> places = places_of(500, 20.0);
    const std::vector<Site> sites = places_of(300, 25.0);
    const std::vector<NearestPlace> found = nearest_places(sites, places);
    REQUIRE(found.size() == 300);
    for (std::size_t i = 0; i < sites.size(); ++i) {
        NearestPlace best{.distance_km = 1e9};
        const geo::Vector3 a = geo::cartesian({sites[i].lon, sites[i].lat, 0.0});
        for (std::size_t k = 0; k < places.size(); ++k) {
            const geo::Vector3 b = geo::cartesian({places[k].lon, places[k].lat, 0.0});
            const double chord = std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
            if (chord < best.distance_km)
                best = {.place = static_cast<std::uint32_t>(k), .distance_km = chord};
        }
        REQUIRE(found[i].place == best.place);
        REQUIRE(std::abs(found[i].distance_km - best.distance_km) < 1e-9);
    }
    const std::vector<Site> corners = [] {
        std::vector<Site> four(4);
        for (std::size_t k = 0; k < 4; ++k) {
            four[k].lon = k % 2 == 0 ? -1.0 : 1.0;
            four[k].lat = k / 2 == 0 ? -1.0 : 1.0;
        }
        return four;
    }();
    CHECK(nearest_places(std::vector<Site>(1), corners)[0].place == 0);
}

TEST_CASE("a job's sites are those of OpenQuake's run")
{
    const auto folder = test::reference("oq/qa/classical_case_66");
    if (!folder)
        return;
    Notes notes;
    const Config config = config_with({{"site_model_file", "sites.csv"},
                                       {"tile_spec", "[2,2]"},
                                       {"reference_vs30_value", "600"},
                                       {"reference_vs30_type", "measured"}},
                                      *folder);
    const Sites read = read_sites(config, {{.parameters = needs_vs30, .model = "BooreAtkinson2008"}}, notes);
    CHECK(read.sites.size() == 50);
    std::ifstream csv{*folder / "oq_run" / "mean.csv"};
    std::string line;
    std::getline(csv, line);
    std::size_t n = 0;
    std::size_t row = 0;
    for (std::string last; std::getline(csv, line);) {
        const std::string place = line.substr(0, line.find(',', line.find(',') + 1));
        if (place == last)
            continue;
        last = place;
        const double lon = std::stod(place);
        const double lat = std::stod(place.substr(place.find(',') + 1));
        while (row < read.sites.size() && !(read.sites[row].lon == lon && read.sites[row].lat == lat))
            ++row;
        CHECK_MESSAGE(row < read.sites.size(), place);
        ++n;
    }
    CHECK(n == 12);
}
