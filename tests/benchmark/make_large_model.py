#!/usr/bin/env python3
"""A hazard job whose source model is one large file.

    make_large_model.py KIND MB FOLDER [GRID_KM]     KIND: point, area, simple_fault, multi_point

GRID_KM (50) is the distance of the points that areas are made of; an area is about 100 x 65 km.
"""

import pathlib
import sys

COMMON = """    <magScaleRel>WC1994</magScaleRel>
    <ruptAspectRatio>1.0</ruptAspectRatio>
"""
DISTRIBUTIONS = """    <nodalPlaneDist>
     <nodalPlane probability="0.5" strike="0.0" dip="60.0" rake="-90.0"/>
     <nodalPlane probability="0.5" strike="90.0" dip="60.0" rake="-90.0"/>
    </nodalPlaneDist>
    <hypoDepthDist>
     <hypoDepth probability="0.5" depth="5.0"/>
     <hypoDepth probability="0.5" depth="15.0"/>
    </hypoDepthDist>
"""
DEPTHS = """     <upperSeismoDepth>0.0</upperSeismoDepth>
     <lowerSeismoDepth>20.0</lowerSeismoDepth>
"""


def truncated(i):
    return (f'    <truncGutenbergRichterMFD aValue="{1.0 + i % 1000 * 0.001:.6f}" bValue="1.0" minMag="4.5" '
            'maxMag="7.0"/>\n')


def place(i):
    return i * 0.01 % 350.0 - 175.0, i * 0.0007 % 150.0 - 75.0


def point(i):
    lon, lat = place(i)
    return (f'   <pointSource id="{i}" name="point {i}">\n    <pointGeometry>\n     <gml:Point>\n'
            f'      <gml:pos>{lon:.5f} {lat:.5f}</gml:pos>\n     </gml:Point>\n{DEPTHS}    </pointGeometry>\n'
            f'{COMMON}{truncated(i)}{DISTRIBUTIONS}   </pointSource>\n')


def area(i):
    lon, lat = place(i)
    ring = " ".join(f"{lon + 0.3 * x:.5f} {lat + 0.3 * y:.5f}" for x, y in
                    [(0, 0), (1, -0.2), (2, 0), (3, 0.1), (3.2, 1), (3, 2), (2, 2.2), (1, 2), (0, 2.1), (-0.2, 1)])
    return (f'   <areaSource id="{i}" name="area {i}">\n    <areaGeometry>\n     <gml:Polygon>\n      '
            f'<gml:exterior>\n       <gml:LinearRing>\n        <gml:posList>{ring}</gml:posList>\n'
            '       </gml:LinearRing>\n      </gml:exterior>\n     </gml:Polygon>\n'
            f'{DEPTHS}    </areaGeometry>\n{COMMON}{truncated(i)}{DISTRIBUTIONS}   </areaSource>\n')


def simple_fault(i):
    lon, lat = place(i)
    trace = " ".join(f"{lon + 0.03 * k:.5f} {lat + 0.01 * (k % 3) + 0.02 * k:.5f}" for k in range(6))
    rates = " ".join(f"{1e-3 * 0.8 ** k * (1 + i % 7):.6e}" for k in range(12))
    return (f'   <simpleFaultSource id="{i}" name="fault {i}">\n    <simpleFaultGeometry>\n'
            f'     <gml:LineString>\n      <gml:posList>{trace}</gml:posList>\n     </gml:LineString>\n'
            f'     <dip>45.0</dip>\n{DEPTHS}    </simpleFaultGeometry>\n{COMMON}'
            f'    <incrementalMFD minMag="5.55" binWidth="0.1">\n     <occurRates>{rates}</occurRates>\n'
            '    </incrementalMFD>\n    <rake>90.0</rake>\n   </simpleFaultSource>\n')


def multi_point(i):
    n_points = 1000
    places = " ".join(f"{lon:.5f} {lat:.5f}" for lon, lat in (place(i * n_points + k) for k in range(n_points)))
    a_values = " ".join(f"{1.0 + (i + k) % 1000 * 0.001:.6f}" for k in range(n_points))
    return (f'   <multiPointSource id="{i}" name="points {i}">\n    <multiPointGeometry>\n'
            f'     <gml:posList>{places}</gml:posList>\n{DEPTHS}    </multiPointGeometry>\n{COMMON}'
            f'    <multiMFD kind="truncGutenbergRichterMFD" size="{n_points}">\n     <min_mag>4.5</min_mag>\n'
            f'     <max_mag>7.0</max_mag>\n     <a_val>{a_values}</a_val>\n     <b_val>1.0</b_val>\n'
            f'    </multiMFD>\n{DISTRIBUTIONS}   </multiPointSource>\n')


JOB = """[general]
description = a large source model
calculation_mode = classical
[geometry]
sites = 0.0 0.0, 1.0 1.0
[logic_tree]
source_model_logic_tree_file = source_model_logic_tree.xml
[sources]
width_of_mfd_bin = 0.1
area_source_discretization = {grid_km}
rupture_mesh_spacing = 5.0
maximum_distance = 200.0
[hazard]
gsim = SadighEtAl1997
reference_vs30_value = 760.0
investigation_time = 50.0
truncation_level = 3
intensity_measure_types_and_levels = {"PGA": logscale(0.005, 2.0, 20)}
"""

NRML = ('<?xml version="1.0" encoding="utf-8"?>\n<nrml xmlns="http://openquake.org/xmlns/nrml/0.5" '
        'xmlns:gml="http://www.opengis.net/gml">\n')

TREE = NRML + """ <logicTree logicTreeID="sources">
  <logicTreeBranchSet branchSetID="model" uncertaintyType="sourceModel">
   <logicTreeBranch branchID="only">
    <uncertaintyModel>source_model.xml</uncertaintyModel>
    <uncertaintyWeight>1.0</uncertaintyWeight>
   </logicTreeBranch>
  </logicTreeBranchSet>
 </logicTree>
</nrml>
"""


def main():
    kind, wanted, folder = sys.argv[1], float(sys.argv[2]) * 1e6, pathlib.Path(sys.argv[3])
    source = {"point": point, "area": area, "simple_fault": simple_fault, "multi_point": multi_point}[kind]
    folder.mkdir(parents=True, exist_ok=True)
    grid_km = float(sys.argv[4]) if len(sys.argv) > 4 else 50.0
    (folder / "job.ini").write_text(JOB.replace("{grid_km}", f"{grid_km:g}"), encoding="utf-8")
    (folder / "source_model_logic_tree.xml").write_text(TREE, encoding="utf-8")
    with open(folder / "source_model.xml", "w", encoding="utf-8") as out:
        out.write(NRML + ' <sourceModel name="large">\n'
                  '  <sourceGroup name="all" tectonicRegion="Active Shallow Crust">\n')
        written = i = 0
        while written < wanted:
            written += out.write(source(i))
            i += 1
        out.write("  </sourceGroup>\n </sourceModel>\n</nrml>\n")


if __name__ == "__main__":
    main()
