#include "workloads/psha/ground_motion/motion_table.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <utility>

namespace mtc::psha {
namespace {

MotionTableFiles::Read read_file = nullptr;

} // namespace

MotionTableView::MotionTableView(const MotionTableShape& of, std::span<const double> numbers)
    : shape{of}
{
    const auto next = [&numbers](std::size_t n) {
        const std::span<const double> taken = numbers.first(n);
        numbers = numbers.subspan(n);
        return taken;
    };
    const std::size_t n_nodes = std::size_t{shape.n_magnitudes} * shape.n_distances;
    magnitudes = next(shape.n_magnitudes);
    distances = next(n_nodes);
    periods = next(shape.n_periods);
    ln_motion = next(shape.n_rows() * n_nodes);
    ln_sigma = next(shape.n_rows() * n_nodes);
}

MotionTableView NoMotionTables::table(std::string_view name) const
{
    throw InputError(text("gmpe_table = ", name, " (tables are read with a logic tree or a job only)"));
}

void MotionTableFiles::read_with(Read read) noexcept
{
    read_file = read;
}

MotionTableFiles::MotionTableFiles(std::filesystem::path folder)
    : folder_{std::move(folder)}
{}

MotionTableView MotionTableFiles::table(std::string_view name) const
{
    const auto known = std::ranges::find(names_, name);
    const auto at = static_cast<std::size_t>(known - names_.begin());
    if (known == names_.end()) {
        if (read_file == nullptr)
            throw ComputeError("this program was built without a reader of ground-motion tables");
        tables_.push_back(read_file(folder_ / name));
        names_.emplace_back(name);
    }
    return {tables_[at].shape, tables_[at].numbers};
}

} // namespace mtc::psha
