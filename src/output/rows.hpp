#pragma once

#include "output/row_layout.hpp"
#include "perf/tables.hpp"

#include <cstdint>
#include <string>

/// \file
/// The small tables of output.h5 as records of the program, one layout each for writing and for reading.
namespace mtc::output {

struct ConfigurationRow {
    std::string key;
    std::string value;
    std::string origin;
};

/// A source summed over the ranks that computed it.
struct SourceRecord : perf::SourceRow {
    std::string name;
    std::string kind;
};

struct StageRow {
    std::uint32_t stage = 0;
    std::string name;
};

struct CostClassRow {
    std::uint32_t stage = 0;
    std::uint32_t cost_class = 0;
    std::string name;
};

[[nodiscard]] const RowLayout<ConfigurationRow>& configuration_layout();
[[nodiscard]] const RowLayout<perf::TaskRecord>& task_layout();
[[nodiscard]] const RowLayout<perf::FiledTask>& filed_task_layout();
[[nodiscard]] const RowLayout<SourceRecord>& source_layout();
[[nodiscard]] const RowLayout<perf::RankRow>& rank_layout();
[[nodiscard]] const RowLayout<perf::OperationRow>& operation_layout();
[[nodiscard]] const RowLayout<perf::UnitHistogram>& unit_layout();
[[nodiscard]] const RowLayout<perf::TransferRow>& transfer_layout();
[[nodiscard]] const RowLayout<perf::EventRow>& event_layout();
[[nodiscard]] const RowLayout<perf::FailureRow>& failure_layout();
[[nodiscard]] const RowLayout<StageRow>& stage_layout();
[[nodiscard]] const RowLayout<CostClassRow>& cost_class_layout();

} // namespace mtc::output
