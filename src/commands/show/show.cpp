#include "commands/show/show.hpp"

#include "commands/show/show_performance.hpp"
#include "h5/attribute.hpp"
#include "h5/type.hpp"
#include "output/reader.hpp"
#include "output/rows.hpp"
#include "output/schema.hpp"

#include "mtc/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <variant>

namespace mtc::commands {

namespace {

using output::Reader;

std::string shown(const h5::AttributeValue& value)
{
    return std::visit(
        [](const auto& v) {
            if constexpr (requires {
                              v.begin();
                              v.front().size();
                          })
                return fmt::format("{}", fmt::join(v, ", "));
            else if constexpr (requires {
                                   v.begin();
                                   v.c_str();
                               })
                return v;
            else if constexpr (requires { v.begin(); })
                return fmt::format("{}", fmt::join(v, "."));
            else
                return fmt::format("{}", v);
        },
        value);
}

void show_contents(const Reader& reader, std::uint64_t, std::ostream& out)
{
    const h5::File& file = reader.file();
    out << file.path().string() << '\n';
    for (const std::string& name : h5::attribute_names(file, "/"))
        out << fmt::format("{:<18}  {}\n", name, shown(*h5::read_attribute(file, "/", name)));
    out << '\n';
    std::uint64_t total = 0;
    for (const std::string& object : file.objects()) {
        if (!file.is_dataset(object)) {
            out << object << "/\n";
            continue;
        }
        const Dataset dataset = h5::describe(file, object);
        const bool is_plain = dataset.fields.front().name.empty();
        const std::string shape = fmt::format("[{}]", fmt::join(h5::extents_of(dataset), ", "));
        const std::string type = is_plain ? std::string{h5::name_of(dataset.fields.front().element)}
                                          : fmt::format("compound of {}", dataset.fields.size());
        const std::uint64_t n_bytes = dataset.n_rows * dataset.row_bytes();
        total += n_bytes;
        std::string line = fmt::format("  {:<28} {:<16} {:<20} {:>12} bytes", object, type, shape, n_bytes);
        if (is_plain && !dataset.fields.front().meaning.empty())
            line += "  " + dataset.fields.front().meaning;
        out << line << '\n';
    }
    out << fmt::format("\n{} bytes of data\n", total);
}

void show_input(const Reader& reader, std::uint64_t, std::ostream& out)
{
    out << reader.input_text();
}

void show_config(const Reader& reader, std::uint64_t, std::ostream& out)
{
    const auto rows = reader.rows(output::configuration_layout(), output::path::configuration);
    std::size_t width = 0;
    for (const auto& row : rows)
        width = std::max(width, row.key.size() + row.value.size() + 3);
    for (const auto& row : rows)
        out << fmt::format("{:<{}}  # {}\n", fmt::format("{} = {}", row.key, row.value),
                           std::min<std::size_t>(width, 60), row.origin);
}

struct Choice {
    std::string_view name;
    void (*print)(const Reader&, std::uint64_t max_rows, std::ostream&);
};

constexpr std::array<Choice, 12> choices{{{"contents", show_contents},
                                          {"input", show_input},
                                          {"config", show_config},
                                          {"tasks", show_tasks},
                                          {"units", show_units},
                                          {"sources", show_sources},
                                          {"ranks", show_ranks},
                                          {"operations", show_operations},
                                          {"transfer", show_transfer},
                                          {"events", show_events},
                                          {"failures", show_failures},
                                          {"slow", show_slow}}};

} // namespace

const std::vector<std::string_view>& show_choices()
{
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> result;
        for (const Choice& choice : choices)
            result.push_back(choice.name);
        return result;
    }();
    return names;
}

ExitStatus show(const ShowArguments& arguments, std::ostream& out)
{
    const auto* choice = std::find_if(choices.begin(), choices.end(),
                                      [&](const Choice& c) { return c.name == arguments.what; });
    if (choice == choices.end())
        throw InputError{fmt::format("show: '{}' is not known (accepted: {})", arguments.what,
                                     fmt::join(show_choices(), ", "))};
    const Reader reader{arguments.file};
    choice->print(reader, arguments.max_rows, out);
    return ExitStatus::complete;
}

} // namespace mtc::commands
