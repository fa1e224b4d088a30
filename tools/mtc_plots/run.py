"""How a run went: who computed what when, where the time went, how good the estimates were, memory."""

from __future__ import annotations

import os

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mtc_reader import FormatError, Output

from .scaling_table import PARTS
from .style import COLORS, MARKERS, SEQUENTIAL, panels, plt

MOST_BARS = 20_000  # beyond, the time line shows shares of busy time instead of single tasks
PART_COLORS = ("#0072B2", "#E69F00", "#e8e8e8", "#999999", "#CC79A7", "#333333")
HATCHES = ("", "//", "", "..", "xx", "")


def _tasks(out: Output) -> np.ndarray:
    tasks = out.table("tasks")
    if len(tasks) == 0:
        raise FormatError(f"{out.path}: no rank computed a task")
    return tasks


def _bars(panel, out: Output, tasks: np.ndarray, ends: np.ndarray) -> None:
    names = {(int(c["stage"]), int(c["cost_class"])): str(c["name"]) for c in out.table("cost_classes")}
    classes = list(dict.fromkeys(zip(tasks["stage"].tolist(), tasks["cost_class"].tolist())))
    for i, one in enumerate(classes):
        mine = (tasks["stage"] == one[0]) & (tasks["cost_class"] == one[1])
        for rank in np.unique(tasks["rank"][mine]):
            at = mine & (tasks["rank"] == rank)
            spans = np.column_stack([tasks["start_s"][at], ends[at] - tasks["start_s"][at]])
            panel.broken_barh(spans, (rank - 0.42, 0.84), facecolors=COLORS[i % len(COLORS)], edgecolors="white",
                              linewidth=0.25)
        panel.barh([0], [0], color=COLORS[i % len(COLORS)], label=names.get(one, str(one)))


def _shares_of_time(panel, out: Output, tasks: np.ndarray, ends: np.ndarray, n_ranks: int, total: float) -> None:
    """An image [rank, moment] of the share of the moment that the rank computed."""
    n_moments = 1500
    edges = np.linspace(0, total, n_moments + 1)
    busy = np.zeros((n_ranks, n_moments))
    for rank in range(n_ranks):
        at = tasks["rank"] == rank
        points = np.concatenate([[0], np.column_stack([tasks["start_s"][at], ends[at]]).ravel(), [total]])
        computed = np.concatenate([[0], np.cumsum(np.diff(points) * (np.arange(len(points) - 1) % 2))])
        busy[rank] = np.diff(np.interp(edges, points, computed)) / np.diff(edges)
    image = panel.imshow(busy, aspect="auto", origin="lower", extent=(0, total, -0.5, n_ranks - 0.5), cmap="Greys",
                         vmin=0, vmax=1, interpolation="nearest")
    panel.figure.colorbar(image, ax=panel, label="share of time computing", fraction=0.03, pad=0.01)
    panel.grid(False)


def gantt(out: Output, panel=None) -> Figure:
    """Time line of every rank: its tasks by cost class, or shares of busy time where there are very many."""
    tasks, ends, ranks = _tasks(out), out.task_ends(), out.table("ranks")
    n_ranks, total = len(ranks), float(ranks["total_s"].max())
    if panel is None:
        _, (panel,) = panels(1, width=9.0, height=float(np.clip(1.2 + 0.22 * n_ranks, 2.4, 9.0)))
    if len(tasks) <= MOST_BARS:
        _bars(panel, out, tasks, ends)
        panel.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=4, borderaxespad=0.1)
    else:
        _shares_of_time(panel, out, tasks, ends, n_ranks, total)
    for event in out.table("events"):
        if event["kind"] not in ("stage", "checkpoint", "give_back"):
            panel.plot(event["time_s"], event["rank"], marker="v", color="black", markersize=4)
    panel.set(xlim=(0, total), ylim=(n_ranks - 0.5, -0.5), xlabel="time [s]", ylabel="rank")
    panel.set_title("Time line", loc="left")
    if n_ranks <= 16:
        panel.set_yticks(range(n_ranks))
    panel.grid(axis="y", visible=False)
    return panel.figure


def shares(out: Output, panel=None) -> Figure:
    """Where the time of every rank went."""
    ranks = out.table("ranks")
    if panel is None:
        _, (panel,) = panels(1, width=6.0, height=3.4)
    base = np.zeros(len(ranks))
    for part, color, hatch in zip(PARTS, PART_COLORS, HATCHES):
        panel.bar(ranks["rank"], ranks[part], bottom=base, width=1.0 if len(ranks) > 64 else 0.85, color=color,
                  hatch=hatch if len(ranks) <= 64 else "", edgecolor="white" if len(ranks) <= 64 else color, linewidth=0.3,
                  label=part[:-2])
        base += ranks[part]
    idle = 1 - ranks["busy_s"].sum() / max(ranks["total_s"].sum(), 1e-300)
    panel.set(xlabel="rank", ylabel="time [s]", ylim=(0, 1.45 * base.max()))
    panel.set_title(f"Where the time went\n({100 * idle:.1f} % not computing)", loc="left")
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    panel.legend(ncols=2, loc="upper center", columnspacing=1.0)
    panel.grid(axis="x", visible=False)
    return panel.figure


def estimates(out: Output, panel=None) -> Figure:
    """Duration of tasks against their estimates."""
    tasks = _tasks(out)
    known = (tasks["estimated_s"] > 0) & (tasks["duration_s"] > 0) & (tasks["n_merged"] <= 1)
    if panel is None:
        _, (panel,) = panels(1, width=5.0, height=4.2)
    panel.set(xscale="log", yscale="log", xlabel="estimated [s]", ylabel="measured [s]")
    panel.set_title("Tasks: estimate and truth", loc="left")
    if not known.any():
        panel.text(0.5, 0.5, "no task had an estimate", transform=panel.transAxes, ha="center")
        return panel.figure
    x, y = tasks["estimated_s"][known].astype("f8"), tasks["duration_s"][known].astype("f8")
    ends = np.array([min(x.min(), y.min()) / 1.5, max(x.max(), y.max()) * 1.5])
    if len(x) > 3000:
        cells = panel.hexbin(x, y, xscale="log", yscale="log", gridsize=60, cmap=SEQUENTIAL + "_r", norm=LogNorm(), mincnt=1,
                             linewidths=0)
        panel.figure.colorbar(cells, ax=panel, label="tasks", pad=0.02)
    else:
        for i, one in enumerate(np.unique(tasks["cost_class"][known])):
            at = tasks["cost_class"][known] == one
            panel.plot(x[at], y[at], MARKERS[i % len(MARKERS)], color=COLORS[i % len(COLORS)], alpha=0.5, markersize=3,
                       markeredgewidth=0)
    panel.plot(ends, ends, color="black", linewidth=0.8)
    for factor in (0.5, 2.0):
        panel.plot(ends, factor * ends, color="black", linewidth=0.5, linestyle=":")
    error = np.abs(np.log(y / x))
    panel.annotate(f"half within a factor {np.exp(np.median(error)):.2f}\n90 % within {np.exp(np.quantile(error, 0.9)):.2f}",
                   (0.03, 0.97), xycoords="axes fraction", va="top", fontsize=8)
    panel.set(xlim=ends, ylim=ends)
    return panel.figure


def memory(out: Output, panel=None) -> Figure:
    """Resident memory over time: of each rank where they are few, else of the largest, the median and the smallest."""
    tasks, ends, ranks = _tasks(out), out.task_ends(), out.table("ranks")
    if panel is None:
        _, (panel,) = panels(1, width=6.0, height=3.4)
    total = float(ranks["total_s"].max())
    if len(ranks) <= 8:
        for i, rank in enumerate(ranks["rank"]):
            at = tasks["rank"] == rank
            if at.any():
                panel.step(ends[at], tasks["memory_mb"][at], where="post", color=COLORS[i % len(COLORS)], linewidth=1.0,
                           label=f"rank {rank}")
    else:
        moments = np.linspace(0, total, 400)
        by_rank = []
        for rank in np.unique(tasks["rank"]):
            at = tasks["rank"] == rank
            place = np.searchsorted(ends[at], moments, side="right") - 1
            by_rank.append(np.where(place >= 0, tasks["memory_mb"][at][np.maximum(place, 0)], np.nan))
        seen = ~np.isnan(by_rank).all(axis=0)
        table = np.array(by_rank)[:, seen]
        for name, q, i in (("largest", 1.0, 0), ("median", 0.5, 1), ("smallest", 0.0, 2)):
            panel.plot(moments[seen], np.nanquantile(table, q, axis=0), color=COLORS[i], linestyle=("-", "--", ":")[i],
                       label=f"{name} rank")
    peak = ranks["memory_peak_mb"]
    panel.axhline(peak.max(), color="black", linewidth=0.6, linestyle=":")
    panel.annotate(f"peak {peak.max():.0f} MB, rank {int(ranks['rank'][np.argmax(peak)])}", (0, peak.max()), fontsize=8,
                   va="bottom", xytext=(3, 2), textcoords="offset points")
    panel.set(xlim=(0, total), ylim=(0, 1.15 * peak.max()), xlabel="time [s]", ylabel="resident set [MB]")
    panel.set_title("Memory", loc="left")
    panel.legend(loc="lower left")
    return panel.figure


def run(out: Output) -> Figure:
    """All four on one page."""
    n_ranks = len(out.table("ranks"))
    top = float(np.clip(1.0 + 0.2 * n_ranks, 2.6, 6.0))
    figure = plt.figure(figsize=(11, top + 3.8), layout="constrained")
    grid = figure.add_gridspec(2, 3, height_ratios=(top, 3.4))
    gantt(out, figure.add_subplot(grid[0, :]))
    shares(out, figure.add_subplot(grid[1, 0]))
    estimates(out, figure.add_subplot(grid[1, 1]))
    memory(out, figure.add_subplot(grid[1, 2]))
    figure.suptitle(f"{os.path.basename(out.attributes['input_file'])} on {n_ranks} ranks, {out.attributes['date_and_time']}", fontsize=11)
    return figure
