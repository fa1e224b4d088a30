"""Holds the performance tables of an output file against each other."""

import argparse
import sys

import h5py
import numpy as np

PARTS = ("reading_s", "busy_s", "waiting_s", "scheduling_s", "reducing_s", "writing_s")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--ranks", type=int, required=True)
    parser.add_argument("--units", type=int, help="that were computed")
    options = parser.parse_args()
    with h5py.File(options.file) as file:
        tables = {name: table[()] for name, table in file["performance"].items()}
    ranks, tasks, units = tables["ranks"], tables["tasks"], tables["units"]
    problems = []

    def expect(true, what):
        if not true:
            problems.append(what)

    expect(len(ranks) == options.ranks, f"{len(ranks)} ranks")
    expect(tasks.dtype.itemsize == 68, f"{tasks.dtype.itemsize} bytes for a task")
    for row in ranks:
        total, parts = row["total_s"], sum(row[part] for part in PARTS)
        expect(abs(parts - total) <= 1e-4 * total, f"rank {row['rank']}: parts {parts} s, total {total} s")
        expect(abs(row["clock_offset_s"]) < 1e-3, f"rank {row['rank']}: clock off by {row['clock_offset_s']} s")
        mine = tasks[tasks["rank"] == row["rank"]]
        expect(np.all(np.diff(mine["start_s"]) > 0), f"rank {row['rank']}: starts are not in order")
        ends = mine["start_s"] + mine["duration_s"]
        expect(np.all(ends[:-1] <= mine["start_s"][1:] + 1e-5), f"rank {row['rank']}: tasks overlap")
        expect(row["n_tasks"] == mine["n_merged"].sum(), f"rank {row['rank']}: number of tasks")
        expect(len(mine) == 0 or ends[-1] <= total, f"rank {row['rank']}: a task after the end")
    n_units = int(tasks["n_units"].sum())
    expect(n_units > 0, "no units")
    expect(options.units is None or n_units == options.units, f"{n_units} units")
    expect(units["n_units"].sum() == n_units, "units of classes and of tasks")
    expect(units["counts"].sum() == n_units, "counts of the histograms")
    expect(tables["sources"]["n_units"].sum() == n_units, "units of sources and of tasks")
    expect(np.isclose(units["seconds"].sum(), ranks["busy_s"].sum(), rtol=1e-6), "seconds of units and busy_s")
    transfer = tables["transfer"]
    expect(options.ranks == 1 or len(transfer) > 0, "no messages")
    expect(np.all(transfer["max_bytes"] <= transfer["n_bytes"]), "one rank sent more than all")
    expect(np.all(np.diff(tables["events"]["time_s"]) >= 0), "events are not in order")
    expect(len(tables["events"]) >= 2 * len(np.unique(tasks["stage"])), "stages begin and end without an event")
    for problem in problems:
        print(f"{options.file}: {problem}", file=sys.stderr)
    worst = max(abs(1 - sum(row[part] for part in PARTS) / row["total_s"]) for row in ranks)
    print(f"{options.file}: {len(tasks)} rows of tasks, {n_units} units; parts of a rank's time miss its total "
          f"by {100 * worst:.2f} % at most")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
