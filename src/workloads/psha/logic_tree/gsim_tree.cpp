#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/logic_tree/branch_set.hpp"
#include "workloads/psha/logic_tree/logic_tree.hpp"

namespace mtc::psha {
namespace {

/// A spec in one form, so that equal models are recognised: blanks around lines go, "[Name]" alone is "Name".
std::string normalised_spec(std::string_view spec)
{
    std::string joined;
    for (const std::string_view line : config::split(spec, "\r\n")) {
        const std::string_view words = config::trimmed(line);
        if (!words.empty())
            joined.append(joined.empty() ? "" : "\n").append(words);
    }
    const bool only_a_name = joined.starts_with('[') && joined.find(']') == joined.size() - 1;
    return only_a_name ? std::string{config::trimmed(std::string_view{joined}.substr(1, joined.size() - 2))}
                       : joined;
}

/// A value of an attribute as TOML has it: numbers and truth values bare, all else as a text.
std::string toml_value(const std::string& value)
{
    if (config::parse_number(value) || value == "true" || value == "false")
        return value;
    if (value == "True" || value == "False") // as Python has them
        return value == "True" ? "true" : "false";
    std::string quoted = "\"";
    for (const char letter : value) {
        if (letter == '"' || letter == '\\')
            quoted += '\\';
        quoted += letter;
    }
    return quoted + '"';
}

/// The spec of a branch. Older files hold parameters as attributes of uncertaintyModel.
std::string spec_of(const XmlNode& model)
{
    std::string spec = normalised_spec(model.content());
    const std::vector<std::string> attributes = model.attribute_names();
    if (!attributes.empty() && !spec.starts_with('['))
        spec = text("[", spec, "]");
    for (const std::string& attribute : attributes)
        spec += text("\n", attribute, " = ", toml_value(model.attribute(attribute)));
    return spec;
}

GsimSet read_gsim_set(const XmlNode& node)
{
    GsimSet set{.trt = node.attribute("applyToTectonicRegionType"), .branches = {}};
    for (const BranchNode& branch : read_branches(node)) {
        GsimBranch read{.id = branch.id,
                        .weight = branch.weight,
                        .model = spec_of(branch.model),
                        .where = branch.model.where(),
                        .imt_weights = branch.imt_weights};
        for (const GsimBranch& other : set.branches)
            if (other.model == read.model)
                branch.node.refuse(text("model '", config::shortened(read.model),
                                        "', which is also the one of branch '", other.id,
                                        "' (they must differ within a set)"));
        set.branches.push_back(std::move(read));
    }
    return set;
}

} // namespace

GsimTree read_gsim_tree(const std::filesystem::path& file, const std::set<std::string>& trts)
{
    const XmlFile xml{file};
    std::map<std::string, GsimSet> by_trt;
    for (const XmlNode& node : branch_sets(xml)) {
        if (const std::string type = node.attribute("uncertaintyType"); type != "gmpeModel")
            node.refuse(text("uncertaintyType = '", type, "' (gmpeModel is accepted)"));
        GsimSet set = read_gsim_set(node);
        const std::string trt = set.trt;
        if (!by_trt.emplace(trt, std::move(set)).second)
            node.refuse(
                text("Found duplicated applyToTectonicRegionType = '", trt, "' (one set each is accepted)"));
    }
    std::vector<std::string_view> known;
    for (const auto& [trt, set] : by_trt)
        known.push_back(trt);
    GsimTree tree;
    for (const std::string& trt : trts) {
        const auto set = by_trt.find(trt);
        if (set == by_trt.end())
            throw InputError(text(file.string(), " is missing the TRT '", trt,
                                  "' (the source models hold it).", config::did_you_mean(trt, known)));
        tree.sets.push_back(std::move(set->second));
    }
    return tree;
}

GsimTree single_gsim_tree(std::string_view model, const std::set<std::string>& trts, const std::string& where)
{
    GsimTree tree;
    for (const std::string& trt : trts)
        tree.sets.push_back(
            {.trt = trt,
             .branches = {{.id = "gsim", .weight = 1.0, .model = normalised_spec(model), .where = where}}});
    return tree;
}

} // namespace mtc::psha
