#include "engine/messages/protocol.hpp"

namespace mtc::engine {

std::string_view name(Tag tag) noexcept
{
    switch (tag) {
    case Tag::assignment:
        return "assignment";
    case Tag::receipt:
        return "receipt";
    case Tag::failure:
        return "failure";
    case Tag::stage_end:
        return "stage_end";
    case Tag::part:
        return "part";
    case Tag::parts_sent:
        return "parts_sent";
    case Tag::expect:
        return "expect";
    case Tag::stage_done:
        return "stage_done";
    case Tag::collected:
        return "collected";
    case Tag::leave:
        return "leave";
    case Tag::give_back:
        return "give_back";
    case Tag::given_back:
        return "given_back";
    case Tag::published:
        return "published";
    case Tag::stop:
        return "stop";
    case Tag::inherit:
        return "inherit";
    case Tag::greeting:
        return "greeting";
    case Tag::roll_call:
        return "roll_call";
    }
    return "unknown";
}

Packer& Packer::put_bytes(std::span<const std::byte> bytes)
{
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
}

std::span<const std::byte> Unpacker::take_bytes(std::size_t n)
{
    if (n > rest_.size())
        throw ComputeError(text("a message ends ", n - rest_.size(), " bytes too early"));
    const std::span<const std::byte> taken = rest_.first(n);
    rest_ = rest_.subspan(n);
    return taken;
}

std::vector<std::byte> pack(const FailedUnit& failed)
{
    Packer packer;
    packer
        .put(FailureHeader{failed.unit.unit.value(), failed.task.value(), failed.why.size(),
                           failed.unit.stage.value(), static_cast<std::uint32_t>(failed.kind),
                           static_cast<std::uint32_t>(failed.rows.size()), 0})
        .put_bytes(std::as_bytes(std::span{failed.why}));
    for (const UnitRows& rows : failed.rows)
        packer.put(FailedRowsHeader{rows.first_row, rows.bytes.size(), rows.dataset.value(), 0})
            .put_bytes(rows.bytes);
    return packer.take();
}

FailedUnit unpack_failed(std::span<const std::byte> message)
{
    Unpacker unpacker{message};
    const auto header = unpacker.take<FailureHeader>();
    const std::span<const std::byte> why = unpacker.take_bytes(header.n_letters);
    FailedUnit failed{{StageId{header.stage}, UnitId{header.unit}},
                      TaskId{header.task},
                      static_cast<UnitFailure>(header.kind),
                      {reinterpret_cast<const char*>(why.data()), why.size()}};
    for (std::uint32_t i = 0; i < header.n_rows; ++i) {
        const auto of_rows = unpacker.take<FailedRowsHeader>();
        const std::span<const std::byte> bytes = unpacker.take_bytes(of_rows.n_bytes);
        failed.rows.push_back({DatasetId{of_rows.dataset}, of_rows.first_row, {bytes.begin(), bytes.end()}});
    }
    return failed;
}

std::vector<std::byte> pack(const schedule::Assignment& assignment, std::vector<std::byte> memory)
{
    Packer packer{std::move(memory)};
    packer.put(AssignmentHeader{assignment.task.value(), assignment.parent.value(), assignment.weight,
                                assignment.estimated_s, assignment.stage.value(),
                                assignment.cost_class.value(), assignment.source.value(),
                                assignment.n_sources});
    packer.put_all(std::span<const UnitRange>{assignment.ranges.data(), assignment.ranges.size()});
    return packer.take();
}

schedule::Assignment unpack_assignment(std::span<const std::byte> message)
{
    Unpacker unpacker{message};
    const auto header = unpacker.take<AssignmentHeader>();
    schedule::Assignment assignment{};
    assignment.task = TaskId{header.task};
    assignment.parent = TaskId{header.parent};
    assignment.weight = header.weight;
    assignment.estimated_s = header.estimated_s;
    assignment.stage = StageId{header.stage};
    assignment.cost_class = CostClass{header.cost_class};
    assignment.source = SourceId{header.source};
    assignment.n_sources = header.n_sources;
    const std::span<const std::byte> ranges = unpacker.rest();
    assignment.ranges.resize(ranges.size() / sizeof(UnitRange), boost::container::default_init);
    std::memcpy(assignment.ranges.data(), ranges.data(), assignment.ranges.size() * sizeof(UnitRange));
    return assignment;
}

std::vector<std::byte> pack(const schedule::GivenBack& answer, StageId stage)
{
    Packer packer;
    packer.put(GivenBackHeader{answer.running.value(), answer.n_done, answer.duration_s, stage.value(), 0});
    packer.put_all(std::span<const schedule::Shortened>{answer.tasks});
    return packer.take();
}

schedule::GivenBack unpack_given_back(std::span<const std::byte> message, Rank from)
{
    Unpacker unpacker{message};
    const auto header = unpacker.take<GivenBackHeader>();
    return {.rank = from,
            .tasks = unpacker.take_rest<schedule::Shortened>(),
            .running = TaskId{header.running},
            .n_done = header.n_done,
            .duration_s = header.duration_s};
}

} // namespace mtc::engine
