#!/usr/bin/env bash
# A job whose ground motion is a table in HDF5 (GMPETable), as written by h5py: on one rank and two, packed, with another
# table of the same name, and with one that is not sound.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cp -r "$inputs/hazard" job
mkdir job/trees
mv job/gsim_logic_tree.xml job/trees
sed -i -e 's#= *gsim_logic_tree.xml#= trees/gsim_logic_tree.xml#' job/job.ini
sed -i -e 's#ChiouYoungs2008<#[GMPETable]\ngmpe_table = "motion.hdf5"<#' job/trees/gsim_logic_tree.xml

# write_table MEDIAN METRIC   ln of the median at magnitude 6 and 1 km, in the folder of the logic tree
write_table() {
    "$python" - "$1" "$2" << 'PYTHON'
import sys

import h5py
import numpy as np

magnitudes, distances, periods = np.arange(4.0, 8.1, 0.5), np.geomspace(1.0, 300.0, 20), np.array([0.1, 0.5, 2.0])
r, mag = distances[:, None, None], magnitudes[None, None, :]
ln_median = float(sys.argv[1]) + 1.0 * (mag - 6.0) - 1.1 * np.log(r)
with h5py.File("job/trees/motion.hdf5", "w") as file:
    file["Mw"] = magnitudes
    file["Distances"] = np.broadcast_to(r, (distances.size, 1, magnitudes.size))
    file["Distances"].attrs["metric"] = sys.argv[2]
    for group, of_table in (("IMLs", np.exp(ln_median)), ("Total", np.full_like(ln_median, 0.6))):
        file[f"{group}/PGA"] = of_table
        file[f"{group}/SA"] = np.repeat(of_table, periods.size, axis=1).astype("f4")
        file[f"{group}/T"] = periods
PYTHON
}

write_table 0.5 rjb
on_ranks 1 job/job.ini --output one.h5 2> messages.txt
grep -q "beyond the largest distance of motion.hdf5, 300" messages.txt || fail "its reach is not told"
on_ranks 2 job/job.ini --output two.h5 2> messages.txt
compare_results one.h5 two.h5

echo "--- packed"
"$python" - << 'PYTHON'
import pathlib
import zipfile

with zipfile.ZipFile("packed.zip", "w") as archive:
    for path in sorted(pathlib.Path("job").rglob("*")):
        if path.is_file():
            archive.write(path, path.relative_to("job"))
PYTHON
on_ranks 2 packed.zip --output packed.h5 2> messages.txt
compare_results one.h5 packed.h5

echo "--- another table is another input, and gives other curves"
write_table 1.0 rjb
if on_ranks 1 job/job.ini --output one.h5 2> messages.txt; then fail "results of another table were taken"; fi
grep -q "holds the results of another input" messages.txt || fail "another table is not told from the first"
on_ranks 1 job/job.ini --output stronger.h5 2> messages.txt
"$python" - << 'PYTHON'
import h5py

one, stronger = (h5py.File(name)["results/hcurves_rlzs"][()] for name in ("one.h5", "stronger.h5"))
by_formula, by_table = one[:, 0::2], one[:, 1::2]
assert (stronger[:, 0::2] == by_formula).all()
assert (stronger[:, 1::2] >= by_table).all() and (stronger[:, 1::2] > by_table).mean() > 0.5
PYTHON

echo "--- one that is not sound"
write_table 0.5 rxx
if without_mpi check job/job.ini > output.txt 2> messages.txt; then fail "an unknown metric is taken"; fi
grep -q "gsim_logic_tree.xml:1[0-9]: .*motion.hdf5:/Distances@metric ('rxx'" messages.txt || fail "it is not told where"
