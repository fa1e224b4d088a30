#!/usr/bin/env bash
# Commands that read files need no MPI: they work where no mpirun can be found, and each explains itself.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

said() { # said WORD COMMAND...   the command ends well and its output holds the word (so it is not empty)
    local word=$1
    shift
    with_status 0 "$@" > "$scratch/output.txt" 2>&1
    grep -qF -- "$word" "$scratch/output.txt" || fail "'$word' is not in the output of: $*"
}

echo "--- help"
for command in run check plan show export status stop; do
    said "$command" without_mpi --help
    said "$command" without_mpi "$command" --help
done
said --output without_mpi run --help
said calculation_mode without_mpi help keys
said BooreAtkinson2008 without_mpi help models
with_status 2 without_mpi chekc "$inputs/synthetic.ini" > output.txt 2>&1
grep -q 'check' output.txt || fail "chekc: the nearest command is not named"

echo "--- check computes nothing"
mkdir empty
(cd empty && said "20 units" without_mpi check "$inputs/synthetic.ini")
(cd empty && said plain without_mpi check "$inputs/hazard/job.ini")
[ -z "$(ls -A empty)" ] || fail "check left files behind: $(ls -A empty)"

echo "--- check says first what is asked for, and last what looks like a mistake"
asked=$(without_mpi check "$inputs/hazard/job.ini" 2> messages.txt | sed -n '2,5p' | cut -d ' ' -f 1 | tr '\n' ' ')
[ "$asked" = "sites sources ruptures realizations " ] || fail "check begins with: $asked"
said 'look twice: site parameter vs30 = 7.6 m/s' without_mpi check "$inputs/hazard/job.ini" --set override_vs30=7.6
said 'look twice: out of reach' without_mpi check "$inputs/hazard/job.ini" \
    --set region= --set region_grid_spacing= --set 'sites=60 10'

echo "--- a run, its status, and the same run again"
with_status 0 on_ranks 2 "$inputs/hazard/job.ini" --output hazard.h5
said hazard.h5 without_mpi status hazard.h5
before=$(sha256sum < hazard.h5)
said hazard.h5 on_ranks 2 "$inputs/hazard/job.ini" --output hazard.h5 # complete already: says so
[ "$(sha256sum < hazard.h5)" = "$before" ] || fail "a complete output was computed again"
with_status 0 on_ranks 2 "$inputs/hazard/job.ini" --output hazard.h5 --fresh
compare_results hazard.h5 hazard.h5
status=0
without_mpi status no_such.h5 > output.txt 2>&1 || status=$?
[ "$status" != 0 ] || fail "the status of a file that is not there is 0"

echo "--- show"
said mtc_version without_mpi show hazard.h5
for topic in tasks units sources ranks operations transfer events slow contents input config; do
    said '' without_mpi show hazard.h5 "$topic"
done
said 'an area source and two point sources' without_mpi show hazard.h5 input
said /results/hcurves_stats without_mpi show hazard.h5 contents
said region_grid_spacing without_mpi show hazard.h5 config
said plain without_mpi show hazard.h5 sources
with_status 2 without_mpi show hazard.h5 taks > output.txt 2>&1
grep -q tasks output.txt || fail "show taks: the nearest topic is not named"
with_status 2 without_mpi show "$inputs/synthetic.ini" > output.txt 2>&1 # not an HDF5 file

echo "--- plan"
said 'check: the run itself, on 2 ranks' without_mpi plan hazard.h5 --ranks 2,64
said 'times are estimates' without_mpi plan "$inputs/synthetic.ini" --ranks 4
with_status 2 without_mpi plan hazard.h5 --ranks 0 > output.txt 2>&1
grep -q "'0' is no number of ranks" output.txt || fail "plan --ranks 0: what is wrong is not said"

echo "--- export"
with_status 0 without_mpi export hazard.h5 --what curves --to exported
"$python" "$MTC_SOURCE/tests/system/check_export.py" hazard.h5 exported --expect 3

echo "--- an input to start from"
for mode in $(without_mpi help keys | sed -nE 's/^### calculation_mode = (.*)/\1/p'); do
    without_mpi new "$mode" "new_$mode.ini" > output.txt
    status=0
    without_mpi check "new_$mode.ini" > output.txt 2>&1 || status=$?
    case "$status" in
        0) ;; # nothing is required of it
        2) ! grep -qE 'unknown key|not a|out of range' output.txt || fail "what mtc new writes for $mode is no input" ;;
        *) fail "exit status $status of a check of what mtc new writes for $mode" ;;
    esac
done
with_status 0 on_ranks 1 new_julia.ini --set width=100 2> messages.txt
with_status 2 without_mpi new julia new_julia.ini > output.txt 2>&1
grep -q 'is there already' output.txt || fail "mtc new: a file that is there already"
with_status 2 without_mpi new julja > output.txt 2>&1
grep -q "julia" output.txt || fail "mtc new julja: the nearest name is not said"
without_mpi new command > output.txt
grep -q '^# parameter.NAME = $' output.txt || fail "mtc new command: no parameters"

echo "--- records of calculations"
calcs() { env -i PATH=/nonexistent MTC_HOME="$MTC_HOME" "$MTC" calcs "$@" < /dev/null; }
[ "$(calcs list --rows 0 | grep -c ' classical ')" = 2 ] || fail "of two runs, and one that had nothing to do: $(calcs)"
said 'input_hash' calcs show last
twice=("$inputs/synthetic_skewed.ini" --set time_scale=0.05 --output twice.h5)
with_status 75 on_ranks 2 "${twice[@]}" --walltime 1.5 2> messages.txt
on_ranks 2 "${twice[@]}" 2> messages.txt
said 'starts             2' calcs show last
timeout 100 "$MTC" "$inputs/synthetic_skewed.ini" --set time_scale=30 --output dead.h5 2> messages.txt &
is_known() { calcs search "$1" 2> /dev/null | grep -qF "$1"; }
within 60 is_known dead.h5 || fail "a run under way is not entered"
kill -KILL "$(pgrep -P $! -x "$(basename "$MTC")")"
{ wait $! || true; } 2> /dev/null
said unfinished calcs search dead.h5
said 'forgotten; its files stay' calcs delete last
with_status 2 calcs show 999 > output.txt 2>&1
grep -q 'the last is' output.txt || fail "calcs show 999: $(cat output.txt)"
n_known=$(calcs list --rows 0 | grep -c '^ *[0-9].*20[0-9][0-9]-')
on_ranks 2 run "$inputs/hazard/job.ini" --hc hazard.h5 --set quantiles=0.5 --output medians.h5 2> messages.txt
said 'medians.h5' calcs show last
said 'hazard_calculation = hazard.h5' calcs show last
said 'quantiles = 0.5' calcs show last
[ "$(calcs list --rows 0 | grep -c '^ *[0-9].*20[0-9][0-9]-')" = $((n_known + 1)) ] || fail "run --hc is not entered once: $(calcs)"
said 'key quantiles' calcs compare 1 last
said 'calculations' calcs dump all.sqlite
calcs list --rows 0 > before.txt
mapfile -t numbers < <(awk '/^ *[0-9]+ +20/ { print $1 }' before.txt)
said 'is forgotten' calcs delete "${numbers[@]}"
said '0 calculations in' calcs list
said "$((n_known + 1)) calculations taken" calcs restore all.sqlite
calcs list --rows 0 | grep -v calculations | cut -c 8- | sort > after.txt # numbers may be others
grep -v calculations before.txt | cut -c 8- | sort | diff - after.txt || fail "what was restored is not what was there"
with_status 2 calcs dump all.sqlite > output.txt 2>&1
# A folder that cannot be written keeps no run from ending well.
MTC_HOME=/dev/null/x with_status 0 on_ranks 1 "$inputs/synthetic.ini" --output noted.h5 2> messages.txt
grep -q '^note: mtc calcs will not know' messages.txt || fail "nothing is said of records that cannot be written"
