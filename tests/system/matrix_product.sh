#!/usr/bin/env bash
# Products of matrices in HDF5 files: exact values of known matrices whatever the tiles, the memory, the ranks and the way
# the matrices are stored; and what does not fit is refused.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

matrices() { "$python" "$MTC_SOURCE/tests/reference/matrices.py" "$@"; }
# check_values FILE N   sums and elements that were computed elsewhere, to the last bit
check_values() {
    "$python" - "$@" <<'PYTHON'
import sys
import h5py
import numpy as np
#     sum of C          trace of C        C[0, 0]         C[n-1, n-1]      C[1, n/2]        sum of C ((7 i + 3 j) mod 11 + 1)
known = {
    500: [-2.91748046875, -47.53271484375, 2.295654296875, 0.263671875, -0.030029296875, -68.97265625],
    1000: [-4.364501953125, 42.56396484375, 4.658935546875, -0.221435546875, 5.126220703125, -40.576171875],
    2000: [-12.5517578125, 121.922607421875, 6.146484375, 8.098388671875, -6.41650390625, -80.9892578125],
}
name, n = sys.argv[1], int(sys.argv[2])
with h5py.File(name) as file:
    c = file["results/product"][()]
assert c.shape == (n, n) and c.dtype == np.float64, (c.shape, c.dtype)
i, j = np.ogrid[:n, :n]
found = [c.sum(), np.trace(c), c[0, 0], c[-1, -1], c[1, n // 2], (c * ((7 * i + 3 * j) % 11 + 1)).sum()]
assert found == known[n], list(zip(found, known[n]))
print(f"{name}: {len(found)} values of {n} x {n} are exact")
PYTHON
}

echo "--- values that are known"
for n in 500 1000 2000; do matrices "m$n.h5" "$n"; done
cat > product.ini <<'INPUT'
[general]
calculation_mode = matrix_product
[matrix_product]
a = m500.h5:/A
b = m500.h5:/B
INPUT
for n in 500 1000 2000; do
    of=(--set "a=m$n.h5:/A" --set "b=m$n.h5:/B")
    on_ranks 3 product.ini "${of[@]}" --set tile=128 --output "c$n.h5" 2> messages.txt
    check_values "c$n.h5" "$n"
done
"$FORMAT_CHECK" c500.h5
on_ranks 1 product.ini --set tile=128 --output c500.1.h5 2> messages.txt
compare_results c500.h5 c500.1.h5

echo "--- other tiles, less memory than a tile takes, and kernels without AVX2"
n=0
for set in tile=1 tile=77 tile=100000 memory=0.6 memory=0.02 instruction_set=baseline; do
    on_ranks 2 product.ini --set "$set" --output other.h5 --fresh 2> messages.txt
    check_values other.h5 500
    n=$((n + 1))
done
[ "$n" = 6 ] || fail "$n instead of 6"
without_mpi check product.ini --set memory=0.6 > output.txt
grep -q 'which is read for each' output.txt || fail "0.6 MB hold a matrix of 2 MB"

echo "--- stored otherwise"
matrices packed.h5 500 --chunks 37,50 --deflate
matrices single.h5 500 --type float32
for stored in packed single; do
    on_ranks 3 product.ini --set "a=$stored.h5:/A" --set "b=$stored.h5:/B" --set tile=64 --output "$stored.c.h5" 2> messages.txt
    check_values "$stored.c.h5" 500
done

echo "--- not square, against numpy; the input that is there to be tried"
matrices oblong.h5 70 333 41
for ranks in 1 3; do
    on_ranks "$ranks" product.ini --set a=oblong.h5:/A --set b=oblong.h5:/B --set tile=9 --output "oblong.$ranks.h5" 2> messages.txt
    on_ranks "$ranks" "$inputs/matrix_product.ini" --output "example.$ranks.h5" 2> messages.txt
done
compare_results oblong.1.h5 oblong.3.h5
compare_results example.1.h5 example.3.h5
"$python" - "$inputs/matrices.h5" <<'PYTHON'
import sys
import h5py
import numpy as np
n = 0
for of, result in (("oblong.h5", "oblong.3.h5"), (sys.argv[1], "example.3.h5")):
    with h5py.File(of) as file, h5py.File(result) as made:
        expected, c = file["A"][()] @ file["B"][()], made["results/product"][()]
    assert np.array_equal(expected, c), result
    n += c.size
assert n == 70 * 41 + 300 * 250
print(f"{n} elements are those of numpy")
PYTHON

echo "--- what is refused"
"$python" -c 'import h5py, numpy as np
with h5py.File("odd.h5", "w") as file:
    file["line"] = np.ones(5)
    file["text"] = np.array([[b"a", b"b"]])
    file["group/empty"] = np.ones((0, 4))
    file["group/left"] = np.ones((3, 2))'
refused() { # refused WORD ARGUMENTS...
    local word=$1
    shift
    with_status 2 on_ranks 2 product.ini "$@" --output refused.h5 2> messages.txt
    [ "$(grep -cF -- "$word" messages.txt)" = 1 ] || fail "'$word' is not said once of: $*"
}
refused 'it has 333 rows and 41 columns, a has 500 rows and 500 columns' --set b=oblong.h5:/B
refused "its matrices: /A, /B). Did you mean '/A'?" --set a=m500.h5:/a
refused 'matrices.h5:/A' --set a=m500.h5
refused 'there is no file' --set a=m501.h5:/A
refused 'its shape is 5' --set a=odd.h5:/line
refused 'two axes of plain numbers' --set a=odd.h5:/text
refused 'it holds nothing' --set b=odd.h5:/group/empty
refused '/group/left' --set a=odd.h5:/group/right
refused 'product.ini' --set a=product.ini:/A
refused 'need 0.0' --set memory=0.001
sed -i /^b/d product.ini
refused 'b: Right matrix'

echo "--- matrices that changed are another calculation"
touch -d '2020-01-01' m500.h5
with_status 2 on_ranks 2 product.ini --set b=m500.h5:/B --set tile=128 --output c500.h5 2> messages.txt
grep -q 'another input' messages.txt || fail "the change was not seen"
