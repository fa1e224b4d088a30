#include "engine/manager.hpp"
#include "mpi/pulse.hpp"

#include <utility>
#include <vector>

namespace mtc::engine {

/// Hands messages to handle(const Message*) until it, asked with null because none is there, says that all
/// came.
template <class Handle>
void Manager::await(const Handle& handle)
{
    waiter_.traffic();
    while (true) {
        mailbox_.progress();
        if (const std::optional<Message> message = mailbox_.take()) {
            if (message->tag == Tag::stop)
                on_stop(*message);
            else
                handle(&*message);
            waiter_.traffic();
        } else if (handle(nullptr)) {
            return;
        } else {
            waiter_.rest();
        }
    }
}

/// Saves what is here, and tells all to do so and to send what they have.
void Manager::end_stage(StageId stage)
{
    const bool needed_later = failures_.any();
    const std::vector<Rank> lost = mailbox_.lost();
    for (const Rank rank : mailbox_.living())
        if (rank != mailbox_.rank())
            mailbox_.send(Packer{}
                              .put(StageEndMessage{stage.value(), needed_later ? 1U : 0U})
                              .put_all(std::span{lost})
                              .take(),
                          rank, Tag::stage_end);
    const mpi::SystemCall saving;
    saver_.end_stage(stage, needed_later);
}

void Manager::reduce_to_owners(StageId stage)
{
    end_stage(stage);
    const int n_ranks = mailbox_.n_ranks();
    const int n_living = mailbox_.n_living();
    std::vector<std::uint32_t> n_expected(static_cast<std::size_t>(n_ranks), 0);
    const auto count_parts = [&](std::span<const OwnerParts> sent) {
        for (const OwnerParts& parts : sent)
            n_expected.at(static_cast<std::size_t>(parts.owner)) += parts.n_parts;
    };
    count_parts(reduction_.begin(stage));
    int n_counted = 1;
    int n_done = 0;
    const auto tell = [&] {
        for (int rank = 1; rank < n_ranks; ++rank)
            mailbox_.send_header(ExpectMessage{stage.value(), n_expected[static_cast<std::size_t>(rank)]},
                                 Rank{rank}, Tag::expect);
        reduction_.expect(stage, n_expected[0]);
    };
    if (n_counted == n_living)
        tell();
    bool own_done = false;
    await([&](const Message* message) {
        if (message == nullptr) {
            if (!own_done && reduction_.send_some())
                waiter_.traffic();
            own_done = own_done || reduction_.done();
            return own_done && n_done == n_living - 1;
        }
        if (message->tag == Tag::part) {
            reduction_.on_part(message->bytes);
        } else if (message->tag == Tag::parts_sent) {
            Unpacker unpacker{message->bytes};
            (void)unpacker.take<PartsSentHeader>();
            count_parts(unpacker.take_rest<OwnerParts>());
            if (++n_counted == n_living)
                tell();
        } else if (message->tag == Tag::stage_done) {
            ++n_done;
        } else {
            unexpected(*message);
        }
        return false;
    });
}

void Manager::collect(StageId stage)
{
    end_stage(stage);
    const int n_living = mailbox_.n_living();
    int n_last = 0;
    await([&](const Message* message) {
        if (message == nullptr)
            return n_last == n_living - 1;
        if (message->tag != Tag::collected)
            unexpected(*message);
        if (on_collected(message->bytes, results_))
            ++n_last;
        return false;
    });
    results_.settle_records(stage);
    const Stage& declared = workload_.stages()[stage.value()];
    if (declared.destination == Destination::everyone) // ahead of all units of later stages
        publish(stage, declared.datasets.size(), results_, mailbox_);
}

} // namespace mtc::engine
