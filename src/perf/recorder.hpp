#pragma once

#include "perf/source_log.hpp"
#include "perf/tables.hpp"
#include "perf/task_log.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mtc::perf {

/// Gathers the performance tables of one rank.
class Recorder {
public:
    static constexpr std::size_t max_events = 10'000;
    static constexpr std::size_t max_event_bytes = 240; ///< longer texts are cut

    Recorder() = default;
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// From now on nothing is there to compute.
    void begin_idle(double now_s);
    /// A task begins, or no more will come: what was neither scheduling nor reducing meanwhile was waiting.
    void end_idle(double now_s);
    /// A task ended, and an idle time begins. What was neither its units nor scheduling was messages.
    void add_task(const TaskRow& row);
    void add_units(StageId stage, SourceId source, std::uint64_t n_units, double seconds);
    void add_weight(StageId stage, SourceId source, double weight);
    void add_operation(const std::string& name, double seconds, double memory_mb);
    /// Time of each of `n_units` units; it counts as busy.
    void add_unit_time(StageId stage, CostClass cost_class, double seconds, std::uint64_t n_units = 1);
    void add_message(std::string_view kind, std::uint64_t n_bytes) { add_messages(kind, 1, n_bytes); }
    void add_messages(std::string_view kind, std::uint64_t n_messages, std::uint64_t n_bytes);
    /// The first max_events are kept, the others counted.
    void add_event(std::string kind, std::string text);
    [[nodiscard]] RankRow& rank() noexcept { return rank_; }
    /// Of the calculation: 0 the first run, more after each interruption.
    void set_life(std::uint32_t life) noexcept { life_ = life; }
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
    /// What the rank had spent when it last went from computing to idle or back.
    struct Mark {
        double at_s = 0.0;
        double busy_s = 0.0;
        double elsewhere_s = 0.0; ///< scheduling and reducing
    };
    void set_mark(double now_s);
    [[nodiscard]] double elsewhere_s() const noexcept { return rank_.scheduling_s + rank_.reducing_s; }

    Mark mark_;
    TaskLog tasks_;
    SourceLog sources_;
    std::map<std::string, OperationRow> operations_;
    std::vector<std::string> open_scopes_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, UnitHistogram> units_;
    UnitHistogram* last_units_ = nullptr; ///< most units follow one of their own class
    std::map<std::string, TransferRow, std::less<>> transfer_;
    std::vector<EventRow> events_;
    std::uint64_t n_events_left_out_ = 0;
    RankRow rank_;
    std::uint32_t life_ = 0;
};

/// Host name, processor model and the processors this process may run on.
void describe_host(RankRow& row);

} // namespace mtc::perf
