#include "engine/runner.hpp"

#include "engine/failures/failures.hpp"
#include "engine/lives/crash.hpp"
#include "engine/lives/host.hpp"
#include "perf/clock.hpp"

#include <algorithm>
#include <new>

namespace mtc::engine {
namespace {

constexpr std::size_t reserve_bytes = std::size_t{16} << 20U; // untouched, it takes addresses only
/// A look at the clock takes 50 ns, which is much beside a unit of 100 ns: so many of those are timed as one.
constexpr std::uint32_t most_together = 16;
constexpr double short_s = 1e-6; ///< [s] what is timed should last that long

} // namespace

TaskRunner::TaskRunner(const Workload& workload, Results& results, perf::Recorder& recorder, Rank rank)
    : workload_{workload}
    , results_{results}
    , recorder_{recorder}
    , workspace_{workload.make_workspace()}
    , idle_since_s_{perf::now_s()}
    , reserve_{std::make_unique_for_overwrite<std::byte[]>(reserve_bytes)}
{
    row_.rank = rank.value();
}

void TaskRunner::enqueue(schedule::Assignment assignment)
{
    work_.push(std::move(assignment));
}

schedule::GivenBack TaskRunner::give_back(const schedule::GiveBack& request)
{
    return work_.give_back(request);
}

void TaskRunner::close()
{
    recorder_.end_idle(perf::now_s());
}

std::string TaskRunner::near_limit()
{
    if (const std::string& why = results_.why_sums_stay(); !why.empty())
        return text("rank ", row_.rank, " (", host_name(), ") has no memory for more sums: ", why);
    const std::string how_near = guard_.near(now_s_);
    if (how_near.empty())
        return how_near;
    return text("rank ", row_.rank, " (", host_name(), ") nears its memory limit, ", how_near,
                last_unit_.stage.is_none() ? std::string{} : ", after " + workload_.describe(last_unit_));
}

void TaskRunner::begin_task()
{
    const schedule::Assignment& task = work_.front();
    const std::int32_t rank = row_.rank;
    row_ = {};
    row_.rank = rank;
    row_.task = task.task.value();
    row_.parent = task.parent.value();
    row_.stage = task.stage.value();
    row_.first_unit = task.ranges.empty() ? 0 : task.ranges.front().first.value();
    row_.source = task.source.value();
    row_.n_sources = task.n_sources;
    row_.cost_class = task.cost_class.value();
    now_s_ = perf::now_s();
    row_.start_s = now_s_;
    row_.wait_s = static_cast<float>(now_s_ - idle_since_s_);
    recorder_.end_idle(now_s_);
    running_ = true;
}

void TaskRunner::record_source()
{
    if (source_units_ > 0)
        recorder_.add_units(StageId{row_.stage}, source_, source_units_, source_seconds_);
    source_units_ = 0;
    source_seconds_ = 0.0;
}

Ended TaskRunner::end_task()
{
    record_source();
    row_.weight = static_cast<float>(work_.front().weight); // of what was not given back
    row_.estimated_s = static_cast<float>(work_.front().estimated_s);
    row_.duration_s = static_cast<float>(now_s_ - row_.start_s);
    row_.memory_mb = static_cast<float>(perf::recent_resident_mb(now_s_));
    recorder_.add_task(row_);
    work_.pop();
    running_ = false;
    idle_since_s_ = now_s_;
    return {{Rank{row_.rank}, TaskId{row_.task}, row_.n_units, row_.duration_s, row_.max_unit_s, false},
            StageId{row_.stage},
            row_.memory_mb};
}

void TaskRunner::fail(UnitKey unit, UnitFailure kind, const std::string& why)
{
    row_.status = static_cast<std::uint8_t>(perf::TaskStatus::failed);
    const std::string cause = results_.abandon_unit() ? why : why + " (parts of it are in the sums)";
    if (cause.size() > why.size())
        kind = UnitFailure::fatal;
    failed_.push_back(
        {unit, work_.front().task, kind,
         text(workload_.describe(unit), ", on rank ", row_.rank, " (", host_name(), "): ", cause)});
}

void TaskRunner::compute_unit()
{
    const schedule::Assignment& task = work_.front();
    const UnitKey unit{task.stage, work_.next()}; // further tasks may come meanwhile, this one stays
    work_.unit_begun();
    const SourceId source = workload_.source_of(unit);
    if (source != source_) {
        take_time();
        record_source();
        source_ = source;
    }
    bool computed = true;
    note_unit(unit);
    try {
        results_.begin_unit(unit);
        workload_.compute(unit, results_, *workspace_, results_);
        results_.end_unit();
    } catch (const UnitInterrupted& interrupted) {
        fail(unit, UnitFailure::interrupted, interrupted.what());
        computed = false;
    } catch (const UnitFailed& failure) {
        fail(unit, UnitFailure::error, failure.what());
        failed_.back().rows = failure.rows;
        computed = false;
    } catch (const std::bad_alloc&) {
        reserve_.reset();
        fail(unit, UnitFailure::memory, "no memory is left for it");
        computed = false;
    } catch (const BlockLost& lost) { // with it what other units had added
        fail(unit, UnitFailure::fatal, lost.what());
        computed = false;
    } catch (const std::exception& error) {
        fail(unit, UnitFailure::error, with_causes(error));
        computed = false;
    } catch (...) {
        fail(unit, UnitFailure::error, "an exception that is no std::exception");
        computed = false;
    }
    note_no_unit();
    last_unit_ = unit;
    row_.n_units += 1;
    source_units_ += computed ? 1 : 0;
    work_.unit_done(0.0);
    ++n_untimed_;
    if (n_untimed_ >= n_together_ || work_.front_ended() || perf::coarse_ns() != coarse_ns_)
        take_time();
}

void TaskRunner::take_time()
{
    if (n_untimed_ == 0)
        return;
    const std::int64_t coarse_ns = perf::coarse_ns();
    const double end_s = perf::now_s();
    const double duration_s = end_s - now_s_;
    // Whatever was long among several was the last: the coarse clock has ticked since.
    const bool last_was_long = n_untimed_ > 1 && coarse_ns != coarse_ns_;
    const double others_s =
        last_was_long ? std::min(unit_s_, duration_s / n_untimed_) : duration_s / n_untimed_;
    const double last_s = duration_s - others_s * (n_untimed_ - 1);
    const schedule::Assignment& task = work_.front();
    if (n_untimed_ > 1)
        recorder_.add_unit_time(task.stage, task.cost_class, others_s, n_untimed_ - 1);
    recorder_.add_unit_time(task.stage, task.cost_class, last_s);
    row_.max_unit_s = std::max(row_.max_unit_s, static_cast<float>(last_s));
    source_seconds_ += duration_s;
    work_.took(duration_s);
    n_together_ =
        duration_s < short_s ? std::min(2 * n_together_, most_together) : std::max(1U, n_together_ / 2);
    unit_s_ = others_s;
    n_untimed_ = 0;
    now_s_ = end_s;
    coarse_ns_ = coarse_ns;
}

std::optional<Ended> TaskRunner::step()
{
    if (work_.empty())
        return std::nullopt;
    if (!running_)
        begin_task();
    else
        now_s_ = perf::now_s(); // what came between two steps is not the unit's
    const double began_s = now_s_;
    while (!work_.front_ended()) {
        compute_unit();
        if (now_s_ - began_s >= slice_s)
            break;
    }
    if (work_.front_ended())
        return end_task();
    return std::nullopt;
}

} // namespace mtc::engine
