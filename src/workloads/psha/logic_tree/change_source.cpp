#include "workloads/psha/logic_tree/change_source.hpp"

#include "mtc/error.hpp"

#include <algorithm>

namespace mtc::psha {
namespace {

using enum UncertaintyType;

/// A change of a certain source, which refusals name.
class Change {
public:
    Change(Source& source, const UncertaintyKind& kind, const SourceBranch& branch, const SurfaceArea& area)
        : source_{source}
        , kind_{kind}
        , branch_{branch}
        , area_{area}
    {}

    void apply()
    {
        if (!can_change(kind_.type, source_))
            refuse("it has no such value (by its kind, or after another branch has replaced it)");
        switch (kind_.type) {
        case ab_absolute:
        case ab_max_magnitude_absolute:
        case b_absolute:
        case b_relative:
        case max_magnitude_absolute:
        case max_magnitude_relative:
        case max_magnitude_of_area:
            for (MagnitudeDistribution& distribution : source_.distributions)
                change(std::get<TruncatedGutenbergRichter>(distribution));
            break;
        case incremental_absolute:
            source_.distributions = {std::get<Incremental>(branch_.value)};
            break;
        case gutenberg_richter_from_slip:
            for (MagnitudeDistribution& distribution : source_.distributions)
                distribution = slipping(std::get<TruncatedGutenbergRichter>(distribution));
            break;
        case magnitude_area_absolute:
            source_.magnitude_area = std::get<MagnitudeArea>(branch_.value);
            break;
        case lower_depth_absolute:
            change_lower_depth();
            break;
        case area_geometry_absolute:
            change_area();
            break;
        case simple_fault_dip_absolute:
            change_dip(number(0));
            break;
        case simple_fault_dip_relative:
            change_dip(trace_surface().dip + number(0));
            break;
        case simple_fault_geometry_absolute:
        case complex_fault_geometry_absolute:
            std::get<FaultGeometry>(source_.geometry).surface = std::get<Surface>(branch_.value);
            break;
        case characteristic_fault_geometry_absolute:
            std::get<CharacteristicGeometry>(source_.geometry).surface = std::get<Surface>(branch_.value);
            break;
        case source_model:
        case extend_model:
        case dummy:
            break;
        }
    }

private:
    [[noreturn]] void refuse(const std::string& problem) const
    {
        throw InputError(text(branch_.where, ": ", kind_.name, " of branch '", branch_.id,
                              "' for the source '", source_.id, "' at ", source_.where, ": ", problem));
    }

    [[nodiscard]] double number(std::size_t i) const
    {
        return std::get<std::vector<double>>(branch_.value)[i];
    }

    void change(TruncatedGutenbergRichter& d) const
    {
        const TruncatedGutenbergRichter before = d;
        switch (kind_.type) {
        case ab_max_magnitude_absolute:
            d.max_magnitude = number(2);
            [[fallthrough]];
        case ab_absolute:
            d.a_value = number(0);
            d.b_value = number(1);
            break;
        case b_absolute:
            d.b_value = number(0);
            break;
        case max_magnitude_absolute:
            d.max_magnitude = number(0);
            break;
        case b_relative:
            d.b_value += number(0);
            keep_moment_rate(before, d);
            break;
        case max_magnitude_relative:
            d.max_magnitude += number(0);
            keep_moment_rate(before, d);
            break;
        case max_magnitude_of_area:
            d.max_magnitude = magnitude_of_fault();
            break;
        default:
            break;
        }
        if (!(d.max_magnitude >= d.min_magnitude))
            refuse(text("the largest magnitude becomes ", d.max_magnitude, " (accepted: from the smallest, ",
                        d.min_magnitude, ", on)"));
    }

    [[nodiscard]] double magnitude_of_fault() const
    {
        const auto& fault = std::get<FaultGeometry>(source_.geometry);
        double area_km2 = 0.0;
        try {
            area_km2 = area_(fault.surface);
        } catch (const InputError& error) {
            refuse(error.what());
        }
        const std::optional<MagnitudeOfArea> magnitude =
            magnitude_of_area(source_.magnitude_area, area_km2, fault.rake);
        if (!magnitude)
            refuse(
                "its magScaleRel has no magnitude of an area (accepted: WC1994, StrasserInterface, "
                "ThingbaijamInterface, ThingbaijamStrikeSlip, CScalingMSR and those of Leonard). Give it by "
                "maxMagGRAbsolute?");
        return magnitude->median + number(0) * magnitude->sigma;
    }

    void keep_moment_rate(const TruncatedGutenbergRichter& before, TruncatedGutenbergRichter& d) const
    {
        try {
            d.a_value =
                a_value_of_moment_rate(moment_rate_of_a_value(before.a_value, before.b_value,
                                                              before.min_magnitude, before.max_magnitude),
                                       d.b_value, d.min_magnitude, d.max_magnitude);
        } catch (const InputError& error) {
            refuse(error.what());
        }
    }

    [[nodiscard]] SlippingGutenbergRichter slipping(const TruncatedGutenbergRichter& d) const
    {
        const auto& slip = std::get<FaultSlip>(branch_.value);
        return {.min_magnitude = d.min_magnitude,
                .max_magnitude = d.max_magnitude,
                .b_value = d.b_value,
                .slip_rate_mm = slip.rate_mm,
                .rigidity_gpa = slip.rigidity_gpa,
                .constant_term = slip.constant_term};
    }

    [[nodiscard]] SimpleFaultSurface& trace_surface() const
    {
        return std::get<SimpleFaultSurface>(std::get<FaultGeometry>(source_.geometry).surface);
    }

    void change_dip(double dip) const
    {
        if (!(dip > 0.0 && dip <= 90.0))
            refuse(text("the dip becomes ", dip, " (accepted: above 0, at most 90)"));
        trace_surface().dip = dip;
    }

    void check_depths(SeismogenicDepths within) const
    {
        if (!(within.lower > within.upper))
            refuse(text("the lower seismogenic depth becomes ", within.lower, " (accepted: below the upper, ",
                        within.upper, ")"));
        for (const DepthRecord& depth : source_.depths)
            if (depth.depth < within.upper || depth.depth > within.lower)
                refuse(text("its hypocentral depth ", depth.depth, " is outside the seismogenic depths ",
                            within.upper, " to ", within.lower));
    }

    void change_lower_depth() const
    {
        const bool is_fault = std::holds_alternative<FaultGeometry>(source_.geometry);
        SeismogenicDepths& depths = is_fault ? trace_surface().seismogenic : source_.seismogenic;
        depths.lower = number(0);
        check_depths(depths);
    }

    /// The source keeps its seismogenic depths, whatever the branch's are: as OpenQuake.
    void change_area() const
    {
        const auto& extent = std::get<AreaGeometry>(branch_.value);
        auto& area = std::get<AreaGeometry>(source_.geometry);
        area.polygon = extent.polygon;
        if (extent.discretization_km)
            area.discretization_km = extent.discretization_km;
    }

    Source& source_;
    const UncertaintyKind& kind_;
    const SourceBranch& branch_;
    const SurfaceArea& area_;
};

template <class Wanted>
bool floats_on(const Source& source)
{
    const auto* fault = std::get_if<FaultGeometry>(&source.geometry);
    return fault != nullptr && std::holds_alternative<Wanted>(fault->surface);
}

bool has_gutenberg_richter(const Source& source)
{
    return !source.distributions.empty() &&
           std::ranges::all_of(source.distributions, [](const MagnitudeDistribution& distribution) {
               return std::holds_alternative<TruncatedGutenbergRichter>(distribution);
           });
}

bool has_points(const Source& source)
{
    return std::holds_alternative<PointGeometry>(source.geometry) ||
           std::holds_alternative<MultiPointGeometry>(source.geometry) ||
           std::holds_alternative<AreaGeometry>(source.geometry);
}

} // namespace

bool can_change(UncertaintyType type, const Source& source) noexcept
{
    switch (type) {
    case ab_absolute:
    case ab_max_magnitude_absolute:
    case b_absolute:
    case b_relative:
    case max_magnitude_absolute:
    case max_magnitude_relative:
        return has_gutenberg_richter(source);
    case incremental_absolute:
        return !source.distributions.empty();
    case max_magnitude_of_area:
    case gutenberg_richter_from_slip:
        return std::holds_alternative<FaultGeometry>(source.geometry) && has_gutenberg_richter(source);
    case magnitude_area_absolute:
        return has_points(source) || std::holds_alternative<FaultGeometry>(source.geometry);
    case lower_depth_absolute:
        return has_points(source) || floats_on<SimpleFaultSurface>(source);
    case area_geometry_absolute:
        return std::holds_alternative<AreaGeometry>(source.geometry);
    case simple_fault_dip_absolute:
    case simple_fault_dip_relative:
    case simple_fault_geometry_absolute:
        return floats_on<SimpleFaultSurface>(source);
    case complex_fault_geometry_absolute:
        return floats_on<ComplexFaultSurface>(source);
    case characteristic_fault_geometry_absolute:
        return std::holds_alternative<CharacteristicGeometry>(source.geometry);
    case source_model:
    case extend_model:
    case dummy:
        break;
    }
    return false;
}

bool changes_nothing(const UncertaintyKind& kind, const UncertaintyValue& value) noexcept
{
    switch (kind.type) {
    case b_relative:
    case max_magnitude_relative:
    case simple_fault_dip_relative:
        return std::get<std::vector<double>>(value)[0] == 0.0;
    case source_model:
    case extend_model:
    case dummy:
        return true;
    default:
        return false;
    }
}

Source changed(Source source, const UncertaintyKind& kind, const SourceBranch& branch,
               const SurfaceArea& area)
{
    Change{source, kind, branch, area}.apply();
    return source;
}

} // namespace mtc::psha
