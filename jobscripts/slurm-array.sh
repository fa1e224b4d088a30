#!/usr/bin/env bash
# Several inputs, each a calculation of its own. A file names one input a line, with options of mtc run behind it:
#     ls -1 "$PWD"/models/*/job.ini > inputs.txt
#     sbatch --array=1-$(wc -l < inputs.txt)%4 jobscripts/slurm-array.sh inputs.txt     # %4: at most four at a time
# Those that ended with 75 go on when the same is submitted again; those that are complete say so and cost nothing.
#SBATCH --job-name=mtc-array
#SBATCH --array=1               # which lines; the command line above says otherwise
#SBATCH --nodes=1               # machines for each input
#SBATCH --ntasks-per-node=32    # ranks on each: as many as it has cores
#SBATCH --cpus-per-task=1       # a rank computes in one thread
#SBATCH --hint=nomultithread    # a rank for each core, none for its second hardware thread
##SBATCH --mem-per-cpu=2G       # `mtc check job.ini` says what a rank needs; leave out where nodes are given whole
##SBATCH --partition=compute    # as your centre names it
##SBATCH --account=project      # who pays
#SBATCH --time=02:00:00         # of each input
#SBATCH --signal=B:USR1@120     # two minutes before, to this script alone (B:), which passes it on
#SBATCH --output=mtc-%A-%a.log  # one log an input: %A is the number of the job, %a that of the line
set -euo pipefail

list=${1:?usage: sbatch --array=1-N jobscripts/slurm-array.sh LIST_OF_INPUTS}
mtc=$(realpath "${MTC:-build/mtc}")

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

read -r -a arguments < <(sed -n "${SLURM_ARRAY_TASK_ID}p" "$list") || true
if [ ${#arguments[@]} -eq 0 ]; then
    echo "$list has no line $SLURM_ARRAY_TASK_ID (it has $(wc -l < "$list")). Another --array?" >&2
    exit 2
fi

# A folder for each line, because inputs may have one name: job.ini gives job.h5 in the current folder.
arguments[0]=$(realpath "${arguments[0]}")
folder=results/$SLURM_ARRAY_TASK_ID
mkdir -p "$folder"
cd "$folder"
echo "$list:$SLURM_ARRAY_TASK_ID: ${arguments[*]} in $PWD"

mpirun -n "$SLURM_NTASKS" "$mtc" "${arguments[@]}" &
# or, one that survives the death of a rank:  tools/mtcrun, as in slurm.sh; named by its full path here
program=$!

# bash runs a trap only between two commands, so the program runs in the background and `wait` is what is interrupted.
trap 'signalled=true; kill -USR1 "$program" || true' USR1
signalled=true
while $signalled; do
    signalled=false status=0
    wait "$program" || status=$?
done
exit "$status"
