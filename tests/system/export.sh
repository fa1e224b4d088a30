#!/usr/bin/env bash
# What leaves an output: CSV as OpenQuake's, archives for numpy, at the end of a run too; and statistics, maps and
# spectra made anew from the realizations of an earlier output.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

check_export() { "$python" "$MTC_SOURCE/tests/system/check_maps.py" "$@"; }
says() { # says STATUS WORD COMMAND...
    local expected=$1 word=$2
    shift 2
    with_status "$expected" "$@" > messages.txt 2>&1
    grep -qF -- "$word" messages.txt || fail "'$word' is not said by: $*"
}

cp -r "$inputs/hazard" job
rm -f job/*.h5
job=job/job.ini
wanted=(--set 'quantiles=0.15 0.5' --set std=true --set max=true --set hazard_maps=true
    --set uniform_hazard_spectra=true --set 'poes=0.1 0.02')

echo "--- exports at the end of a run"
says 0 '21 files of csv exported' on_ranks 2 "$job" "${wanted[@]}" --output hazard.h5 \
    --set 'exports=csv, xls npz' --set export_dir=made --set hazard_maps=false --set individual_rlzs=false
grep -q "warning: .*exports.*'xls' is not a format of mtc" messages.txt || fail "exports = xls is not warned of"
[ "$(find job/made -name 'hazard_map*' | wc -l)" = 0 ] || fail "maps are exported though hazard_maps is off"
[ "$(find job/made -name '*.npz' | wc -l)" = 3 ] || fail "archives are missing"

echo "--- export"
with_status 0 on_ranks 2 "$job" "${wanted[@]}" --output hazard.h5 --fresh
without_mpi export hazard.h5 --what all --to csv > names.txt
without_mpi export hazard.h5 --what all --to npz --format npz >> names.txt
[ "$(wc -l < names.txt)" = 50 ] || fail "$(wc -l < names.txt) files instead of 50"
check_export hazard.h5 csv npz

echo "--- the same bits from stored realizations"
says 0 'written' on_ranks 2 run "$job" --hc hazard.h5 "${wanted[@]}" --output again.h5
compare_results hazard.h5 again.h5
"$FORMAT_CHECK" again.h5
says 0 'nothing to do' on_ranks 1 run "$job" --hc hazard.h5 "${wanted[@]}" --output again.h5
printf '%s\n' 'calculation_mode = classical' 'hazard_calculation_id = 1' 'quantiles = 0.5' 'individual_rlzs = false' \
    'return_periods = 475' 'uniform_hazard_spectra = true' 'exports = csv' > statistics.ini
says 0 '9 files of csv exported' on_ranks 3 run statistics.ini --hc hazard.h5 --output statistics.h5
"$FORMAT_CHECK" statistics.h5
"$python" - <<'PYTHON'
import h5py, numpy as np
with h5py.File("hazard.h5") as one, h5py.File("statistics.h5") as two:
    names = [name.decode() for name in one["results/statistics"][()]]
    assert [name.decode() for name in two["results/statistics"][()]] == ["mean", "quantile-0.5"]
    for index, name in enumerate(["mean", "quantile-0.5"]):
        same = one["results/hcurves_stats"][:, names.index(name)] == two["results/hcurves_stats"][:, index]
        assert same.all() and same.size == 89 * 3 * 20
    assert abs(two["results/poes"][0] - (1 - np.exp(-50 / 475))) < 1e-15
PYTHON

echo "--- what an earlier output cannot give"
refused() { says 2 "$1" on_ranks 1 run "${@:2}" --output refused.h5; }
refused "but 50.0 years in hazard.h5" statistics.ini --hc hazard.h5 --set investigation_time=1
refused "0.006 of PGA, but 0.005" "$job" --hc hazard.h5 --set \
    'intensity_measure_types_and_levels={"PGA": logscale(0.006, 2.0, 20), "SA(0.2)": logscale(0.005, 4.0, 20), "SA(1.0)": logscale(0.001, 2.0, 20)}'
refused "1 intensity measures, but 3" "$job" --hc hazard.h5 --set 'intensity_measure_types_and_levels={"PGA": [0.1]}'
refused "1 sites, but 89 in hazard.h5" statistics.ini --hc hazard.h5 --set 'sites=20 40'
refused "nothing to compute" statistics.ini --hc hazard.h5 --set mean=false --set quantiles=
refused "statistics.h5: holds no realizations (4 of them" "$job" --hc statistics.h5
refused "absent.h5: no such file" "$job" --hc absent.h5
says 2 'is the earlier output itself' on_ranks 1 run "$job" --hc hazard.h5 --output hazard.h5 --fresh
[ ! -e refused.h5 ] || fail "a refused job left an output"

echo "--- float32 and compression"
with_status 0 on_ranks 2 "$job" "${wanted[@]}" --output compressed.h5 --set compression=4
with_status 0 on_ranks 2 "$job" "${wanted[@]}" --output narrow.h5 --set results_type=float32
"$FORMAT_CHECK" compressed.h5
"$FORMAT_CHECK" narrow.h5
compare_results hazard.h5 compressed.h5
"$python" - <<'PYTHON'
import h5py, numpy as np
with h5py.File("hazard.h5") as wide, h5py.File("narrow.h5") as narrow, h5py.File("compressed.h5") as small:
    for name in ("hcurves_rlzs", "hcurves_stats", "hmaps_rlzs", "hmaps_stats"):
        a, b, c = (file[f"results/{name}"] for file in (wide, narrow, small))
        assert a.dtype == np.float64 and b.dtype == np.float32 and a.size > 0
        assert (a[()].astype(np.float32) == b[()]).all(), name
        assert c.compression == "gzip" and c.compression_opts == 4 and c.shuffle and a.compression is None
PYTHON
without_mpi export narrow.h5 --what all --to csv-narrow > /dev/null
check_export narrow.h5 csv-narrow
with_status 2 on_ranks 1 "$job" --set results_type=float16 --output refused.h5 > messages.txt 2>&1
with_status 2 on_ranks 1 "$job" --set compression=10 --output refused.h5 > messages.txt 2>&1

echo "--- names of sites"
printf '%s\n' custom_site_id,lon,lat alpha,20.1,40.1 'b 7,20.2,40.2' > job/sites.csv
with_status 0 on_ranks 1 "$job" --set sites_csv=sites.csv --set region= --set region_grid_spacing= --set hazard_maps=true \
    --set poes=0.1 --output named.h5
"$FORMAT_CHECK" named.h5
without_mpi export named.h5 --what maps --to named > /dev/null
head -n 3 named/hazard_map-mean.csv | tail -n 2 > messages.txt
grep -q '^custom_site_id,lon,lat,depth,PGA-0.1,SA(0.2)-0.1,SA(1.0)-0.1$' messages.txt || fail "no column custom_site_id"
grep -q '^alpha,20.10000,40.10000,0.00000,' messages.txt || fail "the name of a site is not in its row"
echo "exports hold what the outputs hold"
