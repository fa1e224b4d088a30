#include "workloads/psha/disagg/bins.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace mtc::psha;

TEST_CASE("a magnitude on an edge belongs to the bin below it")
{
    const std::vector<double> edges{5.0, 5.5, 6.0};
    CHECK(magnitude_bin(edges, 4.0) == 0U);
    CHECK(magnitude_bin(edges, 5.0) == 0U);
    CHECK(magnitude_bin(edges, 5.5) == 0U);
    CHECK(magnitude_bin(edges, 5.50001) == 1U);
    CHECK(magnitude_bin(edges, 6.0) == 1U);
    CHECK_FALSE(magnitude_bin(edges, 6.001).has_value());
}

TEST_CASE("32 bits decide where an edge is no binary number")
{
    CHECK(binned_magnitude(5.3) > 5.3);
    CHECK(binned_magnitude(5.30049) == binned_magnitude(5.3));
    CHECK(binned_magnitude(5.5) == 5.5);
    std::vector<double> edges;
    for (int k = 52; k < 56; ++k)
        edges.push_back(0.1 * k);
    CHECK(magnitude_bin(edges, binned_magnitude(5.3)) == 1U); // 5.30000019 is above 0.1 x 53
}

TEST_CASE("distances and places on an edge belong to the bin above it")
{
    const std::vector<double> edges{10.0, 20.0, 30.0};
    CHECK(bin_of(edges, 10.0) == 0U);
    CHECK(bin_of(edges, 19.999) == 0U);
    CHECK(bin_of(edges, 20.0) == 1U);
    CHECK(bin_of(edges, 30.0) == 1U);
    CHECK(bin_of(edges, 300.0) == 1U);
    CHECK(bin_of(edges, 9.0) == 1U); // as OpenQuake
}

TEST_CASE("edges of magnitudes hold the largest, which adds a bin when it lies on an edge")
{
    using Edges = std::vector<double>;
    CHECK(magnitude_edges(Edges{5.1, 6.9, 5.5}, 0.5) == Edges{5.0, 5.5, 6.0, 6.5, 7.0});
    CHECK(magnitude_edges(Edges{5.1, 7.0}, 0.5) == Edges{5.0, 5.5, 6.0, 6.5, 7.0, 7.5});
    CHECK(magnitude_edges(Edges{6.0}, 1.0) == Edges{6.0, 7.0});
    CHECK(distance_edges(90.0, 40.0) == Edges{0.0, 40.0, 80.0, 120.0});
    CHECK(distance_edges(80.0, 40.0) == Edges{0.0, 40.0, 80.0});
}

TEST_CASE("places beyond the date line are turned to the site's side")
{
    const PlaceEdges edges = place_edges({179.5, 0.0}, 100.0, 0.3);
    CHECK(edges.lon.size() == 4);
    CHECK(edges.lon.front() < 179.5);
    CHECK(edges.lon.back() > 180.0);
    CHECK(unwrapped_lon(edges.lon, -179.9) == doctest::Approx(180.1));
    CHECK(unwrapped_lon(edges.lon, 179.0) == doctest::Approx(179.0));
    CHECK(bin_of(edges.lon, unwrapped_lon(edges.lon, -179.9)) == 2U);
}

TEST_CASE("bands of epsilon are equal")
{
    const std::vector<double> edges = epsilon_edges(3.0, 4);
    CHECK(edges == std::vector<double>{-3.0, -1.5, 0.0, 1.5, 3.0});
}
