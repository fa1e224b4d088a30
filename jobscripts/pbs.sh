#!/usr/bin/env bash
# One calculation on several nodes, PBS Professional or OpenPBS. From the project's folder:
#     qsub -v INPUT=job.ini jobscripts/pbs.sh
#     qsub -v INPUT=job.ini,OPTIONS="--set quantiles=0.5" jobscripts/pbs.sh
# Ends with mtc's exit status; 75 means saved before the time was over: the same qsub goes on from there.
#
# Two chunks of 32 cores, a rank on each core, every chunk on a machine of its own:
#PBS -l select=2:ncpus=32:mpiprocs=32
#PBS -l place=scatter
# The same with memory, where the centre counts it (`mtc check job.ini` says what a rank needs):
##PBS -l select=2:ncpus=32:mpiprocs=32:mem=64gb
# The job is ended after that: TERM to all processes, KILL some seconds later.
#PBS -l walltime=02:00:00
#PBS -N mtc
# One log for both streams, in the folder qsub was called in:
#PBS -j oe
# As your centre names them:
##PBS -q workq
##PBS -A project
set -euo pipefail

cd "$PBS_O_WORKDIR" # PBS starts in the home folder
input=${INPUT:?usage: qsub -v INPUT=job.ini jobscripts/pbs.sh}
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

# PBS has no signal well before the end, so mtc is told how long it may take: what qsub asked for, less the start-up.
limit=$(qstat -f "$PBS_JOBID" | awk '$1 == "Resource_List.walltime" { print $3 }')

status=0
mpirun -n "$(wc -l < "$PBS_NODEFILE")" --hostfile "$PBS_NODEFILE" \
    "$mtc" "$input" --walltime "${limit:?qstat does not know the walltime of this job}" "${options[@]}" || status=$?
# or, one that survives the death of a rank:
#     tools/mtcrun -n "$(wc -l < "$PBS_NODEFILE")" --hostfile "$PBS_NODEFILE" -- "$input" --walltime "$limit" "${options[@]}"
exit "$status"
