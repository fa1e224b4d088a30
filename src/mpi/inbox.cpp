#include "mpi/inbox.hpp"

#include "mpi/leave_behind.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace mtc::mpi {

Inbox::Inbox(const Communicator& comm)
    : comm_{comm}
    , slots_(n_slots)
{
    for (Slot& slot : slots_) {
        check(MPI_Recv_init(slot.bytes.data(), count(slot.bytes.size()), MPI_BYTE, MPI_ANY_SOURCE,
                            static_cast<int>(Channel::short_messages), comm_.get(), &slot.request),
              "MPI_Recv_init");
        check(MPI_Start(&slot.request), "MPI_Start");
    }
}

Inbox::~Inbox()
{
    // Nothing here depends on another rank: it may be gone. Errors have nowhere to go.
    const std::size_t last = (next_ + n_slots - 1) % n_slots;
    for (std::size_t i = 0; i < n_slots; ++i) {
        if (!taken_ || i != last) { // that one stands still
            MPI_Cancel(&slots_[i].request);
            MPI_Wait(&slots_[i].request, MPI_STATUS_IGNORE);
        }
        MPI_Request_free(&slots_[i].request);
    }
    for (Late& late : late_)
        abandon(late);
}

/// MPI cannot cancel what has begun to come.
void Inbox::abandon(Late& late) noexcept
{
    if (late.request == MPI_REQUEST_NULL)
        return;
    MPI_Cancel(&late.request);
    leave_behind(late.request, std::move(late.bytes));
}

std::optional<Incoming> Inbox::take()
{
    put_back();
    if (!late_.empty())
        if (const auto late = take_late())
            return late;
    return take_short();
}

/// The receive of what was taken last is posted again, behind all others.
void Inbox::put_back()
{
    if (!taken_)
        return;
    taken_ = false;
    check(MPI_Start(&slots_[(next_ + n_slots - 1) % n_slots].request), "MPI_Start");
}

std::optional<Incoming> Inbox::take_short()
{
    while (n_long_ < most_long) {
        Slot& slot = slots_[next_];
        int there = 0;
        MPI_Status status{};
        check(MPI_Test(&slot.request, &there, &status), "MPI_Test");
        if (there == 0)
            break;
        next_ = (next_ + 1) % n_slots;
        taken_ = true;
        int n_bytes = 0;
        check(MPI_Get_count(&status, MPI_BYTE, &n_bytes), "MPI_Get_count");
        const std::size_t n = static_cast<std::size_t>(n_bytes) - sizeof(Envelope);
        Envelope envelope;
        std::memcpy(&envelope, slot.bytes.data() + n, sizeof envelope);
        const std::span<const std::byte> bytes{slot.bytes.data(), n};
        const int source = status.MPI_SOURCE;
        if (std::ranges::find(forgotten_, source) != forgotten_.end()) {
            put_back();
            continue;
        }
        if (envelope.announces != 0)
            announce(source, envelope.tag, bytes);
        else if (!late_.empty() &&
                 std::ranges::any_of(late_, [&](const Late& late) { return late.source == source; }))
            late_.push_back({source, envelope.tag, {bytes.begin(), bytes.end()}});
        else
            return Incoming{source, envelope.tag, bytes};
        put_back();
    }
    return std::nullopt;
}

void Inbox::announce(int source, int tag, std::span<const std::byte> length)
{
    std::uint64_t n_bytes = 0;
    std::memcpy(&n_bytes, length.data(), sizeof n_bytes);
    late_.push_back({source, tag, std::vector<std::byte>(n_bytes)});
    Late& late = late_.back();
    check(MPI_Irecv(late.bytes.data(), count(n_bytes), MPI_BYTE, source,
                    static_cast<int>(Channel::long_messages), comm_.get(), &late.request),
          "MPI_Irecv");
    ++n_long_;
}

void Inbox::forget(int source)
{
    forgotten_.push_back(source);
    std::deque<Late> others;
    for (Late& late : late_) {
        if (late.source != source) {
            others.push_back(std::move(late));
        } else if (late.request != MPI_REQUEST_NULL) {
            --n_long_;
            abandon(late);
        }
    }
    late_ = std::move(others);
}

/// The first that is whole and has nothing of its sender before it.
std::optional<Incoming> Inbox::take_late()
{
    for (auto late = late_.begin(); late != late_.end(); ++late) {
        const auto of_same = [&](const Late& other) { return other.source == late->source; };
        if (std::any_of(late_.begin(), late, of_same))
            continue;
        if (late->request != MPI_REQUEST_NULL) {
            int there = 0;
            check(MPI_Test(&late->request, &there, MPI_STATUS_IGNORE), "MPI_Test");
            if (there == 0)
                continue;
            --n_long_;
        }
        const int source = late->source;
        const int tag = late->tag;
        last_ = std::move(late->bytes);
        late_.erase(late);
        return Incoming{source, tag, last_};
    }
    return std::nullopt;
}

} // namespace mtc::mpi
