#include "commands/stop.hpp"

#include "commands/status.hpp"
#include "durable/stop_request.hpp"

#include <ostream>

namespace mtc::commands {

ExitStatus stop(const std::filesystem::path& output, std::ostream& out)
{
    const ExitStatus now = status({output}, out);
    if (now != ExitStatus::running)
        return now;
    durable::ask_to_stop(output);
    out << output.string()
        << ": was asked to save and leave with exit status 75, which it does within seconds of the end of "
           "its "
           "present pieces of work; mtc status tells\n";
    return ExitStatus::complete;
}

} // namespace mtc::commands
