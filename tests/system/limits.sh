#!/usr/bin/env bash
# A calculation keeps to its limits, and leaves with all saved when they are reached: mtc stop, the end of a batch job,
# memory. What one may ask of a run is right in every state. `limits.sh long` also takes 20 GB of records through ranks
# of 1 GB, and needs 40 GB of disk.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

tasks=("$inputs/synthetic_skewed.ini" --set time_scale=0.6 --set unit_ms=20)

# start N ARGUMENTS...   mtc on N ranks in the background; sets `job`
start() {
    local n=$1
    shift
    setsid timeout --kill-after=5 300 "$MPIEXEC" -n "$n" "$MTC" "$@" < /dev/null > output.txt 2> messages.txt 3>&- &
    job=$!
}
# computing OUTPUT   waits until the run under way computes
computing() {
    local n=0
    until grep -q '^stage = work' "$1.status" 2> /dev/null; do
        kill -0 "$job" 2> /dev/null || fail "the run ended before it computed"
        n=$((n + 1))
        [ $n -lt 600 ] || fail "it does not compute"
        sleep 0.1
    done
}
# ended STATUS   waits for the run under way
ended() {
    local status=0
    wait "$job" || status=$?
    [ "$status" = "$1" ] || fail "exit status $status instead of $1"
}
# says STATUS PATTERN COMMAND...   mtc without MPI gives the status, and a line like it
says() {
    local pattern=$2
    with_status "$1" "$MTC" "${@:3}" > output.txt 2> messages2.txt
    grep -Eq "$pattern" output.txt messages2.txt || {
        cat output.txt messages2.txt >&3
        fail "mtc ${*:3} does not say $pattern"
    }
}

echo "--- mtc stop, and what mtc status says before, during and after"
on_ranks 3 "${tasks[@]}" --output whole.h5 2> messages.txt
says 2 'no such calculation' status stop.h5
says 2 'no such calculation' stop stop.h5
touch stop.h5.stop # meant for an earlier run
start 3 "${tasks[@]}" --output stop.h5
computing stop.h5
says 4 'running: work .* 3 ranks \(process [0-9]+ on ' status stop.h5
says 0 'was asked to save and leave' stop stop.h5
ended 75
grep -q '^mtc: stopping: mtc stop asked for it: process ' messages.txt || fail "the run does not say who asked"
[ ! -e stop.h5.stop ] || fail "the request is still there"
says 75 'not complete: stopped, all is saved' status stop.h5
says 75 'not complete: stopped, all is saved' stop stop.h5
on_ranks 2 "${tasks[@]}" --output stop.h5 2> messages.txt
grep -q '^going on from ' messages.txt || fail "it began anew"
compare_results whole.h5 stop.h5
says 0 'complete' status stop.h5
says 0 'complete' stop stop.h5

echo "--- the tables of the result tell of both runs"
"$python" - stop.h5 << 'PY' || fail "the tables lack a run"
import sys, h5py, numpy as np
with h5py.File(sys.argv[1]) as file:
    tasks, events = file["/performance/tasks"][()], file["/performance/events"][()]
    n_units = len(file["/results/output_start"]) - 1
assert set(tasks["life"]) == {0, 1}, set(tasks["life"])
assert set(events["life"]) == {0, 1}
assert tasks["n_units"].sum() == n_units, (tasks["n_units"].sum(), n_units)  # a stop loses nothing
assert any(b"stop" in kind for kind in events["kind"][events["life"] == 0])
PY
"$MTC" show stop.h5 ranks > output.txt
"$MTC" show stop.h5 slow >> output.txt
"$MTC" export stop.h5 --format trace > output.txt

echo "--- a run that was killed is not running, whoever has its number now"
start 2 "${tasks[@]}" --output killed.h5
computing killed.h5
# shellcheck disable=SC2046 # one word a process
kill -KILL $(pgrep -s "$job")
wait "$job" || true
sed -i "s/^process = .*/process = $$/" killed.h5.status
says 75 'it was ended in work' status killed.h5
printf 'calculation_mode = synthetic\noutput = named.h5\nn_tasks = 3\ntime_ms = 1\n' > named.ini
on_ranks 1 named.ini 2> messages.txt
says 0 '^named.h5: complete' status named.ini

echo "--- the end of the time as Slurm and PBS tell it"
mkdir bin
printf '#!/bin/sh\n[ "$*" = "-h -o %%L -j 12" ] && echo 0:04\n' > bin/squeue
printf '#!/bin/sh\nprintf "Job Id: 7.host\\n    resources_used.walltime = 01:00:00\\n    Resource_List.walltime = 01:00:04\\n"\n' > bin/qstat
chmod +x bin/*
# ends_in_time NAME VARIABLE...   the run of a job with these variables leaves in time, by what NAME says
ends_in_time() {
    rm -rf time.h5*
    with_status 75 timeout 120 setsid --wait env "${@:2}" "$MPIEXEC" -n 2 env PATH="$PWD/bin:$PATH" "$MTC" "${tasks[@]}" --output time.h5 \
        < /dev/null 2> messages.txt 3>&-
    grep -Eq "^note: [0-9]+ s are left of the batch job \($1\)" messages.txt || fail "$1 is not named"
    grep -q '^mtc: stopping: the time is up' messages.txt || fail "the reason is not named"
}
ends_in_time SLURM_JOB_END_TIME SLURM_JOB_ID=12 "SLURM_JOB_END_TIME=$(($(date +%s) + 4))"
ends_in_time squeue SLURM_JOB_ID=12
ends_in_time PBS_WALLTIME PBS_JOBID=7.host PBS_WALLTIME=4
ends_in_time qstat PBS_JOBID=7.host
rm -rf time.h5*
with_status 75 on_ranks 2 "${tasks[@]}" --walltime 3 --output time.h5 2> messages.txt
! grep -q 'left of the batch job' messages.txt || fail "the key does not stand over the batch system"

echo "--- memory: refused before it is too late, with the way out"
with_status 2 on_ranks 2 "${tasks[@]}" --set memory_per_rank=20 --output small.h5 2> messages.txt
grep -Eq '^mtc: memory on .*: at most .* a rank .* the limit is 20 MB a rank \(memory_per_rank\)' messages.txt || fail "no refusal"
[ ! -e small.h5.ckpt ] || fail "it computed"
with_status 0 "$MTC" check "${tasks[0]}" > output.txt
grep -q 'at most .* a rank .* the limit is .* a rank' output.txt || fail "mtc check says nothing of the limit"

echo "--- a unit that takes memory without end: all is saved; the fourth run leaves it out"
hungry=("${tasks[@]}" --set fail_task=40 --set fail_how=memory --set memory_per_rank=300 --set on_error=skip --output hungry.h5)
for _ in 1 2 3; do
    with_status 75 on_ranks 2 "${hungry[@]}" 2> messages.txt
    grep -Eq '^mtc: stopping: stage work, source task 40, .* on rank [01] .*: no memory is left for it' messages.txt || fail "the source is not named"
    grep -q 'stopped, all is saved' messages.txt || fail "it was not saved"
done
with_status 3 on_ranks 2 "${hungry[@]}" 2> messages.txt
"$MTC" show hungry.h5 failures > output.txt
grep -Eq 'task 40 +-1 +3 +it has cost 3 workers' output.txt || fail "the failure is not listed"
with_status 75 bash -c "ulimit -v 900000; exec timeout 120 '$MPIEXEC' -n 1 '$MTC' '${tasks[0]}' --set time_scale=0.01 --set fail_task=4 \
    --set fail_how=memory --output limited.h5" < /dev/null 2> messages.txt 3>&-
grep -q 'RLIMIT_AS' messages.txt || fail "the limit of the shell was not seen"

echo "--- records of many times the memory of a rank end in the file, also after an interruption"
write_records() { # write_records N_TASKS LIMIT_MB
    printf '%s\n' 'calculation_mode = synthetic' "n_tasks = $1" 'units_per_task = 4' 'time_ms = 0' 'output_bytes = 2000000' \
        "memory_per_rank = $2" > records.ini
}
write_records 160 140
cat > check.py << 'PY'
import sys, h5py, numpy as np
n_tasks, most_mb = int(sys.argv[2]), float(sys.argv[3])
with h5py.File(sys.argv[1]) as file:
    output, start = file["/results/output"], file["/results/output_start"][()]
    assert len(output) == n_tasks * 2_000_000 and len(start) == 4 * n_tasks + 1 and start[-1] == len(output)
    k = np.arange(2_000_000)
    n = 0
    for task in range(n_tasks):
        data = output[task * 2_000_000:(task + 1) * 2_000_000]
        n += np.array_equal(data, ((31 * task + k) % 256).astype(np.uint8))
    assert n == n_tasks, n
    ranks = file["/performance/ranks"][()]
    print(ranks["memory_peak_mb"], "MB at most by rank")
    assert all(ranks["memory_peak_mb"] < most_mb), ranks["memory_peak_mb"]
PY
on_ranks 2 records.ini --output records.h5 2> messages.txt
"$python" check.py records.h5 160 170
rm records.h5
for limit in 3 9; do # [s]; longer where the start took all of it
    with_status 75 on_ranks 3 records.ini --set work=spin --set time_ms=60 --walltime $limit --output records.h5 --fresh 2> messages.txt
    [ -z "$(find records.h5.ckpt -name '*.journal' -size +1k)" ] || break
done
on_ranks 1 records.ini --set work=spin --set time_ms=60 --output records.h5 2> messages.txt
grep -q '^going on from ' messages.txt || fail "it began anew"
"$python" check.py records.h5 160 170
rm records.h5

echo "--- records that find no room on the disk stay in memory until that is short; then what is saved goes on"
status=0 # a journal of more than 50 MB cannot be written: 32 MB are saved, and more are not
# shellcheck disable=SC2016 # for that shell
timeout 300 "$MPIEXEC" -n 2 bash -c 'ulimit -f 50000; exec "$0" "$@"' "$MTC" records.ini --output records.h5 \
    < /dev/null 2> messages.txt 3>&- || status=$?
[ "$status" = 75 ] || fail "exit status $status where records can neither be saved nor kept"
grep -E '^warning: rank [01]: not saved: .*journal: cannot write \(File too large\)$' messages.txt > output.txt || fail "it does not say that it cannot save"
[ -z "$(cut -d : -f 2 output.txt | sort | uniq -d)" ] || fail "a rank says it again and again"
grep -Eq '^mtc: stopping: .* on rank [01] .*: no memory is left for it|^mtc: stopping: rank [01] .* nears its memory limit' messages.txt || fail "the reason is not named"
grep -q '^mtc: stopped, not all could be saved: the same command goes on from here' messages.txt || fail "it does not say what is lost"
on_ranks 2 records.ini --output records.h5 2> messages.txt
grep -Eq '^going on from .*: [1-9][0-9]* units were done before' messages.txt || fail "nothing was saved"
"$python" check.py records.h5 160 170
rm records.h5

if [ "${1-}" = long ]; then
    echo "--- 20 GB of records under 1 GB a rank"
    write_records 10000 1000
    time_limit=3600 on_ranks 2 records.ini --output records.h5 2> messages.txt
    "$python" check.py records.h5 10000 1000
    rm records.h5
fi
