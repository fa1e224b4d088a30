#!/usr/bin/env bash
# Empty tasks a second, mtc beside a bare C master and workers with as many messages a task, in turn on the same
# machine: one assignment and one receipt. A bare master sends the next task when a receipt comes: one under way at a
# worker. For comparison the C program also keeps 2, 4 and 16 there; mtc keeps up to 16 of the shortest, 14 on average.
# Prints the messages, too; quote the ratios, the absolute figures move with the machine.
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

depths=(1 2 4 16)
echo "best of ${ROUNDS:-3} of $tasks tasks [tasks/s]"
printf '%7s' workers
printf '  %14s' "${depths[@]/%/ under way}"
printf '  %9s' mtc
printf '  %8s' "${depths[@]/#/mtc / C }"
printf '  messages a task: C, mtc\n'
for n in "${workers[@]}"; do
    best=(0 0 0 0) ours=0
    for ((round = 0; round < ${ROUNDS:-3}; ++round)); do
        for i in "${!depths[@]}"; do
            rate=$(bare_rate "$n" "${depths[i]}")
            ((rate > best[i])) && best[i]=$rate
        done
        rate=$(mtc_rate "$n")
        ((rate > ours)) && ours=$rate
    done
    printf '%7d' "$n"
    printf '  %14d' "${best[@]}"
    printf '  %9d' "$ours"
    for rate in "${best[@]}"; do
        awk -v c="$rate" -v m="$ours" 'BEGIN { printf "  %8.2f", m / c }'
    done
    printf '  2.000, %s\n' "$(messages_a_task)"
done
