#include "engine/manager.hpp"

#include "engine/lives/crash.hpp"
#include "engine/lives/stop.hpp"
#include "engine/tiles.hpp"
#include "mpi/environment.hpp"
#include "mpi/pulse.hpp"
#include "perf/clock.hpp"

#include <algorithm>
#include <iostream>
#include <utility>
#include <vector>

namespace mtc::engine {
namespace {

constexpr int fewest_ranks_with_dedicated_scheduler = 8;
/// Messages taken in before anything is sent, of each worker and in all: with all that came, rank 0 and
/// workers of very short tasks would compute in turn, one batch each, instead of at the same time.
constexpr int most_of_a_worker_before_acting = 6;
constexpr int most_before_acting = 16;

} // namespace

bool rank_0_works(SchedulerRank wish, int n_ranks, const Stage& stage) noexcept
{
    if (n_ranks == 1 || wish == SchedulerRank::working)
        return true;
    return wish == SchedulerRank::automatic && n_ranks < fewest_ranks_with_dedicated_scheduler &&
           !stage.sleeps;
}

Manager::Manager(const Workload& workload, const ManagerSettings& settings, Mailbox& mailbox,
                 Results& results, TaskRunner& runner, perf::Recorder& recorder, Progress& progress,
                 Saver& saver, Failures& failures, Vigil vigil)
    : workload_{workload}
    , settings_{settings}
    , mailbox_{mailbox}
    , results_{results}
    , runner_{runner}
    , recorder_{recorder}
    , progress_{progress}
    , saver_{saver}
    , failures_{failures}
    , vigil_{std::move(vigil)}
    , reduction_{results, workload.stages(), mailbox}
    , stop_requests_{settings.output}
{}

std::string Manager::why_stop(double now_s)
{
    if (!asked_to_stop_.empty())
        return asked_to_stop_;
    if (!vigil_.hopeless().empty())
        return vigil_.hopeless();
    if (stop_signalled())
        return "a signal came to rank 0";
    if (now_s >= settings_.stop_at_s)
        return "the time is up";
    if (const std::string near = runner_.near_limit(); !near.empty())
        return near;
    const std::string& who = stop_requests_.asked(now_s);
    return who.empty() ? who : "mtc stop asked for it: " + who;
}

End Manager::run(std::vector<schedule::UnitSet> done)
{
    try {
        const std::vector<schedule::UnitSet> given_up = failures_.given_up();
        for (std::size_t s = 0; s < given_up.size(); ++s)
            given_up[s].for_each([&](const UnitRange& units) { done.at(s).add(units); });
        for (std::uint32_t s = 0; s < workload_.stages().size(); ++s) {
            const StageId stage{s};
            if (!compute(stage, done.at(s))) {
                dismiss(End::unfinished);
                return End::unfinished;
            }
            const perf::Recorder::Scope scope{recorder_, "reduce"};
            const StillBusy reducing{std::cerr, text("reducing ", workload_.stages()[s].name)};
            if (workload_.stages()[s].destination == Destination::owners)
                reduce_to_owners(stage);
            else if (workload_.stages()[s].destination != Destination::file)
                collect(stage);
            recorder_.rank().reducing_s += scope.seconds();
        }
    } catch (...) {
        dismiss(End::failed);
        throw;
    }
    dismiss(End::complete);
    return End::complete;
}

bool Manager::compute(StageId id, const schedule::UnitSet& done)
{
    const Stage& stage = workload_.stages()[id.value()];
    const perf::Recorder::Scope scope{recorder_, stage.name};
    const double begin_s = perf::now_s();
    std::vector<Rank> owner_of_block;
    if (stage.placement == Placement::owner)
        owner_of_block =
            owners(workload_.stages().at(stage.reads.value()).block_cells.size(), mailbox_.living());
    schedule::Settings settings;
    settings.n_ranks = mailbox_.n_ranks();
    settings.rank_0_works = rank_0_works(settings_.scheduler_rank, mailbox_.n_living(), stage);
    settings.task_duration_s = settings_.task_duration_s;
    settings.ranks_a_processor = mpi::ranks_a_processor();
    if (!stage.sleeps)
        settings.n_processors = mpi::shared_processors(mailbox_.n_ranks());
    const std::vector<Parcel> parcels = workload_.parcels(id, results_);
    for (const Parcel& parcel : parcels)
        recorder_.add_weight(id, parcel.source, parcel.weight);
    const std::vector<std::uint32_t> tile_of_block =
        stage.result == ResultKind::sums && owner_of_block.empty()
            ? tiles_of_blocks(stage, results_.block_sums(id).store().most_bytes())
            : std::vector<std::uint32_t>{};
    schedule::Scheduler scheduler{settings,       id,         parcels,      stage.cost_classes,
                                  owner_of_block, next_task_, tile_of_block};
    n_dropped_ += scheduler.n_dropped_parcels();
    done.for_each([&scheduler](const UnitRange& units) { scheduler.on_already_done(units); });
    lose_lost(scheduler);
    recorder_.rank().scheduling_s += perf::now_s() - begin_s;
    std::vector<SourceInfo> sources = workload_.sources(id); // a million names take a while
    progress_.begin_stage(stage.name, std::move(sources), perf::now_s());
    recorder_.add_event("stage", text(stage.name, " begins"));
    waiter_.spin(!stage.sleeps);
    waiter_.traffic();
    vigil_.enter(Phase::computing);
    const bool computed = compute_all(scheduler, id, settings, parcels, owner_of_block);
    vigil_.enter(Phase::together);
    waiter_.spin(true);
    const double end_s = perf::now_s();
    progress_.end_stage(scheduler.progress(end_s), end_s);
    if (!computed)
        return false;
    vigil_.end_stage(id, scheduler, workload_.stages(), mailbox_, results_, saver_);
    recorder_.add_event("stage", text(stage.name, " is computed"));
    return true;
}

/// First all units; then those that failed and may be tried again, one by one, elsewhere where there is an
/// elsewhere. A rank that is lost meanwhile takes with it units of any of these rounds.
bool Manager::compute_all(schedule::Scheduler& first, StageId id, const schedule::Settings& settings,
                          std::span<const Parcel> parcels, std::span<const Rank> owner_of_block)
{
    while (true) {
        if (!first.finished() && !serve_all({id, first}))
            return false;
        std::vector<Rank> computing = mailbox_.living();
        if (!settings.rank_0_works && computing.size() > 1)
            std::erase(computing, mailbox_.rank());
        const Retries again = failures_.take_retries(id, parcels, owner_of_block, computing);
        if (again.parcels.empty()) {
            if (first.finished())
                return true;
            continue;
        }
        recorder_.add_event("retry", text(again.parcels.size(), " units are computed again"));
        schedule::Scheduler scheduler{settings,       id,
                                      again.parcels,  workload_.stages()[id.value()].cost_classes,
                                      again.owner_of, next_task_};
        lose_lost(scheduler);
        if (!serve_all({id, first, &scheduler}))
            return false;
    }
}

/// A scheduler of a later stage or round has not heard of them.
void Manager::lose_lost(schedule::Scheduler& scheduler) const
{
    for (const Rank rank : mailbox_.lost())
        scheduler.on_rank_lost(rank, {}, perf::now_s());
}

bool Manager::serve_all(const StageWork& work)
{
    schedule::Scheduler& scheduler = work.active();
    stopping_ = false;
    news_ = true;
    results_.set_look_around([&] {
        note_wait();
        try {
            attend(work);
        } catch (...) {
            thrown_ = std::current_exception();
        }
        news_ = false;
        return !thrown_ && !stopping_;
    });
    while (true) {
        if (!scheduler.finished())
            is_called_ = false;
        else if (all_are_there())
            break;
        attend(work);
        if (runner_.idle())
            if (std::optional<schedule::Assignment> own = scheduler.work_for_scheduler(perf::now_s()))
                runner_.enqueue(std::move(*own));
        if (!runner_.idle()) {
            const std::optional<Ended> ended = runner_.step();
            if (thrown_)
                std::rethrow_exception(thrown_);
            news_ = ended.has_value();
            if (runner_.has_failed())
                for (const FailedUnit& failed : runner_.take_failed())
                    on_failure(failed, mailbox_.rank());
            if (ended) {
                progress_.add_memory(ended->memory_mb);
                scheduler.on_receipt(ended->receipt, perf::now_s());
            }
            continue;
        }
        if (news_)
            waiter_.traffic();
        else
            waiter_.rest();
        news_ = false;
    }
    results_.set_look_around({});
    next_task_ = scheduler.next_task();
    const schedule::Progress at_end = scheduler.progress(perf::now_s());
    return at_end.units_done == at_end.units_total && !units_left_ && vigil_.hopeless().empty();
}

/// All units are done. From the end of the stage on whoever is lost ends the run; until then others can
/// compute what is lost with a rank. So those that were lost are buried first, and where some are on other
/// nodes all are called: nobody misses messages of one that had nothing to do when its network was lost.
bool Manager::all_are_there()
{
    if (vigil_.has_losses())
        return false;
    if (!vigil_.has_other_nodes())
        return true;
    if (!is_called_) {
        is_called_ = true;
        ++n_roll_calls_;
        unheard_ = mailbox_.living();
        std::erase(unheard_, mailbox_.rank());
        for (const Rank rank : unheard_)
            mailbox_.send_header(RollCallMessage{n_roll_calls_}, rank, Tag::roll_call);
        waiter_.traffic();
    }
    return std::ranges::all_of(unheard_, [this](Rank rank) { return mailbox_.is_lost(rank); });
}

/// One look at all that can come, between units or while one of rank 0's own waits.
void Manager::attend(const StageWork& work)
{
    schedule::Scheduler& scheduler = work.active();
    const double loop_s = perf::now_s();
    mailbox_.progress();
    saver_.between_units(loop_s);
    if (vigil_.has_losses()) {
        vigil_.bury(work, mailbox_, failures_, recorder_);
        saver_.post_tables(); // should rank 0 be next
        news_ = true;
    }
    if (const std::string why = stopping_ ? std::string{} : why_stop(loop_s); !why.empty()) {
        scheduler.revoke();
        recorder_.add_event("stop", why);
        std::cerr << text("mtc: stopping: ", why, "\n");
        stopping_ = true;
        news_ = true;
    }
    const int n_before_acting =
        std::min(most_before_acting, most_of_a_worker_before_acting * (mailbox_.n_ranks() - 1));
    for (int n = 0; n < n_before_acting; ++n) {
        const std::optional<Message> message = mailbox_.take();
        if (!message)
            break;
        serve(scheduler, *message, loop_s);
        news_ = true;
    }
    if (news_ || loop_s >= look_again_s_) {
        act(scheduler, work.stage);
        recorder_.rank().scheduling_s += perf::now_s() - loop_s;
    }
    if (progress_.due(loop_s))
        progress_.show(scheduler.progress(loop_s), loop_s);
}

/// Sends what the scheduler decides, until it waits for others.
void Manager::act(schedule::Scheduler& scheduler, StageId stage)
{
    for (bool again = true; again;) {
        again = false;
        const schedule::Decisions decisions = scheduler.decide(perf::now_s());
        for (const schedule::Assignment& assignment : decisions.assignments)
            mailbox_.send(pack(assignment, mailbox_.memory()), assignment.rank, Tag::assignment);
        for (const schedule::GiveBack& request : decisions.give_backs) {
            if (request.rank == mailbox_.rank()) {
                on_given_back(scheduler, runner_.give_back(request));
                again = true;
            } else {
                mailbox_.send_header(GiveBackMessage{stage.value(), request.n_sharers}, request.rank,
                                     Tag::give_back);
            }
        }
        look_again_s_ = decisions.look_again_s;
    }
}

void Manager::on_given_back(schedule::Scheduler& scheduler, const schedule::GivenBack& answer)
{
    for (const schedule::Shortened& task : answer.tasks)
        recorder_.add_event("give_back", text("rank ", answer.rank.value(), " gave back ", task.n_units,
                                              " units of task ", task.task.value()));
    scheduler.on_given_back(answer, perf::now_s());
}

void Manager::serve(schedule::Scheduler& scheduler, const Message& message, double now_s)
{
    if (message.tag == Tag::failure)
        return on_failure(unpack_failed(message.bytes), message.from);
    if (message.tag == Tag::stop)
        return on_stop(message);
    if (message.tag == Tag::given_back)
        return on_given_back(scheduler, unpack_given_back(message.bytes, message.from));
    if (message.tag == Tag::roll_call) {
        if (Unpacker{message.bytes}.take<RollCallMessage>().number == n_roll_calls_)
            std::erase(unheard_, message.from);
        return;
    }
    if (message.tag != Tag::receipt)
        unexpected(message);
    const auto receipt = Unpacker{message.bytes}.take<ReceiptMessage>();
    progress_.add_memory(receipt.memory_mb);
    vigil_.note_unit(receipt.max_unit_s);
    waiter_.task_ended(receipt.duration_s);
    scheduler.on_receipt({message.from, TaskId{receipt.task}, receipt.n_units, receipt.duration_s,
                          receipt.max_unit_s, receipt.failed != 0},
                         now_s);
}

void Manager::on_stop(const Message& message)
{
    const std::span<const std::byte> why = message.bytes;
    asked_to_stop_.assign(reinterpret_cast<const char*>(why.data()), why.size());
}

void Manager::on_failure(const FailedUnit& failed, Rank rank)
{
    const std::string why = failures_.message(failed.unit, failed.why);
    if (failed.kind == UnitFailure::memory) {
        failures_.on_memory(failed.unit, rank, why);
        asked_to_stop_ = why;
        units_left_ = true;
    } else if (failed.kind == UnitFailure::interrupted) {
        units_left_ = true;
    } else if (failed.kind == UnitFailure::fatal ||
               failures_.on_error(failed.unit, rank, why, failed.rows) == Failures::Verdict::stop) {
        throw UnitError{failed.unit, why};
    }
}

void Manager::dismiss(End end)
{
    const std::vector<Rank> lost = mailbox_.lost();
    for (const Rank rank : mailbox_.living())
        if (rank != mailbox_.rank())
            mailbox_.send(Packer{}.put(LeaveMessage{end}).put_all(std::span{lost}).take(), rank, Tag::leave);
    const double give_up_s = perf::now_s() + 1.0;
    while (!mailbox_.idle() && (end != End::failed || perf::now_s() < give_up_s))
        mailbox_.progress();
}

} // namespace mtc::engine
