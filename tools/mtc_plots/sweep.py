"""Results of a sweep of commands over its parameters."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from mtc_reader import FormatError, Output

from .style import COLORS, LINES, MARKERS, SEQUENTIAL, panels

MOST_LINES = 8  # in a panel: as many as are told apart in grey; two parameters of more make a field


def _columns(out: Output) -> tuple[np.ndarray, list[str], list[str]]:
    """\\return rows, names of the parameters, names of the results that are numbers"""
    if "results/sweep" not in out.file:
        raise FormatError(f"{out.path}: holds no sweep (calculation_mode {out.attributes['calculation_mode']})")
    rows = out.table("/results/sweep")
    meanings = [m.decode() if isinstance(m, bytes) else str(m) for m in out.file["results/sweep"].attrs["meaning"]]
    parameters = [n for n, m in zip(rows.dtype.names, meanings) if m.startswith("parameter")]
    results = [n for n, m in zip(rows.dtype.names, meanings) if m.startswith("result") and rows[n].dtype.kind in "iuf"]
    return rows, parameters, results


def _is_wide(values: np.ndarray) -> bool:
    """Whether values reach so far that their logarithms show more."""
    return values.size > 0 and values.min() > 0 and values.max() > 30 * values.min()


def _place(values: np.ndarray) -> tuple[np.ndarray, list[str] | None]:
    """Where values stand on an axis. \\return positions, names of ticks where they are no numbers"""
    if values.dtype.kind in "iuf":
        return values.astype(float), None
    names, positions = np.unique(values, return_inverse=True)
    return positions.astype(float), [str(name) for name in names]


def _lines(panel, rows: np.ndarray, result: str, along: str, others: list[str]) -> None:
    groups = np.unique(rows[others]) if others else [None]
    for i, group in enumerate(groups):
        part = rows if group is None else rows[rows[others] == group]
        position, _ = _place(part[along])
        order = np.argsort(position, kind="stable")
        label = ", ".join(f"{name} {group[name]}" for name in others) if others else None
        panel.plot(position[order], part[result][order], label=label, color=COLORS[i], linestyle=LINES[i], marker=MARKERS[i])


def _field(figure: Figure, panel, rows: np.ndarray, result: str, along: str, across: str) -> None:
    x, y = np.unique(rows[along]), np.unique(rows[across])
    values = np.full((len(y), len(x)), np.nan)
    values[np.searchsorted(y, rows[across]), np.searchsorted(x, rows[along])] = rows[result]
    image = panel.pcolormesh(np.arange(len(x)), np.arange(len(y)), values, cmap=SEQUENTIAL, shading="nearest", rasterized=True)
    for axis, labels in ((panel.xaxis, x), (panel.yaxis, y)):
        shown = np.unique(np.linspace(0, len(labels) - 1, 6).astype(int))
        axis.set_ticks(shown, [f"{labels[i]:.4g}" if labels.dtype.kind == "f" else str(labels[i]) for i in shown])
    panel.set_ylabel(across)
    panel.grid(False)
    figure.colorbar(image, ax=panel, label=result)


def sweep(out: Output, result: str | None = None) -> Figure:
    """A panel for each result: over the parameter of most values, a line for each combination of the others.

    :param result: the only one; without it all that are numbers
    """
    rows, parameters, results = _columns(out)
    if not results or not parameters:
        raise FormatError(f"{out.path}: its sweep has no {'parameters' if results else 'results that are numbers'}")
    if result is not None and result not in results:
        raise FormatError(f"{out.path}: no result {result} (there are: {', '.join(results)})")
    shown = [result] if result else results
    good = rows[rows["status"] == 0]
    if len(good) == 0:
        raise FormatError(f"{out.path}: none of {len(rows)} runs succeeded")
    varied = sorted((p for p in parameters if len(np.unique(good[p])) > 1), key=lambda p: -len(np.unique(good[p])))
    along, others = (varied or parameters)[0], varied[1:]
    n_lines = len(np.unique(good[others])) if others else 1
    if n_lines > MOST_LINES and len(others) > 1:
        raise FormatError(f"{out.path}: {len(varied)} parameters make {n_lines} lines (at most {MOST_LINES} are told apart). "
                          "Draw its table by other means?")
    figure, axes = panels(len(shown), width=4.2)
    for panel, name in zip(axes, shown):
        if n_lines > MOST_LINES:
            _field(figure, panel, good, name, along, others[0])
        else:
            _lines(panel, good, name, along, others)
            position, names = _place(good[along])
            if names:
                panel.set_xticks(range(len(names)), names)
            elif _is_wide(position):
                panel.set_xscale("log")
            values = good[name].astype(float)
            if _is_wide(values):
                panel.set_yscale("log")
            elif _is_wide(-values):
                panel.set_yscale("symlog", linthresh=float(-values.max()))
            panel.set_ylabel(name)
        panel.set_xlabel(along)
    if others and n_lines <= MOST_LINES:
        axes[0].legend()
    failed = len(rows) - len(good)
    title = str(out.attributes.get("description") or "Sweep")
    figure.suptitle(title + (f" ({failed} of {len(rows)} runs failed)" if failed else ""), fontsize=11)
    return figure
