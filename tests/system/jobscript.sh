#!/usr/bin/env bash
# mtc jobscript: what it writes is sound shell, runs on a real Slurm of two nodes, and does under stand-ins for the
# commands of PBS, Torque and Grid Engine what the scripts it is made of do.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

printf 'calculation_mode = synthetic\nn_tasks = 40\ntime_ms = 50\n' > "an input.ini"
write() { without_mpi jobscript "$@" > messages.txt; }

echo "--- scripts for all, sound and complete"
for system in slurm pbs torque sge; do
    write --$system "an input.ini" $system.sh --nodes 2 --cores 2 --set "description=it's me" --account geo
    write --$system "an input.ini" $system-long.sh --nodes 1 --cores 1 --time 1m --set n_tasks=10000
    without_mpi jobscript --$system "an input.ini" > printed.sh 2> messages.txt
    for script in $system.sh $system-long.sh printed.sh; do
        bash -n "$script"
        if command -v shellcheck > /dev/null; then shellcheck "$script"; fi
        [ "$(head -n 1 "$script")" = "#!/usr/bin/env bash" ] || fail "$script begins with $(head -n 1 "$script")"
        for word in 'Ranks: ' 'Memory: ' 'Time: ' 'Work: '; do
            grep -q "^# $word" "$script" || fail "$script does not say where '$word' is from"
        done
    done
    grep -qE '^#(PBS -A|SBATCH --account=|\$ -P) ?geo' $system.sh || fail "$system.sh: nobody pays"
    grep -q 'More than was asked for' $system-long.sh || fail "$system-long.sh does not say that its time is short"
done
grep -q '^#SBATCH --requeue' slurm-long.sh || fail "slurm-long.sh does not go on by itself"
grep -q '^script=pbs-long.sh' pbs-long.sh || fail "pbs-long.sh does not go on by itself"

echo "--- refused"
with_status 2 without_mpi jobscript --slurm "an input.ini" slurm.sh 2> messages.txt
grep -q 'is there already' messages.txt || fail "a script is overwritten"
with_status 2 without_mpi jobscript --slurm missing.ini 2> messages.txt
with_status 2 without_mpi jobscript --slurm "an input.ini" --set n_tasks=x 2> messages.txt

echo "--- PBS, Torque and Grid Engine, dry"
mkdir bin
# shellcheck disable=SC2016 # of the played commands
printf '#!/usr/bin/env bash\nprintf "mpirun"; printf " [%%s]" "$@"; echo\n' > bin/mpirun
printf '#!/usr/bin/env bash\necho "    Resource_List.walltime = 00:05:00"\n' > bin/qstat
chmod +x bin/*
printf 'node1\nnode1\nnode2\nnode2\n' > nodes
played() { # played CALL SCRIPT VARIABLES...   how mpirun is called
    local wanted=$1 script=$2 called
    shift 2
    called=$(env -i PATH="$PWD/bin:$PATH" "$@" bash "$script" 2> messages.txt | grep '^mpirun') || fail "$script: $(cat messages.txt)"
    [ "$called" = "mpirun $wanted" ] || fail "$script calls '$called' instead of 'mpirun $wanted'"
}
settings="[--set] [description=it's me]"
played "[-n] [4] [--hostfile] [$PWD/nodes] [$MTC] [an input.ini] [--walltime] [00:05:00] $settings [--fresh]" pbs.sh \
    PBS_O_WORKDIR="$PWD" PBS_JOBID=7.server PBS_NODEFILE="$PWD/nodes" OPTIONS=--fresh
played "[-n] [4] [--hostfile] [$PWD/nodes] [$MTC] [an input.ini] [--walltime] [300] $settings" torque.sh \
    PBS_O_WORKDIR="$PWD" PBS_JOBID=7.server PBS_NODEFILE="$PWD/nodes" PBS_NP=4 PBS_WALLTIME=300
played "[-n] [4] [$MTC] [an input.ini] $settings" sge.sh NSLOTS=4 JOB_ID=9

echo "--- a rank is killed: they go on"
mkdir killed
printf '#!/usr/bin/env bash\nexit 137\n' > killed/mpirun
# shellcheck disable=SC2016 # of the played command
printf '#!/usr/bin/env bash\necho "$@" > submitted.txt\n' > killed/qsub
chmod +x killed/*
with_status 137 env -i PATH="$PWD/killed:$PWD/bin:$PATH" PBS_O_WORKDIR="$PWD" PBS_JOBID=7.server PBS_NODEFILE="$PWD/nodes" \
    bash pbs-long.sh > messages.txt 2>&1
grep -q 'INPUT,OPTIONS,PART,DEATHS pbs-long.sh$' submitted.txt || fail "pbs-long.sh submits $(cat submitted.txt)"
with_status 99 env -i PATH="$PWD/killed:$PATH" NSLOTS=1 JOB_ID=9 bash sge-long.sh > messages.txt 2>&1

echo "--- Slurm, real"
# shellcheck source=tests/system/with_slurm.sh
. "$(dirname "${BASH_SOURCE[0]}")/with_slurm.sh"
with_slurm 2 4 -o "NodeName=DEFAULT RealMemory=4000"
write --slurm "an input.ini" own.sh --nodes 2 --cores 2 --set output_bytes=100
first=$(sbatch --parsable own.sh --output slurm.h5)
again=$(sbatch --parsable --dependency="afterany:$first" own.sh --output again.h5 --set time_ms=1)
ended_with "$first" 0
[ "$(field "$first" NumNodes)" = 2 ] || fail "not on two nodes: $(scontrol show job "$first")"
ended_with "$again" 0 # options behind the script reach mtc
compare_results slurm.h5 again.h5
ranks=$("$python" -c 'import h5py; print(len(h5py.File("slurm.h5")["performance/ranks"]))')
[ "$ranks" = 4 ] || fail "$ranks ranks instead of 4"
echo "jobs $first and $again ran on 2 nodes with 2 ranks each"

# tools/scaling submits a series by the installed script, and collects it.
ln -s "$MTC_SOURCE/jobscripts" .
export MTC
"$python" "$tools/scaling" --ranks 2,4 --folder strong --submit "sbatch --parsable --nodes=2 --ntasks={ranks} --ntasks-per-node=2 --time=2" \
    "an input.ini" > jobs.txt
[ "$(wc -l < jobs.txt)" = 2 ] || fail "tools/scaling submitted $(cat jobs.txt)"
while read -r job; do ended_with "$job" 0; done < jobs.txt
"$python" "$tools/scaling" --collect strong/*.h5 > table.txt
for ranks in 2 4; do grep -qE "^ *$ranks " table.txt || fail "no line of $ranks ranks: $(cat table.txt)"; done
cat table.txt
