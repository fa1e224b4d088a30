#include "output/format_page.hpp"

#include <cstdio>
#include <exception>

/// format_check FILE [PAGE]: says where an output file and FORMAT.md differ; status 1 when they do.
int main(int argc, char** argv)
{
    if (argc < 2 || argc > 3) {
        std::fputs("usage: format_check FILE [PAGE]\n", stderr);
        return 2;
    }
    try {
        const auto problems = mtc::test::check_against_format(argv[1], argc == 3 ? argv[2] : MTC_FORMAT_PAGE);
        for (const std::string& problem : problems)
            std::printf("%s: %s\n", argv[1], problem.c_str());
        return problems.empty() ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
