#pragma once

#include "schedule/settings.hpp"

#include <cstdint>

/// \file
/// How large a block is, in seconds: guided self-scheduling (Polychronopoulos and Kuck 1987,
/// doi:10.1109/TC.1987.5009495) with bounds.
namespace mtc::schedule {

/// A task lasts at least this many round trips, so that messages cost no more than 1 %.
inline constexpr double round_trips_a_task = 100.0;
/// Rank 0 needs at most this share of its time to serve its workers.
inline constexpr double serving_share = 0.5;
/// [s] Upper bound of a task when none is given: long enough for 100,000 ranks to be served in turn, short
/// enough for progress to be seen and for a wrong weight to be noticed.
inline constexpr double automatic_task_duration_s = 10.0;
/// A block lasts at least this share of the time that has passed, and so many seconds: ends that are ragged
/// by as much are worth no more messages, least of all where a rank that is late can give back.
inline constexpr double least_share = 0.01;
inline constexpr double least_share_where_filled = 0.02;
inline constexpr double least_block_s = 10e-3;
/// Units that scatter make blocks smaller, but no more than as if they scattered by this much: a block that
/// turns out longer than the others can be given back. Where it cannot, all of the scatter counts.
inline constexpr double scatter_that_counts = 1.0;
/// Ranks of which one, rank 0, fills the gaps of the others with its small pieces.
inline constexpr int most_filled_by_rank_0 = 4;
/// [s] What rank 0 takes at a time beside its workers, who wait for its answers meanwhile.
inline constexpr double scheduler_piece_s = 10e-3;
/// [s] Of what was given back an idle worker takes an equal part, but not more than this at a time: a part
/// that turns out longer would have to be shared again.
inline constexpr double given_back_s = 50e-3;
/// [s] Where ranks share processors, one more than these is given work while a worker has so much left: it
/// takes a unit's time until a request is answered, and a processor would idle meanwhile.
inline constexpr double stand_by_s = 20e-3;
/// [s] What rank 0 takes at a time when there is nobody else: between two pieces it looks at signals.
inline constexpr double lone_piece_s = 50e-3;
/// Queued seconds of each worker over the longest unit on rank 0, while that one computes too.
inline constexpr double queue_over_scheduler_unit = 3.0;
/// Ranks among which rank 0 computes long units of which one cannot tell how long they last; of those that
/// scatter by more than scatter_that_counts only among most_filled_by_rank_0.
inline constexpr int most_with_cover = 8;
/// [s] Blocks of units that are shorter, where they are cut into units, seldom end while rank 0 computes one.
inline constexpr double longest_without_cover_s = 50e-3;
/// Near the end, when so many units are left for each rank, none waits behind another on a worker.
inline constexpr double last_units = 2.0;
/// Fewer, in proportion, where units scatter less than this around what is expected of them.
inline constexpr double even_scatter = 0.25;
/// A block weighs at most this many times the heaviest one measured in its class, so that a first receipt
/// that was far from the rule does no harm.
inline constexpr double block_growth = 4.0;
/// Where so many ranks share a processor, and so many units wait for each, a second probe waits behind a
/// first.
inline constexpr double large_crowd = 64.0;
inline constexpr double many_units = 8.0;
/// [s] of a probe, as far as known, and its units.
inline constexpr double probe_s = 50e-3;
inline constexpr std::uint64_t probe_units = 4;

/// [s] A task should last this long, for messages and for rank 0.
[[nodiscard]] double shortest_task_s(const Settings& settings);

/// Seconds of the next block for one of `n_computing` ranks that share `waiting_s` seconds of work, smaller
/// where units scatter around what is expected of them (CostModel::scatter).
[[nodiscard]] double block_s(const Settings& settings, double waiting_s, int n_computing, double scatter);

/// Blocks may be larger, whatever their units scatter, for somebody computes when one of `n_computing` ranks
/// has nothing: rank 0 takes small pieces beside a few workers, or ranks share processors.
[[nodiscard]] bool gaps_are_filled(const Settings& settings, int n_computing);

/// Seconds that a block lasts at least where enough units wait, `passed_s` after the beginning, for one of
/// `n_computing` ranks that share `waiting_s` seconds of work. Where they share processors all take longer by
/// the ranks on one. As of so many that end one after the other only the last leaves a processor idle, a
/// block may be longer by as much again, while enough is left for all processors.
[[nodiscard]] double least_s(const Settings& settings, double passed_s, double waiting_s, int n_computing);

/// Whole units of `unit` that fit into `room`, of at most `n_most`.
[[nodiscard]] std::uint64_t units_that_fit(double room, double unit, std::uint64_t n_most);

} // namespace mtc::schedule
