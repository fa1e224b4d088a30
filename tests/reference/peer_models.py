#!/usr/bin/env python3
"""Writes the inputs of the PEER verification tests (inputs/peer), or with --check tells which differ from it.

Definitions: Thomas, Wong, Abrahamson (2010), PEER 2010/106 (set 1), and Hale, Abrahamson, Bozorgnia (2018),
PEER 2018/03 (sets 1 and 2). What the reports give as slip rates is turned into annual rates here; each formula
stands where it is used. OpenQuake's units throughout: km, degrees, N m.
"""

import argparse
import math
import pathlib
import sys

B_VALUE = 0.9
RIGIDITY = 3e10  # [Pa]
KM_PER_DEGREE = 6371.0 * math.pi / 180.0
LEVELS = [0.001, 0.01, 0.05] + [k / 20 for k in range(2, 13)] + [0.7, 0.8, 0.9, 1.0]  # [g]


# Annual rates. The moment released by a magnitude density, from magnitude 0 on, balances that of the slip.

def moment(magnitude):
    """[N m] lg M0 = 9.05 + 1.5 M"""
    return 10.0 ** (9.05 + 1.5 * magnitude)


def moment_rate(area_km2, slip_mm):
    """[N m / year]"""
    return RIGIDITY * area_km2 * 1e6 * slip_mm * 1e-3


def mean_moment(density, max_magnitude, n=400_000):
    """Integral of density times moment over [0, max_magnitude], by the midpoint rule. [N m]"""
    step = max_magnitude / n
    return sum(density((k + 0.5) * step) * moment((k + 0.5) * step) for k in range(n)) * step


def bins(cumulative, total_rate, min_magnitude, max_magnitude, width=0.1):
    """Rates of bins of magnitude between min and max."""
    n = round((max_magnitude - min_magnitude) / width)
    edges = [min_magnitude + k * width for k in range(n + 1)]
    return [total_rate * (cumulative(high) - cumulative(low)) for low, high in zip(edges, edges[1:])]


def delta_rate(magnitude, area_km2, slip_mm=2.0):
    return moment_rate(area_km2, slip_mm) / moment(magnitude)


def exponential_rates(area_km2, max_magnitude, slip_mm=2.0):
    """Truncated exponential distribution above magnitude 5."""
    beta = B_VALUE * math.log(10.0)
    total = moment_rate(area_km2, slip_mm) / mean_moment(lambda m: beta * math.exp(-beta * m), max_magnitude)
    return bins(lambda m: 1.0 - math.exp(-beta * m), total, 5.0, max_magnitude)


def normal_rates(area_km2, mean, sigma, max_magnitude, slip_mm=2.0):
    """Normal distribution, cut above max_magnitude."""
    def cumulative(m):
        return 0.5 * math.erf((m - mean) / sigma / math.sqrt(2.0))
    def density(m):
        return math.exp(-0.5 * ((m - mean) / sigma) ** 2) / (sigma * math.sqrt(2.0 * math.pi))
    return bins(cumulative, moment_rate(area_km2, slip_mm) / mean_moment(density, max_magnitude), 5.0, max_magnitude)


def characteristic_mfd(area_km2, max_magnitude, slip_mm, width=0.05):
    """Exponential up to max - 0.5, then flat at the density of max - 1.5: Youngs and Coppersmith (1985), eqs. 16, 17.
    A bin's edge must lie on both: maxima of 6.75 and 7 want bins of 0.05."""
    beta = B_VALUE * math.log(10.0)
    knee, flat = max_magnitude - 0.5, beta * math.exp(-beta * (max_magnitude - 1.5))
    def density(m):
        return beta * math.exp(-beta * m) if m < knee else flat
    def cumulative(m):
        return 1.0 - math.exp(-beta * min(m, knee)) + flat * max(m - knee, 0.0)
    total = moment_rate(area_km2, slip_mm) / mean_moment(density, max_magnitude)
    return incremental(5.0 + width / 2.0, bins(cumulative, total, 5.0, max_magnitude, width), width)


# Sources as NRML.

def incremental(min_magnitude, rates, width=0.1):
    return (f'<incrementalMFD minMag="{min_magnitude}" binWidth="{width}">'
            f'<occurRates>{" ".join(repr(rate) for rate in rates)}</occurRates></incrementalMFD>')


def delta(magnitude, rate):
    return incremental(magnitude, [rate])


def exponential_mfd(area_km2, max_magnitude):
    return incremental(5.05, exponential_rates(area_km2, max_magnitude))


def simple_fault(name, trace, dip, depths, rake, mfd, scaling="PeerMSR"):
    places = " ".join(f"{lon!r} {lat!r}" for lon, lat in trace)
    return f"""\
      <simpleFaultSource id="{name}" name="{name}">
        <simpleFaultGeometry>
          <gml:LineString><gml:posList>{places}</gml:posList></gml:LineString>
          <dip>{dip}</dip>
          <upperSeismoDepth>{depths[0]}</upperSeismoDepth>
          <lowerSeismoDepth>{depths[1]}</lowerSeismoDepth>
        </simpleFaultGeometry>
        <magScaleRel>{scaling}</magScaleRel>
        <ruptAspectRatio>2.0</ruptAspectRatio>
        {mfd}
        <rake>{rake}</rake>
      </simpleFaultSource>
"""


def circular_area(name, lon, lat, radius_km, depths, a_value):
    places = []
    for k in range(90):
        azimuth, angle = math.radians(4.0 * k), radius_km / 6371.0
        phi = math.radians(lat)
        y = math.asin(math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(azimuth))
        x = math.atan2(math.sin(azimuth) * math.sin(angle) * math.cos(phi), math.cos(angle) - math.sin(phi) * math.sin(y))
        places.append(f"{lon + math.degrees(x):.5f} {math.degrees(y):.5f}")
    hypocentres = "".join(f'<hypoDepth probability="{share!r}" depth="{depth}"/>' for share, depth in depths)
    return f"""\
      <areaSource id="{name}" name="{name}">
        <areaGeometry>
          <gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>
            {' '.join(places)}
          </gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>
          <upperSeismoDepth>0.0</upperSeismoDepth>
          <lowerSeismoDepth>20.0</lowerSeismoDepth>
        </areaGeometry>
        <magScaleRel>PointMSR</magScaleRel>
        <ruptAspectRatio>1.0</ruptAspectRatio>
        <truncGutenbergRichterMFD aValue="{a_value!r}" bValue="{B_VALUE}" minMag="5.0" maxMag="6.5"/>
        <nodalPlaneDist><nodalPlane probability="1.0" strike="0.0" dip="90.0" rake="0.0"/></nodalPlaneDist>
        <hypoDepthDist>{hypocentres}</hypoDepthDist>
      </areaSource>
"""


# The cases.

FAULT_1 = [(-122.0, 38.0), (-122.0, 38.2248)]  # 25 km, vertical, 0 to 12 km
FAULT_3 = [(-65.0, 0.38221), (-65.0, -0.38221)]  # 85 km, vertical, 0 to 12 km
EAST = 1.0 / KM_PER_DEGREE  # a trace lies at the surface: the top edge, 1 km deep at dip 45, is 1 km west of it
FAULT_4 = [(-65.0 + EAST, 0.38221), (-65.0 + EAST, -0.38221)]  # reverse, dips 45 degrees west, 1 to 12 km
FAULT_5 = [(-65.0, 0.1124), (-65.0, -0.1124)]  # 25 km, vertical
AREA_1, AREA_3, AREA_4 = 25.0 * 12.0, 85.0 * 12.0, 85.0 * 11.0 / math.sin(math.radians(45.0))  # [km2]

SITES_1 = ("-122.0 38.113, -122.114 38.113, -122.570 38.111, -122.0 38.000, -122.0 37.910, -122.0 38.2248, "
           "-122.0 38.225, -121.886 38.113")
SITES_2 = ("-64.91005 0.0, -65.04497 0.0, -65.08995 0.0, -65.1349 0.0, -65.22483 0.0, -65.009 -0.42718")
ROCK = ("reference_vs30_type = measured", "reference_vs30_value = 800.0",
        "reference_depth_to_1pt0km_per_sec = 1.0", "reference_depth_to_2pt5km_per_sec = 2.0")
FIRM = ("reference_vs30_type = measured", "reference_vs30_value = 760.0",
        "reference_depth_to_1pt0km_per_sec = 48.0", "reference_depth_to_2pt5km_per_sec = 0.607")


def fault_1(mfd, **more):
    return simple_fault("fault1", FAULT_1, 90.0, (0.0, 12.0), 0.0, mfd, **more)


def random_areas():
    """Case 1.3: lg A is normal about M - 4 with sigma 0.25, cut at 2 sigma: a source for each of 16 strips."""
    sources, n, reach, sigma = [], 16, 2.0, 0.25
    rate = delta_rate(6.0, AREA_1)
    def cumulative(x):
        return 0.5 * math.erf(x / math.sqrt(2.0))
    for k in range(n):
        low, high = (-reach + 2.0 * reach * (k + i) / n for i in (0, 1))
        share = (cumulative(high) - cumulative(low)) / (cumulative(reach) - cumulative(-reach))
        middle = 4.0 - sigma * 0.5 * (low + high)
        sources.append(simple_fault(f"area{k:02d}", FAULT_1, 90.0, (0.0, 12.0), 0.0, delta(6.0, rate * share),
                                    scaling=f"CScalingMSR(C={middle!r})"))
    return "".join(sources)


def triangular_depths():
    """Case 2.4b: hypocentres by a triangle 0, 10, 30 km over the depths that planes 7 km high attain, 1 km apart."""
    tops = range(0, 24)
    def density(depth):
        return depth / 10.0 if depth <= 10.0 else (30.0 - depth) / 20.0
    shares = [density(top + 3.5) for top in tops]
    rate = delta_rate(6.0, 25.0 * 30.0)
    return "".join(simple_fault(f"top{top:02d}", FAULT_5, 90.0, (float(top), float(top + 7)), 0.0,
                                delta(6.0, rate * share / sum(shares))) for top, share in zip(tops, shares))


def area_and_faults():
    """Case 2.1."""
    a_value = math.log10(0.0395 / (10.0 ** (-B_VALUE * 5.0) - 10.0 ** (-B_VALUE * 6.5)))
    def fault(name, west, east, lat, max_magnitude, slip_mm):
        length = (east - west) * KM_PER_DEGREE * math.cos(math.radians(lat))
        return simple_fault(name, [(west, lat), (east, lat)], 90.0, (0.0, 12.0), 0.0,
                            characteristic_mfd(12.0 * length, max_magnitude, slip_mm))
    return (circular_area("area2", -65.0, 0.0, 100.0, [(1.0 / 6.0, float(depth)) for depth in range(5, 11)], a_value)
            + fault("faultB", -65.38222, -64.61778, 0.44966, 7.0, 2.0)
            + fault("faultC", -65.22484, -64.77516, -0.22483, 6.75, 1.0))


def fault_3():
    return simple_fault("fault3", FAULT_3, 90.0, (0.0, 12.0), 0.0, exponential_mfd(AREA_3, 7.0))


def fault_4():
    return simple_fault("fault4", FAULT_4, 45.0, (1.0, 12.0), 90.0, delta(7.0, delta_rate(7.0, AREA_4)))


def fault_5():
    return simple_fault("fault5", FAULT_5, 90.0, (0.0, 30.0), 0.0, delta(6.0, delta_rate(6.0, 25.0 * 30.0)))


def cases():
    """name, what it tests, sources, model, truncation level, sites, site parameters"""
    sadigh = "SadighEtAl1997"
    floating = fault_1(delta(6.0, delta_rate(6.0, AREA_1)))
    set_1 = [
        ("01", "one rupture of the whole fault, no variability",
         fault_1(delta(6.5, delta_rate(6.5, AREA_1))), sadigh, 0),
        ("02", "floating ruptures, no variability", floating, sadigh, 0),
        ("03", "rupture areas that vary, no variability of ground motion", random_areas(), sadigh, 0),
        ("05", "truncated exponential magnitudes, no variability",
         fault_1(exponential_mfd(AREA_1, 6.5)), sadigh, 0),
        ("06", "normal magnitudes, no variability",
         fault_1(incremental(5.05, normal_rates(AREA_1, 6.2, 0.25, 6.5))), sadigh, 0),
        ("08a", "floating ruptures, ground motion without bound", floating, sadigh, 99),
        ("08b", "floating ruptures, ground motion within two sigma (both tails cut)", floating, sadigh, 2),
    ]
    set_2 = [
        ("01", "an area and two faults of characteristic magnitudes", area_and_faults(), sadigh, 99,
         "-65.0 0.0", ROCK),
        ("02a", "strike slip, Abrahamson et al. (2014)", fault_3(), "AbrahamsonEtAl2014", 99, SITES_2, FIRM),
        ("02b", "strike slip, Boore et al. (2014)", fault_3(), "BooreEtAl2014", 99, SITES_2, FIRM),
        ("02d", "strike slip, Chiou and Youngs (2014)", fault_3(), "ChiouYoungs2014", 99, SITES_2, FIRM),
        ("03a", "hanging wall, Abrahamson et al. (2014), no variability", fault_4(), "AbrahamsonEtAl2014", 0,
         SITES_2, FIRM),
        ("03c", "hanging wall, Campbell and Bozorgnia (2014), no variability", fault_4(), "CampbellBozorgnia2014",
         0, SITES_2, FIRM),
        ("04a", "depths uniform down dip, no variability", fault_5(), "ChiouYoungs2014", 0, "-65.009 0.0", FIRM),
        ("04b", "depths by a triangle, no variability", triangular_depths(), "ChiouYoungs2014", 0, "-65.009 0.0",
         FIRM),
    ]
    for name, tests, sources, model, truncation in set_1:
        yield f"set1_case{name}", tests, sources, model, truncation, SITES_1, ROCK
    for name, tests, sources, model, truncation, sites, parameters in set_2:
        yield f"set2_case{name}", tests, sources, model, truncation, sites, parameters


# The files.

HEAD = """\
<?xml version="1.0" encoding="utf-8"?>
<nrml xmlns="http://openquake.org/xmlns/nrml/0.5" xmlns:gml="http://www.opengis.net/gml">
"""


def files(name, tests, sources, model, truncation, sites, parameters):
    report = "PEER 2010/106 and 2018/03" if name.startswith("set1") else "PEER 2018/03"
    title = name.replace("_case", " case ").replace("set", "set ")
    lines = "\n".join(parameters)
    yield "job.ini", f"""\
# PEER verification test, {title}: {tests}. Reports: {report}.
# Written by tests/reference/peer_models.py.

[general]
description = PEER {title}
calculation_mode = classical

[geometry]
sites = {sites}

[logic_tree]
source_model_logic_tree_file = source_model_logic_tree.xml
gsim = {model}

[sources]
rupture_mesh_spacing = 1.0
width_of_mfd_bin = 0.1
area_source_discretization = 5.0
maximum_distance = 1000.0

[site_params]
{lines}

[hazard]
investigation_time = 1.0
truncation_level = {truncation}
intensity_measure_types_and_levels = {{"PGA": {LEVELS}}}
"""
    yield "source_model.xml", HEAD + f"""\
  <sourceModel name="PEER {title}">
    <sourceGroup name="faults" tectonicRegion="Active Shallow Crust">
{sources}\
    </sourceGroup>
  </sourceModel>
</nrml>
"""
    yield "source_model_logic_tree.xml", HEAD + """\
  <logicTree logicTreeID="sources">
    <logicTreeBranchSet branchSetID="only" uncertaintyType="sourceModel">
      <logicTreeBranch branchID="only">
        <uncertaintyModel>source_model.xml</uncertaintyModel>
        <uncertaintyWeight>1.0</uncertaintyWeight>
      </logicTreeBranch>
    </logicTreeBranchSet>
  </logicTree>
</nrml>
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="inputs/peer")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file differs")
    arguments = parser.parse_args()
    different = 0
    for case in cases():
        folder = arguments.folder / case[0]
        for name, content in files(*case):
            path = folder / name
            if arguments.check:
                if not path.is_file() or path.read_text() != content:
                    print(f"{path} is not what {parser.prog} writes", file=sys.stderr)
                    different += 1
            else:
                folder.mkdir(parents=True, exist_ok=True)
                path.write_text(content)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
