#!/usr/bin/env bash
# How fast, and in how much memory, a large source model is read: first with all cores, then with one, then packed by
# gzip with all cores.
#
#     tests/benchmark/read_model.sh [MB] [KIND...]   default: 100 MB of each: point area simple_fault multi_point
#
# BUILD=build is the folder of the build. The files are written below $TMPDIR (/tmp) and removed at the end. Wanted of
# a file of 500 MB: at least 100 MB/s for `sources`, and peaks of memory below 1.5 times the file. `job` also makes the
# model of the sources: meshes of faults, points of areas (GRID_KM=50 apart), magnitudes of each point.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
benchmark=$(realpath "${BUILD:-$here/../../build}/tests/read_model_benchmark")
megabytes=${1:-100}
kinds=("${@:2}")
[ ${#kinds[@]} -gt 0 ] || kinds=(point area simple_fault multi_point)
folder=$(mktemp -d "${TMPDIR:-/tmp}/read_model.XXXXXX")
trap 'rm -rf "$folder"' EXIT
for kind in "${kinds[@]}"; do
    python3 "$here/make_large_model.py" "$kind" "$megabytes" "$folder/$kind" "${GRID_KM:-50}"
    for cores in "" "taskset -c 0"; do
        (cd "$folder/$kind" && echo "$kind" && $cores "$benchmark" job.ini source_model.xml)
    done
    gzip -1 "$folder/$kind/source_model.xml"
    mv "$folder/$kind/source_model.xml.gz" "$folder/$kind/source_model.xml" # a packed file may have any name
    (cd "$folder/$kind" && echo "$kind, packed" && "$benchmark" job.ini source_model.xml)
    rm -r "${folder:?}/$kind"
done
