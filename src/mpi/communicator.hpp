#pragma once

#include "mpi/pulse.hpp"

#include "mtc/error.hpp"
#include "mtc/types.hpp"

#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

namespace mtc::mpi {

struct MpiError : Error {
    MpiError(const char* call, int code);
    int code;
};

/// Throws MpiError when an MPI call failed: `check(MPI_Barrier(comm), "MPI_Barrier")`.
void check(int code, const char* call);

/// MPI 3.1 counts are int.
/// \throws MpiError  when n does not fit
[[nodiscard]] int count(std::size_t n);

/// The MPI type of what may travel; deleted for everything else, so that nothing with a pointer does.
template <class T>
MPI_Datatype datatype() = delete;
template <>
MPI_Datatype datatype<std::byte>();
template <>
MPI_Datatype datatype<char>();
template <>
MPI_Datatype datatype<std::int32_t>();
template <>
MPI_Datatype datatype<std::uint32_t>();
template <>
MPI_Datatype datatype<std::int64_t>();
template <>
MPI_Datatype datatype<std::uint64_t>();
template <>
MPI_Datatype datatype<double>();

/// A communicator of our own (a duplicate, freed by the destructor), which returns errors instead of dying
/// inside the call. Move-only.
class Communicator {
public:
    /// Collective over `parent`.
    [[nodiscard]] static Communicator duplicate(MPI_Comm parent);
    /// The ranks of this one that share memory, in their order: those of a node. Collective.
    [[nodiscard]] Communicator split_by_node() const;
    /// The ranks of this one with the same color >= 0, in their order. Collective.
    [[nodiscard]] Communicator split(int color) const;
    /// Of some ranks of `parent`, ascending, in that order. Collective over these alone: the others may be
    /// dead. Open MPI sends messages with the user's tag on the parent for it, so nobody may probe for any
    /// tag there meanwhile.
    [[nodiscard]] static Communicator among(MPI_Comm parent, std::span<const int> ranks);
    Communicator(Communicator&& other) noexcept;
    Communicator& operator=(Communicator&& other) noexcept;
    Communicator(const Communicator&) = delete;
    Communicator& operator=(const Communicator&) = delete;
    ~Communicator();
    /// It will not be freed: that would wait for ranks that may be gone.
    void abandon() noexcept { comm_ = MPI_COMM_NULL; }

    [[nodiscard]] int rank() const noexcept { return rank_; }
    [[nodiscard]] int size() const noexcept { return size_; }
    [[nodiscard]] MPI_Comm get() const noexcept { return comm_; }

    void barrier() const;                                       // collective
    void broadcast(std::span<std::byte> bytes, int root) const; // collective
    /// The bytes of every rank, in the order of ranks; empty elsewhere than on `root`. Collective.
    [[nodiscard]] std::vector<std::vector<std::byte>> gather(std::span<const std::byte> bytes,
                                                             int root) const;
    /// Collective; element-wise over ranks.
    template <class T>
    [[nodiscard]] T max(T value) const
    {
        check(MPI_Allreduce(MPI_IN_PLACE, &value, 1, datatype<T>(), MPI_MAX, comm_), "MPI_Allreduce");
        tick();
        return value;
    }
    template <class T>
    [[nodiscard]] T min(T value) const
    {
        check(MPI_Allreduce(MPI_IN_PLACE, &value, 1, datatype<T>(), MPI_MIN, comm_), "MPI_Allreduce");
        tick();
        return value;
    }
    template <class T>
    [[nodiscard]] T sum(T value) const
    {
        check(MPI_Allreduce(MPI_IN_PLACE, &value, 1, datatype<T>(), MPI_SUM, comm_), "MPI_Allreduce");
        tick();
        return value;
    }
    template <class T>
    void sum_in_place(std::span<T> values) const
    {
        check(MPI_Allreduce(MPI_IN_PLACE, values.data(), count(values.size()), datatype<T>(), MPI_SUM, comm_),
              "MPI_Allreduce");
        tick();
    }
    /// Sum over the ranks before this one; 0 on rank 0.
    template <class T>
    [[nodiscard]] T exclusive_sum(T value) const
    {
        T before{};
        check(MPI_Exscan(&value, &before, 1, datatype<T>(), MPI_SUM, comm_), "MPI_Exscan");
        tick();
        return rank_ == 0 ? T{} : before;
    }

private:
    explicit Communicator(MPI_Comm comm);
    MPI_Comm comm_ = MPI_COMM_NULL;
    int rank_ = 0;
    int size_ = 1;
};

} // namespace mtc::mpi
