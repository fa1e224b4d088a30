#!/usr/bin/env bash
# Hazard of one huge source beside a thousand small points: how much of the processors idles while it is computed, on
# ever more ranks; how often work was given back, and how many messages a worker took. A processor idles while fewer ranks
# are in a task than there are processors (or ranks, where those are fewer).
#     tests/benchmark/skewed_model.sh [complex|area] [SITES_KM]      RANKS="2 4 8" MTC=build/mtc
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mtc=$(realpath "${MTC:-$here/../../build/mtc}")
# shellcheck source=tools/mpi_env.sh
. "$here/../../tools/mpi_env.sh"
mpi_env 64
python=${PYTHON:-/usr/bin/python3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$python" "$here/make_skewed_model.py" "$folder" --huge "${1:-complex}" --sites "${2:-5}"

# run RANKS SCHEDULER_RANK
run() {
    timeout 120 mpirun --bind-to none -n "$1" "$mtc" "$folder/job.ini" --set scheduler_rank="$2" --output "$folder/out.h5" \
        --fresh 2> "$folder/log" || { cat "$folder/log" >&2; exit 1; }
    "$python" - "$folder/out.h5" "$1" "$2" "$(nproc)" << 'PY'
import sys
import h5py
with h5py.File(sys.argv[1]) as output:
    performance = output["performance"]
    ranks, events, transfer = performance["ranks"][:], performance["events"][:], performance["transfer"][:]
    tasks = performance["tasks"][:]
    longest = performance["units"]["max_s"][:].max()
text = [(row["time_s"], row["text"].decode()) for row in events]
begin = next(t for t, what in text if what == "compute begins")
end = next(t for t, what in text if what == "compute is computed")
own = tasks[(tasks["start_s"] >= begin) & (tasks["start_s"] <= end)]
makespan = end - begin
n_ranks, processors = int(sys.argv[2]), min(int(sys.argv[4]), int(sys.argv[2]))
workers = max(1, n_ranks - 1)
messages = sum(int(row["n_messages"]) for row in transfer if row["kind"] in (b"assignment", b"receipt", b"give_back", b"given_back"))
gave_back = sum(1 for row in events if row["kind"] == b"give_back")
changes = sorted([(row["start_s"], 1) for row in own] + [(row["start_s"] + row["duration_s"], -1) for row in own])
busy, running, since = 0.0, 0, begin
for at, change in changes:
    busy += min(running, processors) * (at - since)
    running, since = running + change, at
print(f"{n_ranks:5d}  {sys.argv[3]:9s} {makespan:9.3f} {1 - busy / (processors * makespan):10.4f} {longest * 1e3:13.1f} "
      f"{gave_back:10d} {messages / workers:17.1f}")
PY
}

echo "ranks  rank 0    run [s]   idle share  longest [ms]  gave back  messages a worker"
for ranks in ${RANKS:-2 4 8}; do
    run "$ranks" auto
    [ "$ranks" -eq 2 ] && run 2 working
done
true
