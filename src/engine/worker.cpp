#include "engine/worker.hpp"

#include "engine/lives/crash.hpp"
#include "engine/lives/stop.hpp"
#include "engine/saves/inheritance.hpp"
#include "mpi/pulse.hpp"
#include "perf/clock.hpp"

namespace mtc::engine {

Worker::Worker(const Workload& workload, Mailbox& mailbox, Results& results, TaskRunner& runner,
               perf::Recorder& recorder, Saver& saver, Heartbeat* heartbeat)
    : workload_{workload}
    , mailbox_{mailbox}
    , results_{results}
    , runner_{runner}
    , recorder_{recorder}
    , saver_{saver}
    , heartbeat_{heartbeat}
    , reduction_{results, workload.stages(), mailbox}
    , waiter_{worker_naps, &mailbox.bell()}
{
    results_.set_look_around([this] {
        note_wait();
        return look_around();
    });
}

Worker::~Worker()
{
    results_.set_look_around({});
}

End Worker::run()
{
    while (!left_) {
        if (heartbeat_ != nullptr && heartbeat_->rank_0_is_lost())
            return End::orphaned;
        bool news = attend();
        if (reducing_ && reduction_.send_some())
            news = true;
        if (reducing_ && reduction_.done()) {
            reducing_ = false;
            recorder_.rank().reducing_s += perf::now_s() - reducing_since_s_;
            mailbox_.send_header(StageMessage{reduction_.stage().value()}, Rank{0}, Tag::stage_done);
        }
        if (!failed_ && !runner_.idle()) {
            compute();
            waiter_.traffic();
        } else if (news) {
            waiter_.traffic();
        } else if (left_) {
            break;
        } else if (!reducing_ && mailbox_.rank_0_rings()) {
            waiter_.rest_until_rung();
        } else {
            waiter_.rest();
        }
    }
    return end_;
}

/// Saves and answers messages. \returns whether one was there
bool Worker::attend()
{
    mailbox_.progress();
    saver_.between_units(perf::now_s());
    if (stop_signalled() && !asked_to_stop_)
        ask_to_stop(text("a signal came to rank ", mailbox_.rank().value()));
    bool news = false;
    while (const std::optional<Message> message = mailbox_.take()) {
        handle(*message);
        news = true;
    }
    return news;
}

/// While a unit waits for something: rank 0 sends work, takes it back or ends the run.
bool Worker::look_around() noexcept
{
    try {
        (void)attend();
    } catch (...) {
        thrown_ = std::current_exception();
    }
    return !thrown_ && !revoked_ && !left_ && (heartbeat_ == nullptr || !heartbeat_->rank_0_is_lost());
}

/// A step, or several where tasks end within a slice: each has a receipt of its own.
void Worker::compute()
{
    const double until_s = perf::now_s() + TaskRunner::slice_s;
    do {
        const std::optional<Ended> ended = runner_.step();
        if (thrown_)
            std::rethrow_exception(thrown_);
        if (left_) // while a unit waited: nobody hears of it any more
            return;
        if (runner_.has_failed()) // before the receipt, which may end the stage
            tell_failures();
        if (ended) {
            const schedule::Receipt& receipt = ended->receipt;
            waiter_.task_ended(receipt.duration_s);
            mailbox_.send_header(ReceiptMessage{receipt.task.value(), receipt.n_units, receipt.duration_s,
                                                static_cast<float>(receipt.max_unit_s), ended->memory_mb,
                                                ended->stage.value(), 0},
                                 Rank{0}, Tag::receipt);
        }
    } while (!failed_ && !runner_.idle() && runner_.last_end_s() < until_s);
    if (!asked_to_stop_)
        if (const std::string why = runner_.near_limit(); !why.empty())
            ask_to_stop(why);
}

/// All ranks shall save and leave. Once is enough.
void Worker::ask_to_stop(const std::string& why)
{
    asked_to_stop_ = true;
    mailbox_.send(Packer{}.put_bytes(std::as_bytes(std::span{why})).take(), Rank{0}, Tag::stop);
}

void Worker::tell_failures()
{
    for (const FailedUnit& failed : runner_.take_failed()) {
        failed_ = failed_ || failed.kind == UnitFailure::fatal;
        mailbox_.send(pack(failed), Rank{0}, Tag::failure);
    }
}

void Worker::handle(const Message& message)
{
    Unpacker unpacker{message.bytes};
    switch (message.tag) {
    case Tag::assignment:
        runner_.enqueue(unpack_assignment(message.bytes));
        return;
    case Tag::give_back: {
        const auto request = unpacker.take<GiveBackMessage>();
        revoked_ = revoked_ || request.n_sharers == schedule::GiveBack::everything;
        mailbox_.send(pack(runner_.give_back({mailbox_.rank(), request.n_sharers}), StageId{request.stage}),
                      message.from, Tag::given_back);
        return;
    }
    case Tag::roll_call:
        mailbox_.send_header(unpacker.take<RollCallMessage>(), message.from, Tag::roll_call);
        return;
    case Tag::inherit:
        inherit(message.bytes, workload_.stages(), results_, saver_);
        return;
    case Tag::stage_end: {
        const auto end = unpacker.take<StageEndMessage>();
        lose(unpacker.rest());
        end_stage(StageId{end.stage}, end.save != 0);
        return;
    }
    case Tag::part: {
        // It may overtake rank 0's word that the stage has ended, and must not get into this rank's save.
        const mpi::SystemCall saving;
        saver_.end_stage(StageId{unpacker.take<PartHeader>().stage}, true);
        reduction_.on_part(message.bytes);
        return;
    }
    case Tag::published:
        on_published(message.bytes, results_);
        return;
    case Tag::expect: {
        const auto expected = unpacker.take<ExpectMessage>();
        reduction_.expect(StageId{expected.stage}, expected.n_parts);
        return;
    }
    case Tag::leave:
        left_ = true;
        end_ = unpacker.take<LeaveMessage>().end;
        lose(unpacker.rest());
        return;
    default:
        throw ComputeError(text("rank ", message.from.value(), " sent ", name(message.tag), " to a worker"));
    }
}

void Worker::lose(std::span<const std::byte> ranks)
{
    for (const std::int32_t rank : Unpacker{ranks}.take_rest<std::int32_t>())
        mailbox_.lose(Rank{rank});
}

void Worker::end_stage(StageId id, bool save)
{
    const Stage& stage = workload_.stages().at(id.value());
    {
        const mpi::SystemCall saving;
        saver_.end_stage(id, save);
    }
    if (stage.destination != Destination::owners) {
        const perf::Recorder::Scope scope{recorder_, "reduce"};
        send_collected(id, stage.datasets.size(), results_, mailbox_);
        recorder_.rank().reducing_s += scope.seconds();
        return;
    }
    reducing_ = true;
    reducing_since_s_ = perf::now_s();
    const std::vector<OwnerParts> sent = reduction_.begin(id);
    mailbox_.send(
        Packer{}.put(PartsSentHeader{id.value(), 0}).put_all(std::span<const OwnerParts>{sent}).take(),
        Rank{0}, Tag::parts_sent);
}

} // namespace mtc::engine
