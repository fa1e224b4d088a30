#!/usr/bin/env bash
# Empty tasks a second, mtc beside a bare C master and workers with as many messages a task, in turn on the same
# machine. The C program keeps two tasks under way at a worker; mtc decides for itself, up to 16. Prints a table; quote the ratio, the absolute figures move with the machine.
#     tests/benchmark/empty_tasks.sh [TASKS]      MTC=build/mtc
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mtc=$(realpath "${MTC:-$here/../../build/mtc}")
tasks=${1:-100000}
depth=2
# shellcheck source=tools/mpi_env.sh
. "$here/../../tools/mpi_env.sh"
mpi_env 17
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mpicc -O2 "$here/bare_master_worker.c" -o "$folder/bare"
printf 'calculation_mode = synthetic\nn_tasks = %s\ntime_ms = 0\nwork = spin\nscheduler_rank = dedicated\n' "$tasks" > "$folder/empty.ini"
# The upper bound of a task below the time of one unit: every block is one unit, one assignment, one receipt.
printf 'task_duration = 1e-9\n' >> "$folder/empty.ini"

bare_rate() { OMPI_MCA_mpi_yield_when_idle=1 timeout 120 mpirun -n $(($1 + 1)) "$folder/bare" "$tasks" "$depth"; }
mtc_rate() { # units over the seconds of the stage, as mtc says them
    timeout 120 mpirun -n $(($1 + 1)) "$mtc" "$folder/empty.ini" --output "$folder/empty.h5" --fresh 2>&1 |
        awk '/^work: .* units in/ { printf "%.0f\n", $2 / $5 }'
}

echo "workers  bare C [tasks/s]  mtc [tasks/s]  ratio   (best of 3 of $tasks tasks, $depth under way at a worker of the C program)"
for workers in 1 2 4 16; do
    best_bare=0 best_mtc=0
    for _ in 1 2 3; do
        rate=$(bare_rate $workers)
        ((rate > best_bare)) && best_bare=$rate
        rate=$(mtc_rate $workers)
        ((rate > best_mtc)) && best_mtc=$rate
    done
    awk -v w="$workers" -v b="$best_bare" -v m="$best_mtc" 'BEGIN { printf "%7d  %16d  %13d  %5.2f\n", w, b, m, m / b }'
done
