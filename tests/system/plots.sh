#!/usr/bin/env bash
# tools/plot draws every kind of figure in every format, tools/scaling runs, submits and collects a series.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
"$python" -c 'import matplotlib' 2> /dev/null || skip "$python has no matplotlib (Debian: python3-matplotlib)"

plot() { "$python" "$tools/plot" "$@"; }
is_figure() { # is_figure FILE SIGNATURE LEAST_BYTES
    [ "$(head -c ${#2} "$1")" = "$2" ] || fail "$1 does not begin with $2"
    [ "$(wc -c < "$1")" -ge "$3" ] || fail "$1 has only $(wc -c < "$1") bytes: is it empty?"
}

on_ranks 2 "$inputs/hazard/job.ini" --output hazard.h5 --set quantiles="0.16 0.84" --set poes="0.1 0.02" \
    --set hazard_maps=true 2> messages.txt
on_ranks 4 "$inputs/synthetic.ini" --output synthetic.h5 2> messages.txt
"$python" "$MTC_SOURCE/tests/system/make_large_output.py" hazard.h5 large.h5 2000 16 50000

echo "--- figures"
n=0
for kind in curves map spectra run gantt ranks estimates memory; do
    plot hazard.h5 "$kind" > files.txt
    [ "$(cat files.txt)" = "hazard-$kind.png" ] || fail "plot $kind wrote $(cat files.txt)"
    is_figure "hazard-$kind.png" $'\x89PNG' 8000
    n=$((n + 1))
done
[ "$n" = 8 ] || fail "$n figures instead of 8"
plot hazard.h5 curves --site 40 --imt "SA(0.2)" --to curve.svg > files.txt
is_figure curve.svg '<?xml' 10000
grep -q 'SA(0.2)' curve.svg || fail "the axis of curve.svg is not named"
plot hazard.h5 map --imt PGA --poe 0.02 --statistic quantile-0.84 --to map.pdf > files.txt
is_figure map.pdf '%PDF' 8000
for kind in run map; do plot large.h5 "$kind" > files.txt; done
plot synthetic.h5 run > files.txt
on_ranks 2 "$inputs/julia.ini" --set width=120 --set points_per_unit=7 --output julia.h5 2> messages.txt
plot julia.h5 picture > files.txt
is_figure julia-picture.png $'\x89PNG' 20000
plot julia.h5 picture --to picture.svg > files.txt
grep -q 'steps until' picture.svg || fail "the colours of picture.svg are not named"
on_ranks 2 "$inputs/sweep.ini" --output sweep.h5 2> messages.txt
plot sweep.h5 sweep > files.txt
is_figure sweep-sweep.png $'\x89PNG' 8000
plot sweep.h5 sweep --result error --to sweep.svg > files.txt
grep -q 'steps 1000' sweep.svg || fail "the lines of sweep.svg are not named"
on_ranks 2 "$inputs/sweep.ini" --set "parameter.rate=range 0.1:2:0.1" --set "parameter.steps=range 10:200:10" \
    --set "results=y" --output field.h5 2> messages.txt # too many lines: a field
plot field.h5 sweep > files.txt
is_figure field-sweep.png $'\x89PNG' 8000
if [ -d "$MTC_TEST_DATA/hazard/golden/disagg/two_trt" ]; then
    on_ranks 2 "$MTC_TEST_DATA/hazard/golden/disagg/two_trt/job.ini" --output disagg.h5 2> messages.txt
    plot disagg.h5 disagg > files.txt
    is_figure disagg-disagg.png $'\x89PNG' 8000
else
    echo "no data for disaggregation: not drawn"
fi

echo "--- told apart in grey: neighbouring colours by their luminance, all lines by dashes and marks as well"
PYTHONPATH=$tools "$python" - <<'PYTHON'
from itertools import pairwise
from matplotlib.colors import to_rgb
from mtc_plots.style import COLORS, LINES, MARKERS

def luminance(color):  # ITU-R BT.709
    return sum(w * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
               for w, c in zip((0.2126, 0.7152, 0.0722), to_rgb(color)))

steps = [abs(luminance(a) - luminance(b)) for a, b in pairwise(COLORS)]
assert len(steps) == 7 and min(steps) > 0.14, steps
assert len(set(map(str, LINES))) == len(set(MARKERS)) == len(COLORS) == 8
PYTHON

echo "--- what cannot be drawn"
plot --help | grep -q 'strong-scaling' || fail "plot --help does not name its kinds"
refused() { # refused WORD ARGUMENTS...
    local word=$1
    shift
    with_status 2 plot "$@" > output.txt 2> messages.txt
    grep -qF -- "$word" messages.txt || fail "'$word' is not said of: plot $*"
}
refused 'accepted: curves' hazard.h5 curve
refused 'holds no hazard curves' synthetic.h5 curves
refused 'holds no disaggregation' hazard.h5 disagg
refused 'no results of two axes' synthetic.h5 picture
refused 'holds no sweep' hazard.h5 sweep
refused 'there are: y, error' sweep.h5 sweep --result z
refused 'there are: iterations' julia.h5 picture --result counts
refused 'there are 89' hazard.h5 curves --site 89
refused 'PGA, SA(0.2), SA(1.0)' hazard.h5 map --imt 'SA(3.0)'
refused 'quantile-0.84' hazard.h5 map --statistic median
refused '0.02' hazard.h5 map --poe 0.5
refused '.svg' hazard.h5 map --to map.jpg
refused 'cannot be read' missing.h5 run

echo "--- scaling"
scaling() { "$python" "$tools/scaling" --mtc "$MTC" "$@"; }
scaling --ranks 2,1 "$inputs/synthetic.ini" -- --set time_ms=20 > table.txt 2> messages.txt
[ "$(awk 'NR > 1 { print $1 }' table.txt | xargs)" = "1 2" ] || fail "the table has other ranks"
awk 'NR == 2 && $5 == 1 && $3 > 0.3 { good = 1 } END { exit !good }' table.txt || fail "the first line of the table is wrong"
is_figure scaling/scaling.png $'\x89PNG' 8000
scaling --weak --collect scaling/*.h5 --to weak.svg > weak.txt 2> messages.txt
is_figure weak.svg '<?xml' 8000
scaling --ranks 1,2 --weak n_tasks=4 --folder weak "$inputs/synthetic.ini" -- --set time_ms=20 > table.txt 2> messages.txt
"$python" -c 'import h5py
assert [h5py.File(f"weak/ranks-00000{n}.h5")["performance/ranks"]["n_units"].sum() for n in (1, 2)] == [4, 8]'
scaling --ranks 64,128 --submit "echo sbatch --ntasks={ranks}" job.ini > submitted.txt 2> messages.txt
grep -qE 'sbatch --ntasks=128 .*slurm.sh job.ini --output scaling/ranks-000128.h5' submitted.txt || fail "$(cat submitted.txt)"
with_status 2 scaling --ranks 1 missing.ini 2> messages.txt
grep -q 'missing.ini' messages.txt || fail "the message of mtc is lost"
