#pragma once

#include "mtc/workload.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace mtc::durable {

/// What went wrong with a unit, in this life of a calculation or in an earlier one.
struct Mishap {
    enum class Kind : std::uint8_t {
        error,   ///< an exception; it is tried again
        skipped, ///< given up: the calculation goes on without it
        crash,   ///< a signal ended the rank that computed it
        memory,  ///< it found no memory, and the run was left for its sake
    };
    Kind kind = Kind::error;
    UnitKey unit{};
    std::int32_t rank = 0;
    std::string host{};
    std::string when{};           ///< UTC, ISO 8601; filled in by Mishaps::add() when empty
    std::string why{};            ///< one line
    std::vector<UnitRows> rows{}; ///< what stands in the file of a unit that was given up
};

[[nodiscard]] std::string_view name(Mishap::Kind kind) noexcept;

/// All mishaps of a calculation and its resumptions: the file `mishaps` in the folder of its checkpoints, a
/// line each, append-only, so that a unit that ends every rank that tries it is not tried for ever. Reports
/// that dying ranks left in the folder (crash_report.hpp) are taken in. For rank 0 alone.
class Mishaps {
public:
    /// Reads what is there of a calculation of this input; what is of another input does not count.
    /// \param folder  need not exist: it is made with the first mishap. Empty: nothing is read or written
    Mishaps(std::filesystem::path folder, std::uint64_t input_hash);

    [[nodiscard]] const std::vector<Mishap>& all() const noexcept { return all_; }
    /// Those since the last forgive().
    [[nodiscard]] std::span<const Mishap> counting() const;
    /// \throws IoError  the mishap counts in this process all the same
    void add(Mishap mishap);
    /// Reports of ranks that died since this was asked last; they count from now on. \throws IoError
    std::vector<Mishap> take_crashes();
    /// What happened so far shall not keep any unit from being tried. \throws IoError
    void forgive();

private:
    void append(const std::string& line);

    std::filesystem::path folder_;
    std::uint64_t input_hash_;
    std::vector<Mishap> all_;
    std::size_t n_forgiven_ = 0; ///< the first so many
    bool half_a_line_ = false;   ///< the file ends so: what comes must not be glued to that
};

} // namespace mtc::durable
