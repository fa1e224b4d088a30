#pragma once

#include "mtc/flat.hpp"
#include "mtc/types.hpp"
#include "workloads/psha/source/distance.hpp"
#include "workloads/psha/source/generalised_coordinates.hpp"
#include "workloads/psha/source/mesh.hpp"
#include "workloads/psha/source/mesh_distance.hpp"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

/// \file
/// Ruptures of several kite surfaces: of characteristic faults, of ruptures given one by one, and of
/// multi-fault sources, whose ruptures share their sections by the thousand.
namespace mtc::psha {

/// A kite surface that breaks as a whole, with all that ruptures want to know of it.
struct KiteSection {
    KiteSection(std::uint32_t surface_row, Mesh surface_mesh);

    std::uint32_t row; ///< names the surface
    Mesh mesh;
    SurfaceAttributes attributes; ///< the hypocentre is the middle node
    double area_km2 = 0.0;
    double radius_km = 0.0;         ///< of a ball about the hypocentre that holds the surface
    geo::BoundingBox box;           ///< of its nodes
    std::vector<geo::LonLat> trace; ///< see kite_trace()
};

/// Which sites kept distances belong to.
struct SitesKey {
    std::uint32_t block = 0;
    std::uint32_t first = 0;
    std::uint32_t n = 0;
    bool operator==(const SitesKey&) const = default;
};

/// Sections of the ruptures at hand and their distances from the sites at hand: made when a rupture first
/// needs them. What is kept changes no result. Beyond 64 MiB each it is forgotten and made anew.
class SectionCache {
public:
    /// \param row  names the surface
    /// \param make  () -> Mesh of it
    template <class Make>
    [[nodiscard]] std::shared_ptr<const KiteSection> section(std::uint32_t row, const Make& make)
    {
        const auto known = sections_.find(row);
        if (known != sections_.end())
            return known->second;
        return keep(std::make_shared<const KiteSection>(row, make()));
    }

    /// rrup and rjb of a section. [km] Valid until the next call of distances()
    struct Distances {
        AlignedVector<double> rrup; ///< [n_padded] empty: not wanted
        AlignedVector<double> rjb;
    };
    /// \param wanted  arrays that are not null are wanted
    [[nodiscard]] const Distances& distances(InstructionSet set, const KiteSection& section,
                                             const SitesKey& key, const SiteArrays& sites,
                                             const DistanceArrays& wanted);
    /// Other memory that is kept from use to use.
    [[nodiscard]] AlignedVector<double>& scratch() noexcept { return scratch_; }

private:
    std::shared_ptr<const KiteSection> keep(std::shared_ptr<const KiteSection> section);

    std::unordered_map<std::uint32_t, std::shared_ptr<const KiteSection>> sections_;
    std::size_t sections_bytes_ = 0;
    std::unordered_map<std::uint32_t, Distances> distances_; // by row, from the sites of key_
    std::size_t distances_bytes_ = 0;
    SitesKey key_;
    MeshDistances mesh_distances_;
    AlignedVector<double> scratch_;
};

/// What the length of all traces, beyond which ry0 begins, is taken from: the traces, or (as OpenQuake for
/// multi-fault sources) straight lines between their ends.
enum class TraceEnds { along_trace, straight };

/// The surface of a rupture on one or several sections.
class KiteSections {
public:
    /// \param sections  at least one, in the order of the file
    KiteSections(std::vector<std::shared_ptr<const KiteSection>> sections, TraceEnds ends);

    [[nodiscard]] std::size_t size() const noexcept { return sections_.size(); }
    [[nodiscard]] const KiteSection& part(std::size_t i) const { return *sections_[i]; }
    [[nodiscard]] const GeneralisedCoordinates& coordinates() const noexcept { return coordinates_; }
    /// Means weighted by area; the hypocentre is the middle of the section nearest to the middle of all.
    [[nodiscard]] const SurfaceAttributes& attributes() const noexcept { return attributes_; }
    /// The node that is closest to a position. \param site  [km] Cartesian, with depth
    [[nodiscard]] geo::LonLat closest_to(const geo::Vector3& site) const noexcept;

    /// rrup and rjb are least over the sections, rx and ry0 generalised coordinates.
    /// \param hypocentre  for repi and rhypo
    void distances(InstructionSet set, const SitesKey& key, const SiteArrays& sites,
                   const geo::Point& hypocentre, SectionCache& cache, const DistanceArrays& distances) const;

private:
    std::vector<std::shared_ptr<const KiteSection>> sections_;
    GeneralisedCoordinates coordinates_;
    SurfaceAttributes attributes_;
};

} // namespace mtc::psha
