#include "engine/lives/lives.hpp"

#include "durable/snapshot.hpp"
#include "durable/status.hpp"
#include "engine/messages/protocol.hpp"

#include <algorithm>

namespace mtc::engine {
namespace {

struct Head { // then the tasks, then each event with its texts
    std::uint64_t run_id = 0;
    std::uint64_t n_tasks = 0;
    std::uint64_t n_events = 0;
    std::uint32_t life = 0;
    std::uint32_t padding = 0;
};

struct EventHead { // then kind and text
    double time_s = 0.0;
    std::int32_t rank = 0;
    std::uint32_t n_kind = 0;
    std::uint32_t n_text = 0;
    std::uint32_t padding = 0;
};

std::string take_text(Unpacker& unpacker, std::size_t n)
{
    const std::span<const std::byte> bytes = unpacker.take_bytes(n);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

std::vector<std::byte> serialised(std::uint64_t run_id, const perf::Tables& tables)
{
    Packer packer;
    packer.put(Head{run_id, tables.tasks.size(), tables.events.size(), tables.life, 0});
    packer.put_all(std::span<const perf::TaskRecord>{tables.tasks});
    for (const perf::EventRow& event : tables.events) {
        packer.put(EventHead{event.time_s, event.rank, static_cast<std::uint32_t>(event.kind.size()),
                             static_cast<std::uint32_t>(event.text.size()), 0});
        packer.put_bytes(std::as_bytes(std::span{event.kind}));
        packer.put_bytes(std::as_bytes(std::span{event.text}));
    }
    return packer.take();
}

EarlierTables earlier_tables(std::span<const std::byte> bytes)
{
    EarlierTables earlier;
    try {
        Unpacker unpacker{bytes};
        const auto head = unpacker.take<Head>();
        earlier.run_id = head.run_id;
        earlier.life = head.life;
        for (std::uint64_t i = 0; i < head.n_tasks; ++i)
            earlier.tasks.push_back(unpacker.take<perf::TaskRecord>());
        for (std::uint64_t i = 0; i < head.n_events; ++i) {
            const auto event = unpacker.take<EventHead>();
            perf::EventRow row;
            row.time_s = event.time_s;
            row.rank = event.rank;
            row.kind = take_text(unpacker, event.n_kind);
            row.text = take_text(unpacker, event.n_text);
            row.life = head.life;
            earlier.events.push_back(std::move(row));
        }
    } catch (const ComputeError& error) {
        throw IoError(text("saved tables: ", error.what()));
    }
    return earlier;
}

std::vector<EarlierTables> find_earlier_tables(const std::filesystem::path& folder, std::uint64_t run_id,
                                               int rank, int n_ranks)
{
    std::vector<EarlierTables> all;
    const std::vector<std::filesystem::path> stems = durable::find_snapshots(folder);
    for (auto i = static_cast<std::size_t>(rank); i < stems.size(); i += static_cast<std::size_t>(n_ranks)) {
        try {
            const auto bytes = durable::read_snapshot(stems[i]);
            if (!bytes)
                continue;
            EarlierTables tables = earlier_tables(*bytes);
            if (tables.run_id == run_id)
                all.push_back(std::move(tables));
        } catch (const IoError&) { // left out
        }
    }
    return all;
}

std::vector<EarlierTables> find_lost_tables(const std::filesystem::path& folder, std::uint64_t run_id,
                                            std::uint32_t life, std::span<const Rank> living)
{
    const auto is_of_lost = [&](std::int32_t rank) {
        return std::ranges::find(living, Rank{rank}) == living.end();
    };
    std::vector<EarlierTables> all = find_earlier_tables(folder, run_id, 0, 1);
    std::erase_if(all, [&](const EarlierTables& tables) { // a process speaks of itself alone
        const bool theirs = !tables.events.empty()  ? is_of_lost(tables.events.front().rank)
                            : !tables.tasks.empty() ? is_of_lost(tables.tasks.front().rank)
                                                    : false;
        return tables.life != life || !theirs;
    });
    return all;
}

std::string end_of_run_before(const std::filesystem::path& output)
{
    try {
        const std::optional<durable::RunStatus> status = durable::read_status(output);
        if (!status)
            return "nothing is known of its end";
        if (status->exit_status != ExitStatus::running)
            return status->message;
        return text("rank 0 was lost (process ", status->process, " on ", status->host, ", ", status->n_ranks,
                    " ranks; last heard at ", status->updated, " in ", status->stage, ")");
    } catch (const IoError& error) {
        return error.what();
    }
}

std::uint32_t next_life(std::span<const EarlierTables> earlier) noexcept
{
    std::uint32_t next = 0;
    for (const EarlierTables& tables : earlier)
        next = std::max(next, tables.life + 1);
    return next;
}

void add(perf::Tables& tables, std::span<const EarlierTables> earlier)
{
    for (const EarlierTables& life : earlier) {
        for (const perf::TaskRecord& task : life.tasks)
            tables.earlier_tasks.push_back({task, life.life});
        tables.earlier_events.insert(tables.earlier_events.end(), life.events.begin(), life.events.end());
    }
}

} // namespace mtc::engine
