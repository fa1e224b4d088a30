#!/usr/bin/env bash
# Empty tasks a second, mtc beside a bare C master and workers with as many messages a task, in turn on the same
# machine: one assignment and one receipt. The C program keeps a fixed number of tasks under way at a worker: 2, 4, and 16,
# which is the most that mtc keeps there of the shortest tasks (14 on average). Prints the messages, too; quote the ratios, the absolute figures move with the machine.
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
# messages_a_task: assignments and receipts of the last run of mtc
messages_a_task() {
    "$mtc" show "$folder/empty.h5" transfer |
        awk -v n="$tasks" '$1 == "assignment" || $1 == "receipt" { sum += $2 } END { printf "%.3f", sum / n }'
}

echo "best of ${ROUNDS:-3} of $tasks tasks [tasks/s]"
echo "workers  C, 2 under way  C, 4 under way  C, 16 under way      mtc  mtc / C 2  mtc / C 4  mtc / C 16  messages a task: C, mtc"
for n in "${workers[@]}"; do
    two=0 four=0 sixteen=0 ours=0
    for ((round = 0; round < ${ROUNDS:-3}; ++round)); do
        rate=$(bare_rate "$n" 2)
        ((rate > two)) && two=$rate
        rate=$(bare_rate "$n" 4)
        ((rate > four)) && four=$rate
        rate=$(bare_rate "$n" 16)
        ((rate > sixteen)) && sixteen=$rate
        rate=$(mtc_rate "$n")
        ((rate > ours)) && ours=$rate
    done
    awk -v n="$n" -v a="$two" -v c="$four" -v b="$sixteen" -v m="$ours" -v t="$(messages_a_task)" \
        'BEGIN { printf "%7d  %14d  %14d  %15d  %7d  %9.2f  %9.2f  %10.2f  2.000, %s\n", n, a, c, b, m, m / a, m / c, m / b, t }'
done
