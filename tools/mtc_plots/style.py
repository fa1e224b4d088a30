"""How all figures look: readable on paper, on a screen and in grey."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

# Okabe and Ito (2008), told apart by people who see colours differently; ordered so that neighbours differ in grey too.
COLORS = ["#0072B2", "#E69F00", "#009E73", "#56B4E9", "#000000", "#CC79A7", "#F0E442", "#D55E00"]
LINES = ["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (7, 2))]
MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*"]
SEQUENTIAL = "viridis"  # lightness grows evenly, so that it stays in order in grey

plt.rcParams.update(
    {
        "font.size": 9,
        "axes.titlesize": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": "#dddddd",
        "grid.linewidth": 0.6,
        "axes.axisbelow": True,
        "legend.frameon": False,
        "legend.fontsize": 8,
        "lines.linewidth": 1.4,
        "lines.markersize": 4,
        "savefig.dpi": 150,
        "svg.fonttype": "none",  # texts stay texts
        "pdf.fonttype": 42,
    }
)


def panels(n: int, width: float = 3.6, height: float = 3.0, columns: int = 3):
    """A figure of n panels, row by row. \\return figure, list of n axes"""
    columns = min(n, columns)
    rows = -(-n // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(max(width * columns, 5.0), height * rows), squeeze=False,
                                layout="constrained")
    flat = list(axes.flat)
    for spare in flat[n:]:
        spare.remove()
    return figure, flat[:n]


def line_of(i: int) -> dict:
    """Colour and dashes of the i-th line."""
    return {"color": COLORS[i % len(COLORS)], "linestyle": LINES[i % len(LINES)]}


def percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def unit_of(imt: str) -> str:
    """Unit of an intensity measure, as an axis shows it."""
    return {"PGV": "PGV [cm/s]"}.get(imt, f"{imt} [g]")


def decade_limits(values: np.ndarray, least: float = 0.0) -> tuple[float, float]:
    """Limits of a logarithmic axis that holds all positive values, not below `least`."""
    positive = values[values > max(least, 0.0)]
    if positive.size == 0:
        return 1e-6, 1.0
    return float(positive.min()) * 0.8, float(positive.max()) * 1.25
