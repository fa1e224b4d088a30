"""Holds exported CSV files, and archives for numpy, against the output that they come from.

    check_maps.py OUTPUT.h5 CSV_FOLDER [NPZ_FOLDER]
"""

import os
import sys

import h5py
import numpy as np


def read_csv(path, kind):
    """Header and rows of a file as lists of words; the comment is checked."""
    with open(path, newline="") as file:
        comment, header, *rows = file.read().splitlines()
    assert comment.startswith("#" + "," * header.count(",") + '"generated_by='), f"{path}: {comment[:60]}"
    assert f"kind='{kind}', investigation_time=50.0" in comment, f"{path}: {comment}"
    return header.split(","), [row.split(",") for row in rows]


def check_csv(path, kind, places, columns, values):
    """values [n_site, n_column]. Returns how many were compared."""
    header, rows = read_csv(path, kind)
    names = ["lon", "lat", "depth"][:places.shape[1]]
    assert header == names + columns, f"{path}: {header}"
    expected = [[f"{x:.5f}" for x in place] + [f"{value:.6E}" for value in row]
                for place, row in zip(places, values)]
    assert rows == expected, f"{path} does not hold the values of the output"
    return values.size


def main():
    output, csv_folder, npz_folder = sys.argv[1], sys.argv[2], (sys.argv + [None])[3]
    with h5py.File(output) as file:
        results = {name: dataset[()] for name, dataset in file["results"].items()}
    sites, poes = results["sites"], results["poes"]
    places = np.array([sites["lon"], sites["lat"], sites["depth"]]).T
    imts = [name.decode() for name in results["imts"]["name"]]
    n_compared = 0
    for source in ("stats", "rlzs"):
        curves, maps = results[f"hcurves_{source}"].astype(float), results[f"hmaps_{source}"].astype(float)
        kinds = ([name.decode() for name in results["statistics"]] if source == "stats"
                 else [f"rlz-{number:03d}" for number in range(curves.shape[1])])
        for k, kind in enumerate(kinds):
            for i, imt in enumerate(imts):
                columns = [f"poe-{level:.7f}" for level in results["levels"][i]]
                n_compared += check_csv(os.path.join(csv_folder, f"hazard_curve-{kind}-{imt}.csv"), kind, places,
                                        columns, curves[:, k, i])
            columns = [f"{imt}-{poe}" for imt in imts for poe in poes]
            n_compared += check_csv(os.path.join(csv_folder, f"hazard_map-{kind}.csv"), kind, places, columns,
                                    maps[:, k].reshape(len(sites), -1))
            columns = [f"{poe:.6f}~{imt}" for poe in poes for imt in imts]
            spectra = maps[:, k].transpose(0, 2, 1).reshape(len(sites), -1)
            n_compared += check_csv(os.path.join(csv_folder, f"hazard_uhs-{kind}.csv"), kind, places[:, :2], columns,
                                    spectra)
            if npz_folder is None:
                continue
            for name, values in (("curves", curves), ("maps", maps), ("uhs", maps)):
                with np.load(os.path.join(npz_folder, f"hazard_{name}.npz")) as archive:
                    assert (archive[kind] == values[:, k]).all() and archive[kind].shape == values[:, k].shape
                    assert [imt.decode() for imt in archive["imts"]] == imts
                    assert (archive["lon"] == sites["lon"]).all() and (archive["depth"] == sites["depth"]).all()
                    n_compared += values[:, k].size
    if npz_folder is not None:
        with np.load(os.path.join(npz_folder, "realizations.npz")) as archive:
            assert (archive["weight"] == results["realizations"]["weight"]).all()
            assert (archive["gsim_path"] == results["realizations"]["gsim_path"]).all()
    assert n_compared > 0
    print(f"{n_compared} exported values are those of {output}")


if __name__ == "__main__":
    main()
