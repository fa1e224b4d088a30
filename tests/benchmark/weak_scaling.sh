#!/usr/bin/env bash
# Ten sleeping tasks a computing rank: how much longer than ten tasks they take on ever more ranks, beside a bare master
# and workers in C (bare_sleep.c) with two tasks under way at each, in turn on the same machine. The start of MPI is no
# part of it and printed beside it. Sleeping needs no processor, so more ranks than processors are fine. 256 ranks on two
# processors take a minute or two to start, each time.
#     tests/benchmark/weak_scaling.sh [TASK_MS...]      RANKS="1 4 16 64 256" MTC=build/mtc PLOT=scaling.svg
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mtc=$(realpath "${MTC:-$here/../../build/mtc}")
[ $# -gt 0 ] || set -- 1000 100
# shellcheck source=tools/mpi_env.sh
. "$here/../../tools/mpi_env.sh"
mpi_env 257
python=${PYTHON:-/usr/bin/python3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mpicc -O2 "$here/bare_sleep.c" -o "$folder/bare"

echo "task [ms]  computing ranks  ten tasks [s]  run [s]  efficiency  start [s]  C [s]  of C  mtc / C"
for task_ms in "$@"; do
    for ranks in ${RANKS:-1 4 16 64 256}; do
        printf 'calculation_mode = synthetic\nwork = sleep\nscheduler_rank = dedicated\nn_tasks = %d\ntime_ms = %s\n' \
            $((10 * ranks)) "$task_ms" > "$folder/weak.ini"
        began=$(date +%s.%N)
        timeout 400 mpirun --mca btl vader,self -n $((ranks + 1)) "$mtc" "$folder/weak.ini" --output "$folder/weak.h5" --fresh \
            2> "$folder/log" || { cat "$folder/log" >&2; exit 1; }
        elapsed=$(awk -v a="$began" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')
        bare=$(OMPI_MCA_mpi_yield_when_idle=1 timeout 400 mpirun --mca btl vader,self -n $((ranks + 1)) "$folder/bare" 10 "$task_ms" 2)
        "$python" "$here/schedule_figures.py" figures "$folder/weak.h5" | tr ' =' '\n ' |
            awk -v t="$task_ms" -v r="$ranks" -v e="$elapsed" -v c="$bare" '{ v[$1] = $2 } END {
                ideal = 10 * t * 1e-3
                printf "%9s  %15d  %13.2f  %7.3f  %10.4f  %9.1f  %5.3f  %.4f  %7.3f\n", t, r, ideal, v["makespan"],
                    ideal / v["makespan"], e - v["makespan"], c, ideal / c, c / v["makespan"] }'
    done
done | tee "$folder/table"
if "$python" -c 'import matplotlib' 2> /dev/null; then
    "$python" - "$folder/table" "${PLOT:-weak_scaling.svg}" << 'PY'
import sys
import matplotlib
matplotlib.use("svg")
import matplotlib.pyplot as plot
rows = [line.split() for line in open(sys.argv[1])]
for task in dict.fromkeys(row[0] for row in rows):
    plot.semilogx([int(r[1]) for r in rows if r[0] == task], [float(r[4]) for r in rows if r[0] == task], "o-", label=f"{task} ms")
plot.xlabel("computing ranks"), plot.ylabel("efficiency"), plot.ylim(0.9, 1.0), plot.legend(), plot.savefig(sys.argv[2])
PY
else
    echo "no plot: $python has no matplotlib (python3-matplotlib)"
fi
