#include "workloads/psha/ground_motion/parameters.hpp"

#include "config/nearest.hpp"
#include "mtc/error.hpp"

#include <toml++/toml.h>

#include <algorithm>

namespace mtc::psha {

ModelParameters::ModelParameters(std::string_view spec)
{
    const std::size_t first = spec.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        throw InputError("empty ground-motion model (a name is wanted, as in BooreAtkinson2008).");
    spec = spec.substr(first, spec.find_last_not_of(" \t\r\n") - first + 1);
    if (!spec.starts_with('[')) { // a bare name
        if (spec.find_first_of("\n=") != std::string_view::npos)
            throw InputError(text("ground-motion model '", spec,
                                  "' (with parameters the name stands in brackets on a line of its own: "
                                  "[Name], then key = value)."));
        model_ = spec;
        return;
    }
    toml::table document;
    try {
        document = toml::parse(spec);
    } catch (const toml::parse_error& error) {
        throw InputError(text("ground-motion model '", spec, "' (", error.description(), " in line ",
                              error.source().begin.line, "). Write [Name], then lines key = value?"));
    }
    const toml::table* table = document.size() == 1 ? document.begin()->second.as_table() : nullptr;
    if (table == nullptr)
        throw InputError(text("ground-motion model '", spec, "' (one [Name] is wanted, not ", document.size(),
                              " entries)."));
    model_ = std::string(document.begin()->first.str());
    for (const auto& [key, node] : *table) {
        Value value;
        if (const auto* boolean = node.as_boolean())
            value = boolean->get();
        else if (const std::optional<double> number = node.is_number() ? node.value<double>() : std::nullopt)
            value = *number;
        else if (const auto* string = node.as_string())
            value = string->get();
        else
            throw InputError(text(model_, ": parameter '", key.str(),
                                  "' (its value must be a number, a text in quotes, true or false)."));
        given_.push_back({.key = std::string(key.str()), .value = std::move(value)});
    }
}

template <class T>
T ModelParameters::get(std::string_view key, T default_value, std::string_view wanted)
{
    known_.emplace_back(key);
    const auto found = std::ranges::find(given_, key, &Parameter::key);
    if (found == given_.end())
        return default_value;
    if (const T* value = std::get_if<T>(&found->value))
        return *value;
    throw InputError(text(model_, ": parameter '", key, "' wants ", wanted, "."));
}

double ModelParameters::number(std::string_view key, double default_value)
{
    return get(key, default_value, "a number");
}

bool ModelParameters::flag(std::string_view key, bool default_value)
{
    return get(key, default_value, "true or false");
}

std::string ModelParameters::word(std::string_view key, std::string_view default_value)
{
    return get(key, std::string(default_value), "a text in quotes");
}

void ModelParameters::reject_unknown() const
{
    for (const Parameter& parameter : given_) {
        if (std::ranges::find(known_, parameter.key) != known_.end())
            continue;
        std::string accepted;
        for (const std::string& key : known_)
            accepted += (accepted.empty() ? "it knows " : ", ") + key;
        const std::vector<std::string_view> names(known_.begin(), known_.end());
        throw InputError(text(model_, ": unknown parameter '", parameter.key, "' (",
                              accepted.empty() ? "this model has none" : accepted, ").",
                              config::did_you_mean(parameter.key, names)));
    }
}

} // namespace mtc::psha
