#pragma once

#include "durable/folder.hpp"
#include "engine/results/results.hpp"
#include "engine/saves/estate.hpp"
#include "engine/saves/saver.hpp"
#include "mpi/communicator.hpp"

#include <vector>

namespace mtc::engine {

/// Takes over what dead processes of this calculation had saved: their files are dealt to the ranks, however
/// many there were and are. What is damaged is told on rank 0 and left out. Collective.
/// \param found  on rank 0
/// \throws IoError  on every rank, when two checkpoints hold the same unit
[[nodiscard]] EarlierWork resume(const mpi::Communicator& world, const durable::FoundCheckpoints& found,
                                 const std::vector<Stage>& stages, Results& results, Saver& saver);

} // namespace mtc::engine
