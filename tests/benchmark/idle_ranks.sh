#!/usr/bin/env bash
# What ranks with nothing to do cost the one that computes: one task of many short spinning units that cannot be shared,
# beside IDLE idle ranks, against the same beside one. Seconds by the wall clock for as much processor time.
#     tests/benchmark/idle_ranks.sh [IDLE [SECONDS]]      MTC=build/mtc
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mtc=$(realpath "${MTC:-$here/../../build/mtc}")
idle=${1:-63} seconds=${2:-8}
# shellcheck source=tools/mpi_env.sh
. "$here/../../tools/mpi_env.sh"
mpi_env $((idle + 1))
python=${PYTHON:-/usr/bin/python3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# A unit is what nobody can take away: one of SECONDS, timed by the wall clock while it spins.
printf 'calculation_mode = synthetic\nwork = spin\nscheduler_rank = dedicated\nn_tasks = 1\ntime_ms = %d\n' \
    $((1000 * seconds)) > "$folder/one.ini"

# wall IDLE: seconds that the unit took
wall() {
    timeout 300 mpirun --mca btl vader,self --bind-to none -n $(($1 + 1)) "$mtc" "$folder/one.ini" --output "$folder/one.h5" --fresh 2> "$folder/log" ||
        { cat "$folder/log" >&2; exit 1; }
    "$python" "$here/schedule_figures.py" figures "$folder/one.h5" | tr ' =' '\n ' | awk '$1 == "sum" { print $2 }'
}

alone=$(wall 1)
among=$(wall "$idle")
awk -v a="$alone" -v b="$among" -v s="$seconds" -v n="$idle" 'BEGIN {
    printf "%d s of processor time beside 1 idle rank took %.3f s, beside %d %.3f s: %.2f %% longer\n", s, a, n, b, 100 * (b / a - 1) }'
