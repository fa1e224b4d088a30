#!/usr/bin/env bash
# What ranks with nothing to do cost the one that computes, once they have been idle for a few seconds: a unit that spins,
# which nobody can take away, beside IDLE idle ranks, against the same beside one. Seconds by the wall clock for as much
# processor time; what a unit of 3 s takes is taken off a longer one, and with it the time until all ranks sleep.
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

# wall IDLE SECONDS: seconds that the unit took
wall() {
    printf 'calculation_mode = synthetic\nwork = spin\nscheduler_rank = dedicated\nn_tasks = 1\ntime_ms = %d\n' \
        $((1000 * $2)) > "$folder/one.ini"
    timeout 300 mpirun --mca btl vader,self --bind-to none -n $(($1 + 1)) "$mtc" "$folder/one.ini" --output "$folder/one.h5" \
        --fresh 2> "$folder/log" || { cat "$folder/log" >&2; exit 1; }
    "$python" "$here/schedule_figures.py" figures "$folder/one.h5" | tr ' =' '\n ' | awk '$1 == "sum" { print $2 }'
}

# after IDLE: seconds for SECONDS of processor time after the first three
after() { awk -v a="$(wall "$1" $((seconds + 3)))" -v b="$(wall "$1" 3)" 'BEGIN { print a - b }'; }

alone=$(after 1)
among=$(after "$idle")
awk -v a="$alone" -v b="$among" -v s="$seconds" -v n="$idle" 'BEGIN {
    printf "%d s of processor time beside 1 idle rank took %.3f s, beside %d %.3f s: %.2f %% longer\n", s, a, n, b, 100 * (b / a - 1) }'
