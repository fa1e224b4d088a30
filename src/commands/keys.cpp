#include "commands/keys.hpp"

#include "config/read.hpp"
#include "workloads/psha/ground_motion/model.hpp"
#include "workloads/psha/ground_motion/modifiable.hpp"
#include "workloads/psha/ground_motion/motion_table.hpp"
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

ExitStatus print_models(std::ostream& out)
{
    for (const std::string_view name : psha::known_models())
        out << name << '\n';
    out << psha::modifiable_name << '\n' << psha::table_model_name << '\n';
    return ExitStatus::complete;
}

} // namespace mtc::commands
