#!/usr/bin/env bash
# A calculation longer than a job may last, PBS Professional or OpenPBS: saves before the time is over, submits itself
# again, goes on from there, until it is complete. From the project's folder, once:
#     qsub -v INPUT=job.ini jobscripts/pbs-requeue.sh
# `qdel` of the part that runs or waits ends it; what was computed stays saved.
#
# Two chunks of 32 cores, a rank on each core, every chunk on a machine of its own:
#PBS -l select=2:ncpus=32:mpiprocs=32
#PBS -l place=scatter
# The job is ended after that: TERM to all processes, KILL some seconds later. Short parts start sooner.
#PBS -l walltime=02:00:00
#PBS -N mtc-long
# PBS itself starts the job again when it loses its first node:
#PBS -r y
# One log for both streams, a new one for each part:
#PBS -j oe
# As your centre names them:
##PBS -q workq
##PBS -A project
set -euo pipefail

max_parts=100 # a guard against a job that never gets anywhere
script=jobscripts/pbs-requeue.sh # this file, as seen from the folder qsub was called in
cd "$PBS_O_WORKDIR" # PBS starts in the home folder
input=${INPUT:?usage: qsub -v INPUT=job.ini jobscripts/pbs-requeue.sh}
OPTIONS=${OPTIONS-}
read -r -a options <<< "$OPTIONS"
mtc=${MTC:-build/mtc}
part=${PART:-1}
deaths=${DEATHS:-0} # of ranks that a signal ended, one in a part

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

echo "job $PBS_JOBID, part $part"
status=0
mpirun -n "$(wc -l < "$PBS_NODEFILE")" --hostfile "$PBS_NODEFILE" \
    "$mtc" "$input" --walltime "${limit:?qstat does not know the walltime of this job}" "${options[@]}" || status=$?
# or, one that survives the death of a rank:
#     tools/mtcrun -n "$(wc -l < "$PBS_NODEFILE")" --hostfile "$PBS_NODEFILE" -- "$input" --walltime "$limit" "${options[@]}"

# 75: mtc saved and left. 205: mpirun lost a node. Others above 128: a signal ended a rank, and the rest with it. That may
# happen again each time, as where there is too little memory: three times at most. `qdel` ends this script, too.
if [ "$status" -gt 128 ] && [ "$status" -ne 205 ] && [ "$deaths" -lt 3 ]; then
    deaths=$((deaths + 1))
elif [ "$status" -ne 75 ] && [ "$status" -ne 205 ]; then
    exit "$status"
fi
if [ "$part" -ge "$max_parts" ]; then
    echo "$input: not complete after $part parts; qsub it again to go on" >&2
    exit "$status"
fi
# qrerun would want an operator's rights; a new job does not. It waits until this one has left, and takes these
# variables as they are here.
export INPUT OPTIONS PART=$((part + 1)) DEATHS=$deaths
qsub -W "depend=afterany:$PBS_JOBID" -l "walltime=$limit" -v "INPUT,OPTIONS,PART,DEATHS${MTC:+,MTC}" "$script"
exit "$status"
