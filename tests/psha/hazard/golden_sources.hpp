#pragma once

#include "psha/source/golden_faults.hpp"
#include "workloads/psha/source_model/source_model.hpp"

namespace mtc::test {

inline std::vector<psha::MagnitudeRate> golden_point_bins()
{
    return psha::truncated_gutenberg_richter(5.0, 6.5, 0.5, 3.0, 0.9);
}

inline psha::Source golden_point()
{
    psha::Source source;
    source.id = "point";
    source.geometry = psha::PointGeometry{{10.05, 45.02}};
    source.seismogenic = {0.0, 10.0};
    source.aspect_ratio = 1.5;
    source.planes = {{0.6, 20, 60, 90}, {0.4, 135, 90, 0}};
    source.depths = {{0.3, 3.0}, {0.7, 8.0}};
    source.bins = {golden_point_bins()};
    return source;
}

inline psha::Source golden_area()
{
    psha::Source source = golden_point();
    source.id = "area";
    source.kind = psha::SourceKind::area;
    source.geometry = psha::AreaGeometry{{{9.5, 44.5}, {10.5, 44.4}, {10.7, 45.2}, {9.8, 45.5}}, 10.0};
    return source;
}

inline psha::Source golden_simple()
{
    psha::Source source;
    source.id = "simple";
    source.kind = psha::SourceKind::simple_fault;
    source.geometry = psha::FaultGeometry{
        .surface = psha::SimpleFaultSurface{{{9.9, 44.9}, {10.05, 45.0}, {10.1, 45.15}}, 55.0, {1.0, 13.0}},
        .rake = 90.0};
    source.aspect_ratio = 1.5;
    source.bins = {{{6.0, 0.01}, {6.5, 0.003}, {7.2, 0.0005}}};
    return source;
}

inline psha::Source golden_complex()
{
    psha::Source source;
    source.id = "complex";
    source.kind = psha::SourceKind::complex_fault;
    source.geometry = psha::FaultGeometry{.surface = psha::ComplexFaultSurface{golden_edges()}, .rake = 90.0};
    source.aspect_ratio = 1.5;
    source.bins = {{{6.5, 0.01}, {7.0, 0.004}, {7.6, 0.001}}};
    return source;
}

/// Breaks one plane, whatever the magnitude.
inline psha::Source characteristic_plane()
{
    psha::Source source;
    source.id = "whole";
    source.kind = psha::SourceKind::characteristic_fault;
    source.geometry = psha::CharacteristicGeometry{
        psha::PlanarSurfaces{
            {{{10.0, 45.0, 1.0}, {10.2, 45.1, 1.0}, {10.05, 44.95, 10.0}, {10.25, 45.05, 10.0}}}},
        90.0};
    source.bins = {{{6.5, 0.02}, {7.0, 0.003}}};
    return source;
}

inline psha::Source kite_fault()
{
    psha::Source source = golden_simple();
    source.id = "kite";
    source.kind = psha::SourceKind::kite_fault;
    source.geometry =
        psha::FaultGeometry{.surface = psha::KiteSurface{.profiles = {{{9.7, 45.1, 1}, {9.7, 45.22, 12}},
                                                                      {{9.95, 45.12, 1}, {9.95, 45.26, 15}},
                                                                      {{10.1, 45.2, 1}, {10.1, 45.3, 12}}}},
                            .rake = 90.0};
    source.bins = {{{6.2, 0.005}, {6.6, 0.0005}}};
    return source;
}

} // namespace mtc::test
