#!/usr/bin/env bash
# Disaggregations are the same bits on any number of ranks, their files are what the format page says, and the exported
# tables hold OpenQuake's numbers.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

golden=$MTC_TEST_DATA/hazard/golden/disagg
[ -d "$golden" ] || skip "no disaggregations in $golden (set MTC_TEST_DATA)"

for name in area_fault two_trt; do
    on_ranks 1 "$golden/$name/job.ini" --output "$name.1.h5"
    for ranks in 2 4; do
        on_ranks "$ranks" "$golden/$name/job.ini" --output "$name.$ranks.h5"
        compare_results "$name.1.h5" "$name.$ranks.h5"
    done
    "$FORMAT_CHECK" "$name.2.h5"
    for what in disagg disagg-rlzs disagg-traditional; do
        without_mpi export "$name.1.h5" --what "$what" --to "$name" > files.txt
        [ -s files.txt ] || fail "export --what $what wrote nothing"
    done
    "$python" "$MTC_SOURCE/tests/system/check_disaggregation.py" "$name" "$golden/$name/expected"
done
