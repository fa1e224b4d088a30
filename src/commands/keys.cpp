#include "commands/keys.hpp"

#include "config/read.hpp"
#include "workloads/registry.hpp"

#include <ostream>

namespace mtc::commands {

ExitStatus print_keys(std::ostream& out)
{
    out << "### Every calculation\n\n" << config::key_table(config::engine_options());
    for (const WorkloadKind& kind : workload_kinds())
        out << "\n### calculation_mode = " << kind.name << "\n\n"
            << kind.sentence << ".\n\n"
            << config::key_table(kind.options());
    return ExitStatus::complete;
}

} // namespace mtc::commands
