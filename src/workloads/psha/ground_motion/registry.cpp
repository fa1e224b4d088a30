#include "workloads/psha/ground_motion/registry.hpp"

#include <array>

namespace mtc::psha {

// One line a name. An alias is a further line with the same formula.
static constexpr auto entries = std::to_array<ModelEntry>({
    {"AbrahamsonEtAl2014", &make<struct AbrahamsonEtAl2014>},
    {"AbrahamsonSilva2008", &make<struct AbrahamsonSilva2008>},
    {"BooreAtkinson2008", &make<struct BooreAtkinson2008>},
    {"BooreEtAl2014", &make<struct BooreEtAl2014>},
    {"BooreEtAl2014HighQ", &make<struct BooreEtAl2014>},
    {"BooreEtAl2014LowQ", &make<struct BooreEtAl2014>},
    {"CampbellBozorgnia2008", &make<struct CampbellBozorgnia2008>},
    {"CampbellBozorgnia2014", &make<struct CampbellBozorgnia2014>},
    {"CampbellBozorgnia2014HighQ", &make<struct CampbellBozorgnia2014>},
    {"CampbellBozorgnia2014LowQ", &make<struct CampbellBozorgnia2014>},
    {"ChiouYoungs2008", &make<struct ChiouYoungs2008>},
    {"ChiouYoungs2014", &make<struct ChiouYoungs2014>},
    {"SadighEtAl1997", &make<struct SadighEtAl1997>},
});

std::span<const ModelEntry> registry() noexcept
{
    return entries;
}

} // namespace mtc::psha
