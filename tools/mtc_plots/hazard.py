"""Hazard curves, maps and uniform hazard spectra."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from mtc_reader import FormatError, Output

from .style import SEQUENTIAL, decade_limits, line_of, panels, percent, unit_of

LEAST_POE = 1e-6  # below it curves say little
MOST_NEIGHBOURS = 50  # sites whose neighbours are looked for
MOST_LINES = 100  # realizations drawn behind the statistics


def _site_name(out: Output, site: int) -> str:
    if not out.has("hcurves") and not out.has("hcurves", "realizations"):
        raise FormatError(f"{out.path}: holds no hazard curves (calculation_mode {out.attributes['calculation_mode']})")
    if not 0 <= site < len(out.sites):
        raise FormatError(f"--site {site} (there are {len(out.sites)}, from 0)")
    return f"site {site}: {out.sites['lon'][site]:.3f}°, {out.sites['lat'][site]:.3f}°"


def _years(out: Output) -> str:
    return f"{float(out.configuration['investigation_time']):g} years"


def _main_kind(out: Output, what: str, wanted: str | None) -> tuple[str, str]:
    """Which one to show where there is place for one: the mean, or else the first. \\return family, label"""
    for of in ("statistics", "realizations"):
        if not out.has(what, of):
            continue
        labels = list(out.kinds(of))
        if wanted in labels:
            return of, wanted
        if wanted is None:
            return of, "mean" if "mean" in labels else labels[0]
    known = [str(k) for of in ("statistics", "realizations") if out.has(what, of) for k in out.kinds(of)]
    raise FormatError(f"--statistic {wanted} (there are: {', '.join(known) or 'none'})" if known else
                      f"{out.path}: holds no {'curves' if what == 'hcurves' else 'maps (set hazard_maps and poes?)'}")


def _draw_family(axes, x, statistics: dict, realizations) -> None:
    """Statistics as lines, the widest pair of quantiles as a band, realizations thin behind them."""
    for curve in realizations:
        axes.plot(x, curve, color="#aaaaaa", linewidth=0.5, zorder=1)
    if len(realizations):
        axes.plot([], [], color="#aaaaaa", linewidth=0.5, label="realizations")
    quantiles = sorted((k for k in statistics if k.startswith("quantile-")), key=lambda k: float(k[9:]))
    if len(quantiles) > 1:
        low, high = quantiles[0], quantiles[-1]
        axes.fill_between(x, statistics[low], statistics[high], color="#0072B2", alpha=0.15, linewidth=0,
                          label=f"quantiles {low[9:]} to {high[9:]}")
    shown = [k for k in ("mean", *quantiles, "max") if k in statistics]
    for i, kind in enumerate(shown):
        axes.plot(x, statistics[kind], label=kind, linewidth=2 if kind == "mean" else 1.1, **line_of(i), zorder=3)


def _of_site(out: Output, what: str, site: int, read) -> tuple[dict, np.ndarray]:
    """Statistics by name and realizations of one site, those that the file holds."""
    statistics: dict = {}
    realizations = np.empty((0, 0, 0))
    one = slice(site, site + 1)
    if out.has(what, "statistics"):
        values = read("statistics", one)
        statistics = {str(k): values[0, i] for i, k in enumerate(out.statistics)}
    if out.has(what, "realizations"):
        realizations = read("realizations", one)[0]
        if not statistics and len(realizations) == 1:
            statistics, realizations = {"mean": realizations[0]}, realizations[:0]
        step = max(1, -(-len(realizations) // MOST_LINES))
        realizations = realizations[::step]
    return statistics, realizations


def curves(out: Output, site: int = 0, imts: list[str] | None = None) -> Figure:
    """Hazard curves of a site, a panel for each intensity measure."""
    name = _site_name(out, site)
    wanted = imts or [str(imt) for imt in out.imts]
    statistics, realizations = _of_site(out, "hcurves", site, lambda of, one: out.curves(of, one).values)
    figure, axes = panels(len(wanted))
    for panel, imt in zip(axes, wanted):
        levels = out.levels_of(imt)
        index = list(out.imts).index(imt)
        cut = (index, slice(0, len(levels)))
        _draw_family(panel, levels, {k: v[cut] for k, v in statistics.items()}, realizations[(slice(None), *cut)])
        for poe in out.poes:
            panel.axhline(poe, color="#888888", linewidth=0.6, linestyle=":")
            panel.annotate(percent(poe), (levels[-1], poe), ha="right", va="bottom", fontsize=7, color="#666666")
        largest = np.concatenate([v[cut] for v in statistics.values()] or [realizations[(slice(None), *cut)].ravel()])
        low, high = decade_limits(largest, LEAST_POE)
        panel.set(xscale="log", yscale="log", xlabel=unit_of(imt), ylim=(max(low, LEAST_POE), min(high, 1.5)))
    axes[0].set_ylabel(f"probability of exceedance in {_years(out)}")
    axes[0].legend(loc="lower left")
    figure.suptitle(f"Hazard curves, {name}", fontsize=11)
    return figure


def spectra(out: Output, site: int = 0) -> Figure:
    """Uniform hazard spectra of a site, a panel for each probability."""
    name = _site_name(out, site)
    periods: list = []

    def read(of: str, one: slice) -> np.ndarray:
        spectrum = out.spectra(of, one)
        periods[:] = spectrum.labels["period"]
        return spectrum.values

    statistics, realizations = _of_site(out, "hmaps", site, read)
    if not periods:
        out.spectra()  # says why there are none
    figure, axes = panels(len(out.poes))
    for i, (panel, poe) in enumerate(zip(axes, out.poes)):
        _draw_family(panel, periods, {k: v[:, i] for k, v in statistics.items()}, realizations[:, :, i])
        panel.set(xlabel="period [s] (PGA at 0)", title=f"{percent(poe)} in {_years(out)}", ylim=(0, None))
    axes[0].set_ylabel("spectral acceleration [g]")
    axes[0].legend()
    figure.suptitle(f"Uniform hazard spectra, {name}", fontsize=11)
    return figure


def _marker_area(lon: np.ndarray, lat: np.ndarray, width_pt: float) -> float:
    """Area of a square marker [pt^2] so that the sites of a grid touch: by the distance of neighbours."""
    x, y = lon * np.cos(np.radians(lat.mean())), lat
    extent = max(np.ptp(x), np.ptp(y))
    some = np.linspace(0, len(x) - 1, min(len(x), MOST_NEIGHBOURS)).astype(int)
    nearest = [np.sort(np.hypot(x - x[i], y - y[i]))[1] for i in some] if len(x) > 1 else [0.0]
    spacing = float(np.median(nearest))
    return 60.0 if spacing == 0.0 else float(np.clip((width_pt * spacing / extent) ** 2, 0.5, 400.0))


def hazard_map(out: Output, imt: str | None = None, poe: float | None = None, statistic: str | None = None) -> Figure:
    """Hazard maps: a panel for each probability of one intensity measure."""
    of, kind = _main_kind(out, "hmaps", statistic)
    maps = out.maps(of).pick(**{"statistic" if of == "statistics" else "realization": kind})
    imt = imt or str(out.imts[0])
    values = maps.pick(imt=imt)
    poes = [poe] if poe is not None else list(out.poes)
    lon, lat = out.sites["lon"].copy(), out.sites["lat"]
    if np.ptp(lon) > 180:  # sites on both sides of the date line
        lon[lon < 0] += 360
    figure, axes = panels(len(poes), width=4.4, height=4.0)
    for panel, one in zip(axes, poes):
        shown = values.pick(poe=one).values
        positive = shown > 0
        panel.scatter(lon[~positive], lat[~positive], s=4, marker="x", color="#999999", linewidths=0.5,
                      label="below all levels" if (~positive).any() else None)
        norm = None
        if positive.any() and shown.max() > 20 * shown[positive].min():
            norm = LogNorm(shown[positive].min(), shown.max())
        points = panel.scatter(lon[positive], lat[positive], c=shown[positive], s=_marker_area(lon, lat, 240),
                               marker="s", cmap=SEQUENTIAL, norm=norm, linewidths=0, rasterized=len(lon) > 2000)
        panel.set(aspect=1 / max(np.cos(np.radians(lat.mean())), 0.05), xlabel="longitude [°]",
                  title=f"{percent(one)} in {_years(out)}")
        panel.grid(False)
        panel.margins(0.05)
        if (~positive).any():
            panel.legend(loc="upper right")
        figure.colorbar(points, ax=panel, shrink=0.85, label=unit_of(imt))
    axes[0].set_ylabel("latitude [°]")
    figure.suptitle(f"{imt}, {kind}, {len(lon)} sites", fontsize=11)
    return figure
