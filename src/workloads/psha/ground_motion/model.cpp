#include "workloads/psha/ground_motion/model.hpp"

#include "config/nearest.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/ground_motion/modifiable.hpp"
#include "workloads/psha/ground_motion/motion_table.hpp"
#include "workloads/psha/ground_motion/registry.hpp"

#include <algorithm>

namespace mtc::psha {

double* ModelScratch::array(std::size_t slot, std::size_t n)
{
    AlignedVector<double>& wanted = arrays_.at(slot);
    if (wanted.size() < n)
        wanted.resize(n);
    return wanted.data();
}

namespace {

std::unique_ptr<GroundMotionModel> make_from_table(ModelParameters& parameters, std::span<const Imt> imts,
                                                   const MotionTables& tables)
{
    const std::string name = parameters.word("gmpe_table", "");
    parameters.reject_unknown();
    if (name.empty())
        throw InputError(
            text(table_model_name, ": no table (gmpe_table = \"file.hdf5\" is wanted below the name)"));
    return make_table_model(name, tables.table(name), imts);
}

} // namespace

std::unique_ptr<GroundMotionModel> make_model(std::string_view spec, std::span<const Imt> imts)
{
    return make_model(spec, imts, NoMotionTables{});
}

std::unique_ptr<GroundMotionModel> make_model(std::string_view spec, std::span<const Imt> imts,
                                              const MotionTables& tables)
{
    if (is_modifiable(spec))
        return make_modifiable(spec, imts, tables);
    ModelParameters parameters(spec);
    if (parameters.model() == table_model_name)
        return make_from_table(parameters, imts, tables);
    const auto entry = std::ranges::find(registry(), parameters.model(), &ModelEntry::name);
    if (entry == registry().end()) {
        std::vector<std::string_view> names = known_models();
        names.push_back(modifiable_name);
        names.push_back(table_model_name);
        throw InputError(text("unknown ground-motion model '", parameters.model(), "' (", registry().size(),
                              " models are known: mtc help models).",
                              config::did_you_mean(parameters.model(), names)));
    }
    std::unique_ptr<GroundMotionModel> model =
        entry->make({.name = entry->name, .imts = imts, .parameters = parameters});
    parameters.reject_unknown();
    return model;
}

std::string model_name(std::string_view spec)
{
    return is_modifiable(spec) ? std::string(modifiable_name) : ModelParameters(spec).model();
}

std::vector<std::string_view> known_models()
{
    std::vector<std::string_view> names;
    for (const ModelEntry& entry : registry())
        names.push_back(entry.name);
    std::ranges::sort(names);
    return names;
}

} // namespace mtc::psha
