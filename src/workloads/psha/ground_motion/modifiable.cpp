#include "workloads/psha/ground_motion/modifiable.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"
#include "simd/dispatch.hpp"
#include "workloads/psha/ground_motion/borrowed_site_term.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <sstream>
#include <vector>

namespace mtc::psha {

namespace {

enum class Change { scale_median, scale_sigma, fix_between_event };

struct Modification {
    Change change;
    double value; ///< factor > 0, or number of between-event standard deviations
};

struct ModificationKind {
    std::string_view name;
    std::string_view parameter;
    Change change;
};

constexpr std::string_view site_term = "nrcan15_site_term";

constexpr std::array kinds{
    ModificationKind{"set_scale_median_scalar", "scaling_factor", Change::scale_median},
    ModificationKind{"set_scale_total_sigma_scalar", "scaling_factor", Change::scale_sigma},
    ModificationKind{"set_between_epsilon", "epsilon_tau", Change::fix_between_event},
};

/// Whether the model tells between-event from within-event variability, seen from one context.
bool has_parts(const GroundMotionModel& model, std::size_t n_imt)
{
    AlignedVector<double> some(simd::lanes, 6.0); // every parameter: magnitude 6, 6 km, ...
    AlignedVector<double> vs30(simd::lanes, 760.0);
    ContextBatch batch{.n = 1, .n_padded = simd::lanes};
    for (const double* ContextBatch::*parameter :
         {&ContextBatch::mag, &ContextBatch::rake, &ContextBatch::dip, &ContextBatch::ztor,
          &ContextBatch::width, &ContextBatch::hypo_depth, &ContextBatch::rrup, &ContextBatch::rjb,
          &ContextBatch::rx, &ContextBatch::ry0, &ContextBatch::repi, &ContextBatch::rhypo,
          &ContextBatch::vs30measured, &ContextBatch::z1pt0, &ContextBatch::z2pt5, &ContextBatch::backarc})
        batch.*parameter = some.data();
    batch.vs30 = vs30.data();
    AlignedVector<double> tau(n_imt * batch.n_padded);
    AlignedVector<double> phi(tau.size());
    ModelScratch scratch;
    model.deviations(simd::detected(), batch, scratch, tau.data(), phi.data());
    return std::ranges::any_of(tau, [](double part) { return part > 0.0; });
}

class ModifiedModel final : public GroundMotionModel {
public:
    ModifiedModel(std::unique_ptr<GroundMotionModel> base, std::vector<Modification> modifications,
                  std::size_t n_imt)
        : base_{std::move(base)}
        , modifications_{std::move(modifications)}
        , n_imt_{n_imt}
        , needs_parts_{std::ranges::count(modifications_, Change::fix_between_event, &Modification::change) >
                       0}
    {}

    [[nodiscard]] std::uint32_t site_parameters() const noexcept override { return base_->site_parameters(); }
    [[nodiscard]] std::uint32_t distances() const noexcept override { return base_->distances(); }

    void evaluate(InstructionSet set, const ContextBatch& batch, ModelScratch& scratch, double* mean,
                  double* sigma) const override
    {
        const std::size_t n = n_imt_ * batch.n_padded;
        base_->evaluate(set, batch, scratch, mean, sigma);
        double* tau = needs_parts_ ? scratch.array(tau_slot, n) : nullptr;
        double* phi = needs_parts_ ? scratch.array(phi_slot, n) : nullptr;
        if (needs_parts_)
            base_->deviations(set, batch, scratch, tau, phi);
        for (const auto& [change, value] : modifications_) {
            if (change == Change::fix_between_event)
                for (std::size_t i = 0; i < n; ++i) {
                    mean[i] += value * tau[i];
                    sigma[i] = phi[i];
                }
            else if (change == Change::scale_median)
                std::ranges::for_each(mean, mean + n, [shift = std::log(value)](double& x) { x += shift; });
            else
                std::ranges::for_each(sigma, sigma + n, [value](double& x) { x *= value; });
        }
    }

    void deviations(InstructionSet set, const ContextBatch& batch, ModelScratch& scratch, double* tau,
                    double* phi) const override
    {
        base_->deviations(set, batch, scratch, tau, phi);
        const std::size_t n = n_imt_ * batch.n_padded;
        for (const auto& [change, value] : modifications_) {
            if (change == Change::fix_between_event)
                std::fill(tau, tau + n, 0.0);
            if (change != Change::scale_sigma)
                continue;
            for (std::size_t i = 0; i < n; ++i) {
                tau[i] *= value;
                phi[i] *= value;
            }
        }
    }

private:
    // The base model counts its slots from 0.
    static constexpr std::size_t tau_slot = 15;
    static constexpr std::size_t phi_slot = 14;

    std::unique_ptr<GroundMotionModel> base_;
    std::vector<Modification> modifications_;
    std::size_t n_imt_;
    bool needs_parts_;
};

[[noreturn]] void refuse(std::string_view what)
{
    throw InputError(text(modifiable_name, ": ", what));
}

/// Without lines `name = {}` of a name whose parameters follow as `name.key = value`: OpenQuake takes both
/// together, TOML does not. Emptied lines stay, so that messages count right.
std::string without_empty_tables(std::string_view spec)
{
    std::string kept;
    while (!spec.empty()) {
        const std::string_view line = spec.substr(0, spec.find('\n'));
        spec.remove_prefix(std::min(line.size() + 1, spec.size()));
        const std::string_view name = config::trimmed(line.substr(0, line.find('=')));
        const bool is_empty_table =
            line.find('=') != line.npos && config::trimmed(line.substr(line.find('=') + 1)) == "{}";
        const bool is_filled_below = spec.find(text(name, '.')) != spec.npos;
        kept += is_empty_table && is_filled_below ? "" : line;
        kept += '\n';
    }
    return kept;
}

toml::table parsed(std::string_view spec)
{
    try {
        toml::table document = toml::parse(without_empty_tables(spec));
        if (toml::table* table = document[modifiable_name].as_table();
            table != nullptr && document.size() == 1)
            return *table;
    } catch (const toml::parse_error& error) {
        refuse(text(error.description(), " in line ", error.source().begin.line,
                    " (lines such as set_scale_median_scalar.scaling_factor = 0.9 are wanted)."));
    }
    refuse("its parameters stand below it, one a line: gmpe.BooreAtkinson2008 = {}, then modifications.");
}

/// The spec of the modified model: gmpe.Name = {key = value} -> "[Name]\nkey = value".
std::string base_spec(const toml::table& table)
{
    const toml::table* models = table["gmpe"].as_table();
    if (models == nullptr || models->size() != 1 || models->begin()->second.as_table() == nullptr)
        refuse(text("one model to modify is wanted, as in gmpe.BooreAtkinson2008 = {} (",
                    models == nullptr ? 0 : models->size(), " given)."));
    std::ostringstream spec;
    spec << '[' << models->begin()->first.str() << "]\n";
    for (const auto& [key, node] : *models->begin()->second.as_table())
        node.visit([&spec, key = key.str()](const auto& value) { spec << key << " = " << value << '\n'; });
    return spec.str();
}

Modification modification(std::string_view name, const toml::node& node)
{
    const auto* kind = std::ranges::find(kinds, name, &ModificationKind::name);
    if (kind == kinds.end()) {
        std::array<std::string_view, kinds.size() + 1> names{};
        std::ranges::transform(kinds, names.begin(), &ModificationKind::name);
        names.back() = site_term;
        refuse(text("unknown modification '", name, "' (known: ", names[0], ", ", names[1], ", ", names[2],
                    ", ", names[3], ").", config::did_you_mean(name, names)));
    }
    const toml::table* parameters = node.as_table();
    const std::optional<double> value = parameters != nullptr && parameters->size() == 1
                                            ? (*parameters)[kind->parameter].value<double>()
                                            : std::nullopt;
    if (!value || !std::isfinite(*value) || (kind->change != Change::fix_between_event && *value <= 0.0))
        refuse(text(name, " (one parameter is wanted: ", name, ".", kind->parameter, " = a ",
                    kind->change == Change::fix_between_event ? "number" : "number above 0", ")."));
    return {.change = kind->change, .value = *value};
}

/// Modifications in the order of the text, which a table does not keep.
std::vector<Modification> modifications_of(const toml::table& table)
{
    std::vector<std::pair<toml::source_index, Modification>> by_line;
    for (const auto& [key, node] : table)
        if (key.str() != "gmpe" && key.str() != site_term)
            by_line.emplace_back(key.source().begin.line, modification(key.str(), node));
    std::ranges::stable_sort(by_line, {}, &std::pair<toml::source_index, Modification>::first);
    std::vector<Modification> modifications;
    for (const auto& entry : by_line)
        modifications.push_back(entry.second);
    return modifications;
}

/// The model itself, or with a site term of another.
std::unique_ptr<GroundMotionModel> base_model(const toml::table& table, const std::string& spec,
                                              std::span<const Imt> imts, const MotionTables& tables)
{
    std::unique_ptr<GroundMotionModel> model = make_model(spec, imts, tables);
    if (!table.contains(site_term))
        return model;
    const toml::table* parameters = table[site_term].as_table();
    if (parameters == nullptr || parameters->size() != 1 ||
        (*parameters)["kind"].value<std::string>() != "base")
        refuse(text(site_term, " (one parameter is wanted: ", site_term,
                    ".kind = \"base\"; other kinds are not "
                    "in this version)."));
    const std::array pga{imt_from_text("PGA")};
    return with_borrowed_site_term(std::move(model), make_model(spec, pga, tables), imts);
}

} // namespace

bool is_modifiable(std::string_view spec)
{
    spec.remove_prefix(std::min(spec.find_first_not_of(" \t\r\n["), spec.size()));
    return spec.substr(0, spec.find_first_of(" \t\r\n]")) == modifiable_name;
}

std::unique_ptr<GroundMotionModel> make_modifiable(std::string_view spec, std::span<const Imt> imts,
                                                   const MotionTables& tables)
{
    const toml::table table = parsed(spec);
    const std::string base = base_spec(table);
    std::vector<Modification> modifications = modifications_of(table);
    std::unique_ptr<GroundMotionModel> model = base_model(table, base, imts, tables);
    const bool needs_parts =
        std::ranges::count(modifications, Change::fix_between_event, &Modification::change) > 0;
    if (needs_parts && !has_parts(*model, imts.size()))
        refuse(text("set_between_epsilon (", model_name(base),
                    " gives only the total standard deviation, no between-event part)."));
    return std::make_unique<ModifiedModel>(std::move(model), std::move(modifications), imts.size());
}

} // namespace mtc::psha
