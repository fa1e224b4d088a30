#include "workloads/import_csv/categories_stage.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

namespace mtc::import_csv {
namespace {

constexpr std::uint64_t most_units = 256;

std::string_view name_at(std::span<const std::byte> list, std::size_t place, std::size_t width)
{
    const auto* const chars = reinterpret_cast<const char*>(list.data()) + place * width;
    return {chars, ::strnlen(chars, width)};
}

[[noreturn]] void refuse_many(const Column& column)
{
    throw ComputeError(text("column ", column.name, " has more than ", most_categories,
                            " different texts (a category has no more). text(", column.type.size, ")?"));
}

} // namespace

std::uint64_t n_category_units(const ImportModel& model) noexcept
{
    return std::min(model.n_ranges(), most_units);
}

void gather_categories(const ImportModel& model, std::span<const CategoryDatasets> categories,
                       std::uint64_t unit, ImportSpace& space, UnitResults& results)
{
    const std::uint64_t n_units = n_category_units(model);
    std::vector<Categories> found(categories.size());
    std::vector<std::vector<std::byte>> lists(categories.size());
    const std::uint32_t n_fields = model.job().n_fields;
    std::string scratch;
    for (std::uint64_t range = model.n_ranges() * unit / n_units;
         range < model.n_ranges() * (unit + 1) / n_units; ++range) {
        ByteRange bytes = model.range(range);
        bytes.in_quotes = space.states && space.states->in_quotes(range);
        const RangeText text = space.reader.read(space.file_of(model, range), bytes, model.job().dialect);
        for (std::size_t at = 0; at < text.stop;) {
            space.bad.clear(); // the import tells of them
            at = space.splitter.split(text.text, at, text.stop, space.batch, space.bad);
            for (std::size_t i = 0; i < categories.size(); ++i) {
                const PlacedColumn& placed = model.columns()[categories[i].column];
                for (std::size_t row = 0; row < space.batch.n_rows; ++row) {
                    const std::uint32_t* const ends = space.batch.ends.data() + row * n_fields;
                    const std::uint32_t begin =
                        placed.field == 0 ? space.batch.begins[row] : ends[placed.field - 1] + 1;
                    std::string_view name = text.text.substr(begin, ends[placed.field] - begin);
                    if (space.batch.has_quotes && !unquote(name, model.job().dialect.quote, scratch))
                        continue;
                    if (name.empty() && placed.column.when_empty)
                        name = *placed.column.when_empty;
                    if (name.size() > placed.column.type.size || !found[i].add(name))
                        continue;
                    if (found[i].size() > most_categories)
                        refuse_many(placed.column);
                    const auto chars = std::as_bytes(std::span{name});
                    lists[i].insert(lists[i].end(), chars.begin(), chars.end());
                    lists[i].resize(found[i].size() * placed.column.type.size);
                }
            }
        }
    }
    for (std::uint32_t i = 0; i < categories.size(); ++i)
        if (!lists[i].empty())
            results.records(DatasetId{i}, lists[i]);
}

void take_categories(std::span<const CategoryDatasets> categories, StageId stage, const StageInputs& inputs,
                     ImportSpace& space)
{
    for (std::uint32_t i = 0; i < categories.size(); ++i) {
        const CategoryDatasets& category = categories[i];
        std::unique_ptr<Categories>& all = space.categories[category.column];
        if (all)
            continue;
        auto joined = std::make_unique<Categories>();
        const std::size_t width = category.list.row_bytes();
        const std::span<const std::byte> lists = inputs.records(stage, DatasetId{i});
        for (std::size_t place = 0; place < lists.size() / width; ++place)
            if (joined->add(name_at(lists, place, width)) && joined->size() > most_categories)
                throw ComputeError(text(category.list.path, ": more than ", most_categories,
                                        " different texts (a category has no more). text(", width, ")?"));
        all = std::move(joined);
        space.converter.set_categories(category.column, all.get());
    }
}

std::vector<std::byte> category_names(const CategoryDatasets& category, const ImportSpace& space)
{
    const std::size_t width = category.list.row_bytes();
    const Categories& all = *space.categories[category.column];
    std::vector<std::byte> names(all.size() * width);
    all.for_each([&](const std::string& name, std::uint16_t place) {
        std::memcpy(names.data() + place * width, name.data(), name.size());
    });
    return names;
}

} // namespace mtc::import_csv
