#include "workloads/psha/model/model.hpp"

namespace mtc::psha {

ModelView::ModelView(std::span<const std::byte> bytes)
    : reader{bytes}
    , sites{reader.get<Site>("sites")}
    , imts{reader.get<ImtRecord>("imts")}
    , levels{reader.get<double>("levels")}
    , sources{reader.get<SourceRecord>("sources")}
    , points{reader.get<PointRecord>("points")}
    , ends{reader.get<std::uint64_t>("ends")}
    , magnitudes{reader.get<MagnitudeRecord>("magnitudes")}
    , planes{reader.get<PlaneRecord>("planes")}
    , depths{reader.get<DepthRecord>("depths")}
    , faults{reader.get<FaultRecord>("faults")}
    , hypocentres{reader.get<HypocentreRecord>("hypocentres")}
    , ruptures{reader.get<RuptureRecord>("ruptures")}
    , probabilities{reader.get<double>("probabilities")}
    , surfaces{reader.get<SurfaceRecord>("surfaces")}
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
