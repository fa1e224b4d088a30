#pragma once

#include "commands/tables/hazard_results.hpp"
#include "engine/run.hpp"
#include "workloads/psha/model/model.hpp"

#include "mtc/config.hpp"
#include "mtc/workload.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mtc::commands {

/// What recompute() is to make of an earlier output. Rank 0 reads it; the model goes to every rank.
struct RecomputePlan {
    Config config;
    std::string input_name; ///< as outputs call the input
    std::filesystem::path output;
    std::uint64_t input_hash_value = 0; ///< of the earlier output and what is asked of it
    std::string input_hash;             ///< the same as outputs have it
    bool nothing_to_do = false;
    ModelBytes model; ///< read by RecomputeModel
};

/// What a job asks of an earlier output, in place.
struct RecomputeModel {
    struct Flags {
        std::uint32_t individual_rlzs = 0;
        std::uint32_t use_rates = 0;
        std::uint32_t float32_results = 0;
    };
    explicit RecomputeModel(std::span<const std::byte> bytes);
    std::span<const psha::StatisticRecord> statistics;
    std::span<const double> poes;
    const Flags* flags;
};

/// Reads a job and holds it against the earlier output.
/// \throws InputError  see recompute()
[[nodiscard]] RecomputePlan plan_recompute(const engine::RunArguments& arguments,
                                           const std::filesystem::path& earlier, Notes& notes);

/// The dataset of realizations in a file; a mean over one realization is that realization.
/// \throws InputError  when the file has none
[[nodiscard]] Dataset realization_curves(const output::Reader& reader, const HazardTables& tables);

} // namespace mtc::commands
