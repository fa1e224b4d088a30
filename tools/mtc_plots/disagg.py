"""Disaggregation: which magnitudes, distances, places and regions a hazard comes from."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.figure import Figure

from mtc_reader import FormatError, Output

from .style import COLORS, SEQUENTIAL, panels

# What a panel shows, in this order; of the larger tables only those whose parts are not shown alone.
DRAWN = ("Mag_Dist", "Lon_Lat", "Mag", "Dist", "TRT")
NAMES = {"mag": "magnitude", "dist": "rupture distance [km]", "lon": "longitude [°]", "lat": "latitude [°]",
         "eps": "epsilon", "trt": "tectonic region type"}


def _shares(probabilities: np.ndarray) -> np.ndarray:
    """Share of each bin in the rate of exceedance [%]."""
    rates = -np.log1p(-np.minimum(probabilities, 1 - 1e-16))
    total = rates.sum()
    return 100 * rates / total if total > 0 else rates


def _edges(out: Output, part: str, site: int) -> np.ndarray:
    edges = out.disagg_edges(part)
    return edges[site] if edges.ndim == 2 else edges


def _bars(panel, out: Output, part: str, shares: np.ndarray, site: int) -> None:
    edges = _edges(out, part, site)
    if edges.dtype.kind == "U":
        panel.barh(np.arange(len(edges)), shares, color=COLORS[0])
        panel.set_yticks(np.arange(len(edges)), [textwrap.fill(str(name), 12) for name in edges])
        panel.set(xlabel="share of the rate [%]")
        return
    panel.bar(edges[:-1], shares, width=np.diff(edges), align="edge", color=COLORS[0], edgecolor="white", linewidth=0.8)
    panel.set(xlabel=NAMES[part], ylabel="share of the rate [%]")


def _field(figure, panel, out: Output, parts: list[str], shares: np.ndarray, site: int) -> None:
    """Two axes as an area of colour; x is distance or longitude."""
    first, second = (_edges(out, part, site) for part in parts)
    x, y, values, names = (second, first, shares, parts[::-1]) if parts[0] == "mag" else (first, second, shares.T, parts)
    shown = np.ma.masked_less_equal(values, 0)
    mesh = panel.pcolormesh(x, y, shown, cmap=SEQUENTIAL + "_r", vmin=0, edgecolors="white", linewidth=0.3)
    figure.colorbar(mesh, ax=panel, label="share of the rate [%]")
    panel.set(xlabel=NAMES[names[0]], ylabel=NAMES[names[1]])
    panel.grid(False)
    if names[0] == "lon":
        panel.plot(out.sites["lon"][site], out.sites["lat"][site], "*", color="black", markersize=9, markeredgecolor="white")
        panel.set_aspect(1 / max(np.cos(np.radians(out.sites["lat"][site])), 0.05))


def disaggregation(out: Output, site: int = 0, imt: str | None = None, poe_index: int = 0) -> Figure:
    """All tables of one site, intensity measure and probability that a plane can show."""
    if "results/disagg_rlzs" not in out.file:
        raise FormatError(f"{out.path}: holds no disaggregation (calculation_mode {out.attributes['calculation_mode']})")
    if not 0 <= site < len(out.sites):
        raise FormatError(f"--site {site} (there are {len(out.sites)}, from 0)")
    known = list(out.file["results/disagg_rlzs"])
    kinds = [kind for kind in DRAWN if kind in known]
    if not kinds:
        raise FormatError(f"{out.path}: none of its tables ({', '.join(known)}) can be drawn ({', '.join(DRAWN)} can)")
    imt = imt or str(out.imts[0])
    figure, axes = panels(len(kinds), width=3.9)
    for panel, kind in zip(axes, kinds):
        parts = [part.lower() for part in kind.split("_")]
        table = out.disagg(kind).pick(site=site, imt=imt, poe=poe_index)
        shares = _shares(table.values)
        if len(parts) == 1:
            _bars(panel, out, parts[0], shares, site)
        else:
            _field(figure, panel, out, parts, shares, site)
    index = list(out.imts).index(imt)
    level = out.file["results/disagg_levels"][site, index, poe_index]
    poe = out.file["results/disagg_poes"][site, index, poe_index]
    figure.suptitle(f"Where {imt} ≥ {level:.4g} comes from (probability {poe:.3g}), site {site}: "
                    f"{out.sites['lon'][site]:.3f}°, {out.sites['lat'][site]:.3f}°", fontsize=11)
    return figure
