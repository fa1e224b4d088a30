#pragma once

#include "perf/tables.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mtc::perf {

/// Gathers the performance tables of one rank.
class Recorder {
public:
    void add_task(const TaskRow& row);
    void add_units(StageId stage, SourceId source, std::uint64_t n_units, double seconds);
    void add_weight(StageId stage, SourceId source, double weight);
    void add_operation(const std::string& name, double seconds, double memory_mb);
    void add_unit_time(StageId stage, CostClass cost_class, double seconds);
    void add_message(std::string_view kind, std::uint64_t n_bytes);
    void add_event(std::string kind, std::string text);
    [[nodiscard]] RankRow& rank() noexcept { return rank_; }
    [[nodiscard]] Tables tables() const;

    /// Times the scope it lives in as an operation, nested names joined by a slash.
    class Scope {
    public:
        Scope(Recorder& recorder, std::string_view name);
        ~Scope();
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;
        [[nodiscard]] double seconds() const;

    private:
        Recorder& recorder_;
        double begin_s_;
        double begin_mb_;
    };

private:
    std::vector<TaskRow> tasks_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, SourceRow> sources_;
    std::map<std::string, OperationRow> operations_;
    std::vector<std::string> open_scopes_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, UnitHistogram> units_;
    std::map<std::string, TransferRow, std::less<>> transfer_;
    std::vector<EventRow> events_;
    RankRow rank_;
};

/// Host name, processor model and the processors this process may run on.
void describe_host(RankRow& row);

} // namespace mtc::perf
