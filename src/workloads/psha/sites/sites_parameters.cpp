#include "workloads/psha/sites/sites_parameters.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/keys/job_values.hpp"
#include "workloads/psha/sites/sites_nearest.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace mtc::psha {
namespace {

/// A model that needs the parameter, or nothing.
const SiteNeeds* needing(const std::vector<SiteNeeds>& needs, SiteParameter parameter)
{
    const auto found = std::ranges::find_if(
        needs, [&](const SiteNeeds& need) { return (need.parameters & parameter) != 0; });
    return found == needs.end() ? nullptr : &*found;
}

/// The value of a parameter at all sites: NaN where the job has none. vs30measured and backarc are 0 then.
double reference_value(const Config& config, const SiteColumn& column, bool model_gives_vs30)
{
    if (column.parameter == needs_backarc)
        return 0.0;
    if (column.parameter == needs_vs30measured) // of a vs30 in the site model it says nothing
        return !model_gives_vs30 && config.text(column.reference_key) == "measured" ? 1.0 : 0.0;
    return config.has(column.reference_key) ? config.number(column.reference_key)
                                            : std::numeric_limits<double>::quiet_NaN();
}

/// Warns of sites that are far from the point whose parameters they take.
void warn_of_far_sites(const Config& config, const std::vector<Site>& sites,
                       const std::vector<NearestPlace>& nearest, Notes& notes)
{
    constexpr double far_km = 5.0;
    const double limit_km =
        config.has("region") ? std::numbers::sqrt2 * config.number("region_grid_spacing") : far_km;
    const auto farthest = std::ranges::max_element(nearest, {}, &NearestPlace::distance_km);
    if (!(farthest->distance_km > limit_km))
        return;
    const auto n_far =
        std::ranges::count_if(nearest, [&](const NearestPlace& n) { return n.distance_km > limit_km; });
    const Site& site = sites[static_cast<std::size_t>(farthest - nearest.begin())];
    notes.warnings.push_back(
        text(origin(config, "site_model_file"), ": ", n_far, " of ", sites.size(), " sites are farther than ",
             limit_km, " km from the point of the site model whose parameters they take; the site ", site.lon,
             " ", site.lat, " by ", farthest->distance_km, " km"));
}

void take_nearest(const Config& config, const SiteTable& model, std::vector<Site>& sites, Notes& notes)
{
    const std::vector<NearestPlace> nearest = nearest_places(sites, model.sites);
    for (std::size_t i = 0; i < sites.size(); ++i)
        for (const SiteColumn& column : site_columns)
            if ((column.parameter & model.parameters) != 0)
                sites[i].*column.member = model.sites[nearest[i].place].*column.member;
    warn_of_far_sites(config, sites, nearest, notes);
}

} // namespace

double z1pt0_from_vs30(double vs30) noexcept
{
    constexpr auto fourth = [](double x) { return x * x * x * x; };
    return std::exp(-7.15 / 4.0 *
                    std::log((fourth(vs30) + fourth(571.0)) / (fourth(1360.0) + fourth(571.0))));
}

double z2pt5_from_vs30(double vs30) noexcept
{
    return std::exp(7.089 - 1.144 * std::log(vs30));
}

void set_parameters(const Config& config, const std::vector<SiteNeeds>& needs,
                    const std::optional<SiteTable>& model, bool is_own, std::vector<Site>& sites,
                    Notes& notes)
{
    const std::uint32_t given = model ? model->parameters : 0;
    const bool overridden = config.has("override_vs30");
    constexpr std::uint32_t follow_from_vs30 = needs_vs30 | needs_z1pt0 | needs_z2pt5;
    for (const SiteColumn& column : site_columns) {
        if ((given & column.parameter) != 0) {
            if (!column.reference_key.empty() && config.given(column.reference_key))
                notes.remarks.push_back(text(config.where(column.reference_key), " (has no effect: ",
                                             column.name, " is given by site_model_file)"));
            continue;
        }
        const double value = reference_value(config, column, (given & needs_vs30) != 0);
        const SiteNeeds* const need = needing(needs, column.parameter);
        if (std::isnan(value) && need != nullptr &&
            !(overridden && (follow_from_vs30 & column.parameter) != 0))
            throw InputError(text(config.input_file().filename().string(), ": Please set a value for '",
                                  column.reference_key, "' (", need->model, " requires it",
                                  model ? text(", and site_model_file has no ", column.name) : std::string{},
                                  ")"));
        for (Site& site : sites)
            site.*column.member = value;
    }
    if (model && !is_own)
        take_nearest(config, *model, sites, notes);
    if (overridden)
        for (Site& site : sites) {
            site.vs30 = config.number("override_vs30");
            site.z1pt0 = z1pt0_from_vs30(site.vs30);
            site.z2pt5 = z2pt5_from_vs30(site.vs30);
        }
}

} // namespace mtc::psha
