#!/usr/bin/env bash
# What it costs to plan 10 million units on up to 100,000 ranks: of an input, whose costs are estimated, and of the output
# of a run of as many units, whose times are drawn from what was measured. Less than 20 s and 1 GB are wanted.
#     tests/benchmark/plan_large.sh [RANKS]      MTC=build/mtc
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mtc=$(realpath "${MTC:-$here/../../build/mtc}")
ranks=${1:-100000}
# shellcheck source=tools/mpi_env.sh
. "$here/../../tools/mpi_env.sh"
mpi_env 2
python=${PYTHON:-/usr/bin/python3}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"

printf 'calculation_mode = synthetic\nwork = spin\ntime_ms = 0.001\nn_tasks = 100000\nunits_per_task = 100\n' > units.ini
timeout 300 mpirun -n 2 "$mtc" units.ini --output run.h5 2> log.txt || { cat log.txt >&2; exit 1; }
grep -m 1 'units in' log.txt
# plan OF   prints the cost, leaves the plan in plan.txt
plan() {
    "$python" - "$mtc" "$1" "$ranks" << 'PY'
import resource, subprocess, sys
mtc, of, ranks = sys.argv[1:]
with open("plan.txt", "w") as plan:
    subprocess.run([mtc, "plan", of, "--ranks", ranks], stdout=plan, check=True, timeout=300)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"plan of {of} on {ranks} ranks: {used.ru_utime:.1f} s of processor, {used.ru_maxrss / 1e3:.0f} MB")
PY
}
plan units.ini
plan run.h5
cat plan.txt
