#pragma once

#include "mtc/config.hpp"
#include "mtc/workload.hpp"
#include "workloads/psha/disagg/axes.hpp"
#include "workloads/psha/model/model.hpp"

#include <span>
#include <string>
#include <vector>

/// \file
/// What a disaggregation needs beside the hazard model, as it travels: the same bytes hold both.
namespace mtc::psha {

struct DisaggRecord {
    std::uint32_t kinds = 0;        ///< mask over disagg_kinds()
    std::uint32_t epsilon_star = 0; ///< 1: all goes to the band of the level
    std::uint32_t n_chosen = 0;     ///< realizations that are taken apart, of each site
    std::uint32_t levels_given = 0; ///< 1: the levels are the job's own (iml_disagg), else follow from `poes`
    std::array<std::uint32_t, n_axes> bins{}; ///< by Axis
};

/// The disaggregation in place.
struct DisaggView {
    /// \param bytes  as read_disagg_model() gives them
    explicit DisaggView(std::span<const std::byte> bytes);

    std::span<const std::byte> hazard; ///< the hazard model's bytes
    FlatReader reader;
    const DisaggRecord* job;
    std::span<const double> poes; ///< [n_poe]; a single NaN where levels are given
    std::span<const double> mag_edges;
    std::span<const double> dist_edges; ///< [km]
    std::span<const double> eps_edges;
    std::span<const double> lon_edges;           ///< [n_site][n_lon + 1] [deg]
    std::span<const double> lat_edges;           ///< [n_site][n_lat + 1] [deg]
    std::span<const std::uint32_t> rlz_index;    ///< realizations that the job names; empty: the nearest
    std::span<const std::uint32_t> trt_of_group; ///< [n_group] bin of the TRT axis
    std::vector<std::string> trts;               ///< [n_trt] that have sources

    [[nodiscard]] std::size_t n_levels() const noexcept { return poes.size(); }
    [[nodiscard]] std::span<const double> lon_edges_of(std::size_t site) const;
    [[nodiscard]] std::span<const double> lat_edges_of(std::size_t site) const;
    [[nodiscard]] std::uint32_t bins(Axis axis) const noexcept
    {
        return job->bins[static_cast<std::size_t>(axis)];
    }
};

/// Keys of a job that is disaggregated: those of a hazard job and its own.
[[nodiscard]] const std::vector<Option>& disagg_options();

/// Reads and checks a hazard job and what it is taken apart by.
/// \throws InputError  more sites than max_sites_disagg; both or none of poes_disagg and iml_disagg; bin
///                     widths that are not written; too many bins; realizations that are not there
[[nodiscard]] ModelBytes read_disagg_model(const Config& config, Notes& notes);

} // namespace mtc::psha
