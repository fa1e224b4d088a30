#!/usr/bin/env bash
# Commands that are MPI programs themselves: started by mpirun on the node of the rank that runs them, and inside Slurm as
# job steps with processors and nodes of their own. The MPI program is mtc: its file tells how many ranks it had, and where.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=tests/system/with_slurm.sh
. "$(dirname "${BASH_SOURCE[0]}")/with_slurm.sh"

sweep() { # sweep FILE N_TASKS COMMAND
    printf 'calculation_mode = command\nparameter.i = range 1:%d:1\ncommand = %s\ntimeout = 60s\nstderr_bytes = 2000\n' \
        "$2" "$3 $MTC $inputs/synthetic.ini --set time_ms={i} --output inner.{i}.h5" > "$1"
}
ranks_of() { # ranks_of FILE...   the hosts of the ranks of each, one line a file
    "$python" - "$@" << 'PY'
import sys, h5py
for name in sys.argv[1:]:
    with h5py.File(name) as file:
        assert file["performance/tasks"].shape[0] > 0 and not file.attrs.get("n_failed", 0), name
        print(*sorted(host.decode() for host in file["performance/ranks"]["host"]))
PY
}

echo "--- mpirun in a command, on the node of the rank"
sweep local.ini 3 'mpirun --host localhost:2 --bind-to none -n 2'
on_ranks 3 local.ini > output.txt 2> messages.txt
here=$(hostname)
[ "$(ranks_of inner.{1,2,3}.h5)" = "$(printf '%s\n' "$here $here" "$here $here" "$here $here")" ] ||
    fail "not two ranks each: $(ranks_of inner.{1,2,3}.h5)"
rm -f inner.*

with_slurm 2 8
cat > job.sh << 'END'
#!/bin/bash
# mtc shares the processors of its own step, so that those of its commands get them
SLURM_OVERLAP=1 mpirun -N 2 -n 4 "$MTC" steps.ini
# mpirun inside of a job: told not to ask Slurm
mpirun -N 1 -n 2 "$MTC" own.ini
END
sweep steps.ini 6 'srun --exact --mpi=pmix -N 2 -n 4'
sweep own.ini 2 'mpirun --mca ras ^slurm --mca plm ^slurm --host localhost:2 --bind-to none -n 2'
sed -i 's/inner/own/' own.ini
export MTC
job=$(sbatch --parsable --nodes=2 --ntasks-per-node=4 --time=5 --output=job.log job.sh)
ended_with "$job" 0

echo "--- srun in a command: a step over two nodes, with processors of its own"
[ "$(ranks_of inner.{1,2,3,4,5,6}.h5 | sort -u)" = "node1 node1 node2 node2" ] ||
    fail "not two ranks on each node: $(ranks_of inner.{1,2,3,4,5,6}.h5)"
# Two steps fill the job: the commands of the other ranks wait until Slurm has processors for them.
"$python" - steps.h5 << 'PY'
import sys, h5py
with h5py.File(sys.argv[1]) as file:
    table = file["results/sweep"][()]
    assert len(table) == 6 and (table["status"] == 0).all(), table
    waited = sum(b"step creation temporarily disabled" in row["stderr"] for row in table)
    assert 1 <= waited <= 5, f"{waited} of 6 commands waited for processors: {table}"
PY
echo "--- mpirun in a command inside of Slurm"
ranks_of own.{1,2}.h5 > hosts.txt
grep -qE '^(node1 node1|node2 node2)$' hosts.txt || fail "not two ranks on one node: $(cat hosts.txt)"
[ "$(wc -l < hosts.txt)" -eq 2 ] || fail "not two runs: $(cat hosts.txt)"
