#include "workloads/command/grid.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"

#include <algorithm>
#include <map>

namespace mtc::command {
namespace {

constexpr std::uint64_t most_points = 1'000'000'000'000; // a million times what a file of results can hold

/// What advances together.
struct Axis {
    std::vector<std::size_t> members; ///< parameters
    std::uint64_t n = 1;
    std::uint64_t stride = 1;
};

/// The axes in the order of their first parameters.
std::vector<Axis> make_axes(const std::vector<Parameter>& parameters,
                            const std::vector<std::vector<std::string>>& links, const std::string& where)
{
    std::map<std::string_view, std::size_t> group_of;
    std::vector<std::string_view> names;
    for (const Parameter& parameter : parameters)
        names.push_back(parameter.name);
    for (std::size_t g = 0; g < links.size(); ++g)
        for (const std::string& name : links[g]) {
            if (std::ranges::find(names, name) == names.end())
                throw InputError(config::suggesting(text(where, " ('", name, "' is no parameter)"),
                                                    config::did_you_mean(name, names)));
            if (!group_of.emplace(name, g).second)
                throw InputError(text(where, " ('", name, "' is named twice)"));
        }
    std::vector<Axis> axes;
    std::map<std::size_t, std::size_t> axis_of_group;
    for (std::size_t p = 0; p < parameters.size(); ++p) {
        std::size_t axis = axes.size();
        if (const auto group = group_of.find(parameters[p].name); group != group_of.end())
            axis = axis_of_group.emplace(group->second, axis).first->second;
        if (axis == axes.size())
            axes.emplace_back();
        axes[axis].members.push_back(p);
    }
    return axes;
}

void agree_on_length(Axis& axis, const std::vector<Parameter>& parameters, const std::string& where)
{
    for (const std::size_t p : axis.members)
        axis.n = std::max(axis.n, parameters[p].size());
    std::string lengths;
    bool equal = true;
    for (const std::size_t p : axis.members) {
        const std::uint64_t n = parameters[p].size();
        lengths += text(lengths.empty() ? "" : ", ", parameters[p].name, " has ", n);
        equal = equal && (n == axis.n || n == 1);
    }
    if (!equal)
        throw InputError(text(where, " (linked parameters need equally many values, or one; ", lengths, ")"));
}

} // namespace

void write_grid(FlatWriter& model, const std::vector<Parameter>& parameters,
                const std::vector<std::vector<std::string>>& links, const std::string& where)
{
    std::vector<Axis> axes = make_axes(parameters, links, where);
    std::uint64_t n_points = 1;
    for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
        agree_on_length(*axis, parameters, where);
        axis->stride = n_points;
        if (axis->n > most_points / n_points)
            throw InputError(text("parameter.", parameters[axis->members.front()].name, " (more than ",
                                  most_points, " combinations). Link parameters?"));
        n_points *= axis->n;
    }
    std::vector<Grid::Record> records(parameters.size());
    std::vector<std::string> names;
    std::vector<char> letters;
    std::vector<std::uint64_t> ends;
    for (std::size_t p = 0; p < parameters.size(); ++p) {
        const Parameter& parameter = parameters[p];
        names.push_back(parameter.name);
        records[p].range = parameter.range;
        records[p].n = parameter.size();
        records[p].first_value = ends.size();
        records[p].kind = parameter.kind;
        for (const std::string& value : parameter.values) {
            letters.insert(letters.end(), value.begin(), value.end());
            ends.push_back(letters.size());
            records[p].width = std::max(records[p].width, static_cast<std::uint32_t>(value.size()));
        }
    }
    for (const Axis& axis : axes)
        for (const std::size_t p : axis.members) {
            records[p].stride = axis.stride;
            records[p].axis_n = axis.n;
        }
    model.add_one("n_points", n_points);
    model.add_texts("parameter_names", names);
    model.add("parameters", records);
    model.add("parameter_letters", letters);
    model.add("parameter_ends", ends);
}

Grid::Grid(const FlatReader& model)
    : n_points_{model.get_one<std::uint64_t>("n_points")}
    , names_{model.texts("parameter_names")}
    , records_{model.get<Record>("parameters")}
    , letters_{model.get<char>("parameter_letters")}
    , ends_{model.get<std::uint64_t>("parameter_ends")}
{}

std::string Grid::text_of(std::size_t parameter, std::uint64_t point) const
{
    const Record& record = records_[parameter];
    const std::uint64_t k = record.n == 1 ? 0 : point / record.stride % record.axis_n;
    if (record.range.n > 0)
        return record.range.value(k);
    const std::uint64_t i = record.first_value + k;
    const std::uint64_t begin = i == 0 ? 0 : ends_[i - 1];
    return {letters_.data() + begin, ends_[i] - begin};
}

Value Grid::value_of(std::size_t parameter, std::uint64_t point) const
{
    return typed(text_of(parameter, point), records_[parameter].kind);
}

Column Grid::column(std::size_t parameter) const
{
    const Record& record = records_[parameter];
    return {names_[parameter], record.kind, record.width, "parameter"};
}

} // namespace mtc::command
