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

const RowLayout<perf::TaskRow>& task_layout()
{
    using Row = perf::TaskRow;
    static const auto layout =
        RowLayout<Row>{}
            .add("task", &Row::task, "unique in the calculation")
            .add("parent", &Row::parent, "the task it was cut from; itself when from none")
            .add("first_unit", &Row::first_unit, "of its first range")
            .add("stage", &Row::stage, "row of /performance/stages")
            .add("source", &Row::source, "its first source")
            .add("n_sources", &Row::n_sources, "")
            .add("cost_class", &Row::cost_class, "of /performance/cost_classes")
            .add("n_units", &Row::n_units, "")
            .add("rank", &Row::rank, "that computed it")
            .add("weight", &Row::weight, "arbitrary units")
            .add("estimated_s", &Row::estimated_s, "[s] when it was handed out")
            .add("start_s", &Row::start_s, "[s] since the origin of the run")
            .add("duration_s", &Row::duration_s, "[s] computing, messages answered in between included")
            .add("wait_s", &Row::wait_s, "[s] idle before it began")
            .add("max_unit_s", &Row::max_unit_s, "[s] its longest unit")
            .add("sum_squares_s2", &Row::sum_squares_s2, "[s2] of unit times")
            .add("memory_mb", &Row::memory_mb, "[MB] resident set of the rank at its end")
            .add("status", &Row::status, "0 done, 1 failed, 2 withdrawn");
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
            .add("busy_s", &Row::busy_s, "[s] computing units")
            .add("waiting_s", &Row::waiting_s, "[s] with nothing to compute")
            .add("scheduling_s", &Row::scheduling_s, "[s] weighing, deciding, messages (rank 0)")
            .add("reducing_s", &Row::reducing_s, "[s] bringing sums to their owners")
            .add("writing_s", &Row::writing_s, "[s] writing results")
            .add("total_s", &Row::total_s, "[s] from the origin of the run to the end of writing")
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
