#include "workloads/psha/job/flat_sources.hpp"

#include "workloads/psha/geo/polygon.hpp"
#include "workloads/psha/model/index.hpp"
#include "workloads/psha/model/surfaces.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace mtc::psha {
namespace {

double area_spacing_km(const AreaGeometry& area, const Config& config)
{
    if (area.discretization_km)
        return *area.discretization_km;
    if (!config.has("area_source_discretization"))
        throw InputError("needs area_source_discretization, which the input does not give. Add "
                         "'area_source_discretization = 10'?");
    return config.number("area_source_discretization");
}

/// Appends records, or finds them where those of the source before are: many sources share one distribution.
template <class Record>
IndexRange append_or_reuse(std::vector<Record>& all, const std::vector<Record>& some, IndexRange& last)
{
    const auto before = std::span{all}.subspan(last.first, last.count);
    const auto same = [](const Record& a, const Record& b) { return std::memcmp(&a, &b, sizeof a) == 0; };
    if (!std::ranges::equal(before, some, same))
        last = append(all, some);
    return last;
}

/// As OpenQuake, which cuts a kite fault into one source for each magnitude of two decimals; bins that become
/// equal are one. A single bin keeps its digits.
std::vector<MagnitudeRate> in_hundredths(const std::vector<MagnitudeRate>& bins)
{
    std::vector<MagnitudeRate> rounded;
    for (const MagnitudeRate& bin : bins) {
        const double magnitude = std::round(bin.magnitude * 100.0) / 100.0;
        const auto same = std::ranges::find(rounded, magnitude, &MagnitudeRate::magnitude);
        if (same == rounded.end())
            rounded.push_back({magnitude, bin.annual_rate});
        else
            same->annual_rate += bin.annual_rate;
    }
    return rounded.size() == 1 ? bins : rounded;
}

/// As OpenQuake, which keeps the points of a multi-point source in single precision.
double in_single_precision(double degrees)
{
    return static_cast<double>(static_cast<float>(degrees));
}

} // namespace

std::vector<PointRecord> FlatSources::points_of(const Source& source) const
{
    std::vector<PointRecord> points;
    if (const auto* point = std::get_if<PointGeometry>(&source.geometry)) {
        points.push_back({.lon = point->location.lon, .lat = point->location.lat});
    } else if (const auto* multi = std::get_if<MultiPointGeometry>(&source.geometry)) {
        for (const geo::LonLat place : multi->locations)
            points.push_back({.lon = in_single_precision(place.lon), .lat = in_single_precision(place.lat)});
    } else {
        const auto& area = std::get<AreaGeometry>(source.geometry);
        const double spacing_km = area_spacing_km(area, config_);
        for (const geo::LonLat place : geo::discretised(area.polygon, spacing_km))
            points.push_back({.lon = place.lon, .lat = place.lat});
        if (points.empty())
            throw InputError(text("The area_source_discretization is too large (", spacing_km,
                                  " km): no point of the grid lies in it"));
    }
    return points;
}

IndexRange FlatSources::add_bins(const std::vector<MagnitudeRate>& bins)
{
    const IndexRange range{.first = to_index(magnitudes_.size()), .count = to_index(bins.size())};
    for (const MagnitudeRate& bin : bins)
        magnitudes_.push_back({.magnitude = bin.magnitude, .annual_rate = bin.annual_rate});
    (void)to_index(magnitudes_.size());
    return range;
}

void FlatSources::reserve(std::span<const SourceGroup> groups)
{
    std::size_t n_sources = 0;
    std::size_t n_points = 0; // those of areas are not known yet
    std::size_t n_magnitudes = 0;
    for (const SourceGroup& group : groups) {
        n_sources += group.sources.size();
        for (const Source& source : group.sources) {
            const auto* multi = std::get_if<MultiPointGeometry>(&source.geometry);
            n_points += multi != nullptr ? multi->locations.size() : source.planes.empty() ? 0 : 1;
            for (const std::vector<MagnitudeRate>& bins : source.bins)
                n_magnitudes += bins.size();
        }
    }
    sources_.reserve(n_sources);
    ids_.reserve(n_sources);
    points_.reserve(n_points);
    magnitudes_.reserve(n_magnitudes);
}

void FlatSources::add_points(const Source& source, SourceRecord& record)
{
    const std::vector<PointRecord> points = points_of(source);
    record.points = append(points_, points);
    record.planes = append_or_reuse(planes_, source.planes, last_planes_);
    record.depths = append_or_reuse(depths_, source.depths, last_depths_);
    if (source.kind == SourceKind::area)
        record.rate_factor = 1.0 / static_cast<double>(points.size());
    if (source.bins.size() == 1) {
        record.magnitudes = add_bins(source.bins.front());
        return;
    }
    record.ends = to_index(ends_.size());
    record.magnitudes.first = to_index(magnitudes_.size());
    for (const std::vector<MagnitudeRate>& bins : source.bins) {
        record.magnitudes.count += add_bins(bins).count;
        ends_.push_back(record.magnitudes.count);
    }
}

FlatSources::AddedSurface FlatSources::add_surface(const Surface& surface, double aspect_ratio)
{
    if (const auto* several = std::get_if<KiteSurfaces>(&surface)) {
        std::vector<std::uint32_t> rows;
        for (const KiteSurface& kite : several->kites)
            rows.push_back(add_definition(surface_definition(kite, config_)).row);
        return {.row = add_parts(rows, false), .mesh = std::nullopt};
    }
    return add_definition(surface_definition(surface, config_, aspect_ratio));
}

FlatSources::AddedSurface FlatSources::add_definition(const SurfaceDefinition& definition)
{
    SurfaceRecord record = definition.record;
    record.lines = {.first = to_index(surface_lines_.size()), .count = to_index(definition.lines.size())};
    for (const std::vector<geo::Point>& line : definition.lines)
        surface_lines_.push_back(append(surface_points_, line));
    AddedSurface added{.row = to_index(surfaces_.size()), .mesh = std::nullopt};
    if (record.shape != SurfaceShape::planes) {
        added.mesh = surface_mesh(record, {surface_lines_, surface_points_});
        record.n_rows = to_index(added.mesh->view().n_rows);
        record.n_columns = to_index(added.mesh->view().n_columns);
    }
    surfaces_.push_back(record);
    return added;
}

std::uint32_t FlatSources::add_parts(const std::vector<std::uint32_t>& rows, bool of_multi_fault)
{
    surfaces_.push_back({.shape = SurfaceShape::parts,
                         .n_columns = to_index(rows.size()),
                         .lines = append(surface_parts_, rows),
                         .of_multi_fault = of_multi_fault ? 1U : 0U});
    return to_index(surfaces_.size() - 1);
}

/// \returns its row, that of the first time: all sources have the same sections
std::uint32_t FlatSources::add_section(const MultiFaultGeometry& geometry, std::uint32_t section)
{
    section_rows_.resize(geometry.sections->size(), no_index);
    std::uint32_t& row = section_rows_[section];
    if (row != no_index)
        return row;
    const Section& added = (*geometry.sections)[section];
    SurfaceDefinition definition = surface_definition(added.surface, config_);
    definition.record.of_multi_fault = 1;
    try {
        return row = add_definition(definition).row;
    } catch (const InputError& error) {
        throw InputError(text("section '", added.id, "' at ", added.where, ": ", error.what()));
    }
}

void FlatSources::add_fault(const Source& source, const FaultGeometry& fault, SourceRecord& record)
{
    const AddedSurface surface = add_surface(fault.surface, source.aspect_ratio);
    if (!surface.mesh)
        throw InputError("ruptures do not float on planes. Make it a characteristic fault?");
    std::vector<HypocentreRecord> hypocentres;
    for (const HypocentreShare& share : fault.hypocentres)
        hypocentres.push_back({.along = share.along, .down = share.down, .weight = share.weight});
    const std::vector<MagnitudeRate> bins =
        source.kind == SourceKind::kite_fault ? in_hundredths(source.bins.front()) : source.bins.front();
    record.magnitudes = add_bins(bins);
    record.ends = to_index(ends_.size());
    std::vector<SubMesh> ruptures;
    std::uint64_t n_ruptures = 0;
    for (const MagnitudeRate& bin : bins) {
        ruptures.clear();
        append_floating_ruptures(surfaces_.back(), surface.mesh->view(),
                                 {source.magnitude_area, source.aspect_ratio, fault.rake}, bin.magnitude,
                                 ruptures);
        n_ruptures += ruptures.size();
        ends_.push_back(n_ruptures);
        if (ruptures.empty() && n_too_large_++ == 0)
            first_too_large_ = text("magnitude ", bin.magnitude, " of '", source.id, "' at ", source.where);
    }
    if (n_ruptures == 0)
        throw InputError(text("no rupture of any of its magnitudes fits on the surface (the least is ",
                              bins.front().magnitude, "). Is it a characteristicFaultSource?"));
    record.fault = to_index(faults_.size());
    faults_.push_back(
        {.surface = surface.row, .hypocentres = append(hypocentres_, hypocentres), .rake = fault.rake});
}

std::string FlatSources::too_large() const
{
    return n_too_large_ == 0
               ? ""
               : text(n_too_large_,
                      " magnitudes of kite faults have no rupture that fits on the surface and are "
                      "left out, as in OpenQuake; the first: ",
                      first_too_large_);
}

void FlatSources::add_characteristic(const Source& source, const CharacteristicGeometry& fault,
                                     SourceRecord& record)
{
    record.magnitudes = add_bins(source.bins.front());
    record.fault = to_index(faults_.size());
    faults_.push_back({.surface = add_surface(fault.surface).row, .rake = fault.rake});
}

void FlatSources::add_ruptures(const NonParametricGeometry& geometry, SourceRecord& record)
{
    record.ruptures.first = to_index(ruptures_.size());
    for (const ExplicitRupture& rupture : geometry.ruptures)
        ruptures_.push_back({.surface = add_surface(rupture.surface).row,
                             .probabilities = append(probabilities_, rupture.probabilities),
                             .magnitude = rupture.magnitude,
                             .rake = rupture.rake,
                             .hypocentre_lon = rupture.hypocentre.lon,
                             .hypocentre_lat = rupture.hypocentre.lat,
                             .hypocentre_depth = rupture.hypocentre.depth,
                             .weight = rupture.weight});
    record.ruptures.count = to_index(geometry.ruptures.size());
}

void FlatSources::add_multi_fault(const MultiFaultGeometry& geometry, SourceRecord& record)
{
    constexpr double own = std::numeric_limits<double>::quiet_NaN(); // hypocentres are the surfaces'
    const bool infer = config_.flag("infer_occur_rates");
    constexpr double least_rate = 1e-30; // as OpenQuake
    record.has_rates = infer ? 1 : 0;
    record.ruptures.first = to_index(ruptures_.size());
    std::vector<std::uint32_t> rows;
    for (const MultiFaultRupture& rupture : geometry.ruptures) {
        rows.clear();
        for (const std::uint32_t section : rupture.sections)
            rows.push_back(add_section(geometry, section));
        ruptures_.push_back(
            {.surface = add_parts(rows, true),
             .probabilities = infer ? IndexRange{} : append(probabilities_, rupture.probabilities),
             .magnitude = rupture.magnitude,
             .rake = rupture.rake,
             .hypocentre_lon = own,
             .hypocentre_lat = own,
             .hypocentre_depth = own,
             .annual_rate = infer ? std::max(-std::log(rupture.probabilities[0]), least_rate) : 0.0});
    }
    record.ruptures.count = to_index(geometry.ruptures.size());
}

void FlatSources::add(const Source& source, std::uint32_t group, double weight)
{
    SourceRecord record{.kind = source.kind,
                        .group = group,
                        .id = to_index(ids_.size()),
                        .magnitude_area = source.magnitude_area,
                        .upper_seismogenic_depth = source.seismogenic.upper,
                        .lower_seismogenic_depth = source.seismogenic.lower,
                        .aspect_ratio = source.aspect_ratio,
                        .weight = weight,
                        .dispersion = source.dispersion};
    try {
        if (const auto* fault = std::get_if<FaultGeometry>(&source.geometry))
            add_fault(source, *fault, record);
        else if (const auto* whole = std::get_if<CharacteristicGeometry>(&source.geometry))
            add_characteristic(source, *whole, record);
        else if (const auto* explicit_ones = std::get_if<NonParametricGeometry>(&source.geometry))
            add_ruptures(*explicit_ones, record);
        else if (const auto* multi_fault = std::get_if<MultiFaultGeometry>(&source.geometry))
            add_multi_fault(*multi_fault, record);
        else
            add_points(source, record);
    } catch (const InputError& error) {
        throw InputError(
            text(source.where, ": ", kind_name(source.kind), " source '", source.id, "': ", error.what()));
    }
    sources_.push_back(record);
    ids_.push_back(source.id);
}

void FlatSources::write(FlatWriter& writer) &&
{
    const auto move_to = [&](std::string_view name, auto& records) {
        writer.add(name, records);
        std::remove_reference_t<decltype(records)>{}.swap(records); // the writer has a copy
    };
    move_to("sources", sources_);
    writer.add_texts("source_ids", ids_);
    std::vector<std::string>{}.swap(ids_);
    if (!point_cells_.empty()) // later groups may have none
        point_cells_.resize(points_.size(), no_index);
    move_to("points", points_);
    move_to("point_cells", point_cells_);
    move_to("ends", ends_);
    move_to("magnitudes", magnitudes_);
    move_to("planes", planes_);
    move_to("depths", depths_);
    move_to("faults", faults_);
    move_to("hypocentres", hypocentres_);
    move_to("ruptures", ruptures_);
    move_to("probabilities", probabilities_);
    move_to("surfaces", surfaces_);
    move_to("surface_parts", surface_parts_);
    move_to("surface_lines", surface_lines_);
    move_to("surface_points", surface_points_);
}

} // namespace mtc::psha
