#pragma once

#include "durable/folder.hpp"
#include "mtc/workload.hpp"
#include "schedule/unit_set.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mtc::engine {

/// A save of an earlier life, and the rank that took it over.
struct TakenSums {
    durable::FoundSums file{};
    Rank by{};
};
struct TakenJournal {
    std::string path{};
    Rank by{};
};

/// What is there from earlier lives. On rank 0.
struct EarlierWork {
    std::vector<schedule::UnitSet> done{}; ///< [n_stage] units that need not be computed
    std::vector<TakenSums> sums{};
    std::vector<TakenJournal> journals{};
};

/// A save of a lost rank, for a living one to take over.
struct Bequest {
    std::string path{};
    bool is_journal = false;
};

/// What ranks that were lost have left on the disk: which of it counts, and who has it in memory. On rank 0.
class Estate {
public:
    Estate() = default;
    /// \param folder        of checkpoints
    /// \param incarnations  [n_ranks] of the processes
    Estate(std::string folder, const std::vector<Stage>& stages, std::vector<std::uint64_t> incarnations,
           const EarlierWork& earlier);

    /// Why the run cannot go on without a rank that is lost in this stage, whatever it has saved; empty: it
    /// can.
    [[nodiscard]] std::string why_irreplaceable(StageId present) const;
    /// Seals what the rank has saved: nothing that it may still write counts. What it held is without a
    /// holder then. \returns the units in its saves, by stage \throws IoError
    [[nodiscard]] std::map<StageId, schedule::UnitSet> seal(Rank rank, StageId present);
    /// What has no holder and is needed at the end of this stage, each with its heir from now on: dealt to
    /// `heirs` in turn.
    [[nodiscard]] std::vector<std::pair<Bequest, Rank>> deal(StageId present, const std::vector<Rank>& heirs);

private:
    [[nodiscard]] std::map<StageId, durable::FoundSums> newest_sums(Rank rank, StageId present) const;

    std::string folder_;
    const std::vector<Stage>* stages_ = nullptr;
    std::vector<std::uint64_t> incarnations_;
    std::vector<TakenSums> sums_; ///< `by` is none() while nobody holds them
    std::vector<TakenJournal> journals_;
    std::size_t n_dealt_ = 0;
};

} // namespace mtc::engine
