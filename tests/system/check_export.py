"""Holds exported hazard curves against the file they come from and against OpenQuake's form.

    check_export.py OUTPUT.h5 FOLDER --expect N      at least N files of mean curves
"""

import argparse
import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))
from mtc_file import Curves  # noqa: E402

NUMBER = re.compile(r"\d\.\d{6}E[+-]\d{2}")
COORDINATE = re.compile(r"-?\d+\.\d{5}")


def check(path, curves):
    """Number of values that were compared. OpenQuake adds the number of the calculation, which mtc has not."""
    imt = re.fullmatch(r"hazard_curve-mean-(.+)\.csv", os.path.basename(path)).group(1)
    index = curves.imts.index(imt)
    with open(path, newline="") as file:
        lines = file.read().splitlines()
    comment, header, *rows = lines
    levels = curves.levels[index]

    # line 1: as many columns as the others, all empty but the first and the quoted last
    assert re.match(r'#,{%d}"' % (len(levels) + 2), comment), f"{path}:1: {comment[:60]}"
    for word in ("generated_by=", "kind='mean'", "investigation_time=50.0", f"imt='{imt}'"):
        assert word in comment, f"{path}:1: no {word} in {comment}"
    expected = ["lon", "lat", "depth", *(f"poe-{level:.7f}" for level in levels)]
    assert header.split(",") == expected, f"{path}:2: {header[:80]}"

    assert len(rows) == len(curves.lon), f"{path}: {len(rows)} rows for {len(curves.lon)} sites"
    for site, row in enumerate(rows):
        words = row.split(",")
        assert all(COORDINATE.fullmatch(word) for word in words[:3]), f"{path}: {row[:60]}"
        assert all(NUMBER.fullmatch(word) for word in words[3:]), f"{path}: {row[:120]}"
        place = (curves.lon[site], curves.lat[site], curves.depth[site])
        assert words[:3] == [f"{value:.5f}" for value in place], f"{path}: site {site}: {row[:60]}"
        poes = [f"{value:.6E}" for value in curves.poes[site, index]]
        assert words[3:] == poes, f"{path}: site {site} does not hold the values of the file"
    return len(rows) * len(levels)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output")
    parser.add_argument("folder")
    parser.add_argument("--expect", type=int, default=1)
    arguments = parser.parse_args()
    curves = Curves(arguments.output)
    paths = sorted(glob.glob(os.path.join(arguments.folder, "hazard_curve-mean-*.csv")))
    assert len(paths) >= arguments.expect, f"{len(paths)} files, {arguments.expect} expected"
    total = sum(check(path, curves) for path in paths)
    assert total > 0
    print(f"{len(paths)} files hold the {total} values of {arguments.output}")


if __name__ == "__main__":
    main()
