#pragma once

#include "commands/plan/open_input.hpp"
#include "simulate/forecast.hpp"

#include "mtc/workload.hpp"

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

/// \file
/// Where a plan's times come from: an earlier run's tables, or the guesses for an input.
namespace mtc::commands {

/// What does not get quicker with more ranks.
struct SerialPart {
    std::string name;
    double seconds = 0.0;
};

struct PlanWork {
    simulate::Calculation calculation;
    std::vector<SerialPart> serial{};
    int n_ranks = 0;                  ///< of the run that the times are from; 0: from none
    std::vector<std::string> notes{}; ///< where the times are from, and what is assumed
};

/// The parcels and times that an output's tables tell of.
/// \throws InputError  no such file, none of ours, or one without performance tables
[[nodiscard]] PlanWork work_of_output(const std::string& file);

/// The parcels of an input, weighed in this process, with the cost classes' first guesses as times.
/// \throws InputError, IoError
[[nodiscard]] PlanWork work_of_input(const std::string& file,
                                     const std::vector<std::pair<std::string, std::string>>& settings,
                                     std::ostream& messages);
/// The same of one that was read already, in so many seconds. \throws InputError
[[nodiscard]] PlanWork work_of_input(const std::string& file, const OpenInput& input, double reading_s);

} // namespace mtc::commands
