#pragma once

#include "engine/failures/failed_unit.hpp"
#include "mtc/error.hpp"
#include "mtc/types.hpp"
#include "schedule/decisions.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// \file
/// The wire protocol, whole. A message is a fixed header of the struct below, then its list, then its bytes.
///
///     rank 0 -> worker   assignment   units to compute; a worker holds one it computes and one that waits
///     worker -> rank 0   receipt      a task ended: ids, seconds, memory; a few dozen bytes, never a result
///     worker -> rank 0   failure      a unit failed: which, and why (text, rows). It counts as done in its
///     task; the
///                                     worker goes on with the next one
///
///     when nothing waits on rank 0 any more and others have nothing to do, or when the run is to stop:
///     rank 0 -> worker   give_back    share what you have not begun with so many others; one at a time
///     worker -> rank 0   given_back   always, between two units: which tasks lost how many of their last
///     units
///                                     (possibly none), and how far the task is that it computes. A task that
///                                     lost all its units is gone: no receipt follows. The others end earlier
///
///     when ranks were lost and all units of a stage are done:
///     rank 0 -> worker   inherit      take over what one of them had saved (a path)
///
///     when all units of a stage are done, before ranks need each other, where some are on other nodes:
///     rank 0 -> worker   roll_call    are you still there?
///     worker -> rank 0   roll_call    the same back, at once
///
///     when all units of a stage are done, and its results go to the owners of blocks (sums):
///     rank 0 -> worker   stage_end    send what you have; these ranks are lost
///     worker -> worker   part         one block's sums, to the block's owner
///     worker -> rank 0   parts_sent   how many parts went to which owner
///     rank 0 -> worker   expect       so many parts come to you
///     worker -> rank 0   stage_done   all of them are added, all of mine are through
///
///     and when they go to the scheduler (records):
///     rank 0 -> worker   stage_end    send what you have
///     worker -> rank 0   collected    pieces of one dataset; the last message of a worker says so
///
///     and when everyone is to have them, then:
///     rank 0 -> worker   published    all records of one dataset
///
///     both               greeting     the first message each way, before time counts
///
///     worker -> rank 0   stop         save all and leave, because (text): a signal, no memory; at any time
///     rank 0 -> worker   leave        no more work: on to writing, or out after a failure, or to save and
///     go;
///                                     these ranks are lost. To a lost rank, should it come back: go
///
/// Results that go to the file stay where they are until all ranks write together. Point to point throughout:
/// no collective runs between the start and the writing. Messages between two ranks keep their order,
/// whatever their tags, because every rank takes any tag from any rank. A message that is not of this page,
/// or for another stage than the present one, is an error of ours.
namespace mtc::engine {

enum class Tag : int {
    assignment = 1,
    receipt,
    failure,
    stage_end,
    part,
    parts_sent,
    expect,
    stage_done,
    collected,
    leave,
    give_back,
    given_back,
    published,
    stop,
    inherit,
    greeting,
    roll_call,
};
inline constexpr std::size_t n_tags = static_cast<std::size_t>(Tag::roll_call) + 1; ///< 0 is none

[[nodiscard]] std::string_view name(Tag tag) noexcept;

struct AssignmentHeader { // then n_ranges UnitRange
    std::uint64_t task;
    std::uint64_t parent;
    double weight;
    double estimated_s;
    std::uint32_t stage;
    std::uint32_t cost_class;
    std::uint32_t source;
    std::uint32_t n_sources;
};

struct ReceiptMessage {
    std::uint64_t task;
    std::uint64_t n_units;
    double duration_s;
    float max_unit_s;
    float memory_mb;
    std::uint32_t stage;
    std::uint32_t failed;
};

struct GiveBackMessage {
    std::uint32_t stage;
    std::uint32_t n_sharers; ///< GiveBack::everything: all of it
};

struct GivenBackHeader {   // then Shortened
    std::uint64_t running; ///< the task it computes; TaskId::none() when it has not begun one
    std::uint64_t n_done;
    double duration_s;
    std::uint32_t stage;
    std::uint32_t padding;
};

struct FailureHeader { // then the text of the error, then n_rows times a header with its rows
    std::uint64_t unit;
    std::uint64_t task;
    std::uint64_t n_letters;
    std::uint32_t stage;
    std::uint32_t kind; ///< UnitFailure
    std::uint32_t n_rows;
    std::uint32_t padding;
};

struct FailedRowsHeader { // then the rows
    std::uint64_t first_row;
    std::uint64_t n_bytes;
    std::uint32_t dataset;
    std::uint32_t padding;
};

struct RollCallMessage {
    std::uint64_t number; ///< an answer to an earlier one does not count
};

struct StageMessage { // stage_done
    std::uint32_t stage;
};

struct StageEndMessage { // then the lost ranks, int32
    std::uint32_t stage;
    std::uint32_t save; ///< 1: what is there is needed by a later run
};

struct InheritHeader { // then the path
    std::uint32_t stage;
    std::uint32_t is_journal; ///< 0: sums
};

struct PartHeader { // then the raw sums of the block
    std::uint64_t n_units;
    std::uint32_t stage;
    std::uint32_t block;
};

struct PartsSentHeader { // then OwnerParts
    std::uint32_t stage;
    std::uint32_t padding;
};

struct OwnerParts {
    std::int32_t owner;
    std::uint32_t n_parts;
};

struct ExpectMessage {
    std::uint32_t stage;
    std::uint32_t n_parts;
};

struct CollectedHeader { // then n_pieces PieceHeader, then their bytes
    std::uint64_t n_pieces;
    std::uint32_t stage;
    std::uint32_t dataset;
    std::uint32_t last; ///< 1: nothing more of this stage from this rank
    std::uint32_t padding;
};

struct PieceHeader {
    std::uint64_t key;
    std::uint64_t n_bytes;
};

struct PublishedHeader { // then the records
    std::uint32_t stage;
    std::uint32_t dataset;
};

/// How the stages ended.
enum class End : std::uint32_t {
    complete,   ///< on to writing
    failed,     ///< leave without writing
    unfinished, ///< units are left: save and leave
    dismissed,  ///< this rank was given up as lost: leave at once
    orphaned,   ///< rank 0 is lost: save and leave
};

struct LeaveMessage { // then the lost ranks, int32
    End end;
};

/// Puts a message together.
class Packer {
public:
    Packer() = default;
    /// \param memory  to be used again; what it holds is dropped
    explicit Packer(std::vector<std::byte> memory) noexcept
        : bytes_{std::move(memory)}
    {
        bytes_.clear();
    }
    template <class T>
    Packer& put(const T& value)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        return put_bytes(std::as_bytes(std::span{&value, 1}));
    }
    template <class T>
    Packer& put_all(std::span<const T> values)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        return put_bytes(std::as_bytes(values));
    }
    Packer& put_bytes(std::span<const std::byte> bytes);
    [[nodiscard]] std::vector<std::byte> take() noexcept { return std::move(bytes_); }

private:
    std::vector<std::byte> bytes_;
};

/// Takes a message apart. \throws ComputeError when it is shorter than what is taken from it
class Unpacker {
public:
    explicit Unpacker(std::span<const std::byte> bytes) noexcept
        : rest_{bytes}
    {}
    template <class T>
    [[nodiscard]] T take()
    {
        static_assert(std::is_trivially_copyable_v<T>);
        T value;
        std::memcpy(&value, take_bytes(sizeof value).data(), sizeof value);
        return value;
    }
    template <class T>
    [[nodiscard]] std::vector<T> take_rest()
    {
        std::vector<T> values(rest_.size() / sizeof(T));
        if (!values.empty())
            std::memcpy(values.data(), take_bytes(values.size() * sizeof(T)).data(),
                        values.size() * sizeof(T));
        return values;
    }
    [[nodiscard]] std::span<const std::byte> take_bytes(std::size_t n);
    [[nodiscard]] std::span<const std::byte> rest() const noexcept { return rest_; }

private:
    std::span<const std::byte> rest_;
};

[[nodiscard]] std::vector<std::byte> pack(const FailedUnit& failed);
[[nodiscard]] FailedUnit unpack_failed(std::span<const std::byte> message);
/// \param memory  to be used again
[[nodiscard]] std::vector<std::byte> pack(const schedule::Assignment& assignment,
                                          std::vector<std::byte> memory = {});
[[nodiscard]] schedule::Assignment unpack_assignment(std::span<const std::byte> message);
[[nodiscard]] std::vector<std::byte> pack(const schedule::GivenBack& answer, StageId stage);
/// \param from  the rank that sent it
[[nodiscard]] schedule::GivenBack unpack_given_back(std::span<const std::byte> message, Rank from);

} // namespace mtc::engine
