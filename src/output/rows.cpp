#include "output/rows.hpp"

namespace mtc::output {

const RowLayout<ConfigurationRow>& configuration_layout()
{
    using Row = ConfigurationRow;
    static const auto layout = RowLayout<Row>{}
                                   .add("key", &Row::key, "")
                                   .add("value", &Row::value, "as text, defaults filled in")
                                   .add("origin", &Row::origin, "file and line, --set, or default");
    return layout;
}

namespace {

/// Of a record of that kind.
template <class Row>
RowLayout<Row> task_columns()
{
    return RowLayout<Row>{}
        .add("task", &Row::task, "unique in the calculation, modulo 2^32")
        .add("parent", &Row::parent, "the task it was cut from; itself when from none")
        .add("first_unit", &Row::first_unit, "of its first range")
        .add("stage", &Row::stage, "row of /performance/stages")
        .add("status", &Row::status, "0 done, 1 failed, 2 withdrawn")
        .add("cost_class", &Row::cost_class, "of /performance/cost_classes")
        .add("source", &Row::source, "its first source")
        .add("n_sources", &Row::n_sources, "")
        .add("n_merged", &Row::n_merged, "tasks in this row")
        .add("n_units", &Row::n_units, "")
        .add("rank", &Row::rank, "that computed it")
        .add("memory_mb", &Row::memory_mb, "[MB] resident set of the rank at its end")
        .add("weight", &Row::weight, "arbitrary units")
        .add("estimated_s", &Row::estimated_s, "[s] when it was handed out")
        .add("start_s", &Row::start_s, "[s] since the origin of the run")
        .add("duration_s", &Row::duration_s, "[s] computing, messages answered in between included")
        .add("wait_s", &Row::wait_s, "[s] since the end of the rank's task before it")
        .add("max_unit_s", &Row::max_unit_s, "[s] its longest unit");
}

} // namespace

const RowLayout<perf::TaskRecord>& task_layout()
{
    static const auto layout = task_columns<perf::TaskRecord>();
    return layout;
}

const RowLayout<perf::FiledTask>& filed_task_layout()
{
    static const auto layout = task_columns<perf::FiledTask>().add_later(
        "life", &perf::FiledTask::life, "run of the calculation, 0 the first");
    return layout;
}

const RowLayout<SourceRecord>& source_layout()
{
    using Row = SourceRecord;
    static const auto layout = RowLayout<Row>{}
                                   .add("stage", &Row::stage, "row of /performance/stages")
                                   .add("source", &Row::source, "its place in the stage's list")
                                   .add("name", &Row::name, "")
                                   .add("kind", &Row::kind, "")
                                   .add("n_units", &Row::n_units, "computed; 0 when it could not matter")
                                   .add("weight", &Row::weight, "of the units computed, arbitrary units")
                                   .add("seconds", &Row::seconds, "[s] computing it, summed over ranks");
    return layout;
}

const RowLayout<perf::RankRow>& rank_layout()
{
    using Row = perf::RankRow;
    static const auto layout =
        RowLayout<Row>{}
            .add("rank", &Row::rank, "")
            .add("host", &Row::host, "")
            .add("cpu_model", &Row::cpu_model, "")
            .add("binding", &Row::binding, "processors that the rank may use")
            .add("n_tasks", &Row::n_tasks, "")
            .add("n_units", &Row::n_units, "")
            .add("reading_s", &Row::reading_s, "[s] from the origin of the run until it can compute")
            .add("busy_s", &Row::busy_s, "[s] computing units")
            .add("waiting_s", &Row::waiting_s, "[s] with nothing to compute")
            .add("scheduling_s", &Row::scheduling_s,
                 "[s] messages between units; rank 0: weighing and deciding too")
            .add("reducing_s", &Row::reducing_s, "[s] bringing sums to their owners")
            .add("writing_s", &Row::writing_s, "[s] writing results, which ranks do together")
            .add("total_s", &Row::total_s, "[s] from the origin of the run to the end of writing")
            .add("clock_offset_s", &Row::clock_offset_s,
                 "[s] its clock minus rank 0's, taken out of all times")
            .add("clock_uncertainty_s", &Row::clock_uncertainty_s, "[s] of the offset, at most")
            .add("memory_peak_mb", &Row::memory_peak_mb, "[MB] largest resident set");
    return layout;
}

const RowLayout<perf::OperationRow>& operation_layout()
{
    using Row = perf::OperationRow;
    static const auto layout =
        RowLayout<Row>{}
            .add("operation", &Row::operation, "nested by /")
            .add("seconds", &Row::seconds, "[s] summed over calls and ranks")
            .add("max_s", &Row::max_s, "[s] largest sum of one rank")
            .add("counts", &Row::counts, "calls")
            .add("memory_mb", &Row::memory_mb, "[MB] largest growth of the resident set in one call");
    return layout;
}

const RowLayout<perf::UnitHistogram>& unit_layout()
{
    using Row = perf::UnitHistogram;
    static const auto layout =
        RowLayout<Row>{}
            .add("stage", &Row::stage, "row of /performance/stages")
            .add("cost_class", &Row::cost_class, "of /performance/cost_classes")
            .add("n_units", &Row::n_units, "")
            .add("seconds", &Row::seconds, "[s] of all its units")
            .add("max_s", &Row::max_s, "[s] its longest unit")
            .add("counts", &Row::counts, "units that took [1e-7 s x 10^(i/6), 1e-7 s x 10^((i+1)/6))");
    return layout;
}

const RowLayout<perf::TransferRow>& transfer_layout()
{
    using Row = perf::TransferRow;
    static const auto layout = RowLayout<Row>{}
                                   .add("kind", &Row::kind, "of message")
                                   .add("n_messages", &Row::n_messages, "sent by all ranks")
                                   .add("n_bytes", &Row::n_bytes, "sent by all ranks")
                                   .add("max_bytes", &Row::max_bytes, "most that one rank sent");
    return layout;
}

const RowLayout<perf::EventRow>& event_layout()
{
    using Row = perf::EventRow;
    static const auto layout = RowLayout<Row>{}
                                   .add("time_s", &Row::time_s, "[s] since the origin of the run")
                                   .add("rank", &Row::rank, "")
                                   .add("kind", &Row::kind, "")
                                   .add("text", &Row::text, "")
                                   .add_later("life", &Row::life, "run of the calculation, 0 the first");
    return layout;
}

const RowLayout<perf::FailureRow>& failure_layout()
{
    using Row = perf::FailureRow;
    static const auto layout = RowLayout<Row>{}
                                   .add("stage", &Row::stage, "row of /performance/stages")
                                   .add("unit", &Row::unit, "its number in the stage")
                                   .add("source", &Row::source, "its place in the stage's list")
                                   .add("name", &Row::name, "of the source")
                                   .add("rank", &Row::rank, "that tried it last; -1 when it cost workers")
                                   .add("n_tries", &Row::n_tries, "or workers that it has cost")
                                   .add("why", &Row::why, "");
    return layout;
}

const RowLayout<StageRow>& stage_layout()
{
    using Row = StageRow;
    static const auto layout = RowLayout<Row>{}.add("stage", &Row::stage, "").add("name", &Row::name, "");
    return layout;
}

const RowLayout<CostClassRow>& cost_class_layout()
{
    using Row = CostClassRow;
    static const auto layout =
        RowLayout<Row>{}
            .add("stage", &Row::stage, "")
            .add("cost_class", &Row::cost_class, "its place in the stage's list")
            .add("name", &Row::name, "sources that cost alike for each unit of weight");
    return layout;
}

} // namespace mtc::output
