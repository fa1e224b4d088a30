#!/usr/bin/env bash
# The performance tables of a run tell one consistent story, and so does the trace made of them.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

on_ranks 4 "$inputs/synthetic_skewed.ini" --set time_scale=0.02 --output skewed.h5
on_ranks 4 "$inputs/hazard/job.ini" --output hazard.h5

for name in skewed hazard; do
    echo "--- $name"
    "$FORMAT_CHECK" "$name.h5"
    "$python" "$MTC_SOURCE/tests/system/check_performance.py" "$name.h5" --ranks 4
    without_mpi export "$name.h5" --format trace --to traces
    "$python" "$MTC_SOURCE/tests/system/check_trace.py" "$name.h5" "traces/$name.trace.json"
done
"$python" "$MTC_SOURCE/tests/system/check_performance.py" skewed.h5 --ranks 4 --units 10000
without_mpi show skewed.h5 slow
without_mpi show skewed.h5 ranks --rows 0
