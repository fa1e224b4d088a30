#include "mpi/outbox.hpp"

#include "mpi/leave_behind.hpp"

#include <cstdint>
#include <cstring>
#include <utility>

namespace mtc::mpi {

namespace {

/// Puts the envelope behind a short message.
void seal(std::vector<std::byte>& bytes, Envelope envelope)
{
    const std::size_t n = bytes.size();
    bytes.resize(n + sizeof envelope);
    std::memcpy(bytes.data() + n, &envelope, sizeof envelope);
}

} // namespace

void Outbox::post(std::vector<std::byte>& bytes, int to, int tag)
{
    if (bytes.size() <= short_bytes) {
        seal(bytes, {.tag = tag, .announces = 0});
        return send(bytes, to, Channel::short_messages);
    }
    const std::uint64_t n_bytes = bytes.size();
    std::vector<std::byte> announcement(sizeof n_bytes);
    std::memcpy(announcement.data(), &n_bytes, sizeof n_bytes);
    seal(announcement, {.tag = tag, .announces = 1});
    send(announcement, to, Channel::short_messages);
    send(bytes, to, Channel::long_messages);
}

void Outbox::send(std::vector<std::byte>& bytes, int to, Channel channel)
{
    MPI_Request request = MPI_REQUEST_NULL;
    check(MPI_Isend(bytes.data(), count(bytes.size()), MPI_BYTE, to, static_cast<int>(channel), comm_.get(),
                    &request),
          "MPI_Isend");
    int through = 0;
    check(MPI_Test(&request, &through, MPI_STATUS_IGNORE), "MPI_Test");
    if (through != 0)
        return;
    n_bytes_ += bytes.size();
    requests_.push_back(request);
    kept_.push_back(std::move(bytes));
    to_.push_back(to);
    bytes.clear();
}

Outbox::~Outbox()
{
    for (std::size_t i = 0; i < requests_.size(); ++i)
        leave_behind(requests_[i], std::move(kept_[i]));
}

void Outbox::forget(int to)
{
    std::size_t n = 0;
    for (std::size_t i = 0; i < requests_.size(); ++i) {
        if (to_[i] == to) {
            n_bytes_ -= kept_[i].size();
            leave_behind(requests_[i], std::move(kept_[i]));
            continue;
        }
        requests_[n] = requests_[i];
        to_[n] = to_[i];
        if (n != i)
            kept_[n] = std::move(kept_[i]);
        ++n;
    }
    requests_.resize(n);
    to_.resize(n);
    kept_.resize(n);
}

void Outbox::progress()
{
    if (requests_.empty())
        return;
    through_.resize(requests_.size());
    int n_through = 0;
    check(MPI_Testsome(count(requests_.size()), requests_.data(), &n_through, through_.data(),
                       MPI_STATUSES_IGNORE),
          "MPI_Testsome");
    if (n_through <= 0) // MPI_UNDEFINED is negative
        return;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < requests_.size(); ++i)
        if (requests_[i] != MPI_REQUEST_NULL) {
            if (kept != i) {
                requests_[kept] = requests_[i];
                to_[kept] = to_[i];
                kept_[kept] = std::move(kept_[i]);
            }
            ++kept;
        } else {
            n_bytes_ -= kept_[i].size();
        }
    requests_.resize(kept);
    to_.resize(kept);
    kept_.resize(kept);
}

} // namespace mtc::mpi
