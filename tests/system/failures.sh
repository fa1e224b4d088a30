#!/usr/bin/env bash
# What cannot be computed: stops the run with a message that says what and where, or is left out and computed later, or
# is tried elsewhere; a crash leaves a backtrace; and nothing is tried for ever.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cat > job.ini << 'INI'
calculation_mode = synthetic
n_tasks = 60
time_ms = 5 1 20
units_per_task = 3
output_bytes = 100
fail_task = 7 41
fail_while = broken
INI
on_ranks 2 job.ini --output whole.h5 2> messages.txt
touch broken

echo "--- by default the run stops, and says source, unit, rank, host and causes"
with_status 1 on_ranks 3 job.ini --output stop.h5 2> messages.txt
grep -Eq '^mtc: stage work, source task (7|41), task (7|41), unit 0 of 3, on rank [0-2] \([^)]+\): made to fail, because: fail_task asks for it$' \
    messages.txt || fail "the message does not say what and where"
with_status 1 "$MTC" status stop.h5 > output.txt
grep -q 'failed: stage work, source task' output.txt || fail "mtc status does not say why"

echo "--- skip leaves out the units that fail, status 3, and says so wherever one asks"
with_status 3 on_ranks 3 job.ini --set on_error=skip --output skip.h5 2> messages.txt
grep -q 'complete but for 2 units that failed' messages.txt || fail "it does not say what is missing"
with_status 3 "$MTC" status skip.h5 > output.txt
grep -q 'complete, some sources failed' output.txt || fail "mtc status does not say it"
"$MTC" show skip.h5 failures > output.txt
[ "$(grep -c 'made to fail, because: fail_task asks for it' output.txt)" = 2 ] || fail "not two failures are listed"
"$MTC" show skip.h5 events --rows 0 > output.txt
[ "$(grep -c ' error .*task' output.txt)" = 2 ] || fail "not two errors among the events"
with_status 1 compare_results whole.h5 skip.h5 > output.txt 2>&1
with_status 3 on_ranks 2 job.ini --set on_error=skip --output skip.h5 2> messages.txt
grep -q -e '--retry-failed computes that' messages.txt || fail "the way to complete it is not named"
"${FORMAT_CHECK:?set FORMAT_CHECK to build/tests/format_check}" skip.h5 > output.txt

echo "--- --retry-failed computes only those, and the results are those of an undisturbed run"
with_status 3 on_ranks 2 job.ini --retry-failed --set on_error=skip --output skip.h5 2> messages.txt # still broken
rm broken
on_ranks 4 job.ini --retry-failed --output skip.h5 2> messages.txt
grep -q '^going on from skip.h5.ckpt: 178 units were done before' messages.txt || fail "it computed more than what failed"
compare_results whole.h5 skip.h5
with_status 0 "$MTC" status skip.h5 > output.txt
[ ! -e skip.h5.ckpt ] || fail "checkpoints are left of a calculation that is complete"
with_status 0 on_ranks 2 job.ini --retry-failed --output skip.h5 2> messages.txt
grep -q 'nothing to do' messages.txt || fail "it did something"

touch broken

echo "--- retry computes elsewhere what fails on one rank only"
on_ranks 3 job.ini --set on_error=retry:2 --set fail_rank=1 --output retry.h5 2> messages.txt
"$MTC" show retry.h5 failures > output.txt
grep -q '^0 units failed' output.txt || fail "units failed that another rank could compute"
"$python" - whole.h5 retry.h5 << 'PY' || fail "other results"
import sys, h5py
a, b = (h5py.File(name)["/results/output"][()].tobytes() for name in sys.argv[1:])
sys.exit(a != b or len(a) != 6000)
PY
with_status 3 on_ranks 1 job.ini --set on_error=retry:2 --output retries.h5 2> messages.txt
"$MTC" show retries.h5 failures > output.txt
[ "$(grep -Ec ' task (7|41) +0 +3 ' output.txt)" = 2 ] || fail "not tried three times each"

echo "--- a signal leaves a backtrace on standard error and in the checkpoints, and an event in what comes of it"
crashing() { # crashing HOW SIGNAL   one run that it ends
    local status=0
    on_ranks 1 job.ini --set on_error=skip --set "fail_how=$1" --set fail_task=7 --output "$1.h5" 2> messages.txt || status=$?
    [ "$status" != 0 ] || fail "$1 ended well"
    grep -q "^mtc: rank 0 ($(hostname)): $2 .* in stage 0, unit 21, backtrace:" messages.txt || fail "$1: no report"
    grep -q '_ZN3mtc' messages.txt || fail "$1: no function of mtc in the backtrace"
    grep -q "^mtc: rank 0 ($(hostname)): that unit is source task 7, task 7, unit 0 of 3" messages.txt || fail "$1: the unit has no name"
    [ "$(find "$1.h5.ckpt" -name '*.crash' | wc -l)" = 1 ] || fail "$1: no report in the checkpoints"
    grep -q '_ZN3mtc' "$1.h5.ckpt"/*/*.crash || fail "$1: no backtrace in the checkpoints"
}
for crash in 'bus SIGBUS' 'divide SIGFPE' 'abort SIGABRT'; do
    read -r how signal <<< "$crash"
    touch broken
    crashing "$how" "$signal"
    rm broken
    on_ranks 2 job.ini --set on_error=skip --set "fail_how=$how" --set fail_task=7 --output "$how.h5" 2> messages.txt
    "$MTC" show "$how.h5" events --rows 0 > output.txt
    grep " crash .*$signal" output.txt | grep 'task 7' | grep -q "rank 0 ($(hostname))" || fail "$how: no event that names signal, source, rank and host"
    compare_results whole.h5 "$how.h5"
done

echo "--- a unit that has ended three runs is left out by the fourth"
touch broken
for _ in 1 2 3; do crashing segfault SIGSEGV; done
with_status 3 on_ranks 2 job.ini --set on_error=skip --set fail_how=segfault --set fail_task=7 --output segfault.h5 2> messages.txt
grep -q 'source task 7, task 7, unit 0 of 3: it has cost 3 workers and is left out' messages.txt || fail "it was tried again"
"$MTC" show segfault.h5 failures > output.txt
grep -Eq '^ *0 +21 +task 7 .*it has cost 3 workers' output.txt || fail "the failure is not listed"
"$MTC" show segfault.h5 events --rows 0 > output.txt
[ "$(grep -c ' crash .*SIGSEGV' output.txt)" = 3 ] || fail "not three crashes among the events"
rm broken
on_ranks 2 job.ini --set fail_how=segfault --set fail_task=7 --retry-failed --output segfault.h5 2> messages.txt
"$MTC" show segfault.h5 failures > output.txt
grep -q '^0 units failed' output.txt || fail "what was forgiven is still missing"

echo "--- where deaths are survived the workers that are left go on without such a unit"
touch broken
with_status 3 env MTC="$MTC" "$tools/mtcrun" -n 5 --oversubscribe -- job.ini --set scheduler_rank=dedicated --set on_error=skip \
    --set fail_how=segfault --set fail_task=7 --output survived.h5 2> messages.txt
"$MTC" show survived.h5 failures > output.txt
grep -q '^1 units failed' output.txt || fail "more is missing than the unit that ends its workers"
"$MTC" show survived.h5 events --rows 0 > output.txt
[ "$(grep -c ' crash .*SIGSEGV' output.txt)" = 3 ] || fail "not three crashes among the events"
[ "$(grep -c ' rank_lost ' output.txt)" = 3 ] || fail "not three workers lost in one run"
rm broken
with_status 0 env MTC="$MTC" "$tools/mtcrun" -n 3 --oversubscribe -- job.ini --set fail_how=segfault --set fail_task=7 \
    --set on_error=skip --set scheduler_rank=dedicated --retry-failed --output survived.h5 2> messages.txt
compare_results whole.h5 survived.h5

touch always
echo "--- a task that fails on the third rank only is computed by the others"
on_ranks 4 job.ini --set on_error=retry:1 --set fail_rank=2 --set fail_while=always --set "fail_task=$(seq -s ' ' 0 59)" --set time_scale=5 \
    --output third.h5 2> messages.txt
compare_results whole.h5 third.h5
grep -q ', on rank 2 (' messages.txt || fail "nothing failed on rank 2"
! grep -Eq ', on rank [013] \(' messages.txt || fail "something failed elsewhere"

echo "--- a unit that hangs is ended by unit_timeout, tells where it was, and is left out at once, or after so many retries"
touch broken
hanging=(job.ini --set fail_how=hang --set fail_task=7 --set unit_timeout=0.5 --set scheduler_rank=dedicated)
for policy in skip retry:1; do
    with_status 3 env MTC="$MTC" "$tools/mtcrun" -n 4 --oversubscribe -- "${hanging[@]}" --set "on_error=$policy" --output hang.h5 --fresh 2> messages.txt
    n_deaths=$([ "$policy" = skip ] && echo 1 || echo 2)
    [ "$(grep -c ': SIGVTALRM (longer than unit_timeout) in stage 0, unit 21, backtrace:' messages.txt)" = "$n_deaths" ] ||
        fail "not $n_deaths reports"
    grep -q '_ZN3mtc' messages.txt || fail "no function of mtc in the backtrace"
    "$MTC" show hang.h5 failures > output.txt
    grep -Eq "^ *0 +21 +task 7 .* $n_deaths +it took longer than unit_timeout $n_deaths times" output.txt || fail "the failure is not listed"
    grep -q '^1 units failed' output.txt || fail "more is missing than the unit that hangs"
done
rm broken
with_status 0 env MTC="$MTC" "$tools/mtcrun" -n 3 --oversubscribe -- "${hanging[@]}" --retry-failed --output hang.h5 2> messages.txt
compare_results whole.h5 hang.h5
printf 'calculation_mode = command\ncommand = sleep {x}\nparameter.x = 0 30\nunit_timeout = 1\non_error = skip\n' > slow.ini
with_status 3 on_ranks 2 slow.ini --output slow.h5 2> messages.txt
grep -q 'it took longer than 1 s and was ended' messages.txt || fail "the command was not ended by unit_timeout"

echo "--- a unit that takes long is not taken for dead, whoever computes it"
for work in sleep spin; do
    with_status 0 env MTC="$MTC" "$tools/mtcrun" -n 3 --oversubscribe -- job.ini --set fail_while=never --set "time_ms=6000 1" \
        --set n_tasks=4 --set units_per_task=1 --set "fail_task=0" --set "work=$work" --set worker_timeout=2 --output "long.$work.h5" 2> messages.txt
    ! grep -q 'was lost' messages.txt || fail "a rank that computes was given up"
    "$MTC" show "long.$work.h5" events --rows 0 > output.txt
    ! grep -q ' rank_lost ' output.txt || fail "a rank that computes is named as lost"
done

echo "--- a wrong policy is refused, with what is accepted"
for policy in skipp retry: retry:0 retry:x; do
    with_status 2 on_ranks 1 job.ini --set "on_error=$policy" --output bad.h5 2> messages.txt
    grep -Eq "on_error = $policy \(.*(retry:2|skip)'\?" messages.txt || fail "$policy: no suggestion"
done
