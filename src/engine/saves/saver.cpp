#include "engine/saves/saver.hpp"

#include "durable/folder.hpp"
#include "durable/seal.hpp"
#include "engine/lives/lives.hpp"
#include "mpi/pulse.hpp"
#include "perf/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>

#include <malloc.h>

namespace mtc::engine {
namespace {

constexpr double cost_factor = 100.0; // saving takes 1 % of the time at most
constexpr double worth_saving =
    0.1; // of an interval: less is rather computed again than saved at a stage's end

} // namespace

Saver::Saver(SavingPlan plan, const std::vector<Stage>& stages, Results& results, perf::Recorder& recorder,
             Rank rank, int n_ranks)
    : plan_{std::move(plan)}
    , stages_{stages}
    , results_{results}
    , recorder_{recorder}
    , rank_{rank}
    , id_{durable::new_incarnation(), 0}
    , interval_s_{plan_.interval_s}
    , saved_s_{perf::now_s()}
    , ended_(stages.size(), false)
{
    // Ranks save in turn, not all at once: the first after half an interval, the last after a whole one.
    next_s_ = saved_s_ + interval_s_ * (0.5 + 0.5 * (rank.value() + 1) / n_ranks);
    look_s_ = next_s_;
    results_.set_listener(this);
}

Saver::~Saver()
{
    results_.set_listener(nullptr);
}

bool Saver::is_saved(StageId stage) const
{
    return !stage.is_none() && stages_.at(stage.value()).placement == Placement::anywhere;
}

/// Rows or records that stay with the rank until all write together.
bool Saver::goes_to_file(StageId stage) const
{
    return !stage.is_none() && stages_.at(stage.value()).result != ResultKind::sums &&
           stages_[stage.value()].destination == Destination::file;
}

bool Saver::has_ended(StageId stage) const
{
    return !stage.is_none() && ended_.at(stage.value());
}

bool Saver::has_unsaved(StageId stage) const
{
    if (has_ended(stage))
        return false;
    if (goes_to_file(stage) && results_.waiting_bytes() >= most_waiting)
        return true;
    return is_saved(stage) && (results_.has_new_units(stage) || (retry_ && stage == stage_));
}

/// The first stage of which something is not saved: what a stage left for the file stays here until the end.
StageId Saver::stage_to_save() const
{
    const StageId present = results_.present_stage();
    if (present.is_none())
        return present;
    for (std::uint32_t s = 0; s < present.value(); ++s)
        if (stages_[s].result != ResultKind::sums && has_unsaved(StageId{s}))
            return StageId{s};
    return has_unsaved(present) ? present : StageId::none();
}

/// Throws when this process was declared dead: others compute anew what is not in the saves that were there.
/// On the helper thread.
void Saver::insist_on_life()
{
    if (durable::read_seal(durable::seal_path(path_of(durable::journal_name(id_.incarnation)))))
        throw IoError("this rank was given up as lost");
}

std::filesystem::path Saver::path_of(const std::string& name) const
{
    return durable::rank_folder(plan_.folder, rank_.value()) / name;
}

void Saver::look(double now_s)
{
    if (saving_) {
        copy_some();
        if (all_copied_ && background_.idle())
            finish(now_s);
        else if (results_.waiting_bytes() >= most_waiting && goes_to_file(stage_)) {
            const mpi::SystemCall writing;
            drain(); // the disk is slower than what is computed
        }
        return;
    }
    if (now_s < next_s_ && results_.waiting_bytes() < most_waiting) {
        look_s_ = next_s_;
        return;
    }
    if (!begin(now_s)) {
        next_s_ = now_s + 0.1 * interval_s_; // nothing is there to save yet
        look_s_ = next_s_;
    }
}

bool Saver::begin(double now_s)
{
    const StageId stage = stage_to_save();
    if (stage.is_none())
        return false;
    saving_ = true;
    stage_ = stage;
    retry_ = false;
    look_s_ = 0.0;
    began_s_ = now_s;
    copying_s_ = 0.0;
    n_bytes_ = 0;
    processor_s_ = background_.processor_s();
    if (stages_[stage.value()].result == ResultKind::sums)
        begin_sums(stage);
    else
        begin_journal(stage);
    post_tables();
    return true;
}

void Saver::post_tables()
{
    const double begin_s = durable::thread_processor_s();
    background_.post([this, bytes = serialised(plan_.origin.run_id, recorder_.tables())] {
        if (!tables_)
            tables_ = std::make_unique<durable::Snapshots>(path_of(durable::tables_name(id_.incarnation)));
        try {
            tables_->save(bytes);
        } catch (const IoError&) { // no result: whether that is saved is told elsewhere
        }
    });
    copying_s_ += durable::thread_processor_s() - begin_s;
}

void Saver::save_tables()
{
    drain();
    post_tables();
    background_.wait();
}

void Saver::begin_journal(StageId stage)
{
    std::vector<durable::JournalPiece> pieces;
    for (std::uint32_t d = 0; d < stages_[stage.value()].datasets.size(); ++d) {
        PieceLog& log = results_.pieces(stage, DatasetId{d});
        for (const Piece& piece : log.unsaved()) {
            pieces.push_back({DatasetId{d}, piece.key, piece.bytes});
            n_bytes_ += piece.bytes.size();
        }
        log.mark_saved();
    }
    if (goes_to_file(stage))
        results_.count_waiting_anew();
    // Units placed at owners are computed again by a later run: nothing it looks at may hold their rows.
    const bool saved = is_saved(stage);
    std::unique_ptr<durable::Journal>& journal = saved ? journal_ : spill_;
    const std::string name =
        saved ? durable::journal_name(id_.incarnation) : durable::spill_name(id_.incarnation);
    journal_units_ = saved ? results_.take_new_units(stage) : schedule::UnitSet{};
    background_.post([this, stage, &journal, name, pieces = std::move(pieces), units = journal_units_] {
        insist_on_life();
        if (!journal)
            journal = std::make_unique<durable::Journal>(path_of(name), plan_.origin);
        const auto path = std::make_shared<const std::string>(journal->open_path());
        const int n_restored = journal->n_restored();
        written_.clear();
        for (const durable::JournalRun& run : journal->append(stage, pieces, units))
            written_.push_back({path, run});
        if (journal->n_restored() > n_restored)
            std::cerr << text("warning: ", journal->path().string(), " was removed; it is written anew\n");
    });
}

void Saver::finish(double now_s)
{
    saving_ = false;
    const StageId stage = stage_;
    const bool of_sums = stages_[stage.value()].result == ResultKind::sums;
    const double cost_s = copying_s_ + background_.processor_s() - processor_s_;
    interval_s_ = std::max(plan_.interval_s, cost_factor * cost_s);
    next_s_ = now_s + interval_s_;
    look_s_ = next_s_;
    const std::optional<std::string> trouble = background_.take_error();
    tell(trouble);
    if (trouble)
        return of_sums ? renew_sums(stage) : renew_journal(stage);
    saved_s_ = began_s_;
    recorder_.add_event(
        "checkpoint",
        fmt::format("{:.3f} MB in {:.3f} s, of them {:.3f} s of processor time; the next in {:.3g} s",
                    1e-6 * static_cast<double>(n_bytes_), now_s - began_s_, cost_s, interval_s_));
    if (of_sums)
        end_sums();
    else if (goes_to_file(stage))
        give_back_memory(stage);
}

/// Once, as long as it stays the same: a disk may be full for hours.
void Saver::tell(const std::optional<std::string>& trouble)
{
    if (trouble)
        recorder_.add_event("checkpoint", text("not saved: ", *trouble));
    if (trouble && *trouble != trouble_)
        std::cerr << text("warning: rank ", rank_.value(), ": not saved: ", *trouble, "\n");
    if (!trouble && !trouble_.empty())
        std::cerr << text("note: rank ", rank_.value(), ": saved again\n");
    trouble_ = trouble.value_or("");
}

/// The save under way failed: what it was to hold comes with the next.
void Saver::renew_journal(StageId stage)
{
    for (std::uint32_t d = 0; d < stages_[stage.value()].datasets.size(); ++d)
        results_.pieces(stage, DatasetId{d}).unmark_saved();
    results_.give_back_new_units(stage, journal_units_);
}

/// What is in the journal is read back when it is written to the file.
void Saver::give_back_memory(StageId stage)
{
    for (std::uint32_t d = 0; d < stages_[stage.value()].datasets.size(); ++d) {
        std::vector<StoredRun> runs;
        std::ranges::copy_if(written_, std::back_inserter(runs),
                             [d](const StoredRun& stored) { return stored.run.dataset == DatasetId{d}; });
        results_.pieces(stage, DatasetId{d}).drop_saved(runs);
    }
    written_.clear();
}

void Saver::drain()
{
    while (saving_) {
        copy_some();
        if (!all_copied_ && staged_bytes_ >= most_staged)
            background_.wait();
        if (all_copied_) {
            background_.wait();
            finish(perf::now_s());
        }
    }
    background_.wait();
}

bool Saver::save_now()
{
    drain();
    while (begin(perf::now_s())) {
        const double before_s = saved_s_;
        drain();
        if (saved_s_ <= before_s)
            return false;
    }
    return !lost_;
}

void Saver::end_stage(StageId stage, bool needed_later)
{
    if (has_ended(stage))
        return;
    if (is_saved(stage)) {
        const perf::Recorder::Scope scope{recorder_, "checkpoint at the end of a stage"};
        if (needed_later)
            lost_ = !save_now();
        else if (perf::now_s() - saved_s_ >= worth_saving * interval_s_)
            (void)save_now();
        else
            drain();
        next_s_ = perf::now_s() + interval_s_;
        look_s_ = next_s_;
    }
    ::malloc_trim(0); // copies that waited for the disk
    // From here on sums are those of owners, and records are gone: nothing more of this stage may be saved.
    ended_[stage.value()] = true;
}

} // namespace mtc::engine
