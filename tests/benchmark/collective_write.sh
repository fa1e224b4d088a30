#!/usr/bin/env bash
# Results that all ranks write together, beside the same bytes through one process with plain POSIX calls, in turn, on
# the disk of the current folder; times until the bytes are on the disk, the best of three, for others may use it
# meanwhile. Prints the largest memory of rank 0 and of the others, too; each holds its share of the results.
#     tests/benchmark/collective_write.sh [MEGABYTES] [RANKS...]      MTC=build/mtc
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mtc=$(realpath "${MTC:-$here/../../build/mtc}")
megabytes=${1:-1000}
ranks=("${@:2}")
[ ${#ranks[@]} -gt 0 ] || ranks=(1 2 4)
# shellcheck source=tools/mpi_env.sh
. "$here/../../tools/mpi_env.sh"
mpi_env "${ranks[-1]}"
folder=$(mktemp -d -p "$PWD") # the disk to measure is the current folder's
trap 'rm -r "$folder"' EXIT
cd "$folder"
cc -O2 "$here/posix_write.c" -o posix_write
# Equal sleeps: every rank gets its share, so that memory tells of the writing and not of who computed more.
printf 'calculation_mode = synthetic\nn_tasks = %s\ntime_ms = 5\nwork = sleep\nscheduler_rank = working\noutput_bytes = 1000000\n' \
    "$megabytes" > rows.ini

# A virtual machine may give free memory back to its host within seconds, and gets it again page by page where it is
# touched, which takes longer than the copies measured here: neither of the two is to find warm what the other has freed.
let_memory_go() {
    rm -f rows.h5
    sleep "${PAUSE:-20}"
}

echo "ranks  POSIX: written, on disk [s]  together: written, on disk [s]  ratio  memory of rank 0, of others [MB]"
for n in "${ranks[@]}"; do
    best='' posix='' memory=''
    for _ in 1 2 3; do
        let_memory_go
        read -r one two < <(./posix_write plain "$((megabytes * 1000000))")
        rm plain
        let_memory_go
        posix=$(printf '%s\n' "$posix" "$one $two" | awk 'NF && (!n++ || $1 + $2 < b) { b = $1 + $2; row = $0 } END { print row }')
        timeout --kill-after=5 300 mpirun -n "$n" "$mtc" rows.ini --output rows.h5 --fresh 2> log.txt || { cat log.txt >&2; exit 1; }
        ! grep -q 'did not write all results collectively' log.txt || { echo "the transfers were not collective" >&2; exit 1; }
        row=$(sed -n 's/.* together in \([0-9.]*\) s, on the disk \([0-9.]*\) s later/\1 \2/p' log.txt)
        [ -n "$row" ] || { cat log.txt >&2; exit 1; }
        best=$(printf '%s\n' "$best" "$row" | awk 'NF && (!n++ || $1 + $2 < b) { b = $1 + $2; row = $0 } END { print row }')
        memory=$("$mtc" show rows.h5 ranks | awk '
            $1 == "rank" { next }
            $1 ~ /^[0-9]+$/ { mb = $14; if ($1 == 0) zero = mb; else if (mb > others) others = mb }
            END { printf "%s %s", zero, others + 0 }')
    done
    # shellcheck disable=SC2086 # the numbers, one by one
    set -- $posix $best $memory
    awk -v n="$n" -v a="$1" -v b="$2" -v c="$3" -v d="$4" -v zero="$5" -v others="$6" 'BEGIN {
        printf "%5d  %13.2f %13.2f  %16.2f %13.2f  %5.2f  %16s %15s\n", n, a, a + b, c, c + d, (a + b) / (c + d), zero, others }'
    rm -f rows.h5
done
