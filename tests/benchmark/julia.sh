#!/usr/bin/env bash
# A Julia set of a million points: what units of a single point cost beside units of a row, and both beside Python's
# multiprocessing (and mpi4py where it is there) with as many processes, on the same grid: with the same kernel in C, called
# once a task, and in Python itself. Best of some rounds; quote the ratios.
#     tests/benchmark/julia.sh [RANKS...]      MTC=build/mtc ROUNDS=3 WIDTH=1000 PYTHON_KERNEL=1
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mtc=$(realpath "${MTC:-$here/../../build/mtc}")
width=${WIDTH:-1000} rounds=${ROUNDS:-3}
ranks=("$@")
((${#ranks[@]})) || ranks=(1 2)
# shellcheck source=tools/mpi_env.sh
. "$here/../../tools/mpi_env.sh"
mpi_env 17
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/kernel.c" <<'C'
int steps(double re, double im)
{
    int n = 0;
    for (; n < 300 && re * re + im * im < 4.0; ++n) {
        const double next = re * re - im * im - 0.62772;
        im = 2.0 * re * im - 0.42193;
        re = next;
    }
    return n;
}
void row(double y, double step, int width, int* out)
{
    for (int i = 0; i < width; ++i)
        out[i] = steps(-1.8 + i * step, y);
}
C
cc -O2 -shared -fPIC "$folder/kernel.c" -o "$folder/kernel.so"

# The seconds of the map alone, of rows or of points, after the processes have started.
cat > "$folder/peer.py" <<'PYTHON'
import ctypes
import sys
import time

kernel_file, pool_kind, n_processes, what, kernel_kind, width = sys.argv[1:]
n_processes, width = int(n_processes), int(width)
step = 3.6 / width
library = ctypes.CDLL(kernel_file)
library.steps.argtypes = [ctypes.c_double, ctypes.c_double]
library.row.argtypes = [ctypes.c_double, ctypes.c_double, ctypes.c_int, ctypes.c_void_p]

def steps(x, y):
    z, c, n = complex(x, y), complex(-0.62772, -0.42193), 0
    while n < 300 and z.real * z.real + z.imag * z.imag < 4.0:
        z = z * z + c
        n += 1
    return n

def point(k):
    x, y = -1.8 + (k % width) * step, 1.8 - (k // width) * step
    return library.steps(x, y) if kernel_kind == "c" else steps(x, y)

def row(j):
    if kernel_kind == "c":
        out = (ctypes.c_int * width)()
        library.row(1.8 - j * step, step, width, out)
        return list(out)
    return [steps(-1.8 + i * step, 1.8 - j * step) for i in range(width)]

def timed(pool, **options):
    list(pool.map(row, range(2 * n_processes)))
    begin = time.perf_counter()
    if what == "row":
        total = sum(map(sum, pool.map(row, range(width), **options)))
    else:
        total = sum(pool.map(point, range(width * width), **options))
    seconds = time.perf_counter() - begin
    assert width != 1000 or total == 33219980, total
    print(f"{seconds:.3f}")

if __name__ == "__main__":
    if pool_kind == "multiprocessing":
        import multiprocessing
        with multiprocessing.Pool(n_processes) as pool:
            timed(pool, chunksize=1 if what == "row" else None)
    else:
        from mpi4py.futures import MPIPoolExecutor
        with MPIPoolExecutor(n_processes) as pool:
            timed(pool, chunksize=1 if what == "row" else 1000)
PYTHON

least() { # least COMMAND...   the smallest number that so many calls print
    local best='' next
    for ((round = 0; round < rounds; ++round)); do
        next=$("$@")
        best=$(awk -v a="${best:-1e9}" -v b="$next" 'BEGIN { print a < b ? a : b }')
    done
    echo "$best"
}
ours() { # ours RANKS POINTS_PER_UNIT   seconds of the stage; the whole command's go into a file
    local begin end
    begin=$(date +%s.%N)
    timeout 100 mpirun -n "$1" "$mtc" "$here/../../inputs/julia.ini" --set width="$width" --set points_per_unit="$2" \
        --output "$folder/julia.h5" --fresh 2>&1 | awk '/^points: .* units in/ { print $5 }'
    end=$(date +%s.%N)
    awk -v a="$begin" -v b="$end" 'BEGIN { print b - a }' >> "$folder/whole.$1.$2"
}
peer() { timeout 200 python3 "$folder/peer.py" "$folder/kernel.so" "$@" "$width"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

pools=(multiprocessing)
if python3 -c 'import mpi4py.futures' 2> /dev/null; then pools+=(mpi4py); else echo "SKIPPED: no mpi4py here"; fi
echo "$width x $width points, best of $rounds [s]; whole: the command from start to end, mpirun and writing included"
for n in "${ranks[@]}"; do
    rows=$(least ours "$n" "$width")
    points=$(least ours "$n" 1)
    whole_rows=$(sort -g "$folder/whole.$n.$width" | head -n 1)
    whole_points=$(sort -g "$folder/whole.$n.1" | head -n 1)
    echo "$n ranks, mtc: a row a unit $rows, a point a unit $points ($(awk -v p="$points" -v w="$width" 'BEGIN { printf "%.2e", w * w / p }') units/s)," \
        "point / row $(ratio "$points" "$rows"); whole: $whole_rows and $whole_points, $(ratio "$whole_points" "$whole_rows")"
    for pool in "${pools[@]}"; do
        for kernel in c ${PYTHON_KERNEL:+python}; do
            of_rows=$(least peer "$pool" "$n" row "$kernel")
            of_points=$(least peer "$pool" "$n" point "$kernel")
            echo "$n processes, $pool, kernel in $kernel: rows $of_rows, points $of_points;" \
                "of mtc's: rows $(ratio "$of_rows" "$rows"), points $(ratio "$of_points" "$points")"
        done
    done
done
