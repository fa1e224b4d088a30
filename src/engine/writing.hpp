#pragma once

#include "engine/calculation.hpp"
#include "engine/failures/failures.hpp"
#include "engine/lives/lives.hpp"
#include "h5/parallel.hpp"
#include "perf/recorder.hpp"

#include <cstdint>
#include <span>

namespace mtc::engine {

/// How the writing of results went, the same on every rank.
struct Writing {
    std::uint64_t n_bytes = 0;
    double seconds = 0.0;
    double sync_s = 0.0; ///< until the system had it on the disk
    bool collective = true;
    void add(const h5::Transfer& transfer)
    {
        n_bytes += transfer.n_bytes;
        collective = collective && transfer.collective;
    }
};

/// The living write the output: tables and results, then how the run went. Collective over them.
/// \param some_failed  the results lack units that were given up
/// \param lives        tables of earlier lives
/// \param begin_s      when computing ended [s]
/// \throws IoError  on every rank alike
[[nodiscard]] Writing write(Calculation& calculation, perf::Recorder& recorder, const Failures& failures,
                            bool some_failed, std::span<const EarlierTables> lives, double begin_s);

/// What rank 0 says at the end. \param busy_s  of all ranks together [s]
void report(const Calculation& calculation, const Writing& writing, std::uint64_t evaluations, double busy_s,
            std::uint64_t n_dropped);

} // namespace mtc::engine
