#!/usr/bin/env python3
"""Writes a hazard job of a wanted size for the benchmarks.

    make_hazard_job.py KIND FOLDER [--ruptures N] [--sites N] [--models N] [--imts N] [--levels N] [--spacing KM] [--length KM] [--alike]

KIND is the shape of the sources: `area` (points of a grid, nine magnitudes, two planes and two depths each: ruptures
come in steps of 36), `plain-area` (one plane and depth; eight magnitudes), `simple` or `complex` (a fault on which
ruptures float). FOLDER gets job.ini and the files that it names. All sites are within reach of all ruptures.
"""
import argparse
import math
import os

NRML = '<?xml version="1.0" encoding="utf-8"?>\n<nrml xmlns="http://openquake.org/xmlns/nrml/0.5" xmlns:gml="http://www.opengis.net/gml">\n'
CRUST = "Active Shallow Crust"
MODELS = ["BooreAtkinson2008", "ChiouYoungs2008", "AkkarBommer2010", "CauzziFaccioli2008", "ZhaoEtAl2006Asc",
          "CampbellBozorgnia2008", "AbrahamsonSilva2008", "BooreEtAl2014", "CampbellBozorgnia2014", "ChiouYoungs2014"]
IMTS = ["PGA", "SA(0.2)", "SA(1.0)", "SA(0.1)", "SA(0.05)", "SA(0.5)", "SA(2.0)", "PGV", "SA(0.025)"]
KM = 1 / 111.19492664455873  # degrees of latitude


def text(values):
    return " ".join(f"{value:.6f}" for value in values)


def area(n_points, plain):
    """Points of a square grid of 10 km, by a multiPointSource: its number of ruptures is exact."""
    n_columns = math.ceil(math.sqrt(n_points))
    places = [(9.5 + 10 * KM * (i % n_columns), 44.5 + 10 * KM * (i // n_columns)) for i in range(n_points)]
    positions = text(x for place in places for x in place)
    planes = [(1.0, 0, 90, 0)] if plain else [(0.6, 0, 90, 0), (0.4, 120, 50, 90)]
    depths = [(1.0, 5.0)] if plain else [(0.5, 6.0), (0.5, 12.0)]
    bins, width = (8, 0.2) if plain else (9, 0.25)
    rates = text(10 ** (1.5 - 0.9 * width * k) / n_points for k in range(bins))
    return f"""      <multiPointSource id="area" name="area">
        <multiPointGeometry>
          <gml:posList>{positions}</gml:posList>
          <upperSeismoDepth>0.0</upperSeismoDepth><lowerSeismoDepth>{10.0 if plain else 20.0}</lowerSeismoDepth>
        </multiPointGeometry>
        <magScaleRel>WC1994</magScaleRel><ruptAspectRatio>1.0</ruptAspectRatio>
        <multiMFD kind="incrementalMFD" size="{n_points}">
          <bin_width>{width}</bin_width><min_mag>5.1</min_mag>
          <occurRates>{rates}</occurRates><lengths>{bins}</lengths>
        </multiMFD>
        <nodalPlaneDist>
""" + "".join(f'          <nodalPlane probability="{p}" strike="{s}" dip="{d}" rake="{r}"/>\n' for p, s, d, r in planes) + """        </nodalPlaneDist>
        <hypoDepthDist>
""" + "".join(f'          <hypoDepth probability="{p}" depth="{d}"/>\n' for p, d in depths) + """        </hypoDepthDist>
      </multiPointSource>
"""


def fault(kind, length_km):
    """A fault whose ruptures float; the length sets their number."""
    end = 10.0 + length_km * KM / math.cos(math.radians(45.0))
    if kind == "simple":
        geometry = f"""        <simpleFaultGeometry>
          <gml:LineString><gml:posList>{text([10.0, 45.0, (10.0 + end) / 2, 45.1, end, 45.1])}</gml:posList></gml:LineString>
          <dip>30.0</dip><upperSeismoDepth>5.0</upperSeismoDepth><lowerSeismoDepth>15.0</lowerSeismoDepth>
        </simpleFaultGeometry>
"""
    else:
        def edge(tag, south_km, depths):
            places = [(10.0, 45.0), ((10.0 + end) / 2, 45.08), (end, 45.2)]
            positions = text(x for (lon, lat), depth in zip(places, depths) for x in (lon, lat - south_km * KM, depth))
            return f"          <{tag}><gml:LineString><gml:posList>{positions}</gml:posList></gml:LineString></{tag}>\n"
        geometry = ("        <complexFaultGeometry>\n" + edge("faultTopEdge", 0.0, (2.0, 4.0, 7.0))
                    + edge("intermediateEdge", 15.0, (4.0, 10.0, 20.0)) + edge("faultBottomEdge", 38.0, (8.0, 16.0, 34.0))
                    + "        </complexFaultGeometry>\n")
    most = 6.9 if kind == "simple" else 7.4
    rates = text(10 ** (-2.0 - 0.09 * k) for k in range(round((most - 6.5) / 0.1) + 1))
    return f"""      <{kind}FaultSource id="fault" name="fault">
{geometry}        <magScaleRel>WC1994</magScaleRel><ruptAspectRatio>2.0</ruptAspectRatio>
        <incrementalMFD minMag="6.55" binWidth="0.1"><occurRates>{rates}</occurRates></incrementalMFD>
        <rake>90.0</rake>
      </{kind}FaultSource>
"""


def alike(n):
    return [MODELS[0]] + [f"[ModifiableGMPE]\ngmpe.{MODELS[0]} = {{}}\nset_scale_total_sigma_scalar.scaling_factor = {1 + 1e-3 * i:.3f}\n"
                          for i in range(1, n)]


def branches(models):
    weight = 1 / len(models)
    return "".join(
        f'      <logicTreeBranch branchID="m{i}"><uncertaintyModel>{m}</uncertaintyModel>'
        f"<uncertaintyWeight>{weight if i else 1 - weight * (len(models) - 1)!r}</uncertaintyWeight></logicTreeBranch>\n"
        for i, m in enumerate(models))


def site_grid(n, spacing_km):
    """About as many rows as columns around the sources."""
    n_rows = next(d for d in range(int(math.sqrt(n)), 0, -1) if n % d == 0)
    n_columns = n // n_rows
    if n_columns > 8 * n_rows:  # a number without divisors: an incomplete last row
        n_rows = n_columns = math.ceil(math.sqrt(n))
    east = spacing_km * KM / math.cos(math.radians(45.0))
    west, south = 10.1 - (n_columns - 1) / 2 * east, 45.0 - (n_rows - 1) / 2 * spacing_km * KM
    return "".join(f"{west + east * (i % n_columns):.5f},{south + spacing_km * KM * (i // n_columns):.5f}\n" for i in range(n))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["area", "plain-area", "simple", "complex"])
    parser.add_argument("folder")
    parser.add_argument("--ruptures", type=int, default=4356, help="of areas")
    parser.add_argument("--length", type=float, default=80.0, help="of faults [km]: sets the number of their ruptures")
    parser.add_argument("--sites", type=int, default=2000)
    parser.add_argument("--models", type=int, default=3)
    parser.add_argument("--alike", action="store_true", help="models are one model with standard deviations of its own for each")
    parser.add_argument("--imts", type=int, default=4, help="intensity measure types")
    parser.add_argument("--levels", type=int, default=20, help="levels of each")
    parser.add_argument("--spacing", type=float, default=5.0, help="of the sites [km]")
    wish = parser.parse_args()
    per_point = 8 if wish.kind == "plain-area" else 36
    sources = fault(wish.kind, wish.length) if wish.kind in ("simple", "complex") else area(
        max(1, round(wish.ruptures / per_point)), wish.kind == "plain-area")
    levels = ", ".join(
        f'"{imt}": logscale({2.0 if imt == "PGV" else 0.005}, {300.0 if imt == "PGV" else 2.13}, {wish.levels})'
        for imt in IMTS[:wish.imts])
    files = {
        "sources.xml": NRML + f'  <sourceModel name="benchmark">\n    <sourceGroup name="all" tectonicRegion="{CRUST}">\n'
        + sources + "    </sourceGroup>\n  </sourceModel>\n</nrml>\n",
        "source_tree.xml": NRML + '  <logicTree logicTreeID="sources">\n    <logicTreeBranchSet branchSetID="all" '
        'uncertaintyType="sourceModel">\n      <logicTreeBranch branchID="one"><uncertaintyModel>sources.xml'
        "</uncertaintyModel><uncertaintyWeight>1.0</uncertaintyWeight></logicTreeBranch>\n    </logicTreeBranchSet>\n"
        "  </logicTree>\n</nrml>\n",
        "gsim_tree.xml": NRML + f'  <logicTree logicTreeID="ground_motion">\n    <logicTreeBranchSet branchSetID="models" '
        f'uncertaintyType="gmpeModel" applyToTectonicRegionType="{CRUST}">\n' + branches(alike(wish.models) if wish.alike else MODELS[:wish.models])
        + "    </logicTreeBranchSet>\n  </logicTree>\n</nrml>\n",
        "sites.csv": site_grid(wish.sites, wish.spacing),
        "job.ini": f"""[general]
description = Benchmark: {wish.kind}, {wish.sites} sites, {wish.models} models, {wish.imts} x {wish.levels} levels
calculation_mode = classical
sites_csv = sites.csv
number_of_logic_tree_samples = 0
source_model_logic_tree_file = source_tree.xml
gsim_logic_tree_file = gsim_tree.xml
width_of_mfd_bin = 0.1
rupture_mesh_spacing = 2.0
complex_fault_mesh_spacing = 5.0
maximum_distance = 1000.0
pointsource_distance = 1000.0
reference_vs30_type = measured
reference_vs30_value = 600.0
reference_depth_to_1pt0km_per_sec = 100.0
reference_depth_to_2pt5km_per_sec = 5.0
investigation_time = 50.0
truncation_level = 3
intensity_measure_types_and_levels = {{{levels}}}
mean = true
""",
    }
    os.makedirs(wish.folder, exist_ok=True)
    for name, content in files.items():
        with open(os.path.join(wish.folder, name), "w", encoding="utf-8") as out:
            out.write(content)


if __name__ == "__main__":
    main()
