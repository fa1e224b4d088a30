#!/usr/bin/env bash
# One small hazard calculation on very many ranks, whatever the number of cores: its results must be those of one rank,
# byte for byte. Starting 256 ranks on two cores takes half a minute to one and a half.
#     tests/benchmark/many_ranks.sh [RANKS]      MTC=build/mtc
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mtc=$(realpath "${MTC:-$here/../../build/mtc}")
ranks=${1:-256}
# shellcheck source=tools/mpi_env.sh
. "$here/../../tools/mpi_env.sh"
mpi_env "$ranks"
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"

# The ranks yield to mpirun, which must hear each of them leave within two seconds.
run() {
    local begin=$SECONDS
    timeout --kill-after=5 600 mpirun -n "$1" nice -n 19 "$mtc" "$here/../../inputs/hazard/job.ini" --output "$1.h5" 2> log.txt ||
        { tail -n 40 log.txt >&2; exit 1; }
    # An output's own clock begins when all ranks have started.
    echo "$1 ranks: $((SECONDS - begin)) s, of them $(sed -n 's/.* written, \([0-9.]* s\) in all.*/\1/p' log.txt) after the start"
}
run 1
run "$ranks"
"$here/../../tools/compare_results" 1.h5 "$ranks.h5"
