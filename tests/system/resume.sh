#!/usr/bin/env bash
# What was computed is not lost: not by a kill of the whole job at any moment, not by a signal, not by the end of the
# time; the same command goes on from there on any number of ranks, and gives the same bits.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

hazard=("$inputs/hazard/job.ini" --set pointsource_distance=exact)
tasks=("$inputs/synthetic_skewed.ini" --set time_scale=0.6)
saving=(--set checkpoint_interval=0.3)

# start N ARGUMENTS...   mtc on N ranks in the background, in a session of its own; sets `session`
start() {
    local n=$1
    shift
    setsid timeout --kill-after=5 300 "$MPIEXEC" -n "$n" "$MTC" "$@" < /dev/null > output.txt 2> messages.txt 3>&- &
    session=$!
}
# pid_of RANK   of the job under way; the end of what it says is a number
pid_of() {
    local pid
    for pid in $(pgrep -s "$session" -x "$(basename "$MTC")"); do
        if tr '\0' '\n' < "/proc/$pid/environ" 2> /dev/null | grep -qx "OMPI_COMM_WORLD_RANK=$1"; then
            echo "$pid"
            return
        fi
    done
}
has_saved() {
    [ -n "$(find "$1.ckpt" '(' -name '*.[ab]' -size +3k ')' -o '(' -name '*.journal' -size +1k ')' 2> /dev/null)" ]
}
# saved OUTPUT   waits until some rank of the job under way has saved something whole; false when it ended before
saved() {
    local n=0
    until has_saved "$1"; do
        kill -0 "$session" 2> /dev/null || return 1
        n=$((n + 1))
        [ $n -lt 600 ] || fail "nothing was saved in a minute"
        sleep 0.1
    done
}
# computing OUTPUT STAGE   waits until rank 0 says that it is; false when the job under way ended before
computing() {
    until grep -q "^stage = $2" "$1.status" 2> /dev/null; do
        kill -0 "$session" 2> /dev/null || return 1
        sleep 0.02
    done
}
# kill_all   the whole job at once, as at the loss of a machine
kill_all() {
    # shellcheck disable=SC2046 # one word a process
    kill -KILL $(pgrep -s "$session") 2> /dev/null || true
    wait "$session" || true
}
# is_buried OUTPUT   whether somebody has buried rank 0 of a run that was killed; sets `status` to what mtc says
is_buried() {
    status=0
    "$MTC" status "$1" > output.txt || status=$?
    [ "$status" != 4 ]
}
# leaves N RANK SIGNAL WHEN ARGUMENTS...   a run on N ranks to one of which a signal comes, thrice, as soon as WHEN is true:
# it leaves with 75. Again where the run was over before.
leaves() {
    local n=$1 rank=$2 signal=$3 when=$4 pid status
    shift 4
    for _ in {1..20}; do
        rm -rf "${!#}" "${!#}".*
        start "$n" "$@"
        if $when; then
            pid=$(pid_of "$rank")
            for _ in 1 2 3; do kill "-$signal" "$pid" 2> /dev/null || true; done
        fi
        status=0
        wait "$session" || status=$?
        [ "$status" = 0 ] || break
    done
    [ "$status" = 75 ] || fail "exit status $status instead of 75 after $signal on rank $rank"
}
is_computing() { computing "$1" compute && sleep "0.$((RANDOM % 5 + 1))"; }
goes_on() { grep -q '^going on from ' messages.txt || fail "it began anew"; }

echo "--- undisturbed"
# As fine as makes it last for some seconds on this machine: it is to be hit while it computes. What counts is time of
# the processor, which it needs also when nobody else does.
TIMEFORMAT=%U
for spacing in 6 4 3 2 1.5; do # [km]
    seconds=$({ time on_ranks 2 "${hazard[@]}" --set "area_source_discretization=$spacing" --output hazard.h5 --fresh 2> messages.txt; } 2>&1)
    ! awk "BEGIN { exit !($seconds >= 5) }" || break
done
hazard+=(--set "area_source_discretization=$spacing")
echo "the hazard model at $spacing km: $seconds s of the processor"
on_ranks 4 "${tasks[@]}" --output tasks.h5 2> messages.txt

echo "--- the whole job killed at some moment, thrice, and ended on another number of ranks each time"
for name in hazard tasks; do
    declare -n arguments=$name
    n_kills=0
    for _ in {1..20}; do # a run that was over before its kill begins again
        start $((2 + (n_kills + 1) % 3)) "${arguments[@]}" "${saving[@]}" --output killed.h5
        [ "$n_kills" = 0 ] || sleep 0.5
        if saved killed.h5; then sleep "0.$((RANDOM % 5))"; fi
        kill_all
        if [ ! -d killed.h5.ckpt ]; then
            rm -f killed.h5*
            n_kills=0
            continue
        fi
        find killed.h5.ckpt -type f | wc -l
        n_kills=$((n_kills + 1))
        [ "$n_kills" -lt 3 ] || break
    done
    [ "$n_kills" = 3 ] || fail "it was always over before it was killed thrice"
    within 60 is_buried killed.h5 || true
    [ "$status" = 75 ] || fail "status $status of a run that was killed"
    on_ranks 1 "${arguments[@]}" --output killed.h5 2> messages.txt
    goes_on
    compare_results "$name.h5" killed.h5
    [ ! -e killed.h5.ckpt ] || fail "checkpoints are left of a calculation that is complete"
    rm killed.h5*
done

echo "--- signals on any rank, any number of times"
rank=0
for signal in USR1 USR2 TERM INT XCPU; do
    # no save before it is asked for
    leaves 3 $((rank % 3)) "$signal" "is_computing signal.h5" "${hazard[@]}" --output signal.h5
    grep -q 'stopped, all is saved: the same command goes on from here' messages.txt || fail "$signal was not heard"
    with_status 75 "$MTC" status signal.h5 > output.txt
    on_ranks 2 "${hazard[@]}" --output signal.h5 2> messages.txt
    goes_on
    compare_results hazard.h5 signal.h5
    rm signal.h5*
    rank=$((rank + 1))
done

echo "--- the end of the time, on the command line and as the batch system tells it"
for limit in 2.5 7 14; do # [s]; longer where the start took all of it
    with_status 75 on_ranks 3 "${tasks[@]}" --walltime $limit --output time.h5 --fresh 2> messages.txt
    ! has_saved time.h5 || break
done
with_status 75 timeout --kill-after=5 120 env SLURM_JOB_END_TIME=$(($(date +%s) + 3)) "$MPIEXEC" -n 3 "$MTC" "${tasks[@]}" --output time.h5 < /dev/null 2> messages.txt
goes_on
on_ranks 2 "${tasks[@]}" --output time.h5 2> messages.txt
goes_on
compare_results tasks.h5 time.h5

echo "--- a complete output stays, and nothing is done"
with_status 0 on_ranks 2 "${tasks[@]}" --output time.h5 2> messages.txt
grep -q 'nothing to do' messages.txt || fail "it did something"

# interrupted OUTPUT ARGUMENTS...   leaves checkpoints of a run that a signal ended
interrupted() {
    leaves 2 1 USR1 "saved $1" "${@:2}" "${saving[@]}" --output "$1"
}
# damage FILE OFFSET   changes the byte there
damage() {
    "$python" - "$1" "$2" << 'PY'
import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(int(sys.argv[2]))
    byte = file.read(1)
    file.seek(int(sys.argv[2]))
    file.write(bytes([byte[0] ^ 1]))
PY
}

echo "--- a damaged save is named, and costs no more than its work"
for offset in 3 5000; do # in the first page, and in a block
    interrupted damaged.h5 "${hazard[@]}"
    newest=$(find damaged.h5.ckpt -name '*.[ab]' -size +3k -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)
    damage "$newest" "$offset"
    on_ranks 3 "${hazard[@]}" --output damaged.h5 2> messages.txt
    grep -qF "warning: $newest: " messages.txt || fail "the damage in $newest was not seen"
    compare_results hazard.h5 damaged.h5
    rm damaged.h5*
done
interrupted damaged.h5 "${tasks[@]}"
journal=$(find damaged.h5.ckpt -name '*.journal' -size +1k | head -n 1)
truncate -s -5 "$journal"
on_ranks 3 "${tasks[@]}" --output damaged.h5 2> messages.txt
grep -qF "warning: $journal: its last " messages.txt || fail "the loss in $journal was not seen"
goes_on
compare_results tasks.h5 damaged.h5
rm damaged.h5*

echo "--- checkpoints of another input are refused with both hashes and the way out"
interrupted other.h5 "${tasks[@]}"
with_status 2 on_ranks 2 "${tasks[@]}" --set n_tasks=999 --output other.h5 2> messages.txt
[ "$(grep -o 'fnv1a64:[0-9a-f]*' messages.txt | sort -u | wc -l)" = 2 ] || fail "not both hashes are named"
grep -qe '--fresh' messages.txt || fail "the way out is not named"
on_ranks 2 "${tasks[@]}" --set n_tasks=50 --fresh --output other.h5 2> messages.txt
! grep -q '^going on from ' messages.txt || fail "--fresh did not begin anew"
