#!/usr/bin/env bash
# How close the makespan of tasks that sleep comes to max(sum / workers, longest unit), for lists that are easy and
# nasty. Split: units of 5 ms, weights known; the list is repeated until the bound is 5 s. Whole: a task is one unit and
# its weight is not known; beside it what longest first would need, which knows all times, and what can be had without
# knowing them: the mean over random orders, and what 95 % of them stay below. One line a run of 5 to 10 s.
#     tests/benchmark/skewed_lists.sh [split|whole|both] [LIST] [WORKERS]      MTC=build/mtc
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mtc=$(realpath "${MTC:-$here/../../build/mtc}")
forms=${1:-both} lists=${2:-equal uniform powers straggler lognormal} workers=${3:-3 7 15 63}
[ "$forms" = both ] && forms="split whole"
# shellcheck source=tools/mpi_env.sh
. "$here/../../tools/mpi_env.sh"
mpi_env 64
python=${PYTHON:-/usr/bin/python3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# run FORM LIST WORKERS
run() {
    local form=$1 list=$2 n=$3 repeats=1 settings
    if [ "$form" = split ]; then
        repeats=$("$python" "$here/schedule_figures.py" list "$list" 1 |
            awk -v p="$n" '{ for (i = 1; i <= NF; ++i) sum += $i; r = int(5000 * p / sum); print (r * sum < 5000 * p) ? r + 1 : r }')
        settings="unit_ms = 5"
    else
        settings="weights = equal"
    fi
    {
        printf 'calculation_mode = synthetic\nwork = sleep\nscheduler_rank = dedicated\n%s\n' "$settings"
        printf 'n_tasks = %d\ntime_ms = ' $((1000 * repeats))
        "$python" "$here/schedule_figures.py" list "$list" 1
    } > "$folder/list.ini"
    timeout 180 mpirun -n $((n + 1)) "$mtc" "$folder/list.ini" --output "$folder/list.h5" --fresh 2> "$folder/log" ||
        { cat "$folder/log" >&2; exit 1; }
    "$python" "$here/schedule_figures.py" figures "$folder/list.h5" "$list" | tr ' =' '\n ' |
        awk -v f="$form" -v l="$list" -v w="$n" '{ v[$1] = $2 } END {
            printf "%-6s %-10s %7d %9.3f %9.3f %8.4f %8s %9s %9s %9s %6d %6d\n", f, l, w, v["bound"], v["makespan"], v["over_bound"],
                f == "split" ? v["allowed"] : "", f == "whole" ? v["longest_first"] : "",
                f == "whole" ? v["any_order"] : "", f == "whole" ? v["any_order_95"] : "", v["tasks"], v["gave_back"] }'
}

echo "form   list       workers bound [s]  run [s]    ratio  allowed   longest   any  order:   tasks  gave"
echo "                                                              first     mean   95 %            back"
for form in $forms; do
    for list in $lists; do
        for n in $workers; do run "$form" "$list" "$n"; done
    done
done
