#!/usr/bin/env bash
# Points of a grid as units, from a single point to several rows of them: the published totals, the same numbers however
# the grid is cut and on any number of ranks, also after a stop in the middle.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# totals FILE SUM AT_MOST   the sum of all steps, and how many points never left
totals() {
    "$python" - "$@" <<'PYTHON'
import sys
import h5py
import numpy as np
name, total, full = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with h5py.File(name) as file:
    n = file["results/iterations"][()]
assert n.dtype == np.int32 and n.ndim == 2 and n.shape[0] == n.shape[1], (n.dtype, n.shape)
assert int(n.sum()) == total and int((n == n.max()).sum()) == full and n.max() == 300, (n.sum(), (n == n.max()).sum())
print(f"{name}: {n.shape[0]} x {n.shape[1]} points, {n.sum()} steps")
PYTHON
}
# equal_points FILE FILE
equal_points() {
    "$python" -c 'import sys, h5py, numpy as np
a, b = (h5py.File(name)["results/iterations"][()] for name in sys.argv[1:])
assert a.size > 0 and np.array_equal(a, b), "the numbers differ"' "$@" || fail "$1 and $2 differ"
}

echo "--- the published totals"
on_ranks 1 "$inputs/julia.ini" --output julia.1.h5 2> messages.txt
totals julia.1.h5 33219980 100321
on_ranks 2 "$inputs/julia.ini" --set width=500 --output julia.500.h5 2> messages.txt
totals julia.500.h5 8306884 25085
"$FORMAT_CHECK" julia.500.h5

echo "--- however the grid is cut, and on several ranks"
for cut in "2 1" "3 7" "4 999" "3 2500" "2 1000000"; do
    read -r ranks points <<< "$cut"
    on_ranks "$ranks" "$inputs/julia.ini" --set points_per_unit="$points" --output "cut.h5" --fresh 2> messages.txt
    totals cut.h5 33219980 100321
    equal_points julia.1.h5 cut.h5
done
for ranks in 2 3; do
    on_ranks "$ranks" "$inputs/julia.ini" --set points_per_unit=7 --output "julia.$ranks.h5" 2> messages.txt
done
compare_results julia.2.h5 julia.3.h5
on_ranks 3 "$inputs/julia.ini" --set points_per_unit=333 --set compression=4 --output packed.h5 2> messages.txt
equal_points julia.1.h5 packed.h5

echo "--- stopped in the middle, and gone on with"
slow=("$inputs/mandelbrot.ini" --set width=101 --set extent=0.1 --set center='-0.15 0' --set max_iterations=40000)
on_ranks 2 "${slow[@]}" --output whole.h5 2> messages.txt
for time in 0.7 0.9 1.2; do # more than its start, less than all of it
    status=0
    on_ranks 3 "${slow[@]}" --set points_per_unit=1 --walltime "$time" --output parts.h5 2> messages.txt || status=$?
    [ "$status" = 0 ] || [ "$status" = 75 ] || fail "exit status $status"
done
on_ranks 2 "${slow[@]}" --set points_per_unit=1 --output parts.h5 2> messages.txt
equal_points whole.h5 parts.h5

echo "--- against numpy"
on_ranks 3 "$inputs/mandelbrot.ini" --set width=150 --set max_iterations=200 --output mandelbrot.h5 2> messages.txt
on_ranks 3 "$inputs/julia.ini" --set width=150 --set c='-0.8 0.156' --set center='0.1 -0.2' --output julia.h5 2> messages.txt
"$FORMAT_CHECK" mandelbrot.h5
"$python" - <<'PYTHON'
import h5py
import numpy as np

def grid(center, extent, width):
    step = extent / width
    re = (center.real - extent / 2) + np.arange(width) * step
    im = (center.imag + extent / 2) - np.arange(width) * step
    return re[None, :] + np.zeros((width, 1)), im[:, None] + np.zeros((1, width))

def steps(re, im, c_re, c_im, most):
    re, im, n = re.copy(), im.copy(), np.zeros(re.shape, np.int32)
    inside = np.ones(re.shape, bool)
    for _ in range(most):
        with np.errstate(over="ignore", invalid="ignore"):
            inside &= re * re + im * im < 4.0
            n += inside
            re, im = re * re - im * im + c_re, 2.0 * re * im + c_im
    return n

x, y = grid(complex(-0.7, 0), 2.8, 150)
expected = {"mandelbrot.h5": steps(0 * x, 0 * y, x, y, 200)}
x, y = grid(complex(0.1, -0.2), 3.6, 150)
expected["julia.h5"] = steps(x, y, -0.8, 0.156, 300)
for name, n in expected.items():
    with h5py.File(name) as file:
        found = file["results/iterations"][()]
    assert np.array_equal(found, n), (name, (found != n).sum())
    print(f"{name}: {n.size} points as by numpy, {n.sum()} steps")
PYTHON

echo "--- what is refused"
refused() { # refused WORD ARGUMENTS...
    local word=$1
    shift
    with_status 2 on_ranks 2 "$@" --output refused.h5 2> messages.txt
    grep -qF -- "$word" messages.txt || fail "'$word' is not said of: $*"
}
refused 'a real and an imaginary part' "$inputs/julia.ini" --set c=-0.8
refused 'width = 0' "$inputs/julia.ini" --set width=0
refused 'points_per_unit' "$inputs/julia.ini" --set points_per_units=3
refused 'extent' "$inputs/mandelbrot.ini" --set extent=0
without_mpi check "$inputs/julia.ini" > output.txt
grep -q '1000 x 1000 points' output.txt || fail "check does not say how large the grid is"
