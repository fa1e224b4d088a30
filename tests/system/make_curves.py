"""Writes a small file of hazard curves, to test the tools on: 2 sites, 1 statistic, 2 intensity measures, 3 levels.

    make_curves.py FILE [site imt level value]    with one value replaced
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))
from mtc_file import h5py, np  # noqa: E402

path, change = sys.argv[1], sys.argv[2:]
poes = np.exp(-np.arange(1.0, 13.0)).reshape(2, 1, 2, 3)
if change:
    site, imt, level = (int(word) for word in change[:3])
    poes[site, 0, imt, level] = float(change[3])
sites = np.array([(179.99999, 10.0, 0.0), (-5.0, -10.5, 0.0)], dtype=[("lon", "f8"), ("lat", "f8"), ("depth", "f8")])
with h5py.File(path, "w") as file:
    results = file.create_group("results")
    results.attrs["investigation_time"] = 50.0
    results["sites"] = sites
    results["imts"] = np.array([(b"PGA",), (b"SA(0.1)",)], dtype=[("imt", "S16")])
    results["levels"] = np.array([[0.01, 0.1, 0.5], [0.02, 0.2, 1.0]])
    results["statistics"] = np.array([(b"mean",)], dtype=[("name", "S16")])
    results["hcurves_stats"] = poes
    results["hcurves_rlzs"] = poes
