"""A control chart per CTQ over the files of a source, all within one budget of false alarms.

What belongs here: which chart suits which history. With enough files a chart learns level, spread
and correlation from its baseline; with few, or without a defect in the baseline, it holds each
file against the limit that Define fixed. Both alarm at the rate that the budget allows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy import stats

from dmaic_assets.dmaic.ctq import Ctq
from dmaic_assets.dmaic.defects import FileDefects
from dmaic_assets.sixsigma.alarm_budget import design_fleet, watch_fleet
from dmaic_assets.sixsigma.alarm_series import FEWEST_POINTS, FleetSeries, Floats

ChartKind: TypeAlias = Literal["limit", "budget"]
_LARGEST_RATE = 0.05


@dataclass(frozen=True, slots=True)
class CtqChart:
    """The chart of one CTQ: one entry per file that has the CTQ, in arrival order.

    `shares` are defective among `units`; `limits` what a share may reach at each point; `baseline`
    counts the first points, which the limits come from (0 for a chart against Define's limit).
    `signals` are the places, from 0, of points beyond their limit.
    """

    ctq: str
    kind: ChartKind
    files: tuple[str, ...]
    shares: tuple[float, ...]
    units: tuple[int, ...]
    limits: tuple[float, ...]
    baseline: int
    signals: tuple[int, ...]

    @property
    def is_in_control(self) -> bool:
        """Whether no point is beyond its limit."""
        return not self.signals


@dataclass(frozen=True, slots=True)
class AlarmBudget:
    """False alarms that all charts of a source may give together, and how often points come."""

    alarms_per_month: float
    points_per_month: float
    baseline_points: int


def ctq_charts(
    ctqs: Sequence[Ctq],
    history: Sequence[FileDefects],
    budget: AlarmBudget,
    *,
    excluded: Mapping[str, frozenset[str]],
    rng: np.random.Generator,
) -> tuple[CtqChart, ...]:
    """Draws the charts of a source's row CTQs, in their order.

    Args:
        ctqs: What is charted; CTQs of files as a whole have no share to chart.
        history: The defects of every judged file, in arrival order.
        budget: What is asked for.
        excluded: Per CTQ the files (SHA-256) whose cause people told; they leave the baseline.
        rng: Where the calibration of the limits draws from.
    """
    rows = [c for c in ctqs if c.unit == "row"]
    rate = min(
        _LARGEST_RATE,
        budget.alarms_per_month / max(1.0, budget.points_per_month * max(1, len(rows))),
    )
    tables = {c.id: [f for f in history if c.id in f.counts] for c in rows}
    learnt = [
        c for c in rows if _has_baseline(c, tables[c.id], budget, excluded.get(c.id, frozenset()))
    ]
    watched = _budgeted(learnt, tables, budget, excluded, rate * len(learnt), rng) if learnt else {}
    return tuple(
        watched.get(c.id) or _against_limit(c, tables[c.id], rate) for c in rows if tables[c.id]
    )


def _has_baseline(
    ctq: Ctq, files: Sequence[FileDefects], budget: AlarmBudget, excluded: frozenset[str]
) -> bool:
    first = [f for f in files[: budget.baseline_points] if f.sha256 not in excluded]
    return len(first) >= FEWEST_POINTS and any(f.counts[ctq.id].defective for f in first)


def _against_limit(ctq: Ctq, files: Sequence[FileDefects], rate: float) -> CtqChart:
    """Holds each file against Define's limit: beyond it when luck explains that too rarely."""
    counts = [f.counts[ctq.id] for f in files]
    limits = [
        float(stats.binom.isf(rate, c.units, ctq.upper_limit)) / c.units if c.units else 1.0
        for c in counts
    ]
    shares = [c.share for c in counts]
    return CtqChart(
        ctq=ctq.id,
        kind="limit",
        files=tuple(f.sha256 for f in files),
        shares=tuple(shares),
        units=tuple(c.units for c in counts),
        limits=tuple(limits),
        baseline=0,
        signals=tuple(i for i, (s, u) in enumerate(zip(shares, limits, strict=True)) if s > u),
    )


def _budgeted(
    ctqs: Sequence[Ctq],
    tables: Mapping[str, Sequence[FileDefects]],
    budget: AlarmBudget,
    excluded: Mapping[str, frozenset[str]],
    alarm_rate: float,
    rng: np.random.Generator,
) -> dict[str, CtqChart]:
    first = [_series(c, tables[c.id], budget, excluded, is_baseline=True) for c in ctqs]
    later = [_series(c, tables[c.id], budget, excluded, is_baseline=False) for c in ctqs]
    asked = alarm_rate * budget.points_per_month
    design = design_fleet(first, alarms_per_month=asked, rng=rng)
    found = watch_fleet(design, later)
    charts: dict[str, CtqChart] = {}
    for ctq, before, chart, scale in zip(ctqs, first, found, design.charts, strict=True):
        files = tables[ctq.id]
        known = len(before.values)
        held = _against_limit(ctq, files[:known], alarm_rate / len(ctqs))
        levels = _limit_shares(scale.scale.mean, files[known:], ctq.id, chart.limit)
        risen = chart.alarms & (chart.smoothed > 0)
        counts = [f.counts[ctq.id] for f in files]
        charts[ctq.id] = CtqChart(
            ctq=ctq.id,
            kind="budget",
            files=tuple(f.sha256 for f in files),
            shares=tuple(c.share for c in counts),
            units=tuple(c.units for c in counts),
            limits=(*held.limits, *levels),
            baseline=known,
            signals=(*held.signals, *(known + int(i) for i in np.flatnonzero(risen))),
        )
    return charts


def _series(
    ctq: Ctq,
    files: Sequence[FileDefects],
    budget: AlarmBudget,
    excluded: Mapping[str, frozenset[str]],
    *,
    is_baseline: bool,
) -> FleetSeries:
    known = min(len(files), budget.baseline_points)
    part = files[:known] if is_baseline else files[known:]
    left_out = excluded.get(ctq.id, frozenset())
    counts = [f.counts[ctq.id] for f in part]
    values = [
        np.nan if is_baseline and f.sha256 in left_out else float(c.defective)
        for f, c in zip(part, counts, strict=True)
    ]
    return FleetSeries(
        name=ctq.id,
        kind="proportion",
        values=np.asarray(values, dtype=np.float64),
        sizes=np.asarray([float(max(1, c.units)) for c in counts], dtype=np.float64),
        points_per_month=budget.points_per_month,
    )


def _limit_shares(
    mean: float, files: Sequence[FileDefects], key: str, widths: Floats
) -> tuple[float, ...]:
    """Draws the limit of the smoothed surprise as a share, for the eye: mean plus its spread."""
    shares: list[float] = []
    for file, width in zip(files, widths, strict=True):
        units = max(1, file.counts[key].units)
        spread = float(np.sqrt(mean * (1 - mean) / units))
        shares.append(min(1.0, mean + float(np.nan_to_num(width)) * spread))
    return tuple(shares)
