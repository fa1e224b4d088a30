"""The figure of one calculation on several numbers of ranks."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from .run import HATCHES, PART_COLORS
from .scaling_table import PARTS, Series
from .style import COLORS, panels


def figure(series: Series) -> Figure:
    """Time, efficiency, and where the rest went."""
    points = series.points
    ranks = np.array([p.ranks for p in points])
    result, (time, efficiency, rest) = panels(3, width=3.9, height=3.4)
    time.plot(ranks, [p.time_s for p in points], "o-", color=COLORS[0], label="measured")
    ideal = points[0].time_s * (np.ones(len(ranks)) if series.weak else ranks[0] / ranks)
    time.plot(ranks, ideal, "--", color="black", linewidth=0.9, label="ideal")
    time.set(xscale="log", yscale="linear" if series.weak else "log", ylabel="time [s]", title="Time")
    if series.weak:
        time.set_ylim(0, None)
    time.legend()
    efficiency.plot(ranks, [series.efficiency(p) for p in points], "o-", color=COLORS[0])
    efficiency.axhline(1, color="black", linewidth=0.9, linestyle="--")
    lowest = min(series.efficiency(p) for p in points)
    efficiency.set(xscale="log", ylim=(0 if lowest < 0.7 else 0.65, 1.05 * max(1, *(series.efficiency(p) for p in points))),
                   title="Efficiency")
    base = np.zeros(len(points))
    place = np.arange(len(points))
    for part, color, hatch, i in zip(PARTS, PART_COLORS, HATCHES, range(len(PARTS))):
        share = 100 * np.array([p.shares[i] for p in points])
        rest.bar(place, share, bottom=base, color=color, hatch=hatch, edgecolor="white", linewidth=0.3, label=part[:-2])
        base += share
    rest.set_xticks(place, ranks)
    rest.set(ylim=(0, 100), ylabel="share of the time of all ranks [%]", title="Where the time went", xlabel="ranks")
    rest.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    rest.grid(axis="x", visible=False)
    for panel in (time, efficiency):
        panel.set_xticks(ranks, ranks)
        panel.set_xticks([], minor=True)
        panel.set_xlabel("ranks")
    result.suptitle("Weak scaling: the same work a rank" if series.weak else "Strong scaling: the same work in all", fontsize=11)
    return result
