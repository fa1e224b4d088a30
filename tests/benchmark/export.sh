#!/usr/bin/env bash
# How fast and in how much memory results become CSV: a real small output, scaled up to as many sites as asked.
#     tests/benchmark/export.sh [MTC] [SITES]     (build/mtc, 100000 sites x 405 levels: 0.3 GB of HDF5, 0.6 GB of CSV)
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mtc=$(realpath "${1:-$top/build/mtc}")
n_sites=${2:-100000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
levels=$(python3 -c 'print(", ".join(f"\"SA({0.1 * (i + 1):.1f})\": logscale(0.005, 4.0, 45)" for i in range(9)))')
"$mtc" "$top/inputs/hazard/job.ini" --output small.h5 --set individual_rlzs=false \
    --set "intensity_measure_types_and_levels={$levels}" 2> messages.txt
/usr/bin/python3 - "$n_sites" <<'PYTHON'
import sys
import h5py
import numpy as np
n_sites = int(sys.argv[1])
with h5py.File("small.h5") as small, h5py.File("large.h5", "w") as large:
    for name, value in small.attrs.items():
        large.attrs[name] = value
    small.copy("input", large)
    for name, dataset in small["results"].items():
        values = dataset[()]
        if name in ("sites", "n_units", "hcurves_stats"):
            values = np.resize(values, (n_sites, *values.shape[1:]))
        if name == "sites":  # no two alike
            values["lon"] += np.arange(n_sites) // len(dataset) * 1e-4
        if name == "hcurves_stats":
            values *= np.linspace(0.5, 1.0, n_sites)[:, None, None, None]
        large.create_dataset(f"results/{name}", data=values, dtype=dataset.dtype)
    print(f"{n_sites} sites x {large['results/hcurves_stats'][0].size} levels")
PYTHON
for format in csv npz; do
    /usr/bin/python3 - "$mtc" "$format" <<'PYTHON'
import os
import resource
import subprocess
import sys
import time
mtc, form = sys.argv[1:]
begin = time.perf_counter()
subprocess.run([mtc, "export", "large.h5", "--what", "curves", "--format", form, "--to", form], check=True,
               stdout=subprocess.DEVNULL)
seconds = time.perf_counter() - begin
megabytes = sum(entry.stat().st_size for entry in os.scandir(form)) / 1e6
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"{form}: {megabytes:.0f} MB in {seconds:.2f} s, {megabytes / seconds:.0f} MB/s, at most {peak:.0f} MB of memory")
PYTHON
    rm -r "$format"
done
