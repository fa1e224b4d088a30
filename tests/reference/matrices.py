#!/usr/bin/env python3
"""Writes two matrices whose product is known exactly into an HDF5 file.

    matrices.py OUT.h5 N [DEPTH COLUMNS] [--chunks ROWS,COLUMNS] [--type float32] [--deflate]

A[i, j] = ((31 i + 17 j) mod 97 - 48) / 64 and B[i, j] = ((13 i + 29 j) mod 89 - 44) / 64: all products and their sums are
multiples of 2^-12 below 2^53, so that A B is exact in float64 in whatever order it is summed.
"""

from __future__ import annotations

import argparse

import h5py
import numpy as np


def matrix(n_rows: int, n_columns: int, by_row: int, by_column: int, modulus: int) -> np.ndarray:
    i, j = np.ogrid[:n_rows, :n_columns]
    return ((by_row * i + by_column * j) % modulus - modulus // 2) / 64.0


def matrices(n_rows: int, depth: int, n_columns: int) -> tuple[np.ndarray, np.ndarray]:
    return matrix(n_rows, depth, 31, 17, 97), matrix(depth, n_columns, 13, 29, 89)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("extents", type=int, nargs="+", metavar="N", help="rows of A; its columns and those of B if others")
    parser.add_argument("--chunks", type=lambda text: tuple(map(int, text.split(","))), help="rows,columns")
    parser.add_argument("--type", default="float64")
    parser.add_argument("--deflate", action="store_true")
    given = parser.parse_args()
    if len(given.extents) not in (1, 3):
        parser.error("give one extent, or three")
    n_rows, depth, n_columns = given.extents * 3 if len(given.extents) == 1 else given.extents
    options = {"dtype": given.type, "chunks": given.chunks, "track_times": False}
    if given.deflate:
        options |= {"compression": "gzip", "shuffle": True}
    with h5py.File(given.file, "w") as file:
        for name, values in zip("AB", matrices(n_rows, depth, n_columns)):
            file.create_dataset(name, data=values, **options)


if __name__ == "__main__":
    main()
