#include "workloads/psha/disagg/axes.hpp"

#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace mtc::psha;

TEST_CASE("cells of a kind are numbered with its last axis fastest")
{
    const AxisSizes sizes{2, 3, 5, 7, 11, 13};
    std::size_t n_compared = 0;
    for (const DisaggKind& kind : disagg_kinds()) {
        CAPTURE(kind.name);
        std::set<std::size_t> cells;
        AxisSizes bins{};
        for (bins[0] = 0; bins[0] < sizes[0]; ++bins[0])
            for (bins[1] = 0; bins[1] < sizes[1]; ++bins[1])
                for (bins[2] = 0; bins[2] < sizes[2]; ++bins[2])
                    for (bins[3] = 0; bins[3] < sizes[3]; ++bins[3])
                        for (bins[4] = 0; bins[4] < sizes[4]; ++bins[4])
                            for (bins[5] = 0; bins[5] < sizes[5]; ++bins[5])
                                cells.insert(kind.cell(sizes, bins));
        CHECK(cells.size() == kind.n_cells(sizes));
        CHECK(*cells.rbegin() + 1 == kind.n_cells(sizes));
        std::uint64_t product = 1;
        for (const std::uint64_t extent : kind.extents(sizes))
            product *= extent;
        CHECK(product == kind.n_cells(sizes));
        ++n_compared;
    }
    CHECK(n_compared == 11);
    const DisaggKind& mag_dist_eps = disagg_kinds()[3];
    CHECK(mag_dist_eps.name == "Mag_Dist_Eps");
    CHECK(mag_dist_eps.cell(sizes, {1, 2, 4, 6, 10, 12}) == (2 * 5 + 4) * 13 + 12);
}

TEST_CASE("kinds are chosen by name")
{
    CHECK(kinds_in("Mag Dist", "here") == 0b11U);
    CHECK(kinds_in("TRT_Mag_Dist_Eps,Mag", "here") == 0b10000000001U);
    try {
        (void)kinds_in("Mag Lon_Lat_TRT", "job.ini:3: disagg_outputs");
        FAIL_CHECK("nothing was refused");
    } catch (const mtc::InputError& error) {
        const std::string why = error.what();
        CHECK(why.find("job.ini:3: disagg_outputs: Invalid disagg output: Lon_Lat_TRT") != std::string::npos);
        CHECK(why.find("TRT_Lon_Lat") != std::string::npos);
    }
}
