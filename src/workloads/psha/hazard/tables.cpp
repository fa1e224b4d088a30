#include "workloads/psha/hazard/tables.hpp"

#include "workloads/psha/keys/statistics_keys.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace mtc::psha {
namespace {

/// Rows of a table, put together field by field.
class Rows {
public:
    explicit Rows(Dataset dataset) { table_.dataset = std::move(dataset); }
    template <class T>
    void put(const T& value)
    {
        const auto raw = std::as_bytes(std::span{&value, 1});
        table_.bytes.insert(table_.bytes.end(), raw.begin(), raw.end());
    }
    /// A text of the width of its field.
    void put_text(std::string_view value, std::size_t width)
    {
        std::string padded{value.substr(0, width)};
        padded.resize(width, '\0');
        const auto raw = std::as_bytes(std::span{padded});
        table_.bytes.insert(table_.bytes.end(), raw.begin(), raw.end());
    }
    [[nodiscard]] Table take()
    {
        table_.dataset.n_rows = table_.bytes.size() / table_.dataset.row_bytes();
        return std::move(table_);
    }

private:
    Table table_;
};

std::uint32_t widest(const std::vector<std::string>& texts)
{
    std::size_t width = 1;
    for (const std::string& value : texts)
        width = std::max(width, value.size());
    return static_cast<std::uint32_t>(width);
}

Table sites(const ModelView& model)
{
    Rows rows{{.path = "/results/sites",
               .fields = {{.name = "lon", .meaning = "[deg]"},
                          {.name = "lat", .meaning = "[deg]"},
                          {.name = "depth", .meaning = "[km]"},
                          {.name = "vs30", .meaning = "[m/s]"},
                          {.name = "vs30measured", .meaning = "1 measured, 0 inferred"},
                          {.name = "z1pt0", .meaning = "[m]"},
                          {.name = "z2pt5", .meaning = "[km]"},
                          {.name = "backarc", .meaning = "1 or 0"}},
               .axes = {"site"}}};
    for (const Site& site : model.sites)
        rows.put(site);
    static_assert(sizeof(Site) == 8 * sizeof(double));
    return rows.take();
}

Table custom_site_ids(const std::vector<std::string>& ids)
{
    const std::uint32_t width = widest(ids);
    Rows rows{{.path = "/results/custom_site_ids",
               .fields = {{.name = "", .element = Element::text, .extent = width}},
               .axes = {"site"}}};
    for (const std::string& id : ids)
        rows.put_text(id, width);
    return rows.take();
}

Table imts(const ModelView& model)
{
    Rows rows{{.path = "/results/imts",
               .fields = {{.name = "name", .element = Element::text, .extent = sizeof(ImtRecord::name)},
                          {.name = "period", .meaning = "[s]"},
                          {.name = "n_levels", .element = Element::uint32}},
               .axes = {"imt"}}};
    for (const ImtRecord& imt : model.imts) {
        rows.put(imt.name);
        rows.put(imt.period);
        rows.put(imt.levels.count);
    }
    return rows.take();
}

Table levels(const ModelView& model)
{
    Rows rows{{.path = "/results/levels",
               .fields = {{.name = "", .meaning = "intensity measure level [g; PGV cm/s]"}},
               .inner = {model.imts.front().levels.count},
               .axes = {"imt", "level"}}};
    for (const ImtRecord& imt : model.imts)
        for (const double level : model.levels.subspan(imt.levels.first, imt.levels.count))
            rows.put(level);
    return rows.take();
}

Table realizations(const ModelView& model)
{
    std::vector<std::string> sources;
    std::vector<std::string> gsims;
    for (const std::string& path : model.reader.texts("realization_paths")) { // "source path~model path"
        const std::size_t parting = path.rfind('~');
        sources.push_back(path.substr(0, parting));
        gsims.push_back(path.substr(parting + 1));
    }
    const std::uint32_t source_width = widest(sources);
    const std::uint32_t gsim_width = widest(gsims);
    Rows rows{{.path = "/results/realizations",
               .fields = {{.name = "weight"},
                          {.name = "source_path", .element = Element::text, .extent = source_width},
                          {.name = "gsim_path", .element = Element::text, .extent = gsim_width}},
               .axes = {"realization"}}};
    for (std::size_t r = 0; r < model.realizations.size(); ++r) {
        rows.put(model.realizations[r].weight);
        rows.put_text(sources[r], source_width);
        rows.put_text(gsims[r], gsim_width);
    }
    return rows.take();
}

Table statistics(const ModelView& model)
{
    std::vector<std::string> names;
    for (const StatisticRecord& statistic : model.statistics)
        names.push_back(statistic_name(statistic));
    const std::uint32_t width = widest(names);
    Rows rows{{.path = "/results/statistics",
               .fields = {{.name = "", .element = Element::text, .extent = width}},
               .axes = {"statistic"}}};
    for (const std::string& name : names)
        rows.put_text(name, width);
    return rows.take();
}

Table poes(const ModelView& model)
{
    Rows rows{{.path = "/results/poes",
               .fields = {{.name = "", .meaning = "probability of exceedance in investigation_time"}},
               .axes = {"poe"}}};
    for (const double poe : model.poes)
        rows.put(poe);
    return rows.take();
}

} // namespace

std::vector<Table> hazard_tables(const ModelView& model)
{
    std::vector<Table> tables{sites(model), imts(model), levels(model), realizations(model)};
    if (const std::vector<std::string> ids = model.reader.texts("custom_site_ids"); !ids.empty())
        tables.push_back(custom_site_ids(ids));
    if (!model.statistics.empty())
        tables.push_back(statistics(model));
    if (!model.poes.empty())
        tables.push_back(poes(model));
    return tables;
}

} // namespace mtc::psha
