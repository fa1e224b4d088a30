#pragma once

#include "mpi/communicator.hpp"

namespace mtc::mpi {

/// How a rank's clock stands to that of rank 0.
struct ClockOffset {
    double offset_s = 0.0;      ///< its clock minus rank 0's at one moment
    double uncertainty_s = 0.0; ///< the true offset is at most this far away: half of the shortest round trip
};

/// Every rank exchanges a few dozen messages with rank 0, one rank after the other. Of all round trips the
/// shortest tells most: rank 0's reading was taken within it, most likely in its middle.
/// \param clock  a reading in seconds
/// \par Source   Cristian (1989), Distributed Computing 3, doi:10.1007/BF01784024
/// \par Ranks    collective over `comm`
[[nodiscard]] ClockOffset clock_offset(const Communicator& comm, double (*clock)());

/// The same for a clock that all ranks of a node share, as the kernel's steady clock: one rank of each node
/// measures for all, so that the cost grows with nodes only, and on rank 0's node the offset is 0.
/// \par Ranks    collective over `comm`
[[nodiscard]] ClockOffset clock_offset_by_node(const Communicator& comm, double (*clock)());

} // namespace mtc::mpi
