"""A control chart per CTQ over the files of a source, all within one budget of false alarms.

What belongs here: which chart suits which history. With enough files a chart learns level, spread
and correlation from its baseline; with few, or without a defect in the baseline, it holds each
file against the limit that Define fixed. Both alarm at the rate that the budget allows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from dmaic_assets.phase_values.control import ChartKind
from dmaic_assets.phase_values.define import Ctq
from dmaic_assets.process.control.chart_fleet import LARGEST_RATE, AlarmBudget
from dmaic_assets.process.control.chart_season import seasons_of
from dmaic_assets.process.measure.defects import FileDefects
from dmaic_assets.sixsigma.alarms.budget import design_fleet, watch_fleet
from dmaic_assets.sixsigma.alarms.series import (
    FEWEST_POINTS,
    FleetSeries,
    largest_within,
    units_of,
)

# The design counts alarms on both sides; a share that falls is no alarm here.
_SIDES = 2.0


@dataclass(frozen=True, slots=True)
class CtqChart:
    """The chart of one CTQ: one entry per file that has the CTQ, in arrival order.

    `shares` are defective among `units`; `limits` what a share may reach at each point after those
    before it: a chart that remembers has less room after a rise. `baseline` counts the first
    points, which the limits come from (0 for a chart against Define's limit). `signals` are the
    places, from 0, of points beyond their limit. `reason` says why the chart learnt nothing; ""
    when it did.
    """

    ctq: str
    kind: ChartKind
    files: tuple[str, ...]
    shares: tuple[float, ...]
    units: tuple[int, ...]
    limits: tuple[float, ...]
    baseline: int
    signals: tuple[int, ...]
    reason: str = ""

    @property
    def is_in_control(self) -> bool:
        """Whether no point is beyond its limit."""
        return not self.signals


def ctq_charts(
    ctqs: Sequence[Ctq],
    history: Sequence[FileDefects],
    budget: AlarmBudget,
    *,
    excluded: Mapping[str, frozenset[str]],
) -> tuple[CtqChart, ...]:
    """Draws the charts of a source's row CTQs, in their order.

    Args:
        ctqs: What is charted; CTQs of files as a whole have no share to chart.
        history: The defects of every judged file, in arrival order.
        budget: What is asked for.
        excluded: Per CTQ the files (SHA-256) whose cause people told; they leave the baseline.
    """
    rows = [c for c in ctqs if c.unit == "row"]
    rate = budget.rate(len(rows))
    tables = {c.id: [f for f in history if c.id in f.counts] for c in rows}
    reasons = {c.id: _no_baseline(c, tables[c.id], budget, excluded) for c in rows}
    learnt = [c for c in rows if not reasons[c.id]]
    watched = _budgeted(learnt, tables, budget, excluded, rate) if learnt else {}
    return tuple(
        watched.get(c.id) or _against_limit(c, tables[c.id], rate, reasons[c.id])
        for c in rows
        if tables[c.id]
    )


def _no_baseline(
    ctq: Ctq,
    files: Sequence[FileDefects],
    budget: AlarmBudget,
    excluded: Mapping[str, frozenset[str]],
) -> str:
    """Why nothing can be learnt from the first files; "" when something can."""
    left_out = excluded.get(ctq.id, frozenset())
    first = files[: budget.settings.baseline_points]
    counts = [f.counts[ctq.id] for f in first if f.sha256 not in left_out]
    usable = [c for c in counts if c.units]
    if len(usable) < FEWEST_POINTS:
        return f"{len(usable)} of {FEWEST_POINTS} files that a baseline needs"
    if not any(c.defective for c in usable):
        return f"no defect in a baseline of {len(usable)} files"
    return ""


def _against_limit(
    ctq: Ctq, files: Sequence[FileDefects], rate: float, reason: str = ""
) -> CtqChart:
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
        reason=reason,
    )


def _budgeted(
    ctqs: Sequence[Ctq],
    tables: Mapping[str, Sequence[FileDefects]],
    budget: AlarmBudget,
    excluded: Mapping[str, frozenset[str]],
    rate: float,
) -> dict[str, CtqChart]:
    series = [_series(c, tables[c.id], budget, excluded.get(c.id, frozenset())) for c in ctqs]
    first, later = [before for before, _ in series], [after for _, after in series]
    both_sides = min(LARGEST_RATE, _SIDES * rate)
    asked = both_sides * budget.points_per_month * len(ctqs)
    design = design_fleet(first, alarms_per_month=asked)
    found = watch_fleet(design, later, ceilings=True)
    charts: dict[str, CtqChart] = {}
    rows = zip(ctqs, first, later, found, design.charts, strict=True)
    for ctq, before, after, chart, scale in rows:
        files = tables[ctq.id]
        known = len(before.values)
        held = _against_limit(ctq, files[:known], rate)
        most = largest_within(after, scale.scale, chart.ceiling) / units_of(after)
        risen = chart.alarms & (chart.evidence > 0)
        counts = [f.counts[ctq.id] for f in files]
        charts[ctq.id] = CtqChart(
            ctq=ctq.id,
            kind="budget",
            files=tuple(f.sha256 for f in files),
            shares=tuple(c.share for c in counts),
            units=tuple(c.units for c in counts),
            limits=(*held.limits, *(float(share) for share in most)),
            baseline=known,
            signals=(*held.signals, *(known + int(i) for i in np.flatnonzero(risen))),
        )
    return charts


def _series(
    ctq: Ctq, files: Sequence[FileDefects], budget: AlarmBudget, left_out: frozenset[str]
) -> tuple[FleetSeries, FleetSeries]:
    """The points of the baseline, without those whose cause people told, and the later ones."""
    known = min(len(files), budget.settings.baseline_points)
    counts = [f.counts[ctq.id] for f in files]
    values = np.asarray([float(c.defective) for c in counts], dtype=np.float64)
    values[[i for i, f in enumerate(files[:known]) if f.sha256 in left_out]] = np.nan
    # A file without rows tells nothing, which is not that it has no defect.
    values[[i for i, c in enumerate(counts) if not c.units]] = np.nan
    sizes = np.asarray([float(max(1, c.units)) for c in counts], dtype=np.float64)
    days = seasons_of([f.name for f in files])

    def part(points: slice) -> FleetSeries:
        return FleetSeries(
            name=ctq.id,
            kind="proportion",
            values=values[points],
            sizes=sizes[points],
            seasons=None if days is None else days[points],
            points_per_month=budget.points_per_month,
        )

    return part(slice(known)), part(slice(known, None))
