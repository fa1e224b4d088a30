#!/usr/bin/env bash
# Inputs of every released version stay valid.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

n_inputs=0
while IFS= read -r input; do
    echo "--- ${input#"$MTC_SOURCE/"}"
    with_status 0 without_mpi check "$input"
    n_inputs=$((n_inputs + 1))
done < <(find "$MTC_SOURCE/tests/frozen" -name '*.ini' | sort)
[ "$n_inputs" -ge 2 ] || fail "$n_inputs inputs were checked, there are at least 2"
