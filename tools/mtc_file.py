"""Reads what the comparing tools need from an output.h5, whoever wrote it (src/output/FORMAT.md)."""

from python_packages import need

need("h5py", "numpy")
import h5py  # noqa: E402
import numpy as np  # noqa: E402


class FileError(Exception):
    """The file is not what a tool needs; the text says why."""


def _text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def _names(dataset):
    """First field of a compound dataset, or the dataset itself, as a list of texts."""
    values = dataset[()]
    if values.dtype.names:
        values = values[values.dtype.names[0]]
    return [_text(value).strip() for value in values.reshape(-1)]


class Curves:
    """Hazard curves of one statistic or realization.

    lon, lat, depth  float64[n_site]                [deg], [deg], [km]
    imts             list of n_imt names
    levels           float64[n_imt, n_lvl]          [g], PGV [cm/s]
    poes             float64[n_site, n_imt, n_lvl]  probability of exceedance in investigation_time
    """

    def __init__(self, path, what="mean"):
        try:
            file = h5py.File(path, "r")
        except OSError as error:
            raise FileError(f"{path}: cannot be read ({error})") from error
        with file:
            try:
                self._read(file, what)
            except KeyError as error:
                raise FileError(f"{path}: {error.args[0]} (is it a hazard calculation?)") from error
        expected = (len(self.lon), len(self.imts), self.levels.shape[1])
        if self.poes.shape != expected:
            raise FileError(f"{path}: curves of shape {self.poes.shape} beside {expected} [site, imt, level]")

    def _read(self, file, what):
        results = file["results"]
        sites = results["sites"][()]
        self.lon, self.lat = sites["lon"], sites["lat"]
        self.depth = sites["depth"] if "depth" in sites.dtype.names else np.zeros(len(sites))
        self.imts = _names(results["imts"])
        self.levels = results["levels"][()]
        if what.startswith("rlz-"):
            if not what[4:].isdigit():
                raise FileError(f"{what} (a realization is rlz- and its number, such as rlz-000)")
            curves, index = results["hcurves_rlzs"], int(what[4:])
            if index >= curves.shape[1]:
                raise FileError(f"{file.filename}: there is no {what} (it holds {curves.shape[1]} realizations)")
        else:
            curves, names = results["hcurves_stats"], _names(results["statistics"])
            if what not in names:
                raise FileError(f"{file.filename}: there is no {what} (it holds {', '.join(names)})")
            index = names.index(what)
        self.poes = curves[:, index]


def datasets_and_attributes(file, group="results"):
    """Everything below a group: {path: h5py.Dataset}, {(path, attribute name): value}."""
    datasets, attributes = {}, {}

    def visit(name, thing):
        path = f"/{group}/{name}" if name else f"/{group}"
        for key, value in thing.attrs.items():
            attributes[path, key] = np.asarray(value)
        if isinstance(thing, h5py.Dataset):
            datasets[path] = thing

    if group not in file:
        raise FileError(f"{file.filename}: there is no /{group} in it")
    visit("", file[group])
    file[group].visititems(visit)
    return datasets, attributes
