#!/usr/bin/env bash
# A calculation survives the death of its ranks: the short form of tools/faults, and the exit status of tools/mtcrun.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

wrapped() { MTC=$MTC timeout --kill-after=5 120 "$tools/mtcrun" -n 2 -- "$@" > output.txt 2> messages.txt; }

echo "--- mtcrun returns mtc's exit status, which mpirun alone would not"
with_status 0 wrapped "$inputs/synthetic.ini" --output status.h5
with_status 0 "$MTC" status status.h5 > output.txt
with_status 1 wrapped "$inputs/synthetic.ini" --set fail_task=3 --output failed.h5
with_status 2 wrapped "$inputs/synthetic.ini" --set n_tasks=none --output bad.h5
with_status 2 wrapped "$inputs/synthetic.ini" --no-such-option
with_status 2 wrapped no_such_input.ini
with_status 75 wrapped "$inputs/synthetic_skewed.ini" --walltime 2 --output unfinished.h5
[ -z "$(find . -name '.mtcrun.*')" ] || fail "mtcrun leaves its file behind"

echo "--- what mtcrun cannot do it says"
with_status 2 "$tools/mtcrun" --restarts x -- "$inputs/synthetic.ini" 2> messages.txt
with_status 2 "$tools/mtcrun" -n 2 2> messages.txt
with_status 2 env MPIEXEC=true "$tools/mtcrun" -n 2 -- "$inputs/synthetic.ini" 2> messages.txt
grep -q "is not Open MPI" messages.txt || fail "mpirun of nobody was not refused"
# shellcheck disable=SC2016 # of the script that is written
printf '#!/bin/sh\ncase "$1" in --version) echo "mpirun (Open MPI) 5.0.3" ;; *) exec "%s" "$@" ;; esac\n' "$MPIEXEC" > mpirun5
chmod +x mpirun5
MPIEXEC=$PWD/mpirun5 with_status 0 wrapped "$inputs/synthetic.ini" --output other.h5
grep -q "tested with Open MPI 4.1; .* under 'mpirun (Open MPI) 5.0.3' is not known" messages.txt || fail "it does not say what is untested"

"$python" "$tools/faults" --mtc "$MTC" --short --scale 0.5 --deadline 120 --ranks 3,4 2>&1 | tee messages.txt
