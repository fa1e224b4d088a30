"""Holds an import against the CSV files it is of, read by Python's own csv module.

check_import.py OUTPUT.h5 COLUMN=TYPE... -- CSV...   every value of the columns, in the order of files and lines
check_import.py --same A.h5 B.h5                     whether the columns of two imports are equal
Types: text, decimal2 (exact hundredths), date, category. The rows, the sums and the largest and smallest counts of
rows by value are printed.
"""

import csv
import datetime
import sys
from collections import Counter
from decimal import Decimal

import h5py
import numpy as np

DAY_0 = datetime.date(1970, 1, 1)
CONVERT = {
    "text": lambda text: text.encode(),
    "category": lambda text: text.encode(),
    "decimal2": lambda text: int(Decimal(text) * 100),
    "date": lambda text: (datetime.date.fromisoformat(text) - DAY_0).days,
}


def values_of(file, name, kind):
    values = file["results/columns"][name][()]
    if kind != "category":
        return values.tolist()
    names = file["results/categories"][name][()].tolist()
    return [names[place] for place in values.tolist()]


def same(one, other):
    with h5py.File(one) as a, h5py.File(other) as b:
        columns, others = a["results/columns"], b["results/columns"]
        if list(columns) != list(others):
            return f"columns {list(columns)} and {list(others)}"
        for name in columns:
            if not np.array_equal(columns[name][()], others[name][()]):
                return f"column {name} differs"
        print(f"{one} and {other}: {len(columns)} columns of {len(columns[name])} rows are equal")
    return None


def check(output, declared, paths):
    rows = []
    for path in paths:
        with open(path, newline="", encoding="utf-8-sig") as lines:
            rows += [row for row in csv.DictReader(lines)]
    with h5py.File(output) as file:
        for declaration in declared:
            name, kind = declaration.split("=")
            expected = [CONVERT[kind](row[name]) for row in rows]
            values = values_of(file, name, kind)
            if values != expected:
                wrong = next((i for i, pair in enumerate(zip(values, expected)) if pair[0] != pair[1]), -1)
                return f"{name}: {len(values)} rows, {len(expected)} expected, the first that differs is {wrong}"
            counts = Counter(values).values()
            total = f", sum {sum(values)}" if kind == "decimal2" else ""
            print(f"{name}: {len(values)} rows{total}, {len(counts)} values of {min(counts)} to {max(counts)} rows")
        n_rows = int(file["results/parts"]["n_rows"].sum())
        if n_rows != len(rows):
            return f"{n_rows} rows in the parts, {len(rows)} expected"
    return None


def main():
    arguments = sys.argv[1:]
    if arguments[0] == "--same":
        problem = same(*arguments[1:])
    else:
        end = arguments.index("--")
        problem = check(arguments[0], arguments[1:end], arguments[end + 1:])
    if problem:
        print(problem, file=sys.stderr)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
