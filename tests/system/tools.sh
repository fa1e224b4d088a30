#!/usr/bin/env bash
# The tools that judge mtc are judged here: each must see what it is there to see.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

make_curves() { "$python" "$MTC_SOURCE/tests/system/make_curves.py" "$@"; }
verdict() { # verdict STATUS WORD COMMAND...   its exit status, and a word of what it says
    local expected=$1 word=$2
    shift 2
    with_status "$expected" "$@" > output.txt 2>&1
    grep -qF -- "$word" output.txt || fail "'$word' is not in the output of: $*"
}

make_curves same.h5
"$python" - > table.csv <<'PYTHON'
import math
print("lon,lat,depth,imt,iml,poe")
k = 0
for site in ("-180.00001,10.0", "-5.000000,-10.500001"):  # across the date line; rounded
    for imt, levels in (("PGA", (0.01, 0.1, 0.5)), ("SA(0.10)", (0.02, 0.2, 1.0))):
        for level in levels:
            k += 1
            print(f"{site},0.0,{imt},{level},{math.exp(-k):.9g}")
PYTHON

echo "--- compare_curves"
verdict 0 'compared 12 points of 2 sites and 2' compare_curves same.h5 table.csv --expect 12
verdict 0 'compared 12 points' compare_curves same.h5 table.csv --what rlz-000 --expect 12
verdict 0 'compared 11 points' compare_curves same.h5 table.csv --min-poe 1e-5
verdict 1 'only 12 points' compare_curves same.h5 table.csv --expect 13
verdict 1 'nothing was compared' compare_curves same.h5 table.csv --min-poe 1
make_curves changed.h5 1 0 2 1.235e-4 # instead of 1.2341e-4
verdict 1 'largest 0.000731 at site -5.00000,-10.50000 PGA 0.5' compare_curves changed.h5 table.csv --rtol 7e-4
verdict 0 'median' compare_curves changed.h5 table.csv --rtol 8e-4
verdict 0 'median' compare_curves changed.h5 table.csv --rtol 0 --atol 1e-6
verdict 1 'median is above' compare_curves changed.h5 table.csv --rtol 1 --median 0
make_curves broken.h5 0 1 1 nan
verdict 1 '1 points differ' compare_curves broken.h5 table.csv --rtol 1000
verdict 2 'rlz-001' compare_curves same.h5 table.csv --what rlz-001
verdict 2 'quantile-0.5' compare_curves same.h5 table.csv --what quantile-0.5
sed 's/,0.02,/,0.021,/' table.csv > other_level.csv
verdict 2 'level 0.021' compare_curves same.h5 other_level.csv
sed 's/SA(0.10)/SA(0.11)/' table.csv > other_imt.csv
verdict 2 'SA(0.11)' compare_curves same.h5 other_imt.csv
sed 's/^-5.0/-5.1/' table.csv > other_site.csv
verdict 2 'site -5.1' compare_curves same.h5 other_site.csv --min-poe 1 # however small its values
{
    echo ref,site,lon,lat,iml,poe
    echo right,1,-5,-10.5,0.01,9.1188196555e-04
    echo wrong,1,-5,-10.5,0.01,9.2e-04
} > peer.csv
verdict 0 'compared 1 points' compare_curves same.h5 peer.csv --ref right
verdict 1 '1 points differ' compare_curves same.h5 peer.csv --ref wrong
verdict 2 '--ref' compare_curves same.h5 peer.csv
verdict 2 'cannot be read' compare_curves table.csv table.csv

echo "--- compare_results"
make_curves again.h5
verdict 0 'equal: 6 datasets' compare_results same.h5 again.h5
make_curves other.h5 1 0 2 1.25e-4
verdict 1 'hcurves_rlzs[1, 0, 0, 2]' compare_results same.h5 other.h5
edit() { # edit PYTHON   a copy of same.h5 with one change
    cp same.h5 other.h5
    "$python" -c "import h5py; file = h5py.File('other.h5', 'r+'); results = file['results']; $1"
}
edit "results.attrs['investigation_time'] = 49.0"
verdict 1 'attribute investigation_time' compare_results same.h5 other.h5
edit "del results['levels']"
verdict 1 '/results/levels is only in the first' compare_results same.h5 other.h5
edit "results['extra'] = 1"
verdict 1 '/results/extra is only in the second' compare_results same.h5 other.h5
edit "levels = results['levels'][()]; del results['levels']; results['levels'] = levels.astype('f4')"
verdict 1 'dtype' compare_results same.h5 other.h5
edit "levels = results['levels'][()]; del results['levels']; results['levels'] = levels[:, :2]"
verdict 1 'shape' compare_results same.h5 other.h5
edit "del file['results']; file.create_group('results')"
verdict 2 'nothing was compared' compare_results other.h5 other.h5
edit "del file['results']"
verdict 2 'no /results' compare_results other.h5 other.h5

echo "--- the other tools explain themselves"
for tool in setup run test format keys; do
    verdict 0 'usage: ' "$tools/$tool" --help
done
verdict 0 'usage: ' compare_curves --help
verdict 0 'usage: ' compare_results --help
verdict 2 'no input no_such.ini' "$tools/run" no_such.ini
verdict 2 "-n 'x'" "$tools/run" -n x "$inputs/synthetic.ini"
