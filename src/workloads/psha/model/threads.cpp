#include "workloads/psha/model/threads.hpp"

#include <algorithm>
#include <sched.h>

namespace mtc::psha {

std::size_t usable_cores() noexcept
{
    constexpr int most = 8; // beyond, the file is cut no faster than its pieces are read
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (::sched_getaffinity(0, sizeof cores, &cores) != 0)
        return 1;
    return static_cast<std::size_t>(std::clamp(CPU_COUNT(&cores), 1, most));
}

} // namespace mtc::psha
