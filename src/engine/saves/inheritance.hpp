#pragma once

#include "durable/journal.hpp"
#include "engine/results/results.hpp"
#include "engine/saves/saver.hpp"
#include "mtc/workload.hpp"

#include <span>
#include <string>
#include <vector>

namespace mtc::engine {

/// Adds the sums that a dead process had saved to those of this rank, which saves them anew as its own.
/// \throws IoError  when the file is damaged
void take_sums(const std::string& path, Results& results, Saver& saver);

/// Puts the rows and records of a dead process's journal where they would be had they been computed here;
/// those for the file stay in it until they are written. The journal stays their save. All of this rank's own
/// are to be saved before. \param present  of earlier stages only what is for the file: the rest has been
/// handed on \throws IoError  when the journal cannot be read
durable::JournalContents take_journal(const std::string& path, StageId present,
                                      const std::vector<Stage>& stages, Results& results);

/// A worker's side of Tag::inherit.
void inherit(std::span<const std::byte> message, const std::vector<Stage>& stages, Results& results,
             Saver& saver);

} // namespace mtc::engine
