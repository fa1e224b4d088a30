#include "workloads/psha/model/motion_tables.hpp"

#include "mtc/error.hpp"

#include <algorithm>

namespace mtc::psha {

void write_motion_tables(const MotionTableFiles& files, FlatWriter& writer)
{
    std::vector<MotionTableShape> shapes;
    std::vector<double> numbers;
    for (const MotionTable& table : files.tables()) {
        shapes.push_back(table.shape);
        shapes.back().first_number = numbers.size();
        numbers.insert(numbers.end(), table.numbers.begin(), table.numbers.end());
    }
    writer.add_texts("motion_tables", files.names());
    writer.add("motion_table_shapes", shapes);
    writer.add("motion_table_numbers", numbers);
}

void remark_on_tables(const MotionTableFiles& files, Notes& notes)
{
    for (std::size_t i = 0; i < files.names().size(); ++i) {
        const MotionTable& table = files.tables()[i];
        const std::span<const double> distances = MotionTableView{table.shape, table.numbers}.distances;
        notes.remarks.push_back(text(table_model_name, ": beyond the largest distance of ", files.names()[i],
                                     ", ", *std::ranges::max_element(distances),
                                     " km, there is no motion, as in OpenQuake"));
    }
}

ModelMotionTables::ModelMotionTables(const FlatReader& model)
    : names_{model.texts("motion_tables")}
    , shapes_{model.get<MotionTableShape>("motion_table_shapes")}
    , numbers_{model.get<double>("motion_table_numbers")}
{}

MotionTableView ModelMotionTables::table(std::string_view name) const
{
    const auto known = std::ranges::find(names_, name);
    if (known == names_.end())
        throw ComputeError(text("the model has no ground-motion table '", name, "'"));
    const MotionTableShape& shape = shapes_[static_cast<std::size_t>(known - names_.begin())];
    return {shape, numbers_.subspan(shape.first_number, shape.n_numbers())};
}

} // namespace mtc::psha
