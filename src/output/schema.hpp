#pragma once

#include <cstdint>
#include <string_view>

/// \file
/// Names and versions of output.h5; FORMAT.md describes what stands under them.
namespace mtc::output {

inline constexpr std::string_view filetype = "mtc output";
/// A reader refuses a larger major version; a larger minor one only adds.
inline constexpr std::int64_t format_major = 1;
inline constexpr std::int64_t format_minor = 0;

inline constexpr std::string_view status_complete = "complete";
inline constexpr std::string_view status_some_failed = "some sources failed";

namespace path {

inline constexpr std::string_view input_text = "/input/text";
inline constexpr std::string_view configuration = "/input/configuration";

inline constexpr std::string_view tasks = "/performance/tasks";
inline constexpr std::string_view sources = "/performance/sources";
inline constexpr std::string_view ranks = "/performance/ranks";
inline constexpr std::string_view operations = "/performance/operations";
inline constexpr std::string_view stages = "/performance/stages";
inline constexpr std::string_view cost_classes = "/performance/cost_classes";
inline constexpr std::string_view units = "/performance/units";
inline constexpr std::string_view transfer = "/performance/transfer";
inline constexpr std::string_view events = "/performance/events";
inline constexpr std::string_view failures = "/performance/failures";

inline constexpr std::string_view sites = "/results/sites";
inline constexpr std::string_view custom_site_ids = "/results/custom_site_ids";
inline constexpr std::string_view imts = "/results/imts";
inline constexpr std::string_view levels = "/results/levels";
inline constexpr std::string_view realizations = "/results/realizations";
inline constexpr std::string_view statistics = "/results/statistics";
inline constexpr std::string_view hcurves_rlzs = "/results/hcurves_rlzs";
inline constexpr std::string_view hcurves_stats = "/results/hcurves_stats";
inline constexpr std::string_view poes = "/results/poes";
inline constexpr std::string_view hmaps_rlzs = "/results/hmaps_rlzs";
inline constexpr std::string_view hmaps_stats = "/results/hmaps_stats";
inline constexpr std::string_view n_units = "/results/n_units";

} // namespace path

} // namespace mtc::output
