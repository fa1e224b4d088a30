"""Makes a large output of a small one: sites in a grid with curves that vary smoothly, and many rows of tasks.

    make_large_output.py SMALL.h5 LARGE.h5 N_SITES N_RANKS N_TASKS
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))
from mtc_file import h5py, np  # noqa: E402

small, large = sys.argv[1:3]
n_sites, n_ranks, n_tasks = (int(word) for word in sys.argv[3:])
per_row = int(np.ceil(np.sqrt(n_sites)))
row, column = np.divmod(np.arange(n_sites), per_row)


def replace(group, name, values):
    attributes = dict(group[name].attrs)
    del group[name]
    group[name] = values
    group[name].attrs.update(attributes)


with h5py.File(small, "r") as source, h5py.File(large, "w") as file:
    file.attrs.update(source.attrs)
    for name in source:
        source.copy(name, file)
    results, performance = file["results"], file["performance"]
    sites = np.zeros(n_sites, results["sites"].dtype)
    sites["lon"], sites["lat"] = 5 + 0.03 * column, 43 + 0.03 * row
    waves = 1 + 0.8 * np.sin(column / per_row * 9) * np.cos(row / per_row * 7)  # factor of the rates
    replace(results, "sites", sites)
    replace(results, "n_units", np.ones(n_sites, "u8"))
    for name in ("hcurves_stats", "hmaps_stats"):
        if name in results:
            first = results[name][0]
            replace(results, name, (1 - (1 - first) ** waves[:, None, None, None] if name == "hcurves_stats"
                                    else first * waves[:, None, None, None]))
    for name in ("hcurves_rlzs", "hmaps_rlzs"):
        if name in results:
            del results[name]

    ranks = np.resize(performance["ranks"][()], n_ranks)
    ranks["rank"] = np.arange(n_ranks)
    per_rank = n_tasks // n_ranks
    tasks = np.resize(performance["tasks"][()], per_rank * n_ranks)
    tasks["rank"] = np.repeat(np.arange(n_ranks), per_rank)
    tasks["n_merged"] = 1
    rng = np.random.default_rng(1)
    lengths = rng.exponential(1.0, (n_ranks, per_rank)) ** 2
    lengths *= 0.9 * ranks["total_s"].max() / lengths.sum(axis=1, keepdims=True)
    tasks["duration_s"] = 0.9 * lengths.ravel()
    tasks["wait_s"] = 0.1 * lengths.ravel()
    tasks["start_s"] = (lengths.cumsum(axis=1) - 0.9 * lengths).ravel()
    replace(performance, "ranks", ranks)
    replace(performance, "tasks", tasks)
    file.attrs["n_ranks"] = np.int64(n_ranks)
