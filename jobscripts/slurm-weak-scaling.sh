#!/usr/bin/env bash
# Weak scaling: the same work a rank on ever more nodes, one after the other in one job; at the end one table and plot.
#     sbatch --nodes=4 jobscripts/slurm-weak-scaling.sh                  # on 1, 2 and 4 nodes
#     sbatch --nodes=16 --export=ALL,NODE_COUNTS="1 4 16",TASKS_PER_RANK=20 jobscripts/slurm-weak-scaling.sh
# A perfect program takes equally long on all. Another input grows by another key:
#     sbatch --export=ALL,SIZE_KEY=n_tasks jobscripts/slurm-weak-scaling.sh inputs/synthetic.ini --set time_ms=250
#SBATCH --job-name=mtc-weak
#SBATCH --nodes=4               # the largest count
#SBATCH --ntasks-per-node=32    # ranks on each: as many as it has cores
#SBATCH --cpus-per-task=1       # a rank computes in one thread
#SBATCH --hint=nomultithread    # a rank for each core, none for its second hardware thread
#SBATCH --exclusive             # whole nodes: neighbours would be measured too
##SBATCH --partition=compute    # as your centre names it
##SBATCH --account=project      # who pays
#SBATCH --time=00:30:00         # of the whole series
#SBATCH --output=mtc-%j.log     # what mtc says, and the table; %j is the number of the job
set -euo pipefail

mtc=${MTC:-build/mtc}
tasks_per_rank=${TASKS_PER_RANK:-10}
size_key=${SIZE_KEY:-n_tasks} # the key of the input that says how much work there is
if [ $# -eq 0 ]; then
    set -- inputs/synthetic.ini --set time_ms=1000
fi

# What mtc was built with, and matplotlib for the plot:
# module purge
# module load gcc/12 openmpi/4.1 hdf5/1.12-parallel boost eigen python

# Where it matters; README.md beside this file says when:
# export OMPI_MCA_hwloc_base_binding_policy=core         # every rank stays on its core
# export OMPI_MCA_pml=ucx                                # InfiniBand; ob1 where ranks' deaths are to be survived
# export TMPDIR=/tmp                                     # MPI's own files on the node, not on the shared file system
# export HDF5_USE_FILE_LOCKING=FALSE                     # NFS or Lustre without locks
# export OMPI_MCA_io=romio321 ROMIO_HINTS=$PWD/romio_hints # MPI-IO by ROMIO, with hints
# lfs setstripe --stripe-count 8 .                       # Lustre: new files here lie on eight servers

# 1, 2, 4, ... up to all nodes, unless said otherwise
counts=${NODE_COUNTS:-$(for ((n = 1; n < SLURM_JOB_NUM_NODES; n *= 2)); do echo "$n"; done; echo "$SLURM_JOB_NUM_NODES")}
folder=weak-$SLURM_JOB_ID
mkdir -p "$folder"
outputs=()
for nodes in $counts; do
    ranks=$((nodes * SLURM_NTASKS_PER_NODE))
    output=$folder/nodes-$nodes.h5
    echo "--- $nodes nodes, $ranks ranks"
    mpirun -n "$ranks" --map-by "ppr:$SLURM_NTASKS_PER_NODE:node" "$mtc" "$@" \
        --set "$size_key=$((tasks_per_rank * ranks))" --output "$output" --fresh
    outputs+=("$output")
done
tools/scaling --weak --collect "${outputs[@]}" --to "$folder/weak.png" | tee "$folder/table.txt"
