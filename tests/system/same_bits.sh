#!/usr/bin/env bash
# The results of a calculation are the same bits on any number of ranks, and the comparison would see one bit.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# A tenth of the sleep is enough here: it is the cutting and mixing of tasks that matters.
on_ranks 1 "$inputs/synthetic_skewed.ini" --set time_scale=0.01 --output synthetic.1.h5
on_ranks 1 "$inputs/hazard/job.ini" --output hazard.1.h5

on_ranks 1 "$inputs/hazard/job.ini" --set wide_sums=true --output wide.1.h5

kinds=$MTC_SOURCE/tests/system/source_kinds/job.ini
"$MTC" check "$kinds" | tee kinds.txt
for kind in point multi-point area 'simple fault' 'complex fault' 'characteristic fault' non-parametric 'kite fault' 'multi-fault'; do
    grep -qE "^sources .*[0-9] $kind" kinds.txt || fail "no $kind source in $kinds"
done
grep -qE '^sources .*means of [0-9]+ cell' kinds.txt || fail "no cells of points in $kinds"
on_ranks 1 "$kinds" --output kinds.1.h5

for ranks in 2 3 4 7; do
    echo "--- $ranks ranks"
    on_ranks "$ranks" "$inputs/synthetic_skewed.ini" --set time_scale=0.01 --output "synthetic.$ranks.h5"
    compare_results synthetic.1.h5 "synthetic.$ranks.h5"
    on_ranks "$ranks" "$inputs/hazard/job.ini" --output "hazard.$ranks.h5"
    compare_results hazard.1.h5 "hazard.$ranks.h5"
    on_ranks "$ranks" "$inputs/hazard/job.ini" --set wide_sums=true --output "wide.$ranks.h5"
    compare_results wide.1.h5 "wide.$ranks.h5"
    on_ranks "$ranks" "$kinds" --output "kinds.$ranks.h5"
    compare_results kinds.1.h5 "kinds.$ranks.h5"
done

echo "--- advice to MPI-IO reaches it, and changes no bit"
ROMIO_PRINT_HINTS=1 on_ranks 2 "$inputs/hazard/job.ini" --set io_hint.cb_buffer_size=1048576 --output hinted.h5 > hints.txt 2>&1
grep -qE '^key = cb_buffer_size +value = 1048576' hints.txt || fail "MPI-IO was not told: $(grep cb_buffer_size hints.txt)"
compare_results hazard.1.h5 hinted.h5

echo "--- the files are what the format page says, and the page is what the files are"
"$FORMAT_CHECK" synthetic.3.h5
"$FORMAT_CHECK" hazard.3.h5

echo "--- one flipped bit must be seen"
for name in synthetic hazard; do
    cp "$name.1.h5" flipped.h5
    flipped=$("$python" "$MTC_SOURCE/tests/system/flip_bit.py" flipped.h5)
    with_status 1 compare_results "$name.1.h5" flipped.h5 > difference.txt
    cat difference.txt
    grep -qF "different: $flipped" difference.txt || fail "the bit flipped in $flipped was not the one found"
done
