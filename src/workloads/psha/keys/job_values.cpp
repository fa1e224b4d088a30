#include "workloads/psha/keys/job_values.hpp"

#include "config/literal.hpp"
#include "config/nearest.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <array>

namespace mtc::psha {
namespace {

constexpr std::string_view default_entry = "default";
constexpr std::string_view exact_word = "exact";

config::Literal literal_of(const Config& config, std::string_view key)
{
    return config::parse_literal(config.text(key), origin(config, key));
}

/// The part of a value that counts for a region type: its entry of a dict, else the entry 'default', else, of
/// what is not a dict, all of it. Null: a dict without either.
const config::Literal* part_for(const config::Literal& literal, std::string_view trt)
{
    const auto* dict = std::get_if<config::LiteralDict>(&literal.value);
    if (dict == nullptr)
        return &literal;
    for (const std::string_view name : {trt, default_entry})
        for (const auto& [entry, value] : *dict)
            if (entry == name)
                return &value;
    return nullptr;
}

double positive(double km, const std::string& where)
{
    if (!(km > 0.0))
        throw InputError(text(where, ": distance ", km, " (accepted: above 0 km)"));
    return km;
}

enum class ZeroDistance { refused, accepted };

MaxDistanceRecord read_pair(const config::Literal& literal, ZeroDistance zero, const std::string& where)
{
    const auto* pair = std::get_if<config::LiteralList>(&literal.value);
    const bool is_pair = pair != nullptr && pair->size() == 2 &&
                         std::holds_alternative<double>((*pair)[0].value) &&
                         std::holds_alternative<double>((*pair)[1].value);
    if (!is_pair)
        throw InputError(text(where, " (not a pair; accepted: [(5, 100), (7, 300)], magnitude and km)"));
    const double km = std::get<double>((*pair)[1].value);
    return {.magnitude = std::get<double>((*pair)[0].value),
            .distance_km = zero == ZeroDistance::accepted && km == 0.0 ? km : positive(km, where)};
}

std::vector<MaxDistanceRecord> read_pairs(const config::LiteralList& list, ZeroDistance zero,
                                          const std::string& where)
{
    std::vector<MaxDistanceRecord> records;
    for (const config::Literal& element : list) {
        const MaxDistanceRecord record = read_pair(element, zero, where);
        if (!records.empty() && !(record.magnitude > records.back().magnitude))
            throw InputError(text(where, ": magnitude ", record.magnitude, " after ",
                                  records.back().magnitude, " (magnitudes must increase strictly)"));
        records.push_back(record);
    }
    if (records.size() < 2)
        throw InputError(
            text(where, ": ", records.size(), " pairs of magnitude and distance (at least 2 are accepted)"));
    return records;
}

std::vector<MaxDistanceRecord> at_all_magnitudes(double km)
{
    return {{.magnitude = smallest_magnitude, .distance_km = km},
            {.magnitude = largest_magnitude, .distance_km = km}};
}

} // namespace

std::string origin(const Config& config, std::string_view key)
{
    const auto entry = config.entries().find(key);
    return entry == config.entries().end() ? config.where(key) : text(entry->second.origin, ": ", key);
}

std::vector<MaxDistanceRecord> maximum_distance(const Config& config, std::string_view trt)
{
    constexpr std::string_view key = "maximum_distance";
    const std::string where = text(origin(config, key), " for '", trt, "'");
    const config::Literal literal = literal_of(config, key);
    const config::Literal* part = part_for(literal, trt);
    if (part == nullptr)
        throw InputError(text(where, " (the dict has no entry for this region type). Add 'default'?"));
    if (const auto* km = std::get_if<double>(&part->value))
        return at_all_magnitudes(positive(*km, where));
    if (const auto* list = std::get_if<config::LiteralList>(&part->value))
        return read_pairs(*list, ZeroDistance::refused, where);
    throw InputError(text(where, " (accepted: km, or pairs [(5, 100), (7, 300)] of magnitude and km)"));
}

std::vector<MaxDistanceRecord> pointsource_distance(const Config& config, std::string_view trt)
{
    constexpr std::string_view key = "pointsource_distance";
    constexpr double with_cells_km = 40.0; // as OpenQuake
    if (config.text(key) == exact_word)
        return {};
    if (!config.given(key) && config.number("ps_grid_spacing") > 0.0)
        return at_all_magnitudes(with_cells_km);
    const std::string where = text(origin(config, key), " for '", trt, "'");
    const config::Literal literal = literal_of(config, key);
    const config::Literal* part = part_for(literal, trt);
    if (part == nullptr)
        throw InputError(text(where, " (the dict has no entry for this region type). Add 'default'?"));
    if (const auto* km = std::get_if<double>(&part->value); km != nullptr && *km >= 0.0)
        return at_all_magnitudes(*km);
    if (const auto* word = std::get_if<std::string>(&part->value); word != nullptr && *word == exact_word)
        return {};
    if (const auto* list = std::get_if<config::LiteralList>(&part->value))
        return read_pairs(*list, ZeroDistance::accepted, where);
    throw InputError(text(where, " (accepted: a number of km, at least 0, pairs [(5, 50), (7, 100)] of "
                                 "magnitude and km, or exact)"));
}

double minimum_magnitude(const Config& config, std::string_view trt)
{
    constexpr std::string_view key = "minimum_magnitude";
    const config::Literal literal = literal_of(config, key);
    const config::Literal* part = part_for(literal, trt);
    if (part == nullptr)
        return 0.0;
    if (const auto* magnitude = std::get_if<double>(&part->value))
        return *magnitude;
    throw InputError(
        text(origin(config, key), " for '", trt, "' (accepted: a number, or a dict of numbers)"));
}

void warn_of_idle_keys(const Config& config, Notes& notes)
{
    if (config.has("reference_backarc") && config.given("reference_backarc"))
        notes.warnings.push_back(text(config.where("reference_backarc"),
                                      " (has no effect, as in OpenQuake: sites are not in the backarc)"));
    if (config.has("hazard_curves") && !config.flag("hazard_curves"))
        notes.remarks.push_back("hazard_curves = false: curves are written all the same");
}

void warn_of_unused_regions(const Config& config, const std::vector<std::string>& trts, Notes& notes)
{
    const std::vector<std::string_view> known{trts.begin(), trts.end()};
    for (const std::string_view key : {"maximum_distance", "minimum_magnitude", "pointsource_distance"}) {
        if (config.text(key) == exact_word)
            continue;
        const config::Literal literal = literal_of(config, key);
        const auto* dict = std::get_if<config::LiteralDict>(&literal.value);
        if (dict == nullptr)
            continue;
        for (const auto& [entry, value] : *dict)
            if (entry != default_entry && std::find(trts.begin(), trts.end(), entry) == trts.end())
                notes.warnings.push_back(text(origin(config, key), ": no source has the region type '", entry,
                                              "'.", config::did_you_mean(entry, known)));
    }
}

} // namespace mtc::psha
