#include "durable/folder.hpp"
#include "engine/saves/saver.hpp"

#include <algorithm>
#include <filesystem>
#include <new>
#include <utility>

// How sums are saved: blocks are copied as they were when the save began, into one of two files in turn.

namespace mtc::engine {
namespace {

constexpr std::uint64_t copied_at_a_time = std::uint64_t{4} << 20U; // [bytes] between two units, about 1 ms

} // namespace

void Saver::adopt(const durable::FoundSums& taken_over)
{
    Absorbed& absorbed = absorbed_of(taken_over.header.stage);
    absorbed.ids.push_back(taken_over.header.id);
    absorbed.ids.insert(absorbed.ids.end(), taken_over.header.absorbed.begin(),
                        taken_over.header.absorbed.end());
    for (const char which : {'a', 'b'}) {
        absorbed.paths.push_back(taken_over.path);
        absorbed.paths.back().back() = which;
    }
}

Saver::Absorbed& Saver::absorbed_of(StageId stage)
{
    const auto found = std::ranges::find(absorbed_, stage, &Absorbed::stage);
    return found != absorbed_.end() ? *found : absorbed_.emplace_back(Absorbed{stage, {}, {}});
}

Saver::Sums& Saver::sums_of(StageId stage)
{
    if (sums_.stage != stage) {
        drain(); // the files of the stage before stay as they are
        sums_ = {};
        sums_.stage = stage;
        const std::size_t n_blocks = stages_.at(stage.value()).block_cells.size();
        for (std::vector<bool>& changed : sums_.changed)
            changed.assign(n_blocks, false);
        for (const BlockId block :
             results_.block_sums(stage).held()) // taken over: in no file of this process
            for (std::vector<bool>& changed : sums_.changed)
                changed[block.value()] = true;
        sums_.pending.assign(n_blocks, false);
    }
    return sums_;
}

void Saver::before_change(StageId stage, BlockId block)
{
    if (!is_saved(stage))
        return;
    Sums& sums = sums_of(stage);
    if (sums.pending[block.value()])
        copy(block);
    sums.changed[0][block.value()] = true;
    sums.changed[1][block.value()] = true;
}

void Saver::begin_sums(StageId stage)
{
    Sums& sums = sums_of(stage);
    const auto target = static_cast<std::size_t>(sums.target);
    for (const BlockId block : results_.block_sums(stage).held())
        sums.pending[block.value()] = sums.changed[target][block.value()];
    sums.changed[target].assign(sums.changed[target].size(), false);
    sums.next_pending = 0;
    all_copied_ = false;
    durable::CheckpointHeader header;
    header.origin = plan_.origin;
    header.id = {id_.incarnation, id_.generation + 1};
    header.stage = stage;
    header.units = results_.units_held(stage);
    header.absorbed = absorbed_of(stage).ids;
    superseded_ = std::exchange(absorbed_of(stage).paths, {});
    (void)results_.take_new_units(stage);
    header_ = std::move(header);
    background_.post([this, stage, target] {
        insist_on_life();
        if (!sums_.files[target])
            sums_.files[target] = std::make_unique<durable::SumsFile>(
                path_of(durable::sums_name(id_.incarnation, stage, static_cast<int>(target))));
    });
}

/// Where memory is short, that of copies which are written meanwhile is waited for.
std::unique_ptr<durable::PageBuffer> Saver::new_buffer(std::size_t n_bytes)
{
    try {
        return std::make_unique<durable::PageBuffer>(n_bytes);
    } catch (const std::bad_alloc&) {
        background_.wait();
        return std::make_unique<durable::PageBuffer>(n_bytes);
    }
}

void Saver::copy(BlockId block)
{
    const double begin_s = durable::thread_processor_s();
    const BlockSums& sums = results_.block_sums(sums_.stage);
    const std::uint64_t n_bytes = sums.n_bytes(block);
    std::unique_ptr<durable::PageBuffer> bytes = new_buffer(n_bytes);
    sums.copy(block, bytes->used());
    // Also a job that is dropped after an error makes room again.
    const std::shared_ptr<durable::PageBuffer> buffer{bytes.release(), [this](durable::PageBuffer* written) {
                                                          staged_bytes_ -= written->used().size();
                                                          delete written;
                                                      }};
    const std::uint64_t n_units = sums.n_units(block);
    sums_.pending[block.value()] = false;
    staged_bytes_ += n_bytes;
    n_bytes_ += n_bytes;
    background_.post([this, block, n_units, buffer, target = static_cast<std::size_t>(sums_.target)] {
        sums_.files[target]->write_block(block.value(), n_units, *buffer);
    });
    copying_s_ += durable::thread_processor_s() - begin_s;
}

void Saver::copy_some()
{
    if (all_copied_)
        return;
    std::uint64_t n_copied = 0;
    const auto n_blocks = static_cast<std::uint32_t>(sums_.pending.size());
    for (; sums_.next_pending < n_blocks; ++sums_.next_pending) {
        if (n_copied >= copied_at_a_time || staged_bytes_ >= most_staged)
            return;
        const BlockId block{sums_.next_pending};
        if (!sums_.pending[block.value()])
            continue;
        n_copied += results_.block_sums(sums_.stage).n_bytes(block);
        copy(block);
    }
    complete_sums();
}

void Saver::complete_sums()
{
    all_copied_ = true;
    background_.post([this, header = std::move(header_), target = static_cast<std::size_t>(sums_.target)] {
        sums_.files[target]->finish(header);
    });
}

void Saver::end_sums()
{
    ++id_.generation;
    sums_.target = 1 - sums_.target;
    for (const std::string& path : std::exchange(superseded_, {}))
        background_.post([path] {
            std::error_code ignored; // what stays is absorbed, and does not count
            std::filesystem::remove(path, ignored);
        });
}

/// The save under way failed. Nothing is known of what the file holds: all of it anew.
void Saver::renew_sums(StageId stage)
{
    retry_ = true;
    const auto target = static_cast<std::size_t>(sums_.target);
    for (const BlockId block : results_.block_sums(stage).held())
        sums_.changed[target][block.value()] = true;
    sums_.files[target].reset();
    std::vector<std::string>& paths = absorbed_of(stage).paths;
    paths.insert(paths.end(), superseded_.begin(), superseded_.end());
    superseded_.clear();
}

} // namespace mtc::engine
