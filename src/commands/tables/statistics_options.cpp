#include "commands/tables/statistics_options.hpp"

#include "workloads/psha/classical.hpp"

#include "mtc/error.hpp"

namespace mtc::commands {

const std::vector<Option>& statistics_options(const std::string& calculation_mode)
{
    if (calculation_mode != psha::classical_kind().name)
        throw InputError(
            text("calculation_mode = ", calculation_mode, " (with --hc only classical is accepted)"));
    static const std::vector<Option> list = [] {
        std::vector<Option> all = psha::classical_kind().options();
        for (Option& option : all)
            option.required = false;
        for (const std::string_view name : {"hazard_calculation_id", "hazard_calculation"})
            all.push_back({.name = name, .sentence = "Without effect beside --hc, which names the output."});
        return all;
    }();
    return list;
}

} // namespace mtc::commands
