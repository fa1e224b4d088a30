#!/usr/bin/env bash
# One calculation on several nodes. From the project's folder:
#     sbatch jobscripts/slurm.sh job.ini [options of mtc run]
# Ends with mtc's exit status; 75 means saved before the time was over: the same sbatch goes on from there.
#SBATCH --job-name=mtc
#SBATCH --nodes=2               # machines
#SBATCH --ntasks-per-node=32    # ranks on each: as many as it has cores
#SBATCH --cpus-per-task=1       # a rank computes in one thread
#SBATCH --hint=nomultithread    # a rank for each core, none for its second hardware thread
##SBATCH --mem-per-cpu=2G       # `mtc check job.ini` says what a rank needs; leave out where nodes are given whole
##SBATCH --exclusive            # whole nodes: for measurements
##SBATCH --partition=compute    # as your centre names it
##SBATCH --account=project      # who pays
#SBATCH --time=02:00:00         # the job is ended after that
#SBATCH --signal=B:USR1@120     # two minutes before, to this script alone (B:), which passes it on
#SBATCH --output=mtc-%j.log     # what mtc says; %j is the number of the job
set -euo pipefail

if [ $# -eq 0 ]; then
    echo "usage: sbatch jobscripts/slurm.sh job.ini [options of mtc run]" >&2
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
exit "$status"
