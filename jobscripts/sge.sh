#!/usr/bin/env bash
# One calculation on several nodes, Grid Engine (SGE, UGE, Son of Grid Engine); goes on by itself when its time is over.
# From the project's folder:
#     qsub jobscripts/sge.sh job.ini [options of mtc run]
# `qdel JOB` ends it; what was computed stays saved.
#
# 64 ranks, by the parallel environment that your centre has for Open MPI (`qconf -spl` lists them):
#$ -pe openmpi 64
# Memory of each slot, where the centre counts it (`mtc check job.ini` says what a rank needs):
##$ -l h_vmem=2G
# USR1 after s_rt, KILL after h_rt. Two minutes lie between them, to save:
#$ -l s_rt=01:58:00
#$ -l h_rt=02:00:00
# In the folder qsub was called in, with the shell of the first line above:
#$ -cwd
#$ -S /bin/bash
#$ -N mtc
# One log for both streams, going on when the job starts again:
#$ -j y
# The job may start again:
#$ -r y
# As your centre names them:
##$ -q all.q
##$ -P project
set -euo pipefail

if [ $# -eq 0 ]; then
    echo "usage: qsub jobscripts/sge.sh job.ini [options of mtc run]" >&2
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

# An Open MPI that was built --with-sge takes its nodes from Grid Engine: no hostfile.
mpirun -n "$NSLOTS" "$mtc" "$@" &
# or, one that survives the death of a rank:  tools/mtcrun -n "$NSLOTS" -- "$@" &
program=$!

# bash runs a trap only between two commands, so the program runs in the background and `wait` is what is interrupted.
# USR1 goes to the job's process group: mpirun may have it already, and mtc minds it as little as once.
trap 'signalled=true; kill -USR1 "$program" || true' USR1
signalled=true
while $signalled; do
    signalled=false status=0
    wait "$program" || status=$?
done

# 75: mtc saved and left. 205: mpirun lost a node. Others above 128: a signal ended a rank, and the rest with it. That may
# happen again each time, as where there is too little memory: three times at most. `qdel` ends this script, too.
deaths=.mtc-deaths-$JOB_ID # a line for each
n_deaths=$({ cat "$deaths" 2> /dev/null || true; } | wc -l)
goes_on=false
if [ "$status" -eq 75 ] || [ "$status" -eq 205 ]; then
    goes_on=true
elif [ "$status" -gt 128 ] && [ "$n_deaths" -lt 3 ]; then
    goes_on=true
    echo "$status" >> "$deaths"
fi

# Grid Engine puts a job that ends with 99 back into the queue.
max_restarts=100 # a guard against a job that never gets anywhere
count_file=.mtc-restarts-$JOB_ID
restarts=$(cat "$count_file" 2> /dev/null || echo 0)
if $goes_on && [ "$restarts" -lt "$max_restarts" ]; then
    echo $((restarts + 1)) > "$count_file"
    exit 99
fi
rm -f "$count_file" "$deaths"
exit "$status"
