#!/usr/bin/env bash
# The product of two matrices in a file, reading and writing included, beside Eigen on matrices in memory, built for this
# processor, and NumPy's BLAS, each on one core. Rates are of a rank: 2 n^3 over ranks and seconds.
#     tests/benchmark/matrix_product.sh [N] [RANKS...]      MTC=build/mtc ROUNDS=3 TILES="512"
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mtc=$(realpath "${MTC:-$here/../../build/mtc}")
n=${1:-4000} rounds=${ROUNDS:-3}
shift || true
ranks=("$@")
((${#ranks[@]})) || ranks=(1 2)
# shellcheck source=tools/mpi_env.sh
. "$here/../../tools/mpi_env.sh"
mpi_env 17
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 "$here/../reference/matrices.py" "$folder/m.h5" "$n"
printf 'calculation_mode = matrix_product\na = m.h5:/A\nb = m.h5:/B\nmemory = 1000\n' > "$folder/product.ini"

cat > "$folder/eigen.cpp" <<'CPP'
#include <Eigen/Core>
#include <chrono>
#include <cstdio>
#include <cstdlib>
int main(int, char** argv)
{
    const long n = std::atol(argv[1]);
    using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Matrix a = Matrix::Random(n, n), b = Matrix::Random(n, n);
    Matrix c = Matrix::Zero(n, n);
    const auto begin = std::chrono::steady_clock::now();
    c.noalias() += a * b;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    std::printf("%.4f\n", c.sum() == 0.0 ? 0.0 : seconds.count());
}
CPP
g++ -O3 -march=native -DNDEBUG -isystem /usr/include/eigen3 "$folder/eigen.cpp" -o "$folder/eigen"

gflops() { awk -v n="$n" -v s="$1" -v r="${2:-1}" 'BEGIN { printf "%.2f", 2e-9 * n * n * n / s / r }'; }
least() {
    local best='' next
    for ((round = 0; round < rounds; ++round)); do
        next=$("$@")
        best=$(awk -v a="${best:-1e9}" -v b="$next" 'BEGIN { print a < b ? a : b }')
    done
    echo "$best"
}
numpy() {
    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 timeout 100 python3 -c 'import sys, time, numpy as np
n = int(sys.argv[1])
a, b = np.random.rand(n, n), np.random.rand(n, n)
begin = time.perf_counter()
c = a @ b
print(time.perf_counter() - begin)' "$n"
}
# ours RANKS TILE   seconds of computing, reading included, and of writing
ours() {
    timeout 300 mpirun -n "$1" "$mtc" "$folder/product.ini" --set tile="$2" --output "$folder/c.h5" --fresh 2>&1 |
        awk '/^multiply: .* units in/ { s = $5 } / MB of results by all ranks/ { for (i = 1; i < NF; ++i) if ($i == "in" && $(i + 2) ~ /^s/) w = $(i + 1) } END { print s + w }'
}

eigen=$(least timeout 100 "$folder/eigen" "$n")
echo "n = $n, best of $rounds [GFLOP/s a core]"
echo "Eigen in memory, built for this processor: $(gflops "$eigen")"
if ((n <= 2000)) || python3 -c 'import ctypes.util, sys; sys.exit(ctypes.util.find_library("openblas") is None)'; then
    echo "NumPy's BLAS in memory: $(gflops "$(least numpy)")"
else
    echo "SKIPPED: no OpenBLAS here; NumPy's own takes minutes"
fi
for r in "${ranks[@]}"; do
    for tile in ${TILES:-512}; do
        seconds=$(least ours "$r" "$tile")
        echo "mtc, $r ranks, tiles of $tile rows, reading and writing included: $(gflops "$seconds" "$r")," \
            "$(awk -v a="$eigen" -v b="$seconds" -v r="$r" 'BEGIN { printf "%.2f", a / b / r }') of Eigen's"
    done
done
