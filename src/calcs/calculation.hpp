#pragma once

#include "mtc/error.hpp"

#include <cstdint>
#include <string>

namespace mtc::calcs {

/// What is remembered of one calculation, over all its lives: the same run_id goes on where it was left.
struct Calculation {
    std::int64_t id = 0; ///< given by the database, from 1
    std::uint64_t run_id = 0;
    std::string mode; ///< calculation_mode
    std::string description;
    std::string input;  ///< absolute
    std::string output; ///< absolute
    std::uint64_t input_hash = 0;
    std::string config;                      ///< the keys given, one `key = value` a line
    std::string host;                        ///< of rank 0
    std::string version;                     ///< of mtc
    std::int64_t n_ranks = 0;                ///< of the last life
    std::int64_t n_lives = 1;                ///< how often it was started
    std::string begun;                       ///< UTC, ISO 8601: the first life
    std::string ended;                       ///< the last one; empty while it runs
    double elapsed_s = 0.0;                  ///< of all lives that have ended
    ExitStatus status = ExitStatus::running; ///< as the run itself said last
    std::string message;                     ///< one line
};

} // namespace mtc::calcs
