#include "mpi/keep_processor.hpp"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

thread_local int n_keepers = 0;

} // namespace

/// In place of the C library's, also for the libraries that this program loads.
extern "C" int sched_yield() noexcept
{
    return n_keepers > 0 ? 0 : static_cast<int>(syscall(SYS_sched_yield));
}

namespace mtc::mpi {

KeepProcessor::KeepProcessor() noexcept
{
    ++n_keepers;
}

KeepProcessor::~KeepProcessor()
{
    --n_keepers;
}

} // namespace mtc::mpi
