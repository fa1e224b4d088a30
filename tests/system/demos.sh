#!/usr/bin/env bash
# Jobs made for OpenQuake run unchanged and give its curves. The references hold 12 sites of each demo, with
# 32-bit precision (6e-8) and as OpenQuake's 3.25 computed them, single realizations switched on.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

jobs=$MTC_TEST_DATA/oq
[ -d "$jobs" ] || skip "no jobs in $jobs (set MTC_TEST_DATA)"

# All of them: each agrees to 1e-3 where it runs, nearly all to 1e-5; the table says why the others do not run.
"$python" "$tools/check_jobs" --mtc "$MTC" --mpiexec "$MPIEXEC" --ranks 2 "$jobs/demos" "$jobs/qa" \
    "$MTC_TEST_DATA/hazard/golden/jobs" --expect 49 --expect-strict 46

# job FOLDER TOLERANCE POINTS   POINTS of the reference are above a PoE of 1e-6
job() {
    local folder=$jobs/$1 name=${1##*/} tolerance=$2 points=$3
    echo "--- $name"
    on_ranks 2 "$folder/job.ini" --set individual_rlzs=true --output "$name.h5"
    compare_curves "$name.h5" "$folder/oq_run/mean.csv" --rtol "$tolerance" --expect "$points"
    compare_curves "$name.h5" "$folder/oq_run/rlz-000.csv" --what rlz-000 --rtol "$tolerance" --expect "$points"
}

job demos/AreaSourceClassicalPSHA 1e-6 3464
job demos/PointSourceClassicalPSHA 1e-5 3181
job qa/classical_case_03 1e-6 4
job qa/classical_case_24 1e-6 758
job qa/classical_case_48 1e-6 28
job qa/classical_case_51 1e-6 42
