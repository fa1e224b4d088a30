#!/usr/bin/env bash
# Jobs made for OpenQuake run unchanged and give its curves. The references hold 12 sites of each demo, with
# 32-bit precision (6e-8) and as OpenQuake's 3.25 computed them, single realizations switched on.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

demos=$MTC_TEST_DATA/oq/demos
[ -d "$demos" ] || skip "no demos in $demos (set MTC_TEST_DATA)"

# demo NAME TOLERANCE POINTS   POINTS of the reference are above a PoE of 1e-6
demo() {
    local name=$1 tolerance=$2 points=$3 folder=$demos/$1
    echo "--- $name"
    on_ranks 2 "$folder/job.ini" --set individual_rlzs=true --output "$name.h5"
    compare_curves "$name.h5" "$folder/oq_run/mean.csv" --rtol "$tolerance" --expect "$points"
    compare_curves "$name.h5" "$folder/oq_run/rlz-000.csv" --what rlz-000 --rtol "$tolerance" --expect "$points"
}

demo AreaSourceClassicalPSHA 1e-6 3464
demo PointSourceClassicalPSHA 1e-5 3181
