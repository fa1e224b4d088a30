#pragma once

#include "mtc/flat.hpp"
#include "mtc/types.hpp"
#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/source/distance.hpp"

#include <cstddef>
#include <span>
#include <vector>

/// \file
/// Generalised coordinates of ruptures whose top edge is in several pieces: T across strike and U along it.
/// \par Source  Spudich and Chiou (2015), USGS Open-File Report 2015-1028, doi:10.3133/ofr20151028
namespace mtc::psha {

/// The coordinate system of a set of traces.
class GeneralisedCoordinates {
public:
    /// \param traces  at least one, each of at least two places, those that follow each other differ; any
    /// order. A trace that runs against the others is turned round, a single one never.
    explicit GeneralisedCoordinates(std::vector<std::vector<geo::LonLat>> traces);

    /// Whether a trace was turned round.
    [[nodiscard]] bool reversed(std::size_t trace) const { return reversed_[trace]; }
    /// Largest |U| of the ends of all traces. [km]
    [[nodiscard]] double u_max() const noexcept { return u_max_; }
    /// Takes another length of all traces, as OpenQuake does for multi-fault sources. [km]
    void replace_u_max(double u_max) noexcept { u_max_ = u_max; }

    /// \param[out] t        [n_padded] [km] this is rx; its sign follows the mean direction of the traces
    /// \param[out] u        [n_padded] [km]
    /// \param[out] scratch  [n_scratch][n_padded]
    void compute(InstructionSet set, const SiteArrays& sites, double* t, double* u, double* scratch) const;
    static constexpr std::size_t n_scratch = 3;

    /// ry0 from U: how far beyond the ends of the traces. [km]
    /// \param[in,out] u  [n_padded]
    void beyond_ends(InstructionSet set, std::size_t n_padded, double* u) const;

    struct Segment {
        double x = 0.0; ///< [km] of its start in the trace's plane
        double y = 0.0;
        double along_x = 0.0; ///< unit vector towards its end
        double along_y = 0.0;
        double length = 0.0; ///< [km]
        double before = 0.0; ///< [km] length of the trace up to its start
    };
    struct Trace {
        geo::Vector3 east; ///< unit vectors of its plane
        geo::Vector3 north;
        double shift = 0.0; ///< [km] U of its start
        std::size_t first_segment = 0;
        std::size_t n_segments = 0;
    };

private:
    std::vector<Segment> segments_;
    std::vector<Trace> traces_;
    std::vector<bool> reversed_;
    double u_max_ = 0.0;
};

} // namespace mtc::psha
