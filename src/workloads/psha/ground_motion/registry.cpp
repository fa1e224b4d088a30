#include "workloads/psha/ground_motion/registry.hpp"

#include <array>

namespace mtc::psha {

// One line a name. An alias is a further line with the same formula.
static constexpr auto entries = std::to_array<ModelEntry>({
    {"AbrahamsonEtAl2014", &make<struct AbrahamsonEtAl2014>},
    {"AbrahamsonEtAl2015SInter", &make<struct AbrahamsonEtAl2015SInter>},
    {"AbrahamsonEtAl2015SInterHigh", &make<struct AbrahamsonEtAl2015SInterHigh>},
    {"AbrahamsonEtAl2015SSlab", &make<struct AbrahamsonEtAl2015SSlab>},
    {"AbrahamsonSilva2008", &make<struct AbrahamsonSilva2008>},
    {"AkkarBommer2010", &make<struct AkkarBommer2010>},
    {"AkkarEtAlRjb2014", &make<struct AkkarEtAlRjb2014>},
    {"AtkinsonBoore2003SInter", &make<struct AtkinsonBoore2003SInter>},
    {"AtkinsonBoore2003SSlab", &make<struct AtkinsonBoore2003SSlab>},
    {"AtkinsonBoore2006", &make<struct AtkinsonBoore2006>},
    {"AtkinsonBoore2006Modified2011", &make<struct AtkinsonBoore2006Modified2011>},
    {"AtkinsonMacias2009", &make<struct AtkinsonMacias2009>},
    {"BindiEtAl2014Rjb", &make<struct BindiEtAl2014Rjb>},
    {"BooreAtkinson2008", &make<struct BooreAtkinson2008>},
    {"BooreEtAl2014", &make<struct BooreEtAl2014>},
    {"BooreEtAl2014HighQ", &make<struct BooreEtAl2014>},
    {"BooreEtAl2014LowQ", &make<struct BooreEtAl2014>},
    {"Campbell2003", &make<struct Campbell2003>},
    {"CampbellBozorgnia2008", &make<struct CampbellBozorgnia2008>},
    {"CampbellBozorgnia2014", &make<struct CampbellBozorgnia2014>},
    {"CampbellBozorgnia2014HighQ", &make<struct CampbellBozorgnia2014>},
    {"CampbellBozorgnia2014LowQ", &make<struct CampbellBozorgnia2014>},
    {"CauzziEtAl2014", &make<struct CauzziEtAl2014>},
    {"CauzziFaccioli2008", &make<struct CauzziFaccioli2008>},
    {"ChiouYoungs2008", &make<struct ChiouYoungs2008>},
    {"ChiouYoungs2014", &make<struct ChiouYoungs2014>},
    {"FaccioliEtAl2010", &make<struct FaccioliEtAl2010>},
    {"PezeshkEtAl2011", &make<struct PezeshkEtAl2011>},
    {"SadighEtAl1997", &make<struct SadighEtAl1997>},
    {"ToroEtAl2002", &make<struct ToroEtAl2002>},
    {"YoungsEtAl1997SInter", &make<struct YoungsEtAl1997SInter>},
    {"YoungsEtAl1997SSlab", &make<struct YoungsEtAl1997SSlab>},
    {"ZhaoEtAl2006Asc", &make<struct ZhaoEtAl2006Asc>},
    {"ZhaoEtAl2006SInter", &make<struct ZhaoEtAl2006SInter>},
    {"ZhaoEtAl2006SSlab", &make<struct ZhaoEtAl2006SSlab>},
});

std::span<const ModelEntry> registry() noexcept
{
    return entries;
}

} // namespace mtc::psha
