#!/usr/bin/env bash
# Empty tasks a second, mtc beside a bare C master and workers with as many messages a task, in turn on the same
# machine. The C program keeps a fixed number of tasks under way at a worker: 2, and 16, which is what mtc keeps there of
# the shortest tasks (fewer while it waits). Prints a table; quote the ratios, the absolute figures move with the machine.
#     tests/benchmark/empty_tasks.sh [TASKS] [WORKERS...]      MTC=build/mtc ROUNDS=3
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mtc=$(realpath "${MTC:-$here/../../build/mtc}")
tasks=${1:-300000}
shift || true
workers=("$@")
((${#workers[@]})) || workers=(1 2 4 16)
# shellcheck source=tools/mpi_env.sh
. "$here/../../tools/mpi_env.sh"
mpi_env 17
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mpicc -O2 "$here/bare_master_worker.c" -o "$folder/bare"
printf 'calculation_mode = synthetic\nn_tasks = %s\ntime_ms = 0\nwork = spin\nscheduler_rank = dedicated\n' "$tasks" > "$folder/empty.ini"
# The upper bound of a task below the time of one unit: every block is one unit, one assignment, one receipt.
printf 'task_duration = 1e-9\n' >> "$folder/empty.ini"

# bare_rate WORKERS DEPTH
bare_rate() { OMPI_MCA_mpi_yield_when_idle=1 timeout 120 mpirun -n $(($1 + 1)) "$folder/bare" "$tasks" "$2"; }
# mtc_rate WORKERS: units over the seconds of the stage, as mtc says them
mtc_rate() {
    timeout 120 mpirun -n $(($1 + 1)) "$mtc" "$folder/empty.ini" --output "$folder/empty.h5" --fresh 2>&1 |
        awk '/^work: .* units in/ { printf "%.0f\n", $2 / $5 }'
}

echo "best of ${ROUNDS:-3} of $tasks tasks [tasks/s]"
echo "workers  C, 2 under way  C, 16 under way      mtc  mtc / C 2  mtc / C 16"
for n in "${workers[@]}"; do
    two=0 sixteen=0 ours=0
    for ((round = 0; round < ${ROUNDS:-3}; ++round)); do
        rate=$(bare_rate "$n" 2)
        ((rate > two)) && two=$rate
        rate=$(bare_rate "$n" 16)
        ((rate > sixteen)) && sixteen=$rate
        rate=$(mtc_rate "$n")
        ((rate > ours)) && ours=$rate
    done
    awk -v n="$n" -v a="$two" -v b="$sixteen" -v m="$ours" \
        'BEGIN { printf "%7d  %14d  %15d  %7d  %9.2f  %10.2f\n", n, a, b, m, m / a, m / b }'
done
