#!/usr/bin/env bash
# The job scripts for Slurm, unchanged, on a real Slurm of three nodes on this machine: several nodes, the end of the
# time, requeueing, a lost node, an array, weak scaling; and with the lines for mtcrun and srun that stand in them.
# `slurm.sh long` also waits for Slurm to end a job by itself.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=tests/system/with_slurm.sh
. "$(dirname "${BASH_SOURCE[0]}")/with_slurm.sh"
with_slurm 3 8

# The scripts speak of the project's folder.
ln -s "$MTC_SOURCE/jobscripts" "$MTC_SOURCE/inputs" "$tools" .
export MTC PYTHON=$python

# Sleeping tasks: they need no processor. The results do not depend on how long they last.
tasks() { # tasks FILE N_TASKS TIME_MS
    printf 'calculation_mode = synthetic\nwork = sleep\nn_tasks = %d\ntime_ms = %d\noutput_bytes = 1000\n%s\n' \
        "$2" "$3" 'checkpoint_interval = 1' > "$1"
}
tasks part.ini 720 200 # 48 s on the three ranks of four that compute: more than one part, whenever the signal comes
tasks lost.ini 200 200 # 40 s on one of two
tasks killed.ini 2000 200 # 133 s
tasks spread.ini 300 200  # 20 s on three of four
on_ranks 1 part.ini --set time_scale=0.001 --output part.once.h5 2> /dev/null
on_ranks 1 lost.ini --set time_scale=0.001 --output lost.once.h5 2> /dev/null
on_ranks 1 spread.ini --set time_scale=0.001 --output spread.once.h5 2> /dev/null
# by NAME SCRIPT   writes a copy of the script that starts mtc by the line in its comments that NAME begins
by() {
    local line
    line=$(sed -nE "s|^# or, .*: +((tools/)?$1 .*)|\1|p" "jobscripts/$2")
    [ -n "$line" ] || fail "jobscripts/$2 has no line with $1"
    LINE=$line awk '/^mpirun -n / { print ENVIRON["LINE"]; next } { print }' "jobscripts/$2" > "by_$1-$2"
}
by mtcrun slurm.sh
by mtcrun slurm-requeue.sh
by srun slurm.sh
by srun slurm-requeue.sh
printf '%s\n' "inputs/synthetic.ini" "lost.ini --set time_scale=0.1 --output other.h5" > list.txt

submit() { sbatch --parsable --nodes=2 --ntasks-per-node=2 --time=1 --exclude=node3 "$@"; }
hosts_of() {
    "$python" -c 'import sys, h5py
for host in sorted(h5py.File(sys.argv[1])["performance/ranks"]["host"]): print(host.decode())' "$1" | uniq -c | xargs
}

weak=$(NODE_COUNTS="1 2" TASKS_PER_RANK=4 submit --time=5 jobscripts/slurm-weak-scaling.sh inputs/synthetic.ini --set time_ms=200)
wait_until 180 "the first job" ended "$weak" # it wants whole nodes
two_nodes=$(submit --time=5 jobscripts/slurm.sh inputs/synthetic.ini)
array=$(submit --time=5 --nodes=1 --array=1-2 jobscripts/slurm-array.sh list.txt)
# Slurm signals up to half a minute early: 20 to 50 s after the start. A second part may start late, too.
saved=$(submit --time=2 --signal=B:USR1@70 jobscripts/slurm.sh part.ini --output saved.h5)
requeued=$(submit --time=2 --signal=B:USR1@70 jobscripts/slurm-requeue.sh part.ini)
lost=$(sbatch --parsable --nodes=2 --ntasks-per-node=1 --nodelist=node3 --time=5 jobscripts/slurm-requeue.sh lost.ini)
recovered=$(sbatch --parsable --nodes=2 --ntasks-per-node=2 --nodelist=node3 --no-kill --time=5 by_mtcrun-slurm-requeue.sh spread.ini \
    --set worker_timeout=5 --output recovered.h5)
if [ "${1-}" = long ]; then
    on_ranks 1 killed.ini --set time_scale=0.001 --output killed.once.h5 2> /dev/null
    killed=$(submit --signal=B:USR1@0 jobscripts/slurm.sh killed.ini)
fi

echo "--- a node that dies: mpirun notices, the script goes back into the queue, nothing is lost but what was not saved"
processes_of() { # processes_of PID   all in its name space, which is that of one node
    local node process
    node=$(readlink "/proc/$1/ns/uts")
    for process in /proc/[0-9]*; do
        if [ "$(readlink "$process/ns/uts" 2> /dev/null)" = "$node" ]; then echo "${process#/proc/}"; fi
    done
}
half_done() { { "$MTC" status lost.h5 2> /dev/null || true; } | grep -qE '(^|[^0-9])[3-9][0-9](\.[0-9]*)? ?%'; }
wait_until 150 "the job on node3 to be half done" half_done
computes() { grep -q '^stage = work' "$1.status" 2> /dev/null; }
wait_until 120 "the other job on node3 to compute" computes recovered.h5
slurmd=$(cat "$slurm/run/slurmd-node3.pid")
[ "$(readlink "/proc/$slurmd/ns/uts")" != "$(readlink /proc/self/ns/uts)" ] || fail "node3 is not apart from this host"
mapfile -t processes < <(processes_of "$slurmd")
kill -KILL "${processes[@]}" # a power cut
restarted() { [ "$(field "$lost" Restarts)" -ge 1 ]; }
wait_until 150 "the requeueing after the loss of a node" restarted
echo "--- a job under mtcrun goes on without the node"
left() { [ "$(field "$1" JobState)" != RUNNING ]; } # it stays in the queue until Slurm has heard from all nodes
wait_until 120 "the job under mtcrun" left "$recovered"
[ "$(field "$recovered" ExitCode) $(field "$recovered" Restarts)" = "0:0 0" ] || fail "it did not go on"
compare_results recovered.h5 spread.once.h5
"$MTC" show recovered.h5 events --rows 0 > output.txt
[ "$(grep -c ' rank_lost ' output.txt)" = 2 ] || fail "not both ranks of the lost node are named"

# Now Slurm hears of it.
scontrol update nodename=node3 state=down reason=test
# As long as a boot takes: Slurm fails jobs that start in the moment in which a node comes back.
scontrol update jobid="$lost" starttime=now+15
sleep 5
start_slurm > /dev/null
scontrol update nodename=node3 state=resume 2> /dev/null || true

echo "--- weak scaling"
ended_with "$weak" 0
grep -qE '^ *4 +2 ' "weak-$weak/table.txt" || fail "no line of 4 ranks on 2 nodes in weak-$weak/table.txt"
if "$python" -c 'import matplotlib' 2> /dev/null; then [ -s "weak-$weak/weak.png" ] || fail "no plot"; fi

echo "--- one calculation on two nodes"
ended_with "$two_nodes" 0
[ "$(hosts_of synthetic.h5)" = "2 node1 2 node2" ] || fail "ranks ran on $(hosts_of synthetic.h5)"

echo "--- an array of two inputs"
ended_with "${array}_1" 0
ended_with "${array}_2" 0
compare_results results/1/synthetic.h5 synthetic.h5
compare_results results/2/other.h5 lost.once.h5

echo "--- the time is over: saved, and the same command goes on"
ended_with "$saved" 75
with_status 75 "$MTC" status saved.h5
on_ranks 2 part.ini --output saved.h5 --set time_scale=0.001 2> messages.txt && fail "another input went on"
on_ranks 7 part.ini --output saved.h5 2> messages.txt
grep -q '^going on from ' messages.txt || fail "it began anew"
compare_results saved.h5 part.once.h5
ended_with "$requeued" 0
[ "$(field "$requeued" Restarts)" -ge 1 ] || fail "the job was never requeued"
compare_results part.h5 part.once.h5
ended_with "$lost" 0
compare_results lost.h5 lost.once.h5

echo "--- cancelled, ended by a signal, or by the death of a rank under srun: the job goes on and ends"
# rank_of JOB RANK   its process under srun
rank_of() {
    local pid environment
    for pid in $(pgrep -x "$(basename "$MTC")"); do
        environment=$({ tr '\0' '\n' < "/proc/$pid/environ"; } 2> /dev/null) || continue
        if grep -qx "SLURM_JOB_ID=$1" <<< "$environment" && grep -qx "PMIX_RANK=$2" <<< "$environment" &&
            grep -qxF "SLURM_CONF=$SLURM_CONF" <<< "$environment"; then echo "$pid"; fi
    done
}
kill_rank() { kill -KILL "$(rank_of "$1" 2)"; }
# goes_on STATUS NAME SCRIPT COMMAND...   submits the job, does that to it, which leaves the run so, and submits it again
goes_on() {
    local status=$1 name=$2 script=$3 job
    shift 3
    job=$(submit --time=5 --job-name="$name" "$script" spread.ini --output "$name.h5")
    wait_until 150 "$name to compute" computes "$name.h5"
    sleep 3
    "$@" "$job"
    wait_until 120 "the end of $name" ended "$job"
    with_status "$status" "$MTC" status "$name.h5"
    job=$(submit --time=5 "$script" spread.ini --output "$name.h5")
    ended_with "$job" 0
    [ "$("$MTC" show "$name.h5" events --rows 0 | grep -c ' resume ')" = 1 ] || fail "$name began anew"
    compare_results "$name.h5" spread.once.h5
}
# under srun the death of a rank ends all others at once; the job is back in the queue within seconds, and ends by itself
goes_on_by_itself() {
    local job began
    job=$(submit --time=5 --job-name=death.requeue by_srun-slurm-requeue.sh spread.ini --output death.requeue.h5)
    wait_until 150 "death.requeue to compute" computes death.requeue.h5
    sleep 3
    kill_rank "$job"
    began=$SECONDS
    wait_until 60 "the requeueing after the death of a rank" requeued_once "$job"
    echo "requeued $((SECONDS - began)) s after the death of a rank"
    ended_with "$job" 0
    [ "$("$MTC" show death.requeue.h5 events --rows 0 | grep -c ' resume ')" = 1 ] || fail "it began anew"
    compare_results death.requeue.h5 spread.once.h5
    [ ! -e ".mtc-deaths-$job" ] || fail "the count of deaths is left"
}
requeued_once() { [ "$(field "$1" Restarts)" = 1 ]; }
pids=()
{ goes_on_by_itself; } & pids+=($!)
{ goes_on 75 scancel.mpirun jobscripts/slurm.sh scancel; } & pids+=($!)
{ goes_on 75 scancel.mtcrun by_mtcrun-slurm.sh scancel; } & pids+=($!)
{ goes_on 75 scancel.srun by_srun-slurm.sh scancel; } & pids+=($!)
{ goes_on 75 usr1.srun by_srun-slurm.sh scancel -s USR1; } & pids+=($!)
for pid in "${pids[@]}"; do wait "$pid" || fail "a job that was cancelled, or lost a rank"; done

if [ "${1-}" = long ]; then
    echo "--- ended by Slurm itself"
    wait_until 170 "job $killed" ended "$killed"
    with_status 75 "$MTC" status killed.h5
    on_ranks 7 killed.ini --output killed.h5 2> messages.txt
    grep -q '^going on from ' messages.txt || fail "it began anew"
    compare_results killed.h5 killed.once.h5
fi
echo "$(field "$requeued" Restarts) requeueings at the end of the time, $(field "$lost" Restarts) after the loss of a node"
