#!/usr/bin/env bash
# One calculation on several nodes, Torque. From the project's folder:
#     qsub -v INPUT=job.ini jobscripts/torque.sh
#     qsub -v INPUT=job.ini,OPTIONS="--set quantiles=0.5" jobscripts/torque.sh
# Ends with mtc's exit status; 75 means saved before the time was over: the same qsub goes on from there.
#
# Two machines, 32 cores on each, a rank on each core:
#PBS -l nodes=2:ppn=32
# Memory of each process, where the centre counts it (`mtc check job.ini` says what a rank needs):
##PBS -l pmem=2gb
# The job is ended after that: TERM to the processes, KILL some seconds later.
#PBS -l walltime=02:00:00
#PBS -N mtc
# One log for both streams, in the folder qsub was called in:
#PBS -j oe
# As your centre names them:
##PBS -q batch
##PBS -A project
set -euo pipefail

cd "$PBS_O_WORKDIR" # Torque starts in the home folder
input=${INPUT:?usage: qsub -v INPUT=job.ini jobscripts/torque.sh}
read -r -a options <<< "${OPTIONS-}"
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

# Torque has no signal well before the end, so mtc is told how long it may take: $PBS_WALLTIME, in seconds.
status=0
mpirun -n "$PBS_NP" --hostfile "$PBS_NODEFILE" "$mtc" "$input" --walltime "$PBS_WALLTIME" "${options[@]}" || status=$?
# or, one that survives the death of a rank:
#     tools/mtcrun -n "$PBS_NP" --hostfile "$PBS_NODEFILE" -- "$input" --walltime "$PBS_WALLTIME" "${options[@]}"
exit "$status"
