#!/usr/bin/env python3
"""Writes a hazard job of one huge source beside many small ones, which no file order and no weight spreads evenly.

    make_skewed_model.py FOLDER [--huge area|complex] [--points N] [--sites KM]

FOLDER gets job.ini and the files that it names. The huge source is an area of some 250 x 250 km, or a subduction
interface of 400 x 100 km on a mesh of 5 km; it costs about as much as all of the N (1000) small point sources together.
"""
import argparse
import os
import random

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<nrml xmlns="http://openquake.org/xmlns/nrml/0.5" xmlns:gml="http://www.opengis.net/gml">\n'
CRUST, INTERFACE = "Active Shallow Crust", "Subduction Interface"


def point(i, draw):
    return f"""      <pointSource id="p{i}" name="small {i}">
        <pointGeometry>
          <gml:Point><gml:pos>{draw.uniform(19.0, 22.0):.4f} {draw.uniform(39.0, 42.0):.4f}</gml:pos></gml:Point>
          <upperSeismoDepth>0.0</upperSeismoDepth><lowerSeismoDepth>20.0</lowerSeismoDepth>
        </pointGeometry>
        <magScaleRel>WC1994</magScaleRel><ruptAspectRatio>1.5</ruptAspectRatio>
        <truncGutenbergRichterMFD aValue="2.0" bValue="1.0" minMag="5.0" maxMag="{draw.choice([5.5, 6.0, 7.0])}"/>
        <nodalPlaneDist><nodalPlane probability="1.0" strike="{draw.randrange(360)}.0" dip="60.0" rake="-90.0"/></nodalPlaneDist>
        <hypoDepthDist><hypoDepth probability="1.0" depth="9.0"/></hypoDepthDist>
      </pointSource>
"""


AREA = """      <areaSource id="huge" name="huge area">
        <areaGeometry>
          <gml:Polygon><gml:exterior><gml:LinearRing>
            <gml:posList>19.0 39.4 19.0 41.6 22.0 41.6 22.0 39.4</gml:posList>
          </gml:LinearRing></gml:exterior></gml:Polygon>
          <upperSeismoDepth>0.0</upperSeismoDepth><lowerSeismoDepth>20.0</lowerSeismoDepth>
        </areaGeometry>
        <magScaleRel>WC1994</magScaleRel><ruptAspectRatio>1.5</ruptAspectRatio>
        <truncGutenbergRichterMFD aValue="4.5" bValue="1.0" minMag="5.0" maxMag="7.0"/>
        <nodalPlaneDist>
          <nodalPlane probability="0.6" strike="0.0" dip="90.0" rake="0.0"/>
          <nodalPlane probability="0.4" strike="120.0" dip="50.0" rake="90.0"/>
        </nodalPlaneDist>
        <hypoDepthDist><hypoDepth probability="0.5" depth="6.0"/><hypoDepth probability="0.5" depth="12.0"/></hypoDepthDist>
      </areaSource>
"""


def edge(tag, longitude, depth):
    points = " ".join(f"{longitude + 0.1 * k % 0.3:.2f} {38.5 + 0.9 * k:.2f} {depth:.1f}" for k in range(5))
    return f"          <{tag}><gml:LineString><gml:posList>{points}</gml:posList></gml:LineString></{tag}>\n"


def interface():
    return (
        '      <complexFaultSource id="huge" name="huge interface">\n        <complexFaultGeometry>\n'
        + edge("faultTopEdge", 18.6, 5.0) + edge("intermediateEdge", 19.1, 20.0) + edge("faultBottomEdge", 19.6, 45.0)
        + """        </complexFaultGeometry>
        <magScaleRel>WC1994</magScaleRel><ruptAspectRatio>1.5</ruptAspectRatio>
        <truncGutenbergRichterMFD aValue="4.8" bValue="1.0" minMag="6.0" maxMag="8.5"/>
        <rake>90.0</rake>
      </complexFaultSource>
"""
    )


def group(name, region, sources):
    return f'    <sourceGroup name="{name}" tectonicRegion="{region}">\n{sources}    </sourceGroup>\n'


def branch(region, model):
    return f"""    <logicTreeBranchSet branchSetID="{region.split()[0]}" uncertaintyType="gmpeModel" applyToTectonicRegionType="{region}">
      <logicTreeBranch branchID="{model}"><uncertaintyModel>{model}</uncertaintyModel><uncertaintyWeight>1.0</uncertaintyWeight></logicTreeBranch>
    </logicTreeBranchSet>
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--huge", choices=["area", "complex"], default="area")
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--sites", type=float, default=20.0, help="spacing of the grid of sites [km]")
    wish = parser.parse_args()
    draw = random.Random(7)
    points = "".join(point(i, draw) for i in range(wish.points))
    huge = AREA if wish.huge == "area" else interface()
    region = CRUST if wish.huge == "area" else INTERFACE
    files = {
        "sources.xml": HEAD + '  <sourceModel name="one huge, many small">\n' + group("huge", region, huge)
        + group("small", CRUST, points) + "  </sourceModel>\n</nrml>\n",
        "source_tree.xml": HEAD + '  <logicTree logicTreeID="sources">\n    <logicTreeBranchSet branchSetID="all" '
        'uncertaintyType="sourceModel">\n      <logicTreeBranch branchID="one"><uncertaintyModel>sources.xml'
        "</uncertaintyModel><uncertaintyWeight>1.0</uncertaintyWeight></logicTreeBranch>\n    </logicTreeBranchSet>\n"
        "  </logicTree>\n</nrml>\n",
        "gsim_tree.xml": HEAD + '  <logicTree logicTreeID="ground_motion">\n' + branch(CRUST, "BooreAtkinson2008")
        + (branch(INTERFACE, "YoungsEtAl1997SInter") if wish.huge == "complex" else "") + "  </logicTree>\n</nrml>\n",
        "job.ini": f"""[general]
description = One huge source beside {wish.points} small ones
calculation_mode = classical
region = 19.5 39.5, 19.5 41.5, 21.5 41.5, 21.5 39.5
region_grid_spacing = {wish.sites}
number_of_logic_tree_samples = 0
source_model_logic_tree_file = source_tree.xml
gsim_logic_tree_file = gsim_tree.xml
width_of_mfd_bin = 0.1
area_source_discretization = 5.0
rupture_mesh_spacing = 5.0
complex_fault_mesh_spacing = 5.0
maximum_distance = 200.0
reference_vs30_value = 600.0
reference_depth_to_1pt0km_per_sec = 100.0
reference_depth_to_2pt5km_per_sec = 5.0
investigation_time = 50.0
truncation_level = 3
intensity_measure_types_and_levels = {{"PGA": logscale(0.005, 2.0, 20), "SA(1.0)": logscale(0.001, 2.0, 20)}}
mean = true
""",
    }
    os.makedirs(wish.folder, exist_ok=True)
    for name, text in files.items():
        with open(os.path.join(wish.folder, name), "w", encoding="utf-8") as out:
            out.write(text)


if __name__ == "__main__":
    main()
