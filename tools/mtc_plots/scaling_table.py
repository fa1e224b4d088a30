"""One calculation on several numbers of ranks, as a table; without matplotlib, which compute nodes may not have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mtc_reader import FormatError, Output

# Columns of the table of ranks that make up its total_s
PARTS = ("busy_s", "scheduling_s", "waiting_s", "reading_s", "reducing_s", "writing_s")
COLUMNS = ("ranks", "nodes", "time [s]", "speed-up", "efficiency", "busy %", "scheduling %", "waiting %", "reading %",
           "reducing %", "writing %")


@dataclass(frozen=True)
class Point:
    """One run of a series."""

    ranks: int
    nodes: int
    time_s: float  # of the longest rank, from the origin of the run to the end of writing
    shares: tuple[float, ...]  # [part] of the time of all ranks, in the order of PARTS


@dataclass(frozen=True)
class Series:
    """Runs by number of ranks; the first is what the others are compared to."""

    points: list[Point]
    weak: bool

    def efficiency(self, point: Point) -> float:
        first = self.points[0]
        same = first.time_s / point.time_s
        return same if self.weak else same * first.ranks / point.ranks

    def speed_up(self, point: Point) -> float:
        """Work done in the same time, relative to the first."""
        return self.efficiency(point) * point.ranks / self.points[0].ranks


def point_of(path: str) -> Point:
    with Output(path) as out:
        ranks = out.table("ranks")
    total = float(ranks["total_s"].sum())
    shares = tuple(float(ranks[part].sum()) / total for part in PARTS)
    return Point(len(ranks), len(np.unique(ranks["host"])), float(ranks["total_s"].max()), shares)


def collect(paths: list[str], weak: bool) -> Series:
    """The runs in these files; the same number of ranks twice counts with the shorter time."""
    best: dict[int, Point] = {}
    for path in paths:
        point = point_of(path)
        if point.ranks not in best or point.time_s < best[point.ranks].time_s:
            best[point.ranks] = point
    if not best:
        raise FormatError("scaling: no output files")
    return Series([best[n] for n in sorted(best)], weak)


def table(series: Series) -> str:
    """As text, a line a run."""
    rows = [COLUMNS]
    for p in series.points:
        rows.append((f"{p.ranks}", f"{p.nodes}", f"{p.time_s:.3f}", f"{series.speed_up(p):.2f}",
                     f"{series.efficiency(p):.4f}", *(f"{100 * share:.1f}" for share in p.shares)))
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(row, widths)) for row in rows)
