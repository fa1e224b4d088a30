#include "workloads/psha/hazard/hazard_context.hpp"

#include "mtc/flat_join.hpp"
#include "workloads/psha/hazard/weigh.hpp"
#include "workloads/psha/model/motion_tables.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <malloc.h>

namespace mtc::psha {

ModelBytes with_units(ModelBytes model)
{
    ::malloc_trim(0); // of all that became the model, before there are two of it for a moment
    const ModelView view{model};
    const LevelLayout levels{view};
    FlatWriter writer;
    const std::vector<SiteSpan> blocks = write_site_blocks(view, levels, writer);
    write_units(view, blocks, levels, writer);
    write_weigh_units(view, writer);
    return joined(std::move(model), writer.finish());
}

HazardContext::HazardContext(std::span<const std::byte> bytes, InstructionSet set)
    : model{bytes}
    , instruction_set{set}
    , levels{model}
    , blocks{model, levels}
    , units{model, blocks}
    , exceedance{model.job->truncation_level, model.job->exceedance_tolerance}
{
    std::vector<Imt> imts;
    for (const ImtRecord& imt : model.imts)
        imts.push_back(imt_from_text(imt.name));
    const ModelMotionTables tables{model.reader};
    for (const std::string& spec : model.reader.texts("models")) {
        models.push_back(make_model(spec, imts, tables));
        site_parameters |= models.back()->site_parameters();
        distances |= models.back()->distances();
    }
    const auto parameters = [](const Site& site) {
        return std::tuple{site.vs30, site.vs30measured, site.z1pt0, site.z2pt5, site.backarc};
    };
    sites_are_alike = std::ranges::all_of(
        model.sites, [&](const Site& site) { return parameters(site) == parameters(model.sites.front()); });
    distances |= needs_rrup; // decides which sites are in range
}

} // namespace mtc::psha
