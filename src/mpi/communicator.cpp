#include "mpi/communicator.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <limits>
#include <string>
#include <utility>

namespace mtc::mpi {

namespace {

std::string message_of(const char* call, int code)
{
    std::array<char, MPI_MAX_ERROR_STRING> reason{};
    int length = 0;
    if (MPI_Error_string(code, reason.data(), &length) != MPI_SUCCESS)
        return text(call, " failed with code ", code);
    return text(call, " failed (", std::string_view{reason.data(), static_cast<std::size_t>(length)}, ")");
}

} // namespace

MpiError::MpiError(const char* call, int error_code)
    : Error{message_of(call, error_code)}
    , code{error_code}
{}

void check(int code, const char* call)
{
    if (code != MPI_SUCCESS)
        throw MpiError{call, code};
}

int count(std::size_t n)
{
    if (n > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw MpiError{"a count above 2147483647", MPI_ERR_COUNT};
    return static_cast<int>(n);
}

template <>
MPI_Datatype datatype<std::byte>()
{
    return MPI_BYTE;
}
template <>
MPI_Datatype datatype<char>()
{
    return MPI_CHAR;
}
template <>
MPI_Datatype datatype<std::int32_t>()
{
    return MPI_INT32_T;
}
template <>
MPI_Datatype datatype<std::uint32_t>()
{
    return MPI_UINT32_T;
}
template <>
MPI_Datatype datatype<std::int64_t>()
{
    return MPI_INT64_T;
}
template <>
MPI_Datatype datatype<std::uint64_t>()
{
    return MPI_UINT64_T;
}
template <>
MPI_Datatype datatype<double>()
{
    return MPI_DOUBLE;
}

Communicator::Communicator(MPI_Comm comm)
    : comm_{comm}
{
    // First of all: with MPI's default handler every check below would be dead code.
    check(MPI_Comm_set_errhandler(comm_, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
    check(MPI_Comm_rank(comm_, &rank_), "MPI_Comm_rank");
    check(MPI_Comm_size(comm_, &size_), "MPI_Comm_size");
}

Communicator Communicator::duplicate(MPI_Comm parent)
{
    MPI_Comm comm = MPI_COMM_NULL;
    check(MPI_Comm_dup(parent, &comm), "MPI_Comm_dup");
    return Communicator{comm};
}

Communicator Communicator::split_by_node() const
{
    MPI_Comm comm = MPI_COMM_NULL;
    check(MPI_Comm_split_type(comm_, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &comm),
          "MPI_Comm_split_type");
    return Communicator{comm};
}

Communicator Communicator::split(int color) const
{
    MPI_Comm comm = MPI_COMM_NULL;
    check(MPI_Comm_split(comm_, color, rank_, &comm), "MPI_Comm_split");
    return Communicator{comm};
}

Communicator Communicator::among(MPI_Comm parent, std::span<const int> ranks)
{
    MPI_Group all = MPI_GROUP_NULL;
    MPI_Group some = MPI_GROUP_NULL;
    check(MPI_Comm_group(parent, &all), "MPI_Comm_group");
    check(MPI_Group_incl(all, count(ranks.size()), ranks.data(), &some), "MPI_Group_incl");
    MPI_Comm comm = MPI_COMM_NULL;
    check(MPI_Comm_create_group(parent, some, 0, &comm), "MPI_Comm_create_group");
    MPI_Group_free(&some);
    MPI_Group_free(&all);
    return Communicator{comm};
}

Communicator::Communicator(Communicator&& other) noexcept
    : comm_{std::exchange(other.comm_, MPI_COMM_NULL)}
    , rank_{other.rank_}
    , size_{other.size_}
{}

Communicator& Communicator::operator=(Communicator&& other) noexcept
{
    std::swap(comm_, other.comm_);
    std::swap(rank_, other.rank_);
    std::swap(size_, other.size_);
    return *this;
}

Communicator::~Communicator()
{
    // Freeing is collective: a rank that unwinds must not wait for the others here.
    if (comm_ != MPI_COMM_NULL && std::uncaught_exceptions() == 0)
        MPI_Comm_free(&comm_);
}

void Communicator::barrier() const
{
    check(MPI_Barrier(comm_), "MPI_Barrier");
    tick();
}

void Communicator::broadcast(std::span<std::byte> bytes, int root) const
{
    constexpr std::size_t piece_bytes = std::size_t{1} << 30U; // counts are int: a model may be larger
    while (!bytes.empty()) {
        const std::size_t n = std::min(bytes.size(), piece_bytes);
        check(MPI_Bcast(bytes.data(), count(n), MPI_BYTE, root, comm_), "MPI_Bcast");
        bytes = bytes.subspan(n);
        tick();
    }
}

std::vector<std::vector<std::byte>> Communicator::gather(std::span<const std::byte> bytes, int root) const
{
    const auto n_ranks = static_cast<std::size_t>(rank_ == root ? size_ : 0);
    const int mine = count(bytes.size());
    std::vector<int> lengths(n_ranks);
    check(MPI_Gather(&mine, 1, MPI_INT, lengths.data(), 1, MPI_INT, root, comm_), "MPI_Gather");
    std::vector<int> starts(n_ranks);
    std::size_t total = 0;
    for (std::size_t i = 0; i < n_ranks; ++i) {
        starts[i] = count(total);
        total += static_cast<std::size_t>(lengths[i]);
    }
    std::vector<std::byte> all(total);
    check(MPI_Gatherv(bytes.data(), mine, MPI_BYTE, all.data(), lengths.data(), starts.data(), MPI_BYTE, root,
                      comm_),
          "MPI_Gatherv");
    tick();
    std::vector<std::vector<std::byte>> parts(n_ranks);
    for (std::size_t i = 0; i < n_ranks; ++i) {
        const auto first = all.begin() + starts[i];
        parts[i].assign(first, first + lengths[i]);
    }
    return parts;
}

} // namespace mtc::mpi
