#include "engine/saves/estate.hpp"

#include "durable/journal.hpp"
#include "durable/seal.hpp"
#include "durable/sums_file.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

namespace mtc::engine {
namespace {

/// The file's header when all of the file is whole.
std::optional<durable::CheckpointHeader> whole_header(const std::string& path, bool with_blocks)
{
    try {
        if (!std::filesystem::exists(path))
            return std::nullopt;
        std::optional<durable::CheckpointHeader> header = durable::read_sums_header(path);
        if (header && with_blocks)
            durable::read_sums(path, *header, [](const durable::SavedBlock&, std::span<const std::byte>) {});
        return header;
    } catch (const IoError&) { // being written when its rank died
        return std::nullopt;
    }
}

} // namespace

Estate::Estate(std::string folder, const std::vector<Stage>& stages, std::vector<std::uint64_t> incarnations,
               const EarlierWork& earlier)
    : folder_{std::move(folder)}
    , stages_{&stages}
    , incarnations_{std::move(incarnations)}
    , sums_{earlier.sums}
    , journals_{earlier.journals}
{}

std::string Estate::why_irreplaceable(StageId present) const
{
    const std::vector<Stage>& stages = *stages_;
    if (stages[present.value()].placement == Placement::owner)
        return text("it owned results that stage ", stages[present.value()].name, " reads");
    for (std::uint32_t s = 0; s < stages.size(); ++s) {
        const bool later = s > present.value();
        const StageId reads = stages[s].reads;
        if (later && stages[s].placement == Placement::owner && reads < present)
            return text("it owned results that stage ", stages[s].name, " reads");
        if (!later && stages[s].destination == Destination::file && stages[s].placement == Placement::owner)
            return text("it held results of stage ", stages[s].name);
    }
    return {};
}

std::map<StageId, durable::FoundSums> Estate::newest_sums(Rank rank, StageId present) const
{
    const std::uint64_t incarnation = incarnations_.at(static_cast<std::size_t>(rank.value()));
    const std::filesystem::path folder = durable::rank_folder(folder_, rank.value());
    std::map<StageId, durable::FoundSums> newest;
    for (std::uint32_t s = 0; s < stages_->size(); ++s)
        for (const int which : {0, 1}) {
            const std::string path = folder / durable::sums_name(incarnation, StageId{s}, which);
            std::optional<durable::CheckpointHeader> header = whole_header(path, StageId{s} == present);
            if (!header)
                continue;
            const auto found = newest.find(StageId{s});
            if (found == newest.end() || found->second.header.id.generation < header->id.generation)
                newest[StageId{s}] = {path, std::move(*header)};
        }
    return newest;
}

std::map<StageId, schedule::UnitSet> Estate::seal(Rank rank, StageId present)
{
    const std::uint64_t incarnation = incarnations_.at(static_cast<std::size_t>(rank.value()));
    const std::filesystem::path folder = durable::rank_folder(folder_, rank.value());
    const std::map<StageId, durable::FoundSums> sums = newest_sums(rank, present);
    const std::filesystem::path journal = folder / durable::journal_name(incarnation);
    std::map<StageId, schedule::UnitSet> saved;
    durable::Seal seal;
    if (std::filesystem::exists(journal)) {
        try {
            durable::JournalContents contents = durable::read_journal(journal);
            seal.journal_bytes = contents.end;
            saved = std::move(contents.units);
        } catch (const IoError&) { // it died while it began it
        }
    }
    for (const auto& [stage, file] : sums) {
        seal.sums.push_back({stage.value(), 0, file.header.id.generation});
        saved[stage] = file.header.units;
    }
    durable::write_seal(durable::seal_path(journal), seal);

    const auto own = sums.find(present);
    const auto is_absorbed = [&](const durable::CheckpointId& id) {
        return own != sums.end() &&
               std::ranges::find(own->second.header.absorbed, id) != own->second.header.absorbed.end();
    };
    std::erase_if(sums_, [&](const TakenSums& taken) {
        return taken.by == rank && taken.file.header.stage == present && is_absorbed(taken.file.header.id);
    });
    for (TakenSums& taken : sums_)
        if (taken.by == rank)
            taken.by = Rank::none();
    for (TakenJournal& taken : journals_)
        if (taken.by == rank)
            taken.by = Rank::none();
    if (own != sums.end())
        sums_.push_back({own->second, Rank::none()});
    if (seal.journal_bytes > 0)
        journals_.push_back({journal, Rank::none()});
    return saved;
}

std::vector<std::pair<Bequest, Rank>> Estate::deal(StageId present, const std::vector<Rank>& heirs)
{
    std::vector<std::pair<Bequest, Rank>> dealt;
    for (TakenSums& taken : sums_)
        if (taken.by.is_none() && taken.file.header.stage == present) {
            taken.by = heirs[n_dealt_++ % heirs.size()];
            dealt.push_back({{taken.file.path, false}, taken.by});
        }
    // What rank 0 collects now it can read itself.
    const Stage& stage = (*stages_)[present.value()];
    const bool collected = stage.result != ResultKind::sums && stage.destination != Destination::file;
    for (TakenJournal& taken : journals_)
        if (taken.by.is_none()) {
            taken.by = collected ? Rank{0} : heirs[n_dealt_++ % heirs.size()];
            dealt.push_back({{taken.path, true}, taken.by});
        }
    return dealt;
}

} // namespace mtc::engine
