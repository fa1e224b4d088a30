#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mtc::output {
class Reader;
}

/// \file
/// What a report holds, each part as JSON. Arrays of numbers are float32 in base64; report_page/*.js reads
/// them.
namespace mtc::commands {

/// Most bytes of float32 of each kind; a third more as text. Their sum keeps a page below 10 MB.
struct ReportLimits {
    std::size_t map_bytes = 3'900'000;
    std::size_t curve_bytes = 1'800'000;
    std::size_t disagg_bytes = 400'000;
    std::size_t n_tasks = 30'000; ///< rows of 24 bytes
    std::size_t n_ranks = 1'000;
    std::size_t n_names = 2'000; ///< of sources, of events
};

/// What the calculation was: attributes, configuration, input.
[[nodiscard]] std::string report_facts(const output::Reader& reader, const ReportLimits& limits);
/// Hazard curves and maps of as many sites as the limits let in; "null" for other calculations.
[[nodiscard]] std::string report_results(const output::Reader& reader, const ReportLimits& limits);
/// Tables of disaggregation that a plane can show, of the first sites; "null" for other calculations.
[[nodiscard]] std::string report_disagg(const output::Reader& reader, const ReportLimits& limits);
/// How the run went: ranks, time line, slow sources, warnings.
[[nodiscard]] std::string report_run(const output::Reader& reader, const ReportLimits& limits);

/// The page with one place for the data, report_data_place.
extern const std::string_view report_page;
inline constexpr std::string_view report_data_place = "%DATA%";

} // namespace mtc::commands
