#!/usr/bin/env python3
"""Lists of task times, and how close a run of them came to what no schedule can beat.

    schedule_figures.py list NAME REPEATS           times [ms], parted by blanks
    schedule_figures.py figures OUTPUT.h5 [LIST]    one line: makespan, sum, longest unit, ... as name=value; of a LIST
                                                    also what no schedule knows better than, over the bound
"""
import heapq
import random
import sys


def mix(x):
    """One output of splitmix64 (Steele, Lea, Flood 2014, doi:10.1145/2714064.2660195)."""
    mask = (1 << 64) - 1
    z = (x + 0x9E3779B97F4A7C15) & mask
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & mask
    return z ^ z >> 31


def times_ms(name):
    """1000 tasks; all lists but the last are the published ones."""
    h = [mix((1 << 32) + i) for i in range(1000)]
    if name == "equal":
        return [100.0] * 1000
    if name == "uniform":
        return [1.0 + x % 200 for x in h]
    if name == "powers":
        return [10.0 * 2 ** min((x & -x).bit_length() - 1, 9) for x in h]
    if name == "straggler":
        return [1.0 + x % 20 for x in h[:-1]] + [10000.0]
    if name == "lognormal":
        draw = random.Random(1)
        return [round(draw.lognormvariate(2.3, 2.0), 3) for _ in h]
    sys.exit(f"schedule_figures.py: no list '{name}' (equal, uniform, powers, straggler or lognormal)")


def in_order_s(tasks, n_workers):
    """Makespan when whoever is free takes the next task (Graham 1966, doi:10.1002/j.1538-7305.1966.tb01709.x)."""
    free_at = [0.0] * n_workers
    for task in tasks:
        heapq.heapreplace(free_at, free_at[0] + task)
    return max(free_at)


def longest_first_s(tasks, n_workers):
    return in_order_s(sorted(tasks, reverse=True), n_workers)


def random_order_s(tasks, n_workers, n_draws=200):
    """Mean makespan over random orders, and the one that 95 % of them stay below.

    Tasks that cannot be told apart are taken in an order that is as good as random, whoever decides, and none can be
    interrupted: nobody who does not know their times does better on average than to leave no worker idle.
    """
    draw = random.Random(1)
    tasks = list(tasks)
    spans = []
    for _ in range(n_draws):
        draw.shuffle(tasks)
        spans.append(in_order_s(tasks, n_workers))
    return sum(spans) / n_draws, sorted(spans)[int(0.95 * n_draws)]


def figures(path, name=None):
    import h5py  # only here: lists need no package

    with h5py.File(path) as output:
        performance = output["performance"]
        ranks, tasks, events = performance["ranks"][:], performance["tasks"][:], performance["events"][:]
        histograms = performance["units"][:]
    text = [row["text"].decode() for row in events]
    at = [float(row["time_s"]) for row in events]
    begin = min(t for t, what in zip(at, text) if what.endswith(" begins"))
    end = max(t for t, what in zip(at, text) if what.endswith(" is computed"))
    busy = ranks["busy_s"]
    computing = int((ranks["n_units"] > 0).sum())
    makespan, total, longest = end - begin, float(busy.sum()), float(histograms["max_s"].max())
    bound = max(total / computing, longest)
    gave_back = sum(1 for row in events if row["kind"] == b"give_back")
    print(f"computing={computing} makespan={makespan:.4f} sum={total:.3f} longest={longest:.4f} bound={bound:.4f} "
          f"over_bound={makespan / bound:.4f} allowed={1.02 + (longest + 5e-3) / bound:.4f} "
          f"tasks={len(tasks)} gave_back={gave_back} start_s={begin:.2f}", end="")
    if name is not None:
        units = times_ms(name)
        least = max(sum(units) / computing, max(units))
        mean, most = random_order_s(units, computing)
        print(f" longest_first={longest_first_s(units, computing) / least:.4f} any_order={mean / least:.4f} "
              f"any_order_95={most / least:.4f}", end="")
    print()


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "list":
        print(*times_ms(sys.argv[2]) * int(sys.argv[3]))
    elif len(sys.argv) in (3, 4) and sys.argv[1] == "figures":
        figures(*sys.argv[2:])
    else:
        sys.exit(__doc__)
