#pragma once

#include <cstddef>
#include <cstdint>

/// \file
/// How a message of Outbox travels to Inbox. A short one is one MPI message, its envelope behind it, and
/// meets a receive that was posted beforehand. A long one is announced by a short one that holds its length,
/// and follows as an MPI message without an envelope.
namespace mtc::mpi {

inline constexpr std::size_t short_bytes = 496; ///< of the longest short message, without its envelope

struct Envelope {
    std::int32_t tag = 0;
    std::uint32_t announces = 0; ///< 1: the message is a std::uint64_t, the bytes of the long one
};

enum class Channel : int { short_messages = 1, long_messages = 2 }; ///< tags of MPI

} // namespace mtc::mpi
