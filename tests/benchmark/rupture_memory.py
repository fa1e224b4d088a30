#!/usr/bin/env python3
"""Shows that the memory of a rank does not grow with the number of ruptures.

    rupture_memory.py [--build BUILD] [--sites N] [RUPTURES...]

Runs the area model of hazard_jobs.py, with fewer sites, on two ranks with 1, 4 and 16 times its ruptures. Prints the
most memory that each rank ever had resident (the system's count, shared pages of the model with it), and by how many
bytes a rupture the largest grew.
"""
import argparse
import os
import subprocess
import sys
import tempfile

import h5py

HERE = os.path.dirname(os.path.abspath(__file__))


def peaks_mb(build, folder, ruptures, sites):
    subprocess.run([sys.executable, os.path.join(HERE, "make_hazard_job.py"), "area", folder, "--ruptures", str(ruptures), "--sites", str(sites)],
                   check=True)
    output = os.path.join(folder, "out.h5")
    log = subprocess.run(["mpirun", "--bind-to", "none", "-n", "2", os.path.join(build, "mtc"), os.path.join(folder, "job.ini"),
                          "--output", output, "--fresh"], capture_output=True, text=True, timeout=600)
    if log.returncode != 0:
        sys.exit(log.stderr)
    with h5py.File(output) as file:
        return [float(mb) for mb in file["performance/ranks"]["memory_peak_mb"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(HERE, "..", "..", "build"))
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("ruptures", type=int, nargs="*", default=[4356, 17424, 69696])
    wish = parser.parse_args()
    print("ruptures  peak of rank 0 [MB]  of rank 1 [MB]")
    most = []
    with tempfile.TemporaryDirectory() as folder:
        for ruptures in wish.ruptures:
            peaks = peaks_mb(wish.build, folder, ruptures, wish.sites)
            most.append(max(peaks))
            print(f"{ruptures:8d} {peaks[0]:20.1f} {peaks[1]:15.1f}", flush=True)
    if len(most) > 1:
        print(f"{(most[-1] - most[0]) * 1e6 / (wish.ruptures[-1] - wish.ruptures[0]):.0f} bytes a rupture")


if __name__ == "__main__":
    main()
