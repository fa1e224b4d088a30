#include "mtc/run.hpp"

int main(int argc, char** argv)
{
    return mtc::run(argc, argv);
}
