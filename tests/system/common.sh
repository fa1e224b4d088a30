# Sourced by the system tests. Each is a script that reads as a list of what mtc promises; it may be run by hand:
#     MTC=build/mtc tests/system/same_bits.sh
# Where a test's data is missing it ends with status 77, which ctest shows as "Skipped".
# shellcheck shell=bash disable=SC2034 # most of this is used by those who source it
set -euo pipefail

MTC_SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
MTC=$(realpath "${MTC:?set MTC to the program, such as build/mtc}")
MTC_TEST_DATA=$(realpath -m "${MTC_TEST_DATA:-$MTC_SOURCE/../shared}")
MPIEXEC=${MPIEXEC:-mpirun}
FORMAT_CHECK=${FORMAT_CHECK:-$(dirname "$MTC")/tests/format_check}
inputs=$MTC_SOURCE/inputs
tools=$MTC_SOURCE/tools

# shellcheck source=tools/mpi_env.sh
. "$tools/mpi_env.sh"
mpi_env 7 # the largest number of ranks in these tests

# What a tested command says is kept in these two, so that a failure can show it.
exec 3>&1
fail() {
    for said in "$scratch/output.txt" "$scratch/messages.txt"; do
        if [ -s "$said" ]; then tail -n 40 "$said" >&3; fi
    done
    echo "FAILED: $*" >&3
    exit 1
}

skip() {
    echo "SKIPPED: $*"
    exit 77
}

# An empty folder for the files of this test, below the current one.
scratch=$PWD/scratch.$(basename "$0" .sh)
rm -rf "$scratch"
mkdir "$scratch"
cd "$scratch"

export MTC_HOME=$scratch/home # not the records of whoever runs the tests
export LC_ALL=C.UTF-8 # numbers and messages as they are compared here
export PYTHONDONTWRITEBYTECODE=1 # nothing beside the tools

# Not every python3 in a PATH is the one that has h5py.
python=
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import h5py, numpy' 2> /dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "no python3 with h5py and numpy here (tools/setup test installs them)"

# on_ranks N ARGUMENTS...   mtc on N ranks
on_ranks() {
    local n=$1
    shift
    timeout --kill-after=5 "${time_limit:-200}" "$MPIEXEC" -n "$n" "$MTC" "$@" < /dev/null 3>&-
}

# without_mpi ARGUMENTS...   mtc where no mpirun can be found and nothing in the environment speaks of MPI
without_mpi() {
    timeout --kill-after=5 120 env -i PATH=/nonexistent LD_LIBRARY_PATH="${LD_LIBRARY_PATH-}" "$MTC" "$@" < /dev/null
}

# with_status STATUS COMMAND...   runs it and insists on its exit status
with_status() {
    local expected=$1 status=0
    shift
    "$@" || status=$?
    [ "$status" = "$expected" ] || fail "exit status $status instead of $expected: $*"
}

# within SECONDS COMMAND...   waits until the command succeeds; false when it has not after so long
within() {
    local ends_by=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$ends_by" ] || return 1
        sleep 0.05
    done
}

compare_curves() { "$python" "$tools/compare_curves" "$@"; }
compare_results() { "$python" "$tools/compare_results" "$@"; }
