#include "workloads/psha/model/model.hpp"

namespace mtc::psha {

std::string_view kind_name(SourceKind kind) noexcept
{
    switch (kind) {
    case SourceKind::point:
        return "point";
    case SourceKind::multi_point:
        return "multi-point";
    case SourceKind::area:
        return "area";
    case SourceKind::simple_fault:
        return "simple fault";
    case SourceKind::complex_fault:
        return "complex fault";
    case SourceKind::characteristic_fault:
        return "characteristic fault";
    case SourceKind::non_parametric:
        return "non-parametric";
    case SourceKind::kite_fault:
        return "kite fault";
    case SourceKind::multi_fault:
        return "multi-fault";
    case SourceKind::point_cell:
        return "cell of points";
    }
    return "unknown";
}

IndexRange magnitudes_at(const SourceRecord& source, std::span<const std::uint64_t> ends,
                         std::uint32_t point) noexcept
{
    if (source.ends == no_index)
        return source.magnitudes;
    const std::uint32_t i = point - source.points.first;
    const std::uint64_t first = i == 0 ? 0 : ends[source.ends + i - 1];
    return {source.magnitudes.first + static_cast<std::uint32_t>(first),
            static_cast<std::uint32_t>(ends[source.ends + i] - first)};
}

ModelView::ModelView(std::span<const std::byte> bytes)
    : reader{bytes}
    , sites{reader.get<Site>("sites")}
    , imts{reader.get<ImtRecord>("imts")}
    , levels{reader.get<double>("levels")}
    , sources{reader.get<SourceRecord>("sources")}
    , points{reader.get<PointRecord>("points")}
    , point_cells{reader.get<std::uint32_t>("point_cells")}
    , ends{reader.get<std::uint64_t>("ends")}
    , magnitudes{reader.get<MagnitudeRecord>("magnitudes")}
    , planes{reader.get<PlaneRecord>("planes")}
    , depths{reader.get<DepthRecord>("depths")}
    , faults{reader.get<FaultRecord>("faults")}
    , hypocentres{reader.get<HypocentreRecord>("hypocentres")}
    , ruptures{reader.get<RuptureRecord>("ruptures")}
    , probabilities{reader.get<double>("probabilities")}
    , surfaces{reader.get<SurfaceRecord>("surfaces")}
    , surface_parts{reader.get<std::uint32_t>("surface_parts")}
    , surface_lines{reader.get<IndexRange>("surface_lines")}
    , surface_points{reader.get<geo::Point>("surface_points")}
    , groups{reader.get<GroupRecord>("groups")}
    , group_models{reader.get<GroupModelRecord>("group_models")}
    , max_distances{reader.get<MaxDistanceRecord>("max_distances")}
    , realizations{reader.get<RealizationRecord>("realizations")}
    , realization_group_models{reader.get<std::uint32_t>("realization_group_models")}
    , statistics{reader.get<StatisticRecord>("statistics")}
    , poes{reader.get<double>("poes")}
    , job{&reader.get_one<JobRecord>("job")}
{}

} // namespace mtc::psha
