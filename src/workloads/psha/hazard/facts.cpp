#include "workloads/psha/hazard/facts.hpp"

#include "workloads/psha/ground_motion/model.hpp"
#include "workloads/psha/hazard/strongest_motion.hpp"
#include "workloads/psha/hazard/unit_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <ranges>
#include <set>
#include <string_view>

namespace mtc::psha {
namespace {

/// "5 to 7.5", or one number where both are the same.
std::string range_text(double least, double most)
{
    return least == most ? fmt::format("{:.6g}", least) : fmt::format("{:.6g} to {:.6g}", least, most);
}

/// The range of what a member function or object gives over a list.
template <class List, class Projection>
std::string range_of(const List& list, Projection projection)
{
    const auto [least, most] = std::ranges::minmax_element(list, {}, projection);
    return range_text(std::invoke(projection, *least), std::invoke(projection, *most));
}

Fact sites_fact(const ModelView& model)
{
    std::string value = fmt::format("{} (lon {}, lat {})", model.sites.size(),
                                    range_of(model.sites, &Site::lon), range_of(model.sites, &Site::lat));
    if (!std::isnan(model.sites.front().vs30))
        value += fmt::format(", vs30 {} m/s", range_of(model.sites, &Site::vs30));
    return {"sites", value};
}

/// "1 group", "2 groups"
std::string counted(std::uint64_t n, std::string_view what)
{
    return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

/// The sources of the input, without the means of cells that ps_grid_spacing adds to them.
auto sources_of_input(const ModelView& model)
{
    return model.sources | std::views::filter([](const SourceRecord& source) {
               return source.kind != SourceKind::point_cell;
           });
}

Fact sources_fact(const ModelView& model)
{
    struct Count {
        std::uint64_t sources = 0;
        std::uint64_t points = 0;
    };
    std::map<SourceKind, Count> by_kind;
    std::uint64_t n_sources = 0;
    for (const SourceRecord& source : sources_of_input(model)) {
        ++n_sources;
        ++by_kind[source.kind].sources;
        by_kind[source.kind].points += source.points.count;
    }
    std::string kinds;
    for (const auto& [kind, count] : by_kind) {
        kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", count.sources, kind_name(kind));
        if (count.points > count.sources)
            kinds += fmt::format(" of {} points", count.points);
    }
    std::string value = fmt::format("{} ({}) in {}", n_sources, kinds, counted(model.groups.size(), "group"));
    if (const std::uint64_t n_cells = model.sources.size() - n_sources; n_cells > 0)
        value += fmt::format("; far points as the means of {}", counted(n_cells, "cell"));
    return {"sources", value};
}

/// How often ruptures occur, where that is not by Poisson processes alone.
void tell_occurrences(const ModelView& model, std::vector<Fact>& facts)
{
    std::uint64_t n_sources = 0;
    std::uint64_t n_listed = 0;
    std::vector<double> alphas;
    for (const SourceRecord& source : sources_of_input(model)) {
        ++n_sources;
        if (source.dispersion > 0.0)
            alphas.push_back(source.dispersion);
        else if (source.ruptures.count > 0 && source.has_rates == 0)
            ++n_listed;
    }
    std::string value;
    if (!alphas.empty())
        value += fmt::format("negative binomial of {} (alpha {})", counted(alphas.size(), "source"),
                             range_of(alphas, std::identity{}));
    if (n_listed > 0)
        value += fmt::format("{}listed probabilities of {}", value.empty() ? "" : ", ",
                             counted(n_listed, "source"));
    if (value.empty())
        return;
    if (const std::uint64_t n_poisson = n_sources - alphas.size() - n_listed; n_poisson > 0)
        value += fmt::format(", Poisson of {}", n_poisson);
    facts.push_back({"occurrences", value});
}

/// Groups whose sources or ruptures are not independent of each other.
void tell_dependence(const ModelView& model, std::vector<Fact>& facts)
{
    const auto n_groups = [&](auto is) {
        return static_cast<std::uint64_t>(std::ranges::count_if(model.groups, is));
    };
    std::string value;
    const auto add = [&](std::uint64_t n, std::string_view sentence) {
        if (n > 0)
            value += fmt::format("{}{} {}", value.empty() ? "" : ", ", counted(n, "group"), sentence);
    };
    add(n_groups([](const GroupRecord& group) { return group.is_cluster != 0; }), "as a cluster");
    add(n_groups([](const GroupRecord& group) { return group.dependence == Dependence::exclusive_sources; }),
        "of exclusive sources");
    add(n_groups([](const GroupRecord& group) { return group.dependence == Dependence::exclusive_ruptures; }),
        "of exclusive ruptures");
    if (!value.empty())
        facts.push_back({"dependence", value});
}

/// A magnitude at a point on a plane at a depth is a rupture; one of a fault counts for each hypocentre.
Fact ruptures_fact(const ModelView& model)
{
    std::uint64_t n = 0;
    for (const SourceRecord& source : sources_of_input(model)) {
        const std::uint64_t per_atom =
            source.points.count > 0 ? std::uint64_t{source.planes.count} * source.depths.count
            : source.fault != no_index
                ? std::max<std::uint64_t>(1, model.faults[source.fault].hypocentres.count)
                : 1;
        n += n_atoms(model, source) * per_atom;
    }
    std::string value = fmt::format("{}", n);
    if (!model.magnitudes.empty())
        value += fmt::format(", magnitudes {}", range_of(model.magnitudes, &MagnitudeRecord::magnitude));
    return {"ruptures", value};
}

Fact regions_fact(const ModelView& model)
{
    const std::vector<std::string> trts = model.reader.texts("trts");
    const std::vector<std::string> specs = model.reader.texts("models");
    std::map<std::uint32_t, std::set<std::string>> models;
    std::map<std::uint32_t, std::string> reach;
    for (const GroupModelRecord& row : model.group_models)
        models[model.groups[row.group].trt].insert(model_name(specs[row.model]));
    for (const GroupRecord& group : model.groups)
        reach[group.trt] =
            range_of(model.max_distances.subspan(group.max_distance.first, group.max_distance.count),
                     &MaxDistanceRecord::distance_km);
    std::string value;
    for (const auto& [trt, names] : models)
        value += fmt::format("{}{} within {} km: {}", value.empty() ? "" : "; ", trts[trt], reach[trt],
                             fmt::join(names, ", "));
    return {"ground motion", value};
}

std::string_view unit_of(std::string_view imt)
{
    if (imt == "PGV")
        return " cm/s";
    return imt == "PGA" || imt.starts_with("SA(") ? " g" : "";
}

Fact levels_fact(const ModelView& model)
{
    std::string value;
    for (const ImtRecord& imt : model.imts) {
        const auto levels = model.levels.subspan(imt.levels.first, imt.levels.count);
        value +=
            fmt::format("{}{} {}, {}{}", value.empty() ? "" : "; ", imt.name, counted(levels.size(), "level"),
                        range_text(levels.front(), levels.back()), unit_of(imt.name));
    }
    return {"levels", value};
}

Fact realizations_fact(const ModelView& model)
{
    return {"realizations",
            fmt::format("{}, from {} of group and ground-motion model", model.realizations.size(),
                        counted(model.group_models.size(), "pair"))};
}

Fact job_fact(const ModelView& model)
{
    return {"calculation", fmt::format("{:g} years, truncated at {:g} standard deviations",
                                       model.job->investigation_time, model.job->truncation_level)};
}

/// Values that are possible, but far from what is usual.
void suspect_sites(const ModelView& model, std::vector<Fact>& facts)
{
    struct Usual {
        std::string_view name;
        double Site::*member;
        double least;
        double most;
        std::string_view unit;
    };
    static constexpr Usual usual[] = {{"vs30", &Site::vs30, 80.0, 4000.0, "m/s"},
                                      {"z1pt0", &Site::z1pt0, 1.0, 10000.0, "m"},
                                      {"z2pt5", &Site::z2pt5, 0.0, 20.0, "km"}};
    for (const Usual& range : usual) {
        const auto strange = std::ranges::find_if(model.sites, [&](const Site& site) {
            const double value = site.*range.member;
            return value < range.least || value > range.most;
        });
        if (strange != model.sites.end())
            facts.push_back({"site parameter",
                             fmt::format("{} = {:g} {} at {} {} (usual: {:g} to {:g}); is the unit right?",
                                         range.name, (*strange).*range.member, range.unit, strange->lon,
                                         strange->lat, range.least, range.most),
                             true});
    }
}

void suspect_levels(const ModelView& model, std::vector<Fact>& facts)
{
    constexpr double largest_g = 20.0; // far above anything recorded, whatever the period
    for (const ImtRecord& imt : model.imts) {
        const double most = model.levels[imt.levels.first + imt.levels.count - 1];
        if (unit_of(imt.name) == " g" && most > largest_g)
            facts.push_back({"level",
                             fmt::format("{} up to {:g} g; is it in g, not in cm/s2 or %?", imt.name, most),
                             true});
    }
}

/// Levels that no rupture exceeds, because the distribution of motions ends below them.
void suspect_truncation(const ModelView& model, std::vector<Fact>& facts)
{
    const std::vector<double> strongest = strongest_ln_motion(model);
    for (std::size_t i = 0; i < model.imts.size(); ++i) {
        const ImtRecord& imt = model.imts[i];
        const auto levels = model.levels.subspan(imt.levels.first, imt.levels.count);
        const double limit = std::exp(strongest[i]);
        const auto n_beyond = std::ranges::count_if(levels, [&](double level) { return level > limit; });
        if (n_beyond > 0)
            facts.push_back({"level",
                             fmt::format("{} of {} levels of {} are beyond the truncation: near the largest "
                                         "magnitude the motion ends at about {:.2g}{}",
                                         n_beyond, levels.size(), imt.name, limit, unit_of(imt.name)),
                             true});
    }
}

/// Floating ruptures that a mesh is too coarse for: its smallest ruptures are hardly a cell.
void suspect_meshes(const ModelView& model, std::vector<Fact>& facts)
{
    const std::vector<std::string> ids = model.reader.texts("source_ids");
    for (const SourceRecord& source : model.sources) {
        if (source.fault == no_index || source.ends == no_index || source.magnitudes.count == 0)
            continue;
        const FaultRecord& fault = model.faults[source.fault];
        const double spacing_km = model.surfaces[fault.surface].spacing_km;
        const auto bins = model.magnitudes.subspan(source.magnitudes.first, source.magnitudes.count);
        const double least = std::ranges::min_element(bins, {}, &MagnitudeRecord::magnitude)->magnitude;
        const double width_km = std::sqrt(median_area_km2(source.magnitude_area, least, fault.rake) /
                                          std::max(1.0, source.aspect_ratio));
        if (spacing_km > width_km) {
            facts.push_back(
                {"mesh",
                 fmt::format("spacing {:g} km, but ruptures of magnitude {:g} of source {} are {:.2g} "
                             "km wide; a smaller rupture_mesh_spacing?",
                             spacing_km, least, ids[source.id], width_km),
                 true});
            return; // one says it for all
        }
    }
}

} // namespace

std::vector<Fact> hazard_facts(const ModelView& model)
{
    std::vector<Fact> facts{sites_fact(model), sources_fact(model), ruptures_fact(model)};
    tell_occurrences(model, facts);
    tell_dependence(model, facts);
    facts.insert(facts.end(),
                 {realizations_fact(model), levels_fact(model), regions_fact(model), job_fact(model)});
    suspect_sites(model, facts);
    suspect_levels(model, facts);
    suspect_truncation(model, facts);
    suspect_meshes(model, facts);
    return facts;
}

} // namespace mtc::psha
