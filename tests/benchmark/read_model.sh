#!/bin/bash
# How fast, and in how much memory, a source model of point sources is read.
#
#     tests/benchmark/read_model.sh [MB] [BUILD]     default: 100 MB, the folder build
#
# The file is written below $TMPDIR (/tmp) and removed at the end. Wanted: at least 100 MB/s, and a peak of
# memory below 1.5 times the file.
set -euo pipefail
megabytes=${1:-100}
build=${2:-build}
folder=$(mktemp -d "${TMPDIR:-/tmp}/read_model.XXXXXX")
trap 'rm -rf "$folder"' EXIT

python3 - "$megabytes" "$folder/source_model.xml" <<'PYTHON'
import sys

wanted = float(sys.argv[1]) * 1e6
source = """   <pointSource id="{i}" name="point {i}">
    <pointGeometry>
     <gml:Point>
      <gml:pos>{lon:.5f} {lat:.5f}</gml:pos>
     </gml:Point>
     <upperSeismoDepth>0.0</upperSeismoDepth>
     <lowerSeismoDepth>20.0</lowerSeismoDepth>
    </pointGeometry>
    <magScaleRel>WC1994</magScaleRel>
    <ruptAspectRatio>1.0</ruptAspectRatio>
    <truncGutenbergRichterMFD aValue="{a:.6f}" bValue="1.0" minMag="4.5" maxMag="7.0"/>
    <nodalPlaneDist>
     <nodalPlane probability="0.5" strike="0.0" dip="60.0" rake="-90.0"/>
     <nodalPlane probability="0.5" strike="90.0" dip="60.0" rake="-90.0"/>
    </nodalPlaneDist>
    <hypoDepthDist>
     <hypoDepth probability="0.5" depth="5.0"/>
     <hypoDepth probability="0.5" depth="15.0"/>
    </hypoDepthDist>
   </pointSource>
"""
with open(sys.argv[2], "w", encoding="utf-8") as out:
    out.write('<?xml version="1.0" encoding="utf-8"?>\n<nrml xmlns="http://openquake.org/xmlns/nrml/0.5" '
              'xmlns:gml="http://www.opengis.net/gml">\n <sourceModel name="points">\n'
              '  <sourceGroup name="all" tectonicRegion="Active Shallow Crust">\n')
    written = 0
    i = 0
    while written < wanted:
        written += out.write(source.format(i=i, lon=i * 0.01 % 360.0 - 180.0, lat=i * 0.0007 % 160.0 - 80.0,
                                           a=1.0 + i % 1000 * 0.001))
        i += 1
    out.write("  </sourceGroup>\n </sourceModel>\n</nrml>\n")
PYTHON

"$build/tests/read_model_benchmark" "$folder/source_model.xml"
