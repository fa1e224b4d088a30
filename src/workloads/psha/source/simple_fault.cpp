#include "workloads/psha/source/simple_fault.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/geo/polygon.hpp"
#include "workloads/psha/geo/projection.hpp"
#include "workloads/psha/source/stepping.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace mtc::psha {
namespace {

void check_geometry(std::span<const geo::LonLat> trace, double dip, SeismogenicDepths seismogenic,
                    double spacing_km)
{
    if (!(spacing_km > 0.0))
        throw InputError(text("rupture_mesh_spacing = ", spacing_km, " km (must be above 0)"));
    if (trace.size() < 2)
        throw InputError(
            text("fault trace of ", trace.size(), " points (at least 2 that differ are needed)"));
    if (geo::crosses_itself(trace))
        throw InputError(
            text("fault trace from ", trace[0].lon, " ", trace[0].lat,
                 " intersects itself (a simple fault's trace must not). Are its points in order?"));
    if (!(dip > 0.0 && dip <= 90.0))
        throw InputError(text("dip = ", dip,
                              " (accepted: above 0, at most 90). For a fault that dips to the "
                              "left, give the trace from the other end?"));
    if (!(seismogenic.upper >= 0.0))
        throw InputError(
            text("upperSeismoDepth = ", seismogenic.upper, " (must be at least 0, the depth of the trace)"));
    if (!(seismogenic.lower > seismogenic.upper))
        throw InputError(text("lowerSeismoDepth = ", seismogenic.lower,
                              " (must be below upperSeismoDepth = ", seismogenic.upper, "). Exchange them?"));
}

/// Without points that repeat the one before.
std::vector<geo::LonLat> without_repeats(std::span<const geo::LonLat> trace)
{
    std::vector<geo::LonLat> result;
    std::ranges::unique_copy(
        trace, std::back_inserter(result),
        [](const geo::LonLat& a, const geo::LonLat& b) { return a.lon == b.lon && a.lat == b.lat; });
    return result;
}

std::size_t rounded(double value)
{
    return static_cast<std::size_t>(std::round(value));
}

} // namespace

std::vector<geo::LonLat> resampled_trace(std::span<const geo::LonLat> trace, double spacing_km)
{
    const std::vector<geo::LonLat> places = geo::unwrapped(trace);
    const geo::OrthographicProjection projection{geo::bounding_box(places)};
    std::vector<DeepPoint> in_plane;
    in_plane.reserve(places.size());
    for (const geo::LonLat place : places) {
        const geo::PlanePoint point = projection.forward(place);
        in_plane.push_back({point.x, point.y, 0.0});
    }
    std::vector<geo::LonLat> result;
    for (const DeepPoint& point : nearest_steps(in_plane, spacing_km)) {
        const geo::LonLat place = projection.inverse({point.x, point.y});
        result.push_back({geo::normalised_lon(place.lon), place.lat});
    }
    result[0] = trace[0];
    return result;
}

Mesh simple_fault_mesh(std::span<const geo::LonLat> trace_points, double dip, SeismogenicDepths seismogenic,
                       double spacing_km)
{
    const std::vector<geo::LonLat> trace = without_repeats(trace_points);
    check_geometry(trace, dip, seismogenic, spacing_km);
    const std::vector<geo::LonLat> columns = resampled_trace(trace, spacing_km);
    const double dip_direction = geo::azimuth_deg(trace.front(), trace.back()) + 90.0;
    const double across_per_depth = dip == 90.0 ? 0.0 : 1.0 / std::tan(dip * geo::radians_per_degree);
    const auto at_depth = [&](geo::LonLat place, double depth) {
        return depth == 0.0 ? place : geo::destination(place, dip_direction, depth * across_per_depth);
    };

    // All columns have as many rows: the distances differ in the tenth digit, hence the rounding.
    const double vertical = seismogenic.lower - seismogenic.upper;
    const geo::LonLat first_top = at_depth(columns[0], seismogenic.upper);
    const double first_length =
        std::hypot(geo::distance_km(first_top, at_depth(columns[0], seismogenic.lower)), vertical);
    const std::size_t n_steps =
        std::max<std::size_t>(1, rounded(std::round(first_length * 1e7) / 1e7 / spacing_km));

    std::vector<geo::Point> points((n_steps + 1) * columns.size());
    for (std::size_t column = 0; column < columns.size(); ++column) {
        const geo::LonLat top = at_depth(columns[column], seismogenic.upper);
        const geo::LonLat bottom = at_depth(columns[column], seismogenic.lower);
        const double azimuth = geo::azimuth_deg(top, bottom);
        const double horizontal = geo::distance_km(top, bottom);
        const double per_step = spacing_km / (std::round(std::hypot(horizontal, vertical) * 1e7) / 1e7);
        for (std::size_t row = 0; row <= n_steps; ++row) {
            const double part = static_cast<double>(row) * per_step;
            const geo::LonLat place = row == 0 ? top : geo::destination(top, azimuth, horizontal * part);
            points[row * columns.size() + column] = {place.lon, place.lat,
                                                     seismogenic.upper + vertical * part};
        }
    }
    return {n_steps + 1, columns.size(), CellsAveraged::first_row_and_column, std::move(points)};
}

SlidingRupture simple_fault_ruptures(const MeshView& mesh, double spacing_km, MagnitudeArea relation,
                                     double aspect_ratio, double rake, double magnitude)
{
    const double fault_length = static_cast<double>(mesh.n_columns - 1) * spacing_km;
    const double fault_width = static_cast<double>(mesh.n_rows - 1) * spacing_km;
    const double area = median_area_km2(relation, magnitude, rake);
    double length = std::sqrt(area * aspect_ratio);
    double width = area / length;
    if (area >= fault_length * fault_width) {
        length = fault_length;
        width = fault_width;
    } else if (width > fault_width) { // keep the area
        length *= width / fault_width;
        width = fault_width;
    } else if (length > fault_length) {
        width *= length / fault_length;
        length = fault_length;
    }
    const std::size_t n_rows = std::min(rounded(width / spacing_km) + 1, mesh.n_rows);
    const std::size_t n_columns = std::min(rounded(length / spacing_km) + 1, mesh.n_columns);
    if (n_rows == 1 && n_columns == 1)
        throw InputError(text("mesh spacing ", spacing_km, " is too high to represent ruptures of magnitude ",
                              magnitude, " (they are ", length, " km by ", width,
                              " km). Lower rupture_mesh_spacing, or raise the least magnitude?"));
    return {static_cast<std::uint32_t>(n_rows), static_cast<std::uint32_t>(n_columns),
            static_cast<std::uint32_t>(mesh.n_rows - n_rows + 1),
            static_cast<std::uint32_t>(mesh.n_columns - n_columns + 1)};
}

} // namespace mtc::psha
