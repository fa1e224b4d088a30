#pragma once

#include "mtc/flat.hpp"
#include "mtc/workload.hpp"
#include "workloads/psha/ground_motion/motion_table.hpp"

namespace mtc::psha {

/// Adds the tables that models of the job use: sections motion_tables (texts), motion_table_shapes and
/// motion_table_numbers.
void write_motion_tables(const MotionTableFiles& files, FlatWriter& writer);

/// Says how far each table reaches: beyond it there is no motion.
void remark_on_tables(const MotionTableFiles& files, Notes& notes);

/// The tables of write_motion_tables(), in place.
class ModelMotionTables final : public MotionTables {
public:
    explicit ModelMotionTables(const FlatReader& model);
    [[nodiscard]] MotionTableView table(std::string_view name) const override;

private:
    std::vector<std::string> names_;
    std::span<const MotionTableShape> shapes_;
    std::span<const double> numbers_; ///< of all tables
};

} // namespace mtc::psha
