#!/usr/bin/env bash
# Memory that one more rank on a node takes, beside a hazard model of some 200 MB: an area source of very many points, or
# with MODEL=points a quarter of a million point sources at 2,000 sites in many blocks, which makes very many units.
# Prints the proportional set size (PSS: shared pages count by the number of those that share them) of all ranks while
# they compute, and by how much it grows with each rank.
#     tests/benchmark/memory_per_rank.sh [RANKS...]      MTC=build/mtc; takes about a minute
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mtc=$(realpath "${MTC:-$here/../../build/mtc}")
ranks=("$@")
[ ${#ranks[@]} -gt 0 ] || ranks=(2 4 8)
# shellcheck source=tools/mpi_env.sh
. "$here/../../tools/mpi_env.sh"
mpi_env "${ranks[-1]}"
folder=$(mktemp -d)
job=
end_job() {
    if [ -n "$job" ] && kill "$job" 2> /dev/null; then wait "$job" 2> /dev/null || true; fi
    job=
}
trap 'end_job; rm -r "$folder"' EXIT
cd "$folder"

make_area_job() {
    cp -r "$here/../../inputs/hazard/." .
    cat > source_model_moderate.xml << 'XML'
<?xml version="1.0" encoding="utf-8"?>
<nrml xmlns:gml="http://www.opengis.net/gml" xmlns="http://openquake.org/xmlns/nrml/0.5">
  <sourceModel name="Very many points">
    <sourceGroup name="all" tectonicRegion="Active Shallow Crust">
      <areaSource id="1" name="very large" tectonicRegion="Active Shallow Crust">
        <areaGeometry>
          <gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>
            5 25 31 25 31 49 5 49
          </gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>
          <upperSeismoDepth>0.0</upperSeismoDepth>
          <lowerSeismoDepth>10.0</lowerSeismoDepth>
        </areaGeometry>
        <magScaleRel>WC1994</magScaleRel>
        <ruptAspectRatio>1.0</ruptAspectRatio>
        <truncGutenbergRichterMFD aValue="4.0" bValue="1.0" minMag="5.0" maxMag="7.0"/>
        <nodalPlaneDist><nodalPlane probability="1.0" strike="0.0" dip="90.0" rake="0.0"/></nodalPlaneDist>
        <hypoDepthDist><hypoDepth probability="1.0" depth="5.0"/></hypoDepthDist>
      </areaSource>
    </sourceGroup>
  </sourceModel>
</nrml>
XML
    cp source_model_moderate.xml source_model_large.xml
    sed -i -e '/^region/d' -e 's/^area_source_discretization.*/area_source_discretization = 0.95/' \
        -e 's/^maximum_distance.*/maximum_distance = 1500/' job.ini
    printf 'sites = 18 37\n' >> job.ini
}

make_points_job() {
    python3 "$here/make_large_model.py" point 200 .
    sed -i -e 's/^sites = .*/region = 0.0 -20.0, 0.0 -15.6, 4.4 -15.6, 4.4 -20.0\nregion_grid_spacing = 11.0/' \
        -e 's/logscale(0.005, 2.0, 20)/logscale(0.005, 2.0, 100)/' -e 's/^maximum_distance.*/maximum_distance = 1500/' job.ini
}

case ${MODEL:-area} in
    area) make_area_job ;;
    points) make_points_job ;;
    *) echo "MODEL=$MODEL (area and points are accepted)" >&2; exit 2 ;;
esac

# pss_kb PID   proportional set size of a process, and the part of it that is private; without the model, which is there
# once whoever has looked at which page of it
pss_kb() {
    awk '$1 ~ /^[0-9a-f]+-[0-9a-f]+$/ { skip = /r--s .*memfd:mtc/ } skip { next }
         $1 == "Pss:" { pss += $2 } /^Private/ { own += $2 } END { print pss, own }' "/proc/$1/smaps"
}

echo "ranks  PSS of all [MB]  PSS of rank 0  mean of the others  private of the others (largest)"
table=()
for n in "${ranks[@]}"; do
    timeout 300 mpirun -n "$n" "$mtc" job.ini --output "run.$n.h5" 2> log.txt &
    job=$!
    # Ranks have their workspaces and are at work once the stage that computes has begun.
    until grep -q '^stage = compute' "run.$n.h5.status" 2> /dev/null; do
        kill -0 "$job" 2> /dev/null || { cat log.txt >&2; exit 1; }
        sleep 0.2
    done
    sleep 2
    scheduler=$(sed -n 's/^process = //p' "run.$n.h5.status")
    lines=()
    for pid in $(pgrep -P "$(ps -o ppid= -p "$scheduler" | tr -d ' ')" -x mtc); do
        lines+=("$pid $(pss_kb "$pid")")
    done
    end_job
    [ ${#lines[@]} -eq "$n" ] || { echo "found ${#lines[@]} ranks instead of $n" >&2; exit 1; }
    row=$(printf '%s\n' "${lines[@]}" | awk -v first="$scheduler" -v n="$n" '
        { all += $2 } $1 == first { zero = $2; next } { others += $2; if ($3 > own) own = $3 }
        END { printf "%d %.1f %.1f %.1f %.1f", n, all / 1024, zero / 1024, others / 1024 / (n > 1 ? n - 1 : 1), own / 1024 }')
    table+=("$row")
    # shellcheck disable=SC2086 # the row's numbers, one by one
    printf '%5d  %15.1f  %13.1f  %18.1f  %21.1f\n' $row
done
printf '%s\n' "${table[@]}" | awk '
    NR == 1 { n = $1; pss = $2 }
    END { if (NR > 1) printf "one more rank: %.1f MB (at most 8 wanted)\n", ($2 - pss) / ($1 - n) }'
