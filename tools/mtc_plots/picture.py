"""Results of two axes as a picture: counts of a grid of points, a matrix."""

from __future__ import annotations

import h5py
import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from mtc_reader import FormatError, Output

from .style import SEQUENTIAL, plt

MOST_PIXELS = 4000  # a side: more are thinned out
INCHES = 6.0


def _candidates(out: Output) -> list[str]:
    """Names of results that have two axes of numbers."""
    results = out.file.get("results", {})
    return [name for name, item in results.items()
            if isinstance(item, h5py.Dataset) and item.ndim == 2 and item.dtype.kind in "iuf"]


def _texts(dataset: h5py.Dataset, attribute: str, default: list[str]) -> list[str]:
    values = np.atleast_1d(dataset.attrs.get(attribute, default))
    return [value.decode() if isinstance(value, bytes) else str(value) for value in values]


def picture(out: Output, name: str | None = None) -> Figure:
    """Rows downwards, columns to the right; counts that reach far in logarithmic colours.

    :param name: of the result; without it the only one of two axes, or the first
    """
    names = _candidates(out)
    if not names:
        raise FormatError(f"{out.path}: holds no results of two axes")
    name = name or names[0]
    if name not in names:
        raise FormatError(f"{out.path}: no result {name} of two axes (there are: {', '.join(names)})")
    dataset = out.file[f"results/{name}"]
    step = max(1, -(-max(dataset.shape) // MOST_PIXELS))
    values = dataset[::step, ::step]
    height, width = values.shape
    figure, panel = plt.subplots(figsize=(INCHES + 1.0, max(INCHES * height / width, 1.0)), layout="constrained")
    counts = values.dtype.kind in "iu" and values.min() >= 0 and values.max() > 20
    norm = LogNorm(1, values.max(), clip=True) if counts else None
    image = panel.imshow(values, cmap=SEQUENTIAL, norm=norm, interpolation="antialiased",
                         extent=(0, dataset.shape[1], dataset.shape[0], 0))
    figure.colorbar(image, ax=panel, fraction=0.05, pad=0.02, label=_texts(dataset, "meaning", [""])[0])
    rows, columns = _texts(dataset, "axes", ["row", "column"])
    panel.set(xlabel=columns, ylabel=rows)
    panel.set_title(out.attributes["description"] or name, loc="left")
    panel.grid(False)
    return figure
