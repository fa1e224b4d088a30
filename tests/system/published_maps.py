"""Makes an output of published curves, and compares its maps with published maps or spectra.

    published_maps.py make OUTPUT.h5 FOLDER/hazard_curve-@.csv       @ stands for the intensity measure
    published_maps.py compare MAPS.h5 FOLDER/hazard_map-mean.csv POINTS
"""

import csv
import glob
import re
import sys

import h5py
import numpy as np

DIGITS = 2e-6  # relative: half a unit of the seventh digit of a map, and what those of the curve make of it


def read(path):
    """Investigation time, names of columns, rows of numbers."""
    with open(path, newline="") as file:
        comment = next(file)
        table = list(csv.reader(file))
    time = re.search(r"investigation_time=([\d.]+)", comment).group(1)
    return time, table[0], np.array(table[1:], dtype=float)


def period(imt):
    found = re.fullmatch(r"SA\((.*)\)", imt)
    return float(found.group(1)) if found else 0.0


def make(output, pattern):
    before, after = pattern.split("@")
    curves = {}
    for path in glob.glob(glob.escape(before) + "*" + after):
        imt = path[len(before):-len(after)]
        time, names, rows = read(path)
        first = next(i for i, name in enumerate(names) if name.startswith("poe-"))
        curves[imt] = ([float(name[4:]) for name in names[first:]], rows[:, first:], rows[:, :first])
    assert curves, f"no file like {pattern}"
    imts = sorted(curves, key=period)
    places = curves[imts[0]][2]
    with h5py.File(output, "w") as file:
        for name, value in (("filetype", "mtc output"), ("calculation_mode", "classical"), ("status", "complete"),
                            ("input_hash", "fnv1a64:0"), ("instruction_set", "baseline")):
            file.attrs[name] = np.bytes_(value)
        file.attrs["format_version"] = np.array([1, 0], dtype=np.int64)
        utf8 = h5py.string_dtype("utf-8", 64)
        row = np.zeros(1, dtype=[("key", utf8), ("value", utf8), ("origin", utf8)])
        row[0] = ("investigation_time", time, "default")
        file["input/configuration"] = row
        sites = np.zeros(len(places), dtype=[("lon", "f8"), ("lat", "f8"), ("depth", "f8")])
        sites["lon"], sites["lat"] = places[:, 0], places[:, 1]
        file["results/sites"] = sites
        table = np.zeros(len(imts), dtype=[("name", utf8), ("period", "f8"), ("n_levels", "u4")])
        for i, imt in enumerate(imts):
            table[i] = (imt, period(imt), len(curves[imt][0]))
        file["results/imts"] = table
        file["results/levels"] = np.array([curves[imt][0] for imt in imts])
        table = np.zeros(1, dtype=[("weight", "f8"), ("source_path", utf8), ("gsim_path", utf8)])
        table[0] = (1.0, "published", "mean")
        file["results/realizations"] = table
        file["results/hcurves_rlzs"] = np.array([curves[imt][1] for imt in imts]).transpose(1, 0, 2)[:, None]


def compare(output, path, n_expected):
    with h5py.File(output) as file:
        maps = file["results/hmaps_stats"][:, 0]
        imts = [name.decode() for name in file["results/imts"]["name"]]
        poes = file["results/poes"][()]
        sites = file["results/sites"][()]
    _, names, rows = read(path)
    n_compared, worst = 0, 0.0
    for row in rows:
        near = (np.abs(sites["lon"] - row[0]) < 1e-5) & (np.abs(sites["lat"] - row[1]) < 1e-5)
        assert near.sum() == 1, f"site {row[:2]} is not in {output}"
        for name, expected in zip(names, row):
            spectrum = re.fullmatch(r"([\d.]+)~(.+)", name)
            column = spectrum or re.fullmatch(r"(.+)-([\d.]+)", name)
            if not column:
                continue  # lon, lat, depth
            poe, imt = column.groups() if spectrum else column.groups()[::-1]
            value = maps[near.argmax(), imts.index(imt), int(np.argmin(np.abs(poes - float(poe))))]
            worst = max(worst, abs(value / expected - 1))
            n_compared += 1
    print(f"{n_compared} values, largest relative difference {worst:.2g}")
    assert n_compared == n_expected, f"{n_compared} values were compared, not {n_expected}"
    assert worst <= DIGITS, f"above {DIGITS}"


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(*sys.argv[2:])
    else:
        compare(sys.argv[2], sys.argv[3], int(sys.argv[4]))
