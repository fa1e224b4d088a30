#!/usr/bin/env bash
# A calculation longer than a job may last: saves before the time is over, goes back into the queue, goes on from there,
# until it is complete. From the project's folder, once:
#     sbatch jobscripts/slurm-requeue.sh job.ini [options of mtc run]
# `scancel JOB` ends it; what was computed stays saved.
#SBATCH --job-name=mtc-long
#SBATCH --nodes=2               # machines
#SBATCH --ntasks-per-node=32    # ranks on each: as many as it has cores
#SBATCH --cpus-per-task=1       # a rank computes in one thread
#SBATCH --hint=nomultithread    # a rank for each core, none for its second hardware thread
##SBATCH --mem-per-cpu=2G       # `mtc check job.ini` says what a rank needs; leave out where nodes are given whole
##SBATCH --partition=compute    # as your centre names it
##SBATCH --account=project      # who pays
#SBATCH --time=02:00:00         # of each part: short parts start sooner
#SBATCH --signal=B:USR1@120     # two minutes before, to this script alone (B:), which passes it on
#SBATCH --requeue               # the job may start again: when Slurm loses a node, and by scontrol below
#SBATCH --open-mode=append      # one log for all parts
#SBATCH --output=mtc-%j.log     # what mtc says; %j is the number of the job, the same for all parts
set -euo pipefail

max_restarts=100 # a guard against a job that never gets anywhere
if [ $# -eq 0 ]; then
    echo "usage: sbatch jobscripts/slurm-requeue.sh job.ini [options of mtc run]" >&2
    exit 2
fi
mtc=${MTC:-build/mtc}

# What mtc was built with:
# module purge
# module load gcc/12 openmpi/4.1 hdf5/1.12-parallel boost eigen

# Where it matters; README.md beside this file says when:
# export OMPI_MCA_hwloc_base_binding_policy=core         # every rank stays on its core
# export OMPI_MCA_pml=ucx                                # InfiniBand; ob1 where ranks' deaths are to be survived
# export TMPDIR=/tmp                                     # MPI's own files on the node, not on the shared file system
# export HDF5_USE_FILE_LOCKING=FALSE                     # NFS or Lustre without locks
# export OMPI_MCA_io=romio321 ROMIO_HINTS=$PWD/romio_hints # MPI-IO by ROMIO, with hints
# lfs setstripe --stripe-count 8 .                       # Lustre: new files here lie on eight servers

restarts=${SLURM_RESTART_COUNT:-0} # unset the first time
echo "job $SLURM_JOB_ID, part $((restarts + 1)), on $SLURM_JOB_NODELIST"
mpirun -n "$SLURM_NTASKS" "$mtc" "$@" &
# or, one that survives the death of a rank:  tools/mtcrun -n "$SLURM_NTASKS" -- "$@" &
# or, without mpirun:                         srun --mpi=pmix "$mtc" "$@" &
program=$!

# bash runs a trap only between two commands, so the program runs in the background and `wait` is what is interrupted.
trap 'signalled=true; kill -USR1 "$program" || true' USR1
signalled=true
while $signalled; do
    signalled=false status=0
    wait "$program" || status=$?
done

# 75: mtc saved and left. 205: mpirun lost a node, and notices that before Slurm does. Others above 128: a signal ended a
# rank, and the rest with it. That may happen again each time, as where there is too little memory: three times at most.
deaths=.mtc-deaths-$SLURM_JOB_ID # a line for each
n_deaths=$({ cat "$deaths" 2> /dev/null || true; } | wc -l)
if [ "$status" -gt 128 ] && [ "$status" -ne 205 ] && [ "$n_deaths" -lt 3 ]; then
    echo "$status" >> "$deaths"
elif [ "$status" -ne 75 ] && [ "$status" -ne 205 ]; then
    rm -f "$deaths"
    exit "$status"
fi
if [ "$restarts" -ge "$max_restarts" ]; then
    echo "job $SLURM_JOB_ID: not complete after $restarts restarts; sbatch it again to go on" >&2
    rm -f "$deaths"
    exit "$status"
fi
# Slurm ends this script while it requeues it: nothing may follow but the case that it refuses.
scontrol requeue "$SLURM_JOB_ID" || exit "$status"
sleep 300
exit "$status"
