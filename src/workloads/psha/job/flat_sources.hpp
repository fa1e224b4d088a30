#pragma once

#include "mtc/config.hpp"
#include "mtc/flat.hpp"
#include "workloads/psha/model/model.hpp"
#include "workloads/psha/model/point_cells.hpp"
#include "workloads/psha/source/mesh.hpp"
#include "workloads/psha/source_model/source_model.hpp"
#include "workloads/psha/source_model/surface_definition.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mtc::psha {

/// The arrays that describe sources, in the making.
class FlatSources {
public:
    explicit FlatSources(const Config& config)
        : config_{config}
    {}

    /// Appends a source of the group in row `group`.
    /// \throws InputError  naming the source: an area without a point or a spacing, a fault that has no mesh
    /// or is too coarse for a magnitude, a surface that is not in this version
    void add(const Source& source, std::uint32_t group, double weight);
    /// Makes room for all sources of these groups at once: lists that grow are twice in memory for a while.
    void reserve(std::span<const SourceGroup> groups);

    /// Gathers the points of the last group, which is in row `group`, in square cells and appends a source
    /// for each cell of several points: their mean, weighed by rates. Nothing where the points share their
    /// longitude or their latitude.
    /// \param spacing_km  side of the cells; 0: no cells
    void average_over_cells(std::uint32_t group, double spacing_km);

    [[nodiscard]] const std::vector<SourceRecord>& sources() const noexcept { return sources_; }
    /// Magnitudes of kite faults that are too large for their surface, for one remark; empty: none.
    [[nodiscard]] std::string too_large() const;
    void write(FlatWriter& writer) &&;

private:
    void add_points(const Source& source, SourceRecord& record);
    void add_fault(const Source& source, const FaultGeometry& fault, SourceRecord& record);
    void add_characteristic(const Source& source, const CharacteristicGeometry& fault, SourceRecord& record);
    void add_cell(std::uint32_t group, const std::vector<CellMember>& members);
    void add_ruptures(const NonParametricGeometry& geometry, SourceRecord& record);
    void add_multi_fault(const MultiFaultGeometry& geometry, SourceRecord& record);
    struct AddedSurface {
        std::uint32_t row = 0;
        std::optional<Mesh> mesh; // none of planes and parts
    };
    AddedSurface add_surface(const Surface& surface, double aspect_ratio = 1.0);
    AddedSurface add_definition(const SurfaceDefinition& definition);
    std::uint32_t add_parts(const std::vector<std::uint32_t>& rows, bool of_multi_fault);
    std::uint32_t add_section(const MultiFaultGeometry& geometry, std::uint32_t section);
    IndexRange add_bins(const std::vector<MagnitudeRate>& bins);
    [[nodiscard]] std::vector<PointRecord> points_of(const Source& source) const;

    const Config& config_;
    std::vector<SourceRecord> sources_;
    std::vector<std::string> ids_;
    std::vector<PointRecord> points_;
    std::vector<std::uint32_t> point_cells_; // [n_point], empty until there is a cell
    std::vector<std::uint64_t> ends_;
    std::vector<MagnitudeRecord> magnitudes_;
    std::vector<PlaneRecord> planes_;
    std::vector<DepthRecord> depths_;
    IndexRange last_planes_; ///< of the source before
    IndexRange last_depths_;
    std::vector<FaultRecord> faults_;
    std::vector<HypocentreRecord> hypocentres_;
    std::vector<RuptureRecord> ruptures_;
    std::vector<double> probabilities_;
    std::vector<SurfaceRecord> surfaces_;
    std::vector<std::uint32_t> surface_parts_;
    std::size_t n_too_large_ = 0;
    std::string first_too_large_;
    std::vector<std::uint32_t> section_rows_; // [section] of surfaces_, no_index where not yet added
    std::vector<IndexRange> surface_lines_;
    std::vector<geo::Point> surface_points_;
};

} // namespace mtc::psha
