#define DOCTEST_CONFIG_IMPLEMENT
#include "run_counter.hpp"

#include <cstdio>

REGISTER_LISTENER("counter", 1, mtc::test::RunCounter);

int main(int argc, char** argv)
{
    doctest::Context tests(argc, argv);
    const int failed = tests.run();
    if (tests.shouldExit())
        return failed;
    if (mtc::test::n_run == 0)
        std::fputs("no test case ran\n", stderr);
    return failed != 0 || mtc::test::n_run == 0 ? 1 : 0;
}
