#!/usr/bin/env bash
# tools/mtc_reader.py: the examples in its documentation are true, and it says what a file does not hold.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

on_ranks 2 "$inputs/hazard/job.ini" --output hazard.h5 --set poes="0.1 0.02" --set hazard_maps=true 2> messages.txt
on_ranks 2 "$inputs/synthetic.ini" --output synthetic.h5 2> messages.txt
disagg=$MTC_TEST_DATA/hazard/golden/disagg/two_trt/job.ini
if [ -f "$disagg" ]; then
    on_ranks 2 "$disagg" --output disagg.h5 2> messages.txt
else
    echo "no $disagg: disaggregation was not tried"
fi
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$tools

"$python" - <<'PYTHON'
import doctest
import mtc_reader
result = doctest.testmod(mtc_reader)
assert result.attempted >= 15 and result.failed == 0, result
print(f"{result.attempted} examples are true")

import os
import h5py
import numpy as np
from mtc_reader import FormatError, Output

n = 0
with Output("hazard.h5") as out, h5py.File("hazard.h5") as file:
    stored = file["results/hcurves_rlzs"]
    for site in (0, 88):
        for rlz in range(stored.shape[1]):
            for i, imt in enumerate(out.imts):
                curve = out.curves("realizations").pick(site=site, realization=f"rlz-{rlz:03}", imt=imt)
                assert curve.axes == ("level",) and np.array_equal(curve.values, stored[site, rlz, i])
                n += 1
    two = out.maps().pick(imt=["SA(1.0)", "PGA"], statistic="mean")
    assert two.axes == ("site", "imt", "poe") and list(two.labels["imt"]) == ["SA(1.0)", "PGA"]
    assert np.array_equal(two.values[:, 0], file["results/hmaps_stats"][:, 0, 2])
    for wrong in ({"imt": "SA(9)"}, {"nothing": 1}, {"site": 89}, {"poe": 0.3}):
        try:
            out.maps().pick(**wrong)
        except FormatError as error:
            assert str(list(wrong.values())[0]) in str(error) or "nothing" in str(error), error
            n += 1
    assert out.result("n_units").axes == ("site",)
    assert np.array_equal(out.result("hcurves_stats").pick(imt="PGA", statistic="mean").values, out.curves().values[:, 0, 0])
    n += 2
for path, said in (("synthetic.h5", "holds no /results/hcurves_stats"), ("missing.h5", "cannot be read")):
    try:
        Output(path).curves()
        raise SystemExit(f"{path} gave curves")
    except FormatError as error:
        assert said in str(error), error
assert n == 2 * 4 * 3 + 4 + 2, n
if os.path.exists("disagg.h5"):
    with Output("disagg.h5") as out:  # whatever is left out of a table is added up: all have the same rate in all
        rates = []
        for kind in ("Mag", "Dist", "TRT", "Mag_Dist", "Lon_Lat", "TRT_Mag_Dist_Eps"):
            table = out.disagg(kind, of="rlzs")
            inner = tuple(range(1, table.values.ndim - 3))
            rates.append(-np.log1p(-table.values).sum(axis=inner))
            assert table.axes[1:-3] == tuple(kind.lower().split("_")) and rates[-1].shape == rates[0].shape
        assert np.allclose(rates, rates[0], rtol=1e-9) and rates[0].max() > 0
        assert list(out.disagg("TRT").labels["trt"]) == list(out.disagg_edges("trt"))
        assert out.disagg("Mag").axes == ("site", "mag", "imt", "poe")
    print(f"{len(rates)} tables of disaggregation agree")
try:
    import pandas
    frame = Output("hazard.h5").frame("tasks")
    assert len(frame) > 0 and frame["duration_s"].sum() > 0
    series = Output("hazard.h5").maps().to_pandas()
    assert len(series) == 89 * 1 * 3 * 2 and series.index.names == ["site", "statistic", "imt", "poe"]
    print("pandas", pandas.__version__)
except ImportError:
    print("no pandas here: frame() and to_pandas() were not tried")
try:
    import xarray
    array = Output("hazard.h5").maps().to_xarray()
    assert float(array.sel(statistic="mean", imt="PGA", poe=0.02)[40]) > float(array.sel(statistic="mean", imt="PGA", poe=0.1)[40])
    print("xarray", xarray.__version__)
except ImportError:
    print("no xarray here: to_xarray() was not tried")
PYTHON
