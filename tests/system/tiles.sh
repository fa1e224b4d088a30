#!/usr/bin/env bash
# Sums of more sites than the memory of a rank holds: computed tile by tile the results are the same bits, whatever sets
# the limit, on any number of ranks, after kills and resumes, and no rank takes more than it may.
#
# Under a control group only where MTC_TEST_CGROUP names a folder of one, which the caller made and may use:
#     mkdir /sys/fs/cgroup/memory/tiles; MTC_TEST_CGROUP=/sys/fs/cgroup/memory/tiles tests/system/tiles.sh
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
time_limit=300
mark=$$.$RANDOM
export MTC_TILES_TEST=$mark # by which this test finds its own processes

make_job() { "$python" "$MTC_SOURCE/tests/benchmark/make_hazard_job.py" area "$@" --models 8 --alike --imts 9 --levels 40 --spacing 1; }
make_job many --sites 8000 --ruptures 36  # 184 MB of sums
make_job long --sites 3000 --ruptures 252 # 69 MB, computed for some seconds
limited=(many/job.ini --set memory_per_rank=205)

# start N ARGUMENTS...   mtc under mtcrun on N ranks in the background; sets `job`
start() {
    local n=$1
    shift
    MTC=$MTC setsid timeout --kill-after=5 300 "$tools/mtcrun" -n "$n" -- "$@" < /dev/null > output.txt 2> messages.txt 3>&- &
    job=$!
}
# pids [RANK]   of the processes of this test, or of that rank of it
pids() {
    local pid
    for pid in $(pgrep -f "$MTC|$tools/mtcrun"); do # mtcrun would start it again
        tr '\0' '\n' < "/proc/$pid/environ" 2> /dev/null > environment.txt || continue
        if grep -qx "MTC_TILES_TEST=$mark" environment.txt && { [ $# = 0 ] || { [ "$(cat "/proc/$pid/comm")" = "$(basename "$MTC")" ] &&
            grep -qx "OMPI_COMM_WORLD_RANK=$1" environment.txt; }; }; then
            echo "$pid"
        fi
    done
}
# saved OUTPUT   waits until some rank of the job under way has saved something whole
saved() {
    local n=0
    until [ -n "$(find "$1.ckpt" -name '*.[ab]' -size +3k 2> /dev/null)" ]; do
        kill -0 "$job" 2> /dev/null || fail "the run ended before it saved anything"
        n=$((n + 1))
        [ $n -lt 600 ] || fail "nothing was saved in a minute"
        sleep 0.1
    done
}
# peak OUTPUT LIMIT   no rank had more than LIMIT MB in memory, beside some 30 MB of code that ranks share; prints what
# they had
peak() {
    "$python" - "$@" << 'PY' || fail "a rank of $1 took more than $2 MB"
import sys, h5py
with h5py.File(sys.argv[1]) as file:
    peaks = [round(float(mb)) for mb in file["/performance/ranks"]["memory_peak_mb"]]
print(sys.argv[1], "took at most", peaks, "MB a rank; the limit is", sys.argv[2])
sys.exit(max(peaks) > float(sys.argv[2]) + 30)
PY
}
tiled() { grep -Eq '^tiles: [0-9]+ tiles of sites, at most [0-9.]+ MB of sums on the disk of a rank' messages.txt || fail "there are no tiles"; }

echo "--- undisturbed, all in memory"
on_ranks 1 many/job.ini --output many.h5 2> messages.txt
! grep -q '^tiles:' messages.txt || fail "there are tiles where all fits"
if (peak many.h5 205) > peak.txt 3>&1; then fail "205 MB do not tell one from the other"; fi
head -n 1 peak.txt
on_ranks 2 long/job.ini --output long.h5 2> messages.txt

echo "--- under a limit a rank, on 1, 2 and 4 ranks"
"$MTC" check "${limited[@]}" > output.txt
grep -Eq ' [0-9]+ tiles of sites, at most 184 MB of sums on the disk of a rank' output.txt || fail "mtc check says nothing of tiles"
for n in 1 2 4; do
    on_ranks "$n" "${limited[@]}" --output "limited.$n.h5" 2> messages.txt
    tiled
    compare_results many.h5 "limited.$n.h5"
    peak "limited.$n.h5" 205
    [ ! -e "limited.$n.h5.ckpt" ] || fail "something is left of what was put aside"
done

echo "--- as many tiles as one wishes"
on_ranks 3 long/job.ini --set tiles=40 --output wished.h5 2> messages.txt
grep -q '^tiles: 40 tiles' messages.txt || grep -q '^tiles: [34][0-9] tiles' messages.txt || fail "not so many tiles"
compare_results long.h5 wished.h5

echo "--- under ulimit -v"
bash -c "ulimit -v 650000; exec timeout 300 '$MPIEXEC' -n 1 '$MTC' many/job.ini --output shell.h5" < /dev/null 2> messages.txt 3>&-
grep -q 'RLIMIT_AS' messages.txt || fail "the limit of the shell was not seen"
tiled
compare_results many.h5 shell.h5

echo "--- under a control group"
if [ -n "${MTC_TEST_CGROUP:-}" ]; then
    limit_file=$MTC_TEST_CGROUP/memory.max
    [ -e "$limit_file" ] || limit_file=$MTC_TEST_CGROUP/memory.limit_in_bytes
    echo 460000000 > "$limit_file" # of both ranks, and of mpirun and the pages of files that they read and write
    bash -c "echo \$\$ > '$MTC_TEST_CGROUP/cgroup.procs'; exec timeout 200 '$MPIEXEC' -n 2 '$MTC' many/job.ini --output group.h5" \
        < /dev/null 2> messages.txt 3>&-
    grep -q '(control group)' messages.txt || fail "the limit of the group was not seen"
    tiled
    compare_results many.h5 group.h5
    for file in memory.peak memory.max_usage_in_bytes; do
        [ ! -e "$MTC_TEST_CGROUP/$file" ] || echo "the group had at most $(cat "$MTC_TEST_CGROUP/$file") bytes"
    done
else
    echo "left out: MTC_TEST_CGROUP names no group"
fi

echo "--- everything killed in the middle, and ended on another number of ranks"
start 3 long/job.ini --set tiles=20 --set checkpoint_interval=0.3 --output killed.h5
saved killed.h5
sleep "0.$((RANDOM % 9))"
kill -KILL "$job"
# shellcheck disable=SC2046 # one word a process
kill -KILL $(pids) 2> /dev/null || true
wait "$job" || true
on_ranks 2 long/job.ini --set tiles=30 --output killed.h5 2> messages.txt
grep -q '^going on from ' messages.txt || fail "it began anew"
compare_results long.h5 killed.h5

echo "--- a worker killed, whose sums others take over"
start 4 long/job.ini --set tiles=20 --set checkpoint_interval=0.3 --output worker.h5
saved worker.h5
kill -KILL "$(pids 2)"
status=0
wait "$job" || status=$?
[ "$status" = 0 ] || fail "exit status $status of a run that lost a worker"
grep -q 'rank 2 was lost' messages.txt || fail "nobody saw that the worker was lost"
compare_results long.h5 worker.h5

echo "--- a full disk: said, and what is saved goes on"
status=0 # files of more than 30 MB cannot be written
# shellcheck disable=SC2016 # for that shell
timeout 300 "$MPIEXEC" -n 1 bash -c 'ulimit -f 30000; exec "$0" "$@"' "$MTC" long/job.ini --set tiles=40 \
    --set checkpoint_interval=0.3 --output full.h5 < /dev/null 2> messages.txt 3>&- || status=$?
[ "$status" = 75 ] || fail "exit status $status with a full disk"
grep -Eq '^mtc: stopping: rank 0 .* has no memory for more sums: .*cannot put sums aside \(File too large\)' messages.txt || fail "the reason is not named"
on_ranks 2 long/job.ini --set tiles=40 --output full.h5 2> messages.txt
grep -q '^going on from ' messages.txt || fail "nothing was saved"
compare_results long.h5 full.h5

echo "--- what cannot be is refused, with the way out"
with_status 2 on_ranks 1 many/job.ini --set memory_per_rank=120 --output no.h5 2> messages.txt
grep -q 'Not even the sums of two site blocks, 1.0[0-9] MB, fit' messages.txt || fail "it is not said that nothing fits"
with_status 2 on_ranks 1 "${limited[@]}" --set tiles=1 --output no.h5 2> messages.txt
grep -q 'Without tiles = 1' messages.txt || fail "the way out is not named"
with_status 2 on_ranks 1 "${limited[@]}" --set tiles=some --output no.h5 2> messages.txt
grep -q 'tiles = some (must be auto, or a whole number from 1 to 1000000)' messages.txt || fail "the value is not named"
