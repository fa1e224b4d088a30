#include "workloads/psha/keys/levels.hpp"

#include "config/literal.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/keys/job_values.hpp"

#include <algorithm>

namespace mtc::psha {
namespace {

constexpr std::string_view key = "intensity_measure_types_and_levels";
constexpr double smallest_level = 1e-10; // what OpenQuake takes for a level of 0

std::vector<double> read_list(const config::Literal& literal, const std::string& where)
{
    const auto* list = std::get_if<config::LiteralList>(&literal.value);
    if (list == nullptr || list->empty())
        throw InputError(
            text(where, " (not a list of levels; accepted: [0.01, 0.1, 1] or logscale(0.01, 1, 20))"));
    std::vector<double> levels;
    for (const config::Literal& element : *list) {
        const auto* level = std::get_if<double>(&element.value);
        const std::size_t position = levels.size() + 1;
        if (level == nullptr)
            throw InputError(text(where, ": level ", position, " is not a number"));
        if (*level < 0.0)
            throw InputError(text(where, ": level ", position, " is ", *level, " (accepted: at least 0)"));
        const double used = *level == 0.0 ? smallest_level : *level;
        if (!levels.empty() && !(used > levels.back()))
            throw InputError(text(where, ": level ", position, " is ", *level, " after ", levels.back(),
                                  " (levels must increase strictly)"));
        levels.push_back(used);
    }
    return levels;
}

} // namespace

std::vector<ImtLevels> read_levels(const Config& config)
{
    const std::string where = origin(config, key);
    const config::Literal literal = config::parse_literal(config.text(key), where);
    const auto* dict = std::get_if<config::LiteralDict>(&literal.value);
    if (dict == nullptr || dict->empty())
        throw InputError(
            text(where, " (not a dict; accepted: {\"PGA\": [0.01, 0.1], \"SA(0.1)\": [0.01, 0.1]})"));
    std::vector<ImtLevels> all;
    for (const auto& [name, levels] : *dict) {
        ImtLevels read{.imt = imt_from_text(name), .levels = read_list(levels, text(where, ": ", name))};
        for (const ImtLevels& other : all)
            if (other.imt == read.imt)
                throw InputError(text(where, ": ", name, " is given twice (once is accepted)"));
        if (!all.empty() && all.front().levels.size() != read.levels.size())
            throw InputError(text(where, ": ", name, " has ", read.levels.size(), " levels, ",
                                  all.front().imt.name, " has ", all.front().levels.size(),
                                  " (all must have the same number)"));
        all.push_back(std::move(read));
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const ImtLevels& a, const ImtLevels& b) { return a.imt.period < b.imt.period; });
    return all;
}

} // namespace mtc::psha
