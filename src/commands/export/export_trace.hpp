#pragma once

#include <filesystem>
#include <iosfwd>

namespace mtc::output {
class Reader;
}

namespace mtc::commands {

/// Writes <output's stem>.trace.json into `to`: what every rank did when, for https://ui.perfetto.dev and
/// chrome://tracing. A process is a host, a thread a rank; slices are tasks (coloured by cost class), waits
/// of a microsecond or more between them, reading and writing; events are instants. Prints the file's name.
/// \throws IoError  when the file cannot be written
/// \par Source  Trace Event Format, the JSON object format
void export_trace(const output::Reader& reader, const std::filesystem::path& to, std::ostream& out);

} // namespace mtc::commands
