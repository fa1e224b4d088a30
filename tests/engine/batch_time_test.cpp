#include "engine/batch_time.hpp"

#include <doctest/doctest.h>

using namespace mtc::engine;

TEST_CASE("what squeue prints as the time left")
{
    CHECK(squeue_time_left_s("1-02:03:04\n") == 93784.0);
    CHECK(squeue_time_left_s("  59:01\n") == 3541.0);
    CHECK(squeue_time_left_s("0:30\n") == 30.0);
    for (const char* none : {"UNLIMITED\n", "NOT_SET\n", "INVALID\n", "", "slurm_load_jobs error\n"})
        CHECK_FALSE(squeue_time_left_s(none).has_value());
}

TEST_CASE("what qstat -f prints of the time granted and used")
{
    const char* const answer = "Job Id: 12.server\n    Job_Name = x\n    resources_used.cput = 00:00:01\n"
                               "    resources_used.walltime = 00:10:30\n    Resource_List.ncpus = 4\n"
                               "    Resource_List.walltime = 01:00:00\n";
    CHECK(qstat_time_left_s(answer) == 2970.0);
    CHECK(qstat_time_left_s("    Resource_List.walltime = 02:00:00\n") == 7200.0);
    CHECK(qstat_time_left_s(
              "    Resource_List.walltime = 00:00:10\n    resources_used.walltime = 00:00:30\n") == 0.0);
    CHECK_FALSE(qstat_time_left_s("    resources_used.walltime = 00:00:30\n").has_value());
}
