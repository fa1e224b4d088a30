#include "engine/saves/inheritance.hpp"

#include "durable/sums_file.hpp"
#include "engine/messages/protocol.hpp"
#include "mpi/pulse.hpp"

#include <iostream>
#include <memory>

namespace mtc::engine {

void take_sums(const std::string& path, Results& results, Saver& saver)
{
    std::optional<durable::CheckpointHeader> header = durable::read_sums_header(path);
    if (!header)
        throw IoError(text(path, ": is empty"));
    const durable::FoundSums file{path, std::move(*header)};
    const StageId stage = file.header.stage;
    BlockSums& blocks = results.block_sums(stage);
    durable::read_sums(path, file.header,
                       [&](const durable::SavedBlock& saved, std::span<const std::byte> bytes) {
                           saver.before_change(stage, BlockId{saved.block});
                           blocks.add_raw(BlockId{saved.block}, bytes, saved.n_units);
                       });
    results.adopt_units(stage, file.header.units);
    saver.adopt(file);
}

durable::JournalContents take_journal(const std::string& path, StageId present,
                                      const std::vector<Stage>& stages, Results& results)
{
    durable::JournalContents contents = durable::read_journal(path);
    if (contents.n_lost > 0)
        std::cerr << text("warning: ", path, ": its last ", contents.n_lost,
                          " bytes are cut short or damaged: what they held is computed again\n");
    const auto shared_path = std::make_shared<const std::string>(path);
    std::vector<std::byte> bytes;
    for (const durable::JournalRun& run : contents.runs) {
        PieceLog& log = results.pieces(run.stage, run.dataset);
        if (stages.at(run.stage.value()).destination == Destination::file) {
            log.add_stored({shared_path, run});
        } else if (run.stage >= present) {
            durable::read_run(path, run, bytes, [&log](const durable::JournalPiece& piece) {
                log.append_saved(piece.key, piece.bytes);
            });
        }
    }
    return contents;
}

void inherit(std::span<const std::byte> message, const std::vector<Stage>& stages, Results& results,
             Saver& saver)
{
    const mpi::SystemCall reading;
    Unpacker unpacker{message};
    const auto header = unpacker.take<InheritHeader>();
    const std::string path{reinterpret_cast<const char*>(unpacker.rest().data()), unpacker.rest().size()};
    if (header.is_journal == 0)
        return take_sums(path, results, saver);
    (void)saver.save_now();
    (void)take_journal(path, StageId{header.stage}, stages, results);
}

} // namespace mtc::engine
