#include "commands/report/report_parts.hpp"
#include "commands/text/json_text.hpp"
#include "output/reader.hpp"
#include "output/rows.hpp"
#include "output/schema.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

namespace mtc::commands {

std::string report_facts(const output::Reader& reader, const ReportLimits& limits)
{
    constexpr std::size_t longest_input = 100'000; // bytes
    constexpr std::array names{"description",     "calculation_mode", "status",       "date_and_time",
                               "input_file",      "input_hash",       "mtc_version",  "git_sha1",
                               "instruction_set", "mpi_version",      "hdf5_version", "compiler_version"};
    std::vector<std::string> attributes;
    for (const char* name : names)
        attributes.push_back(fmt::format("[{},{}]", json_string(name), json_string(reader.attribute(name))));
    std::vector<std::string> keys;
    for (const auto& row : reader.rows(output::configuration_layout(), output::path::configuration)) {
        if (keys.size() == limits.n_names)
            break;
        keys.push_back(
            fmt::format("[{},{},{}]", json_string(row.key), json_string(row.value), json_string(row.origin)));
    }
    std::string input = reader.input_text();
    if (input.size() > longest_input)
        input = input.substr(0, longest_input) + "\n...";
    return fmt::format("{{\"file\":{},\"attributes\":{},\"configuration\":{},\"input\":{}}}",
                       json_string(reader.file().path().filename().string()), json_list(attributes),
                       json_list(keys), json_string(input));
}

} // namespace mtc::commands
