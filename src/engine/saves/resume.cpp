#include "engine/saves/resume.hpp"

#include "durable/sums_file.hpp"
#include "engine/messages/protocol.hpp"
#include "engine/saves/inheritance.hpp"
#include "mpi/together.hpp"
#include "output/broadcast.hpp"

#include <algorithm>
#include <iostream>
#include <memory>

namespace mtc::engine {
namespace {

struct StageUnits {
    std::uint32_t stage = 0;
    std::uint32_t padding = 0;
    UnitRange units;
};

/// The rank that takes over the i-th file.
Rank heir(const mpi::Communicator& world, std::size_t i)
{
    return Rank{static_cast<std::int32_t>(i % static_cast<std::size_t>(world.size()))};
}

bool mine(const mpi::Communicator& world, std::size_t i)
{
    return heir(world, i) == Rank{world.rank()};
}

std::vector<StageUnits> units_of(const durable::JournalContents& contents)
{
    std::vector<StageUnits> units;
    for (const auto& [stage, set] : contents.units)
        set.for_each([&, id = stage.value()](const UnitRange& range) { units.push_back({id, 0, range}); });
    return units;
}

void warn(const std::string& warning)
{
    std::cerr << "warning: " << warning << '\n';
}

/// Reads this rank's share of files. \returns on rank 0, what is wrong with which of them. Collective
std::vector<std::string> damaged_of(const mpi::Communicator& world, const std::vector<std::string>& paths)
{
    std::vector<std::byte> reasons;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (!mine(world, i))
            continue;
        try {
            const auto header = durable::read_sums_header(paths[i]);
            if (!header)
                throw IoError(text(paths[i], ": is empty"));
            durable::read_sums(paths[i], *header,
                               [](const durable::SavedBlock&, std::span<const std::byte>) {});
        } catch (const IoError& error) {
            const auto raw = std::as_bytes(std::span{std::string_view{error.what()}});
            reasons.insert(reasons.end(), raw.begin(), raw.end());
            reasons.push_back(std::byte{'\n'});
        }
    }
    std::vector<std::string> all;
    for (const std::vector<std::byte>& part : world.gather(reasons, 0)) {
        std::string line;
        for (const std::byte byte : part) {
            if (byte == std::byte{'\n'})
                all.push_back(std::exchange(line, {}));
            else
                line += static_cast<char>(byte);
        }
    }
    return all;
}

/// The files of sums that count and are whole. \returns their paths on every rank. Collective
std::vector<std::string> sums_that_count(const mpi::Communicator& world,
                                         std::vector<durable::FoundSums> candidates,
                                         std::vector<schedule::UnitSet>& done)
{
    while (true) {
        std::vector<durable::CheckpointHeader> counted;
        std::vector<std::string> paths;
        mpi::together(world, [&] {
            std::vector<durable::CheckpointHeader> headers;
            for (const durable::FoundSums& found : candidates)
                headers.push_back(found.header);
            counted = durable::counting(headers);
        });
        for (const durable::CheckpointHeader& header : counted)
            for (const durable::FoundSums& found : candidates)
                if (found.header.id == header.id && found.header.stage == header.stage)
                    paths.push_back(found.path);
        paths = output::broadcast(world, std::move(paths));
        const std::vector<std::string> damaged = damaged_of(world, paths);
        for (const std::string& why : damaged) {
            warn(why + ": what it held is computed again, or taken from the save before");
            std::erase_if(candidates,
                          [&](const durable::FoundSums& found) { return why.starts_with(found.path); });
        }
        if (world.max(damaged.empty() ? 0 : 1) == 1)
            continue;
        for (const durable::CheckpointHeader& header : counted)
            header.units.for_each([&](const UnitRange& range) { done.at(header.stage.value()).add(range); });
        return paths;
    }
}

} // namespace

EarlierWork resume(const mpi::Communicator& world, const durable::FoundCheckpoints& found,
                   const std::vector<Stage>& stages, Results& results, Saver& saver)
{
    EarlierWork earlier;
    std::vector<schedule::UnitSet>& done = earlier.done;
    done.resize(stages.size());
    const std::vector<std::string> sums = sums_that_count(world, found.sums, done);
    const std::vector<std::string> journals = output::broadcast(world, found.journals);
    std::vector<StageUnits> units;
    mpi::together(world, [&] {
        for (std::size_t i = 0; i < sums.size(); ++i)
            if (mine(world, i))
                take_sums(sums[i], results, saver);
        for (std::size_t i = 0; i < journals.size(); ++i)
            if (mine(world, i))
                for (const StageUnits& range :
                     units_of(take_journal(journals[i], StageId{0}, stages, results)))
                    units.push_back(range);
    });
    const std::vector<std::vector<std::byte>> parts = world.gather(std::as_bytes(std::span{units}), 0);
    mpi::together(world, [&] {
        for (const std::vector<std::byte>& part : parts)
            for (const StageUnits& range : Unpacker{part}.take_rest<StageUnits>()) {
                if (done.at(range.stage).overlaps(range.units))
                    throw IoError(text("two journals hold unit ", range.units.first.value(), " of stage ",
                                       stages[range.stage].name,
                                       ", or units behind it. Begin anew with --fresh?"));
                done[range.stage].add(range.units);
            }
    });
    if (world.rank() != 0)
        return earlier;
    for (std::size_t i = 0; i < sums.size(); ++i)
        earlier.sums.push_back(
            {*std::ranges::find(found.sums, sums[i], &durable::FoundSums::path), heir(world, i)});
    for (std::size_t i = 0; i < journals.size(); ++i)
        earlier.journals.push_back({journals[i], heir(world, i)});
    return earlier;
}

} // namespace mtc::engine
