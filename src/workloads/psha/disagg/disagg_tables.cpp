#include "workloads/psha/disagg/disagg_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mtc::psha {
namespace {

Table edges_table(std::string_view axis, std::span<const double> edges, std::string meaning,
                  std::size_t n_sites = 0)
{
    const auto bytes = std::as_bytes(edges);
    Dataset dataset{.path = text("/results/disagg_bins/", axis),
                    .fields = {{.name = "", .meaning = std::move(meaning)}},
                    .n_rows = edges.size(),
                    .axes = {"edge"}};
    if (n_sites > 0) {
        dataset.n_rows = n_sites;
        dataset.inner = {edges.size() / n_sites};
        dataset.axes = {"site", "edge"};
    }
    return {std::move(dataset), {bytes.begin(), bytes.end()}};
}

Table regions_table(const std::vector<std::string>& trts)
{
    std::size_t width = 1;
    for (const std::string& trt : trts)
        width = std::max(width, trt.size());
    std::string chars;
    for (const std::string& trt : trts)
        chars += trt + std::string(width - trt.size(), '\0');
    const auto bytes = std::as_bytes(std::span{chars});
    return {{.path = "/results/disagg_bins/trt",
             .fields = {{.name = "",
                         .element = Element::text,
                         .extent = static_cast<std::uint32_t>(width),
                         .meaning = "tectonic region type"}},
             .n_rows = trts.size(),
             .axes = {"trt"}},
            {bytes.begin(), bytes.end()}};
}

} // namespace

std::vector<Table> disagg_tables(const DisaggView& disagg, const ModelView& model)
{
    const std::size_t n_sites = model.sites.size();
    return {
        edges_table("mag", disagg.mag_edges, "magnitude; a bin is open below, closed above"),
        edges_table("dist", disagg.dist_edges, "rupture distance [km]; a bin is closed below, open above"),
        edges_table("eps", disagg.eps_edges, "standard deviations of ln of the ground motion"),
        edges_table("lon", disagg.lon_edges, "[deg] may run beyond +-180", n_sites),
        edges_table("lat", disagg.lat_edges, "[deg]", n_sites),
        regions_table(disagg.trts)};
}

Fact disagg_fact(const DisaggView& disagg)
{
    return {"disaggregation",
            fmt::format(
                "{} region types x {} magnitudes x {} distances x {} x {} places x {} epsilons, {} levels "
                "by site and intensity measure, {} realizations",
                disagg.bins(Axis::trt), disagg.bins(Axis::mag), disagg.bins(Axis::dist),
                disagg.bins(Axis::lon), disagg.bins(Axis::lat), disagg.bins(Axis::eps), disagg.poes.size(),
                disagg.job->n_chosen)};
}

} // namespace mtc::psha
