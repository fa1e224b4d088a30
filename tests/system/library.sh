#!/usr/bin/env bash
# mtc as a library: installed, found by a project outside of the tree, built into it and run on one and on three ranks;
# and what is installed shows nothing of the inside.
#     tests/system/library.sh [BUILD]
# shellcheck source=tests/system/common.sh
build=$(realpath "${1:-build}")
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v cmake > /dev/null || skip "no cmake here"

cmake --install "$build" --prefix "$scratch/prefix" > output.txt 2> messages.txt || fail "cmake --install"
# Like the project itself, but with nothing of mtc's own build or tree around it.
cp -r "$MTC_SOURCE/tests/consumer" consumer
cmake -S consumer -B consumer/build -DCMAKE_PREFIX_PATH="$scratch/prefix" -DCMAKE_BUILD_TYPE=Release \
    > output.txt 2> messages.txt || fail "the project is not configured"
cmake --build consumer/build > output.txt 2> messages.txt || fail "the project is not built"

echo "--- what is installed"
(cd prefix && find . -type f -o -type l | sort) > files.txt
for file in ./bin/mtc ./bin/mtcrun ./share/man/man1/mtc.1 ./share/bash-completion/completions/mtc \
    ./share/mtc/jobscripts/slurm.sh ./include/mtc/run.hpp ./include/mtc/starmap.hpp ./include/mtc/workload.hpp; do
    grep -qxF "$file" files.txt || fail "$file is not installed"
done
grep -E '\.hpp$' files.txt | grep -vE '^\./include/mtc/[a-z_]+\.hpp$' && fail "headers of the inside are installed"
library=$(find prefix -name 'libmtc.so')
nm -DC --defined-only "$library" | awk '$2 ~ /[TWVBDRu]/' > symbols.txt
grep -q ' mtc::run(' symbols.txt || fail "mtc::run is not to be seen"
if grep -E 'mtc::(engine|h5|mpi|schedule|psha|config|output|durable|commands|perf)::|Eigen|boost|fmt::' symbols.txt > output.txt; then
    fail "the library shows what is inside"
fi
echo "$(wc -l < symbols.txt) symbols, none of the inside"
"$scratch/prefix/bin/mtc" --version > output.txt || fail "the installed program does not run"

# run_on N PROGRAM ARGUMENTS...
run_on() {
    local n=$1
    shift
    timeout --kill-after=5 100 "$MPIEXEC" -n "$n" "$scratch/consumer/build/$1" "${@:2}" < /dev/null 3>&-
}

echo "--- a workload of one's own"
printf 'calculation_mode = primes\nn_blocks = 200\n' > primes.ini
for ranks in 1 3; do
    run_on "$ranks" primes primes.ini --output "primes.$ranks.h5" 2> messages.txt || fail "primes on $ranks ranks"
done
compare_results primes.1.h5 primes.3.h5
"$python" -c 'import h5py
n = h5py.File("primes.3.h5")["results/primes"][()]
assert n.shape == (200,) and n.sum() == 17984 and n[0] == 168, (n.shape, n.sum(), n[0])
print(n.sum(), "primes below 200,000")' || fail "the primes are counted wrongly"
run_on 1 primes check primes.ini > output.txt 2> messages.txt || fail "primes check"
grep -q 'the input is good' output.txt || fail "primes check says nothing"
run_on 1 primes show primes.3.h5 ranks > output.txt 2> messages.txt || fail "primes show"
status=0
run_on 1 primes primes.ini --set n_block=3 2> messages.txt || status=$?
[ "$status" = 2 ] || fail "exit status $status instead of 2"
grep -q "n_blocks" messages.txt || fail "the nearest key is not named"

echo "--- starmap"
for ranks in 1 3; do
    run_on "$ranks" areas > output.txt 2> messages.txt || fail "areas on $ranks ranks"
    [ "$(grep -c '300 areas, 0 wrong' output.txt)" = "$ranks" ] || fail "not every rank has all the results"
    grep -q "$((ranks - 1)) of $ranks" output.txt || fail "no rank $((ranks - 1))"
    cp areas.h5 "areas.$ranks.h5"
done
compare_results areas.1.h5 areas.3.h5
echo "--- a second list of a program, and a call that takes longer than a rank may be silent"
run_on 3 patience > output.txt 2> messages.txt || fail "patience on 3 ranks"
[ "$(grep -c ': right' output.txt)" = 3 ] || fail "not every rank has the right results"
if grep -q 'was lost' messages.txt; then fail "a rank was given up that computed"; fi
"$python" -c 'import h5py
file = h5py.File("areas.3.h5")
assert file["results/areas"].shape == (300,) and file.attrs["calculation_mode"] == b"starmap"
tasks = file["performance/tasks"]
assert tasks["n_units"].sum() == 300, tasks["n_units"].sum()'
