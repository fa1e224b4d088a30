#pragma once

namespace mtc::mpi {

/// While one lives on the thread, a look for messages gives the processor to nobody.
///
/// Where ranks outnumber processors Open MPI is told to yield whenever it finds nothing to do
/// (yield_when_crowded), without which its collectives would hold up everybody. But it does so in MPI_Test as
/// well, and a rank that only looks between two units then waits for its turn again: with 63 workers on two
/// processors a tenth of their time. There is no switch for it at run time, so sched_yield() is ours.
class KeepProcessor {
public:
    KeepProcessor() noexcept;
    ~KeepProcessor();
    KeepProcessor(const KeepProcessor&) = delete;
    KeepProcessor& operator=(const KeepProcessor&) = delete;
};

} // namespace mtc::mpi
