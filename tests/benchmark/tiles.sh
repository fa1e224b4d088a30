#!/usr/bin/env bash
# What it costs to keep the sums of most sites on a disk: 100,000 sites x 20 models x 9 x 40 levels, 5.8 GB of sums, all in
# memory and under a limit of 400 MB a rank, one after the other; results must be equal. Few ruptures make the disk matter
# most: more of them take longer to compute, and what is put aside stays as much.
#     tests/benchmark/tiles.sh [RANKS [SITES [RUPTURES [LIMIT_MB]]]]      MTC=build/mtc; takes some minutes, 7 GB of memory
#     and 15 GB of disk
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mtc=$(realpath "${MTC:-$here/../../build/mtc}")
ranks=${1:-2}
sites=${2:-100000}
ruptures=${3:-36}
limit=${4:-400}
# shellcheck source=tools/mpi_env.sh
. "$here/../../tools/mpi_env.sh"
mpi_env "$ranks"
folder=$(mktemp -d -p "${TMPDIR:-.}")
trap 'rm -r "$folder"' EXIT
cd "$folder"
python3 "$here/make_hazard_job.py" area . --sites "$sites" --models 20 --alike --imts 9 --levels 40 --ruptures "$ruptures" --spacing 1

# run NAME ARGUMENTS...
run() {
    mpirun -n "$ranks" "$mtc" job.ini --output "$1.h5" "${@:2}" 2> "$1.txt" < /dev/null || { cat "$1.txt" >&2; exit 1; }
    grep '^tiles:' "$1.txt" || true
}
run whole
run tiled --set "memory_per_rank=$limit"
"$here/../../tools/compare_results" whole.h5 tiled.h5
python3 - whole tiled << 'PY'
import sys, h5py
print("        total [s]  computing  reducing  statistics  writing  busy of all  memory [MB a rank]")
for name in sys.argv[1:]:
    with h5py.File(name + ".h5") as file:
        ranks, operations = file["/performance/ranks"][()], file["/performance/operations"][()]
    took = {row["operation"].decode(): float(row["max_s"]) for row in operations}
    print(f"{name:7} {max(ranks['total_s']):9.1f} {took['compute']:10.1f} {max(ranks['reducing_s']):9.1f} {took['statistics']:11.1f}"
          f" {max(ranks['writing_s']):8.1f} {sum(ranks['busy_s']):12.1f}  {max(ranks['memory_peak_mb']):9.0f}")
PY
