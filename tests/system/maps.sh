#!/usr/bin/env bash
# OpenQuake's own maps and spectra follow from its own curves: an output is made of the curves that it published, and
# mtc makes maps and spectra of it. Both sides have 7 digits.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

jobs=$MTC_TEST_DATA/oq/qa
[ -d "$jobs" ] || skip "no jobs in $jobs (set MTC_TEST_DATA)"

# job NAME POINTS CURVES REFERENCE PROBABILITIES   CURVES with @ for the intensity measure
job() {
    local name=$1 points=$2 folder=$jobs/$1/expected
    echo "--- $name"
    "$python" "$MTC_SOURCE/tests/system/published_maps.py" make "$name.h5" "$folder/$3"
    printf '%s\n' 'calculation_mode = classical' 'hazard_maps = true' "poes = $5" > "$name.ini"
    on_ranks 1 run "$name.ini" --hc "$name.h5" --output "$name-maps.h5"
    "$python" "$MTC_SOURCE/tests/system/published_maps.py" compare "$name-maps.h5" "$folder/$4" "$points"
}

job classical_case_24 32 'hazard_curve-@.csv' hazard_uhs.csv '0.1 0.02'
job logictree_case_13 42 'hazard_curve-mean_@.csv' hazard_map-mean.csv 0.01
