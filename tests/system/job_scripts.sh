#!/usr/bin/env bash
# The job scripts for PBS, Torque and Grid Engine, dry: their commands are played, their variables are the documented ones.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

mkdir bin
play() { # play NAME   a command that writes down how it is called; mpirun ends with $STATUS, once its walltime is over
    printf '#!/usr/bin/env bash\nprintf "%%s" "%s" >> calls.txt; printf " [%%s]" "$@" >> calls.txt; echo >> calls.txt\n' "$1"
}
{
    play mpirun
    # shellcheck disable=SC2016 # of the played command
    echo 'if [ -n "${UNTIL_SIGNAL-}" ]; then trap "exit 75" USR1; touch started; for ((i = 0; i < 1000; i++)); do sleep 0.1; done; fi
exit "${STATUS:-0}"'
} > bin/mpirun
{
    play qstat
    printf 'echo "Job Id: 7.server"; echo "    Resource_List.ncpus = 64"; echo "    Resource_List.walltime = 02:00:00"\n'
} > bin/qstat
{
    play qsub
    # shellcheck disable=SC2016 # of the played command
    echo 'echo "PART=$PART DEATHS=$DEATHS INPUT=$INPUT OPTIONS=$OPTIONS" >> calls.txt; echo 8.server'
} > bin/qsub
chmod +x bin/*
PATH=$PWD/bin:$PATH
ln -s "$MTC_SOURCE/jobscripts" .
printf 'node1\nnode1\nnode2\nnode2\n' > nodes
expect() { grep -qxF -- "$1" calls.txt || fail "'$1' was not called, but: $(cat calls.txt)"; }
job() { # job STATUS SCRIPT ARGUMENTS...   in an environment that holds what the scheduler sets, and no more
    local expected=$1
    shift
    rm -f calls.txt
    with_status "$expected" env -i PATH="$PATH" MTC=build/mtc "${variables[@]}" bash "$@" > output.txt 2>&1
}

echo "--- PBS Pro, OpenPBS"
variables=(PBS_O_WORKDIR="$PWD" PBS_JOBID=7.server PBS_NODEFILE="$PWD/nodes" INPUT=job.ini "OPTIONS=--set a=1,2")
mpirun_of_pbs="mpirun [-n] [4] [--hostfile] [$PWD/nodes] [build/mtc] [job.ini] [--walltime] [02:00:00] [--set] [a=1,2]"
job 0 jobscripts/pbs.sh
expect "$mpirun_of_pbs"
for status in 1 75; do
    variables+=("STATUS=$status")
    job "$status" jobscripts/pbs.sh
done
job 75 jobscripts/pbs-requeue.sh
expect "$mpirun_of_pbs"
expect "qsub [-W] [depend=afterany:7.server] [-l] [walltime=02:00:00] [-v] [INPUT,OPTIONS,PART,DEATHS,MTC] [jobscripts/pbs-requeue.sh]"
expect "PART=2 DEATHS=0 INPUT=job.ini OPTIONS=--set a=1,2"
variables+=(STATUS=205 PART=4 DEATHS=3) # a node is lost as often as it may be
job 205 jobscripts/pbs-requeue.sh
expect "PART=5 DEATHS=3 INPUT=job.ini OPTIONS=--set a=1,2"
variables+=(STATUS=137 PART=2 DEATHS=0)
for ((deaths = 0; deaths < 3; deaths++)); do # a rank is killed in every part
    job 137 jobscripts/pbs-requeue.sh
    expect "PART=$((deaths + 3)) DEATHS=$((deaths + 1)) INPUT=job.ini OPTIONS=--set a=1,2"
    variables+=("PART=$((deaths + 3))" "DEATHS=$((deaths + 1))")
done
job 137 jobscripts/pbs-requeue.sh
grep -q qsub calls.txt && fail "the fourth death was followed by another part"
variables+=(STATUS=75 PART=100)
job 75 jobscripts/pbs-requeue.sh
grep -q qsub calls.txt && fail "the hundredth part was followed by another"
variables+=(PART=3 STATUS=2)
job 2 jobscripts/pbs-requeue.sh
grep -q qsub calls.txt && fail "bad input was submitted again"

echo "--- Torque"
variables=(PBS_O_WORKDIR="$PWD" PBS_JOBID=7.server PBS_NODEFILE="$PWD/nodes" PBS_NP=4 PBS_WALLTIME=7200 INPUT=job.ini STATUS=75)
job 75 jobscripts/torque.sh
expect "mpirun [-n] [4] [--hostfile] [$PWD/nodes] [build/mtc] [job.ini] [--walltime] [7200]"

echo "--- Grid Engine"
variables=(NSLOTS=4 JOB_ID=9 STATUS=0)
job 0 jobscripts/sge.sh job.ini --set a=1
expect "mpirun [-n] [4] [build/mtc] [job.ini] [--set] [a=1]"
variables=(NSLOTS=4 JOB_ID=9 STATUS=75)
job 99 jobscripts/sge.sh job.ini
[ "$(cat .mtc-restarts-9)" = 1 ] || fail "the restart was not counted"
echo 100 > .mtc-restarts-9
job 75 jobscripts/sge.sh job.ini
[ ! -e .mtc-restarts-9 ] || fail "the count is left behind"
variables=(NSLOTS=4 JOB_ID=11 STATUS=205)
job 99 jobscripts/sge.sh job.ini
variables=(NSLOTS=4 JOB_ID=11 STATUS=139)
for ((deaths = 1; deaths <= 3; deaths++)); do # a rank is ended by a signal each time
    job 99 jobscripts/sge.sh job.ini
    [ "$(wc -l < .mtc-deaths-11)" = $deaths ] || fail "death $deaths was not counted"
done
job 139 jobscripts/sge.sh job.ini
[ -z "$(find . -maxdepth 1 -name '.mtc-*-11')" ] || fail "counts are left behind"
variables=(NSLOTS=4 JOB_ID=11 STATUS=2)
job 2 jobscripts/sge.sh job.ini
env -i PATH="$PATH" NSLOTS=4 JOB_ID=10 UNTIL_SIGNAL=yes bash jobscripts/sge.sh job.ini > output.txt 2>&1 &
script=$!
# hears PROCESS   whether it does something about USR1; until then that would end it
hears() { [ -e started ] && [ $((0x$(sed -n 's/^SigCgt:\s*//p' "/proc/$1/status") & 0x200)) != 0 ]; }
within 60 hears "$script" || fail "it does not trap USR1"
kill -USR1 "$script"
status=0
wait "$script" || status=$?
[ "$status" = 99 ] || fail "after USR1 the script ended with $status instead of 99"

echo "--- no input"
variables=()
for script in slurm.sh slurm-requeue.sh sge.sh; do job 2 "jobscripts/$script"; done
for script in pbs.sh pbs-requeue.sh torque.sh; do job 1 "jobscripts/$script"; done
