#!/usr/bin/env python3
"""Shows that the time of a hazard calculation is linear in ruptures, sites, models and levels, over two decades each.

    linear_hazard.py [--build BUILD] [--plot linear_hazard.svg] [--repeat N]

One number varies at a time, from a job of 360 ruptures x 1000 sites x 1 model x 80 levels. Prints the seconds that one
rank spent in units of work (the least of N runs) and the exponent fitted to each, 1 being linear; what a context needs
beside its levels makes the exponent of levels smaller. Needs matplotlib for the plot.
"""
import argparse
import math
import os
import subprocess
import sys
import tempfile

import h5py

HERE = os.path.dirname(os.path.abspath(__file__))
BASE = {"ruptures": 360, "sites": 1000, "models": 1, "levels": 20}
VARIED = {
    "ruptures": [180, 540, 1800, 5400, 18000],
    "sites": [500, 1500, 5000, 15000, 50000],
    "models": [1, 3, 10, 30, 100],
    "levels": [5, 15, 50, 150, 500],  # of each of four intensity measure types
}


def seconds(build, folder, sizes, repeat):
    arguments = [text for key, value in sizes.items() for text in (f"--{key}", str(value))]
    subprocess.run([sys.executable, os.path.join(HERE, "make_hazard_job.py"), "area", folder, "--alike", *arguments], check=True)
    least = math.inf
    for _ in range(repeat):
        output = os.path.join(folder, "out.h5")
        log = subprocess.run(["mpirun", "--bind-to", "none", "-n", "1", os.path.join(build, "mtc"), os.path.join(folder, "job.ini"),
                              "--output", output, "--fresh"], capture_output=True, text=True, timeout=300)
        if log.returncode != 0:
            sys.exit(log.stderr)
        with h5py.File(output) as file:
            sources = file["performance/sources"][:]
            least = min(least, float(sources["seconds"][sources["stage"] == 1].sum()))
    return least


def exponent(sizes, times):
    """Slope of the straight line through the logarithms, by least squares."""
    xs, ys = [math.log(x) for x in sizes], [math.log(y) for y in times]
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys)) / sum((x - mx) ** 2 for x in xs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(HERE, "..", "..", "build"))
    parser.add_argument("--plot", default="linear_hazard.svg")
    parser.add_argument("--repeat", type=int, default=3)
    wish = parser.parse_args()
    lines = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, sizes in VARIED.items():
            times = [seconds(wish.build, folder, {**BASE, name: size}, wish.repeat) for size in sizes]
            lines[name] = (sizes, times)
            print(f"{name:9s} exponent {exponent(sizes, times):5.3f}, of the upper decade {exponent(sizes[2:], times[2:]):5.3f}; "
                  + ", ".join(f"{size}: {time:.4f} s" for size, time in zip(sizes, times)), flush=True)
    try:
        import matplotlib
    except ImportError:
        print("no plot: no matplotlib (python3-matplotlib)")
        return
    matplotlib.use("svg")
    import matplotlib.pyplot as plot
    for name, (sizes, times) in lines.items():
        plot.loglog([size / sizes[0] for size in sizes], [time / times[0] for time in times], "o-", label=name)
    plot.loglog([1, 100], [1, 100], "k:", label="linear")
    plot.xlabel("number / smallest number"), plot.ylabel("time / smallest time"), plot.legend(), plot.savefig(wish.plot)
    print(f"plot in {wish.plot}")


if __name__ == "__main__":
    main()
