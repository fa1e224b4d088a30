#include "engine/resume.hpp"

#include "durable/sums_file.hpp"
#include "engine/protocol.hpp"
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

bool mine(const mpi::Communicator& world, std::size_t i)
{
    return i % static_cast<std::size_t>(world.size()) == static_cast<std::size_t>(world.rank());
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

/// Puts a journal's pieces where they were; those that go to the file stay in it until then.
/// \returns its units
std::vector<StageUnits> take_journal(const std::string& path, const std::vector<Stage>& stages,
                                     Results& results)
{
    const durable::JournalContents contents = durable::read_journal(path);
    if (contents.n_lost > 0)
        warn(text(path, ": its last ", contents.n_lost,
                  " bytes are cut short or damaged: what they held is computed again"));
    const auto shared_path = std::make_shared<const std::string>(path);
    std::vector<std::byte> bytes;
    for (const durable::JournalRun& run : contents.runs) {
        PieceLog& log = results.pieces(run.stage, run.dataset);
        if (stages.at(run.stage.value()).destination == Destination::file) {
            log.add_stored({shared_path, run});
            continue;
        }
        durable::read_run(path, run, bytes,
                          [&log](const durable::JournalPiece& piece) { log.append(piece.key, piece.bytes); });
    }
    for (std::uint32_t s = 0; s < stages.size(); ++s)
        for (std::uint32_t d = 0; d < stages[s].datasets.size(); ++d)
            results.pieces(StageId{s}, DatasetId{d}).mark_saved();
    std::vector<StageUnits> units;
    for (const auto& [stage, set] : contents.units)
        set.for_each([&, id = stage.value()](const UnitRange& range) { units.push_back({id, 0, range}); });
    return units;
}

} // namespace

std::vector<schedule::UnitSet> resume(const mpi::Communicator& world, const durable::FoundCheckpoints& found,
                                      const std::vector<Stage>& stages, Results& results, Saver& saver)
{
    std::vector<schedule::UnitSet> done(stages.size());
    if (world.rank() == 0)
        std::ranges::for_each(found.warnings, warn);
    const std::vector<std::string> sums = sums_that_count(world, found.sums, done);
    const std::vector<std::string> journals = output::broadcast(world, found.journals);
    std::vector<StageUnits> units;
    mpi::together(world, [&] {
        for (std::size_t i = 0; i < sums.size(); ++i) {
            if (!mine(world, i))
                continue;
            const durable::FoundSums file{sums[i], durable::read_sums_header(sums[i]).value()};
            BlockSums& blocks = results.block_sums(file.header.stage);
            durable::read_sums(file.path, file.header,
                               [&](const durable::SavedBlock& saved, std::span<const std::byte> bytes) {
                                   blocks.add_raw(BlockId{saved.block}, bytes, saved.n_units);
                               });
            results.adopt_units(file.header.stage, file.header.units);
            saver.adopt(file);
        }
        for (std::size_t i = 0; i < journals.size(); ++i)
            if (mine(world, i))
                for (const StageUnits& range : take_journal(journals[i], stages, results))
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
    return done;
}

} // namespace mtc::engine
