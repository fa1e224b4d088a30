#!/usr/bin/env bash
# How far a plan is from the run that it is made of: tasks that sleep, computed on some numbers of ranks, then planned
# for as many from their own output. Prints measured and planned seconds of the stage for each.
#     tests/benchmark/plan_error.sh [BUILD_DIR]      takes about a minute, half of it to start 64 ranks
set -euo pipefail
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mtc=${1:-$source_dir/build}/mtc
# shellcheck source=tools/mpi_env.sh
. "$source_dir/tools/mpi_env.sh"
mpi_env 64
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"

cat > tasks.ini << 'INI'
[general]
description = Tasks that sleep for times that differ
calculation_mode = synthetic

[synthetic]
work = sleep
INI

# measure NAME RANKS KEY=VALUE...
measure() {
    local name=$1 n_ranks=$2
    shift 2
    local settings=()
    for setting in "$@"; do settings+=(--set "$setting"); done
    timeout 120 mpirun -n "$n_ranks" "$mtc" tasks.ini --output run.h5 --fresh "${settings[@]}" 2> log.txt ||
        { cat log.txt >&2; exit 1; }
    local check
    check=$("$mtc" plan run.h5 --ranks "$n_ranks" | grep '^check: ')
    printf '%-34s %5d ranks   %s\n' "$name" "$n_ranks" "${check#check: the run itself, on * ranks, }"
}

measure 'equal, 20 ms, weights known' 2 n_tasks=200 time_ms=20
measure '1 to 200 ms, weights known' 2 n_tasks=80 distribution=uniform time_scale=0.5
measure '1 to 200 ms, weights unknown' 2 n_tasks=80 distribution=uniform time_scale=0.5 weights=equal
measure 'equal, 100 ms, ten a worker' 64 n_tasks=630 time_ms=100
measure '1 to 200 ms, weights known' 64 n_tasks=2520 distribution=uniform
measure '1 to 200 ms, weights unknown' 64 n_tasks=2520 distribution=uniform weights=equal
measure '10 to 5120 ms, 100 units each' 64 n_tasks=2520 distribution=powers units_per_task=100
