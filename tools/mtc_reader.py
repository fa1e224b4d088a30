"""Reads the output of a calculation, output.h5, into numpy arrays whose axes have names and labels.

Needs h5py and numpy; to_pandas(), to_xarray() and frame() need pandas or xarray. What stands in the file is described in
src/output/FORMAT.md. The examples are of

    mpirun -n 2 build/mtc inputs/hazard/job.ini --output hazard.h5 --set poes="0.1 0.02" --set hazard_maps=true

and are run by the tests.

>>> from mtc_reader import Output
>>> out = Output("hazard.h5")
>>> out.attributes["calculation_mode"], out.attributes["status"], len(out.sites)
('classical', 'complete', 89)
>>> out.configuration["investigation_time"]
'50.0'

Curves, and one of them: what is picked by a single label is an axis less.

>>> out.curves()
Labelled[site 89, statistic 1, imt 3, level 20]
>>> curve = out.curves().pick(site=40, statistic="mean", imt="PGA")
>>> curve
Labelled[level 20]
>>> curve.values.max() < 1 and (np.diff(curve.values) <= 0).all()
True
>>> out.levels_of("PGA").shape
(20,)

Every realization instead of statistics over them, of some sites only: large files are not read whole.

>>> out.curves("realizations", sites=slice(10, 20))
Labelled[site 10, realization 4, imt 3, level 20]

Maps and uniform hazard spectra, when the calculation had poes:

>>> out.maps().pick(statistic="mean", imt="SA(0.2)", poe=0.1)
Labelled[site 89]
>>> out.spectra().labels["period"]
array([0. , 0.2, 1. ])

How the run went:

>>> ranks = out.table("ranks")
>>> len(ranks) == out.attributes["n_ranks"], ranks["host"].dtype.kind
(True, 'U')
>>> bool((out.task_ends() <= ranks["total_s"].max()).all())
True
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np

__all__ = ["FormatError", "Labelled", "Output"]

MAJOR_VERSION = 1


class FormatError(Exception):
    """The file is not an output of mtc, of a newer format, or does not hold what is asked for; the text says which."""


def _text(value: Any) -> Any:
    """Texts of HDF5 as texts of Python; everything else unchanged."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray) and value.dtype.kind in "SO":
        return np.char.decode(value.astype("S"), "utf-8")
    if isinstance(value, np.generic):
        return value.item()
    return value


def _texts_of_table(rows: np.ndarray) -> np.ndarray:
    """The same structured array with its texts decoded."""
    if not any(rows.dtype[name].kind == "S" for name in rows.dtype.names):
        return rows
    columns = {name: _text(rows[name]) for name in rows.dtype.names}
    result = np.empty(rows.shape, [(name, column.dtype, column.shape[1:]) for name, column in columns.items()])
    for name, column in columns.items():
        result[name] = column
    return result


@dataclass(frozen=True)
class Labelled:
    """An array with a name for each axis, and labels along those that have them.

    values  [shape of axes]
    axes    names, in the order of the axes
    labels  by name of an axis: [length of the axis]; an axis without any is numbered from 0
    """

    values: np.ndarray
    axes: tuple[str, ...]
    labels: dict[str, np.ndarray]

    def __repr__(self) -> str:
        return f"Labelled[{', '.join(f'{a} {n}' for a, n in zip(self.axes, self.values.shape))}]"

    def pick(self, **wanted: Any) -> "Labelled":
        """A part, by labels: one label takes its axis away, a list of labels keeps it.

        Axes without labels, and sites, go by number. A slice goes by number on every axis.
        """
        values, axes, labels = self.values, list(self.axes), dict(self.labels)
        for axis, label in wanted.items():
            if axis not in axes:
                raise FormatError(f"{axis} is no axis here (they are {', '.join(axes)})")
            index = label if isinstance(label, slice) else self._index(axis, label)
            place = axes.index(axis)
            values = values[(slice(None),) * place + (index,)]
            if np.ndim(index) == 0 and not isinstance(index, slice):
                axes.remove(axis)
                labels.pop(axis, None)
            elif axis in labels:
                labels[axis] = labels[axis][index]
        return Labelled(values, tuple(axes), labels)

    def _index(self, axis: str, label: Any) -> Any:
        if isinstance(label, (list, tuple, np.ndarray)):
            return np.array([self._index(axis, one) for one in label], dtype=int)
        n = self.values.shape[self.axes.index(axis)]
        known = self.labels.get(axis)
        if known is None:
            if not 0 <= int(label) < n:
                raise FormatError(f"{axis} {label} (there are {n}, from 0)")
            return int(label)
        if known.dtype.kind == "f":
            near = np.flatnonzero(np.isclose(known, float(label), rtol=1e-9, atol=0))
        else:
            near = np.flatnonzero(known == label)
        if near.size == 0:
            raise FormatError(f"{axis} {label} (there are {', '.join(str(one) for one in known[:20])})")
        return int(near[0])

    def to_pandas(self, name: str = "value") -> Any:
        """A pandas.Series with a row for each cell and the axes as its index."""
        import pandas

        ranges = [self.labels.get(a, np.arange(n)) for a, n in zip(self.axes, self.values.shape)]
        return pandas.Series(self.values.reshape(-1), pandas.MultiIndex.from_product(ranges, names=self.axes), name=name)

    def to_xarray(self) -> Any:
        """An xarray.DataArray with the same axes and labels."""
        import xarray

        return xarray.DataArray(self.values, dims=self.axes, coords={a: (a, v) for a, v in self.labels.items()})


class Output:
    """An output file, open for reading until close() or the end of a `with`.

    attributes     what stands at the root: calculation_mode, status, n_ranks, ...
    configuration  the effective configuration, key to value, all texts
    input_text     the input file
    sites          structured [n_site]: lon, lat [deg], depth [km], ...; empty without hazard
    imts           names [n_imt]; periods [n_imt] in s
    levels         float64[n_imt, n_lvl], NaN behind the last in use
    statistics     names [n_stat]; realizations: structured [n_rlz] weight, source_path, gsim_path
    poes           float64[n_poe] of maps and spectra
    """

    def __init__(self, path: str | os.PathLike[str]):
        try:
            self.file = h5py.File(path, "r")
        except OSError as error:
            raise FormatError(f"{path}: cannot be read ({error})") from error
        self.path = os.fspath(path)
        self.attributes = {name: _text(value) for name, value in self.file.attrs.items()}
        if self.attributes.get("filetype") != "mtc output":
            raise FormatError(f"{path}: is no output of mtc")
        major = int(self.attributes["format_version"][0])
        if major > MAJOR_VERSION:
            raise FormatError(f"{path}: format version {major} (this reader knows {MAJOR_VERSION}). Take its own tools?")
        rows = self.table("/input/configuration")
        self.configuration = {str(row["key"]): str(row["value"]) for row in rows}
        self.input_text = str(_text(self.file["input/text"][()])[0])
        self.sites = self._table_or_empty("sites", [("lon", "f8"), ("lat", "f8"), ("depth", "f8")])
        imts = self._table_or_empty("imts", [("name", "U1"), ("period", "f8"), ("n_levels", "u4")])
        self.imts, self.periods, self.n_levels = imts["name"], imts["period"], imts["n_levels"]
        self.levels = self._values_or_empty("levels")
        self.statistics = self._values_or_empty("statistics")
        self.realizations = self._table_or_empty("realizations", [("weight", "f8")])
        self.poes = self._values_or_empty("poes")

    def __enter__(self) -> "Output":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        self.file.close()

    def _table_or_empty(self, name: str, dtype: list) -> np.ndarray:
        return self.table(f"/results/{name}") if f"results/{name}" in self.file else np.empty(0, dtype)

    def _values_or_empty(self, name: str) -> np.ndarray:
        return _text(self.file[f"results/{name}"][()]) if f"results/{name}" in self.file else np.empty(0)

    def _dataset(self, path: str, remedy: str = "") -> h5py.Dataset:
        if path not in self.file:
            mode = self.attributes["calculation_mode"]
            raise FormatError(f"{self.path}: holds no /{path} (calculation_mode {mode}).{remedy and ' ' + remedy}")
        return self.file[path]

    def table(self, name: str) -> np.ndarray:
        """A table as a structured array: the name of one of /performance ("ranks"), or a whole path."""
        dataset = self._dataset(name.lstrip("/") if name.startswith("/") else f"performance/{name}")
        return _texts_of_table(dataset[()])

    def frame(self, name: str) -> Any:
        """The same as a pandas.DataFrame; columns that hold lists are left out."""
        import pandas

        rows = self.table(name)
        return pandas.DataFrame({c: rows[c] for c in rows.dtype.names if rows[c].ndim == 1})

    def task_ends(self) -> np.ndarray:
        """[n_task] when each row of the table of tasks ended [s].

        A row of several merged tasks ends its wait_s + duration_s after the row of its rank before it.
        """
        tasks = self.table("tasks")
        ends = tasks["start_s"] + tasks["duration_s"].astype("f8")
        lasts = tasks["wait_s"].astype("f8") + tasks["duration_s"]
        for row in np.flatnonzero(tasks["n_merged"] > 1):
            is_next = row > 0 and tasks["rank"][row - 1] == tasks["rank"][row]
            ends[row] = ends[row - 1] + lasts[row] if is_next else tasks["start_s"][row] + tasks["duration_s"][row]
        return ends

    def kinds(self, of: str) -> np.ndarray:
        """Labels of the statistics or of the realizations ("rlz-000", ...)."""
        if of == "statistics":
            return self.statistics
        if of == "realizations":
            return np.array([f"rlz-{i:03}" for i in range(len(self.realizations))])
        raise FormatError(f"{of} (accepted: statistics, realizations)")

    def has(self, what: str, of: str = "statistics") -> bool:
        """Whether there are curves ("hcurves") or maps ("hmaps") of statistics or of realizations."""
        return f"results/{what}_{'stats' if of == 'statistics' else 'rlzs'}" in self.file

    def _hazard(self, what: str, of: str, sites: slice, last: str, labels: dict, remedy: str) -> Labelled:
        kinds = self.kinds(of)
        dataset = self._dataset(f"results/{what}_{'stats' if of == 'statistics' else 'rlzs'}", remedy)
        axis = "statistic" if of == "statistics" else "realization"
        return Labelled(dataset[sites], ("site", axis, "imt", last), {axis: kinds, "imt": self.imts, **labels})

    def curves(self, of: str = "statistics", sites: slice = slice(None)) -> Labelled:
        """Hazard curves: probability of exceedance [site, statistic or realization, imt, level].

        Levels differ between intensity measures: see levels_of().
        """
        remedy = "Set individual_rlzs = true?" if of == "realizations" else "Ask for of='realizations'?"
        return self._hazard("hcurves", of, sites, "level", {}, remedy)

    def levels_of(self, imt: str) -> np.ndarray:
        """[n] levels of an intensity measure, those in use [g; PGV cm/s]."""
        index = Labelled(self.imts, ("imt",), {"imt": self.imts})._index("imt", imt)
        return self.levels[index, : int(self.n_levels[index])]

    def maps(self, of: str = "statistics", sites: slice = slice(None)) -> Labelled:
        """Levels exceeded with the probabilities poes: [site, statistic or realization, imt, poe]."""
        return self._hazard("hmaps", of, sites, "poe", {"poe": self.poes}, "Set hazard_maps and poes, or use run --hc?")

    def spectra(self, of: str = "statistics", sites: slice = slice(None)) -> Labelled:
        """Uniform hazard spectra: [site, statistic or realization, period, poe], PGA at period 0."""
        maps = self.maps(of, sites)
        spectral = [i for i, imt in enumerate(self.imts) if imt == "PGA" or imt.startswith("SA(")]
        if not spectral:
            raise FormatError(f"{self.path}: holds neither PGA nor SA, which spectra are made of")
        labels = {name: label for name, label in maps.labels.items() if name != "imt"}
        labels["period"] = self.periods[spectral]
        return Labelled(maps.values[:, :, spectral], (*maps.axes[:2], "period", "poe"), labels)

    def result(self, name: str) -> Labelled:
        """Any dataset of numbers below /results, its axes named as the file says: result("disagg_levels")."""
        dataset = self._dataset(f"results/{name}")
        if not isinstance(dataset, h5py.Dataset) or dataset.dtype.names:
            raise FormatError(f"{self.path}: /results/{name} is no plain dataset. Take table('/results/{name}')?")
        names = [str(one) for one in _text(dataset.attrs["axes"])] if "axes" in dataset.attrs else []
        axes = tuple(names) if len(names) == dataset.ndim else tuple(f"axis {i}" for i in range(dataset.ndim))
        known = {"imt": self.imts, "statistic": self.statistics, "poe": self.poes}
        labels = {a: known[a] for a, n in zip(axes, dataset.shape) if a in known and len(known[a]) == n}
        return Labelled(_text(dataset[()]), axes, labels)

    def disagg(self, kind: str, of: str = "mean") -> Labelled:
        """A table of disaggregation, such as "Mag_Dist": [site, bins of each part of its name, imt, poe(, chosen)].

        of  "mean" over the chosen realizations, or "rlzs". Labels are the middles of bins, where a bin is the same at
        all sites; disagg_edges() has their edges.
        """
        known = sorted(self.file["results/disagg_rlzs"]) if "results/disagg_rlzs" in self.file else []
        if kind not in known:
            raise FormatError(f"{self.path}: holds no disaggregation {kind} (there are: {', '.join(known) or 'none'})")
        group = "disagg_mean" if of == "mean" and f"results/disagg_mean/{kind}" in self.file else "disagg_rlzs"
        values = self.file[f"results/{group}/{kind}"][()]
        parts = [part.lower() for part in kind.split("_")]
        if group == "disagg_rlzs" and of == "mean":
            values = values[..., 0]  # one realization is its own mean
        axes = ("site", *parts, "imt", "poe") + (("chosen",) if of != "mean" else ())
        labels: dict[str, np.ndarray] = {"imt": self.imts}
        for part in parts:
            edges = self.disagg_edges(part)
            if edges.dtype.kind == "U":
                labels[part] = edges
            elif edges.ndim == 1:
                labels[part] = (edges[:-1] + edges[1:]) / 2
        return Labelled(values, axes, labels)

    def disagg_edges(self, part: str) -> np.ndarray:
        """Edges of bins of mag, dist [km], eps, or lon, lat [deg] ([site, n + 1]); names of trt."""
        return _text(self._dataset(f"results/disagg_bins/{part}")[()])
