#include "durable/checkpoint.hpp"

#include "durable/checksum.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <type_traits>

namespace mtc::durable {
namespace {

constexpr std::uint64_t magic = 0x74706b6363746dULL; // "mtcckpt"

class Writer {
public:
    template <class T>
    void put(const T& value)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        const auto raw = std::as_bytes(std::span{&value, 1});
        bytes.insert(bytes.end(), raw.begin(), raw.end());
    }
    std::vector<std::byte> bytes;
};

class Reader {
public:
    explicit Reader(std::span<const std::byte> bytes)
        : rest_{bytes}
    {}
    template <class T>
    T take()
    {
        static_assert(std::is_trivially_copyable_v<T>);
        if (rest_.size() < sizeof(T))
            throw IoError("checkpoint header is cut short");
        T value;
        std::memcpy(&value, rest_.data(), sizeof value);
        rest_ = rest_.subspan(sizeof value);
        return value;
    }
    /// A count of records that are still to come, so that damage cannot ask for absurd memory.
    std::uint64_t take_count(std::size_t record_bytes)
    {
        const auto n = take<std::uint64_t>();
        if (n > rest_.size() / record_bytes)
            throw IoError("checkpoint header is cut short");
        return n;
    }

private:
    std::span<const std::byte> rest_;
};

} // namespace

std::uint64_t new_incarnation()
{
    std::random_device random;
    const auto high = static_cast<std::uint64_t>(random());
    return high << 32U | random();
}

std::vector<std::byte> serialised(const CheckpointHeader& header)
{
    Writer out;
    out.put(magic);
    out.put(CheckpointHeader::version);
    out.put(header.stage.value());
    out.put(header.origin.run_id);
    out.put(header.origin.input_hash);
    out.put(header.id);
    out.put(static_cast<std::uint32_t>(header.origin.instruction_set));
    out.put(static_cast<std::uint64_t>(header.origin.mtc_version.size()));
    for (const char c : header.origin.mtc_version)
        out.put(c);
    out.put(static_cast<std::uint64_t>(header.units.n_ranges()));
    header.units.for_each([&out](const UnitRange& range) { out.put(range); });
    out.put(static_cast<std::uint64_t>(header.absorbed.size()));
    for (const CheckpointId& id : header.absorbed)
        out.put(id);
    out.put(static_cast<std::uint64_t>(header.blocks.size()));
    for (const SavedBlock& block : header.blocks)
        out.put(block);
    out.put(checksum(out.bytes));
    return out.bytes;
}

CheckpointHeader checkpoint_header(std::span<const std::byte> bytes)
{
    if (bytes.size() < sizeof(std::uint64_t))
        throw IoError("checkpoint header is cut short");
    const auto body = bytes.first(bytes.size() - sizeof(std::uint64_t));
    if (Reader{bytes.subspan(body.size())}.take<std::uint64_t>() != checksum(body))
        throw IoError("checkpoint header is damaged (its checksum does not fit)");
    Reader in{body};
    if (in.take<std::uint64_t>() != magic)
        throw IoError("not a checkpoint");
    const auto version = in.take<std::uint32_t>();
    if (version != CheckpointHeader::version)
        throw IoError(
            text("checkpoint of version ", version, " (this program reads ", CheckpointHeader::version, ")"));
    CheckpointHeader header;
    header.stage = StageId{in.take<std::uint32_t>()};
    header.origin.run_id = in.take<std::uint64_t>();
    header.origin.input_hash = in.take<std::uint64_t>();
    header.id = in.take<CheckpointId>();
    header.origin.instruction_set = static_cast<InstructionSet>(in.take<std::uint32_t>());
    header.origin.mtc_version.resize(in.take_count(1));
    for (char& c : header.origin.mtc_version)
        c = in.take<char>();
    for (auto n = in.take_count(sizeof(UnitRange)); n > 0; --n)
        header.units.add(in.take<UnitRange>());
    for (auto n = in.take_count(sizeof(CheckpointId)); n > 0; --n)
        header.absorbed.push_back(in.take<CheckpointId>());
    for (auto n = in.take_count(sizeof(SavedBlock)); n > 0; --n)
        header.blocks.push_back(in.take<SavedBlock>());
    return header;
}

std::vector<CheckpointHeader> counting(std::span<const CheckpointHeader> found)
{
    std::map<std::pair<std::uint64_t, StageId>, CheckpointHeader> newest;
    for (const CheckpointHeader& header : found) {
        const bool absorbed = std::ranges::any_of(found, [&](const CheckpointHeader& other) {
            return other.stage == header.stage &&
                   std::ranges::find(other.absorbed, header.id.incarnation, &CheckpointId::incarnation) !=
                       other.absorbed.end();
        });
        if (absorbed)
            continue;
        const auto [place, is_new] = newest.try_emplace({header.id.incarnation, header.stage}, header);
        if (!is_new && place->second.id.generation < header.id.generation)
            place->second = header;
    }
    std::vector<CheckpointHeader> counted;
    for (const auto& [key, header] : newest) {
        for (const CheckpointHeader& other : counted)
            if (other.stage == header.stage && other.units.overlaps(header.units))
                throw IoError(text("checkpoints ", other.id.incarnation, ".", other.id.generation, " and ",
                                   header.id.incarnation, ".", header.id.generation, " hold the same units"));
        counted.push_back(header);
    }
    return counted;
}

} // namespace mtc::durable
