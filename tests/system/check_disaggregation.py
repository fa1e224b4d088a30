"""Holds exported tables of a disaggregation against reference tables: shape, names, bins and numbers.

    check_disaggregation.py FOLDER REFERENCE
"""

import csv
import pathlib
import sys

ABSOLUTE = 1e-7
FAR, NEAR = 1e-4, 4e-3  # near the fault OpenQuake simplifies its outline, by up to 4 m
DIGITS = 1e-5  # of the exported numbers


def rows(path, comments):
    with open(path, newline="") as file:
        lines = list(csv.reader(file))
    for line in lines[:comments]:
        assert line[0] == "#" and len(line) == len(lines[comments]), path
        assert "mag_bin_edges=[" in line[-1] and "tectonic_region_types=['" in line[-1], path
    return lines[comments], lines[comments + 1 :]


def key(row):
    """Where a value belongs: names as they are, numbers with the digits that both have."""
    words = []
    for word in [row["imt"], row["poe"]] + row["axes"]:
        try:
            words.append(f"{float(word):.5E}")
        except ValueError:
            words.append(word)
    return tuple(words)


def table(path, comments, n_leading):
    header, lines = rows(path, comments)
    first = next(i for i, name in enumerate(header) if name.startswith(("rlz", "mean")))
    values = {}
    for line in lines:
        row = {"imt": line[0], "poe": line[n_leading - 1], "axes": line[n_leading:first]}
        for name, value in zip(header[first:], line[first:], strict=True):
            values[key(row) + (name,)] = float(value)
    return header[n_leading:first], values


def main():
    folder, reference = map(pathlib.Path, sys.argv[1:])
    n_compared = 0
    n_files = 0
    for expected_path in sorted(reference.glob("*-[0-9].csv")):
        axes, expected = table(expected_path, 0, 2)
        own_path = folder / expected_path.name
        own_axes, own = table(own_path, 1, 3)
        assert axes == own_axes, own_path
        relative = FAR if expected_path.stem.endswith("-1") else NEAR
        assert expected.keys() == own.keys(), own_path
        for where, value in expected.items():
            assert abs(own[where] - value) <= max(ABSOLUTE, (relative + DIGITS) * value), (own_path, where)
            n_compared += 1
        n_files += 1
    assert n_files in (11, 44), n_files  # eleven kinds, one site; or two sites and their means
    n_shares = 0
    for path in folder.glob("*-traditional-*.csv"):
        totals = {}
        for where, share in table(path, 1, 3)[1].items():
            column = (where[0], where[1], where[-1])
            totals[column] = totals.get(column, 0.0) + share
        assert all(abs(total - 1.0) < 1e-4 for total in totals.values()), path
        n_shares += 1
    assert n_shares in (11, 22), n_shares
    print(f"{n_compared} values in {n_files} files agree; shares of {n_shares} files add up to 1")


main()
