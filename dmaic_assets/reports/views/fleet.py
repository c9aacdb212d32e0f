"""Every CTQ of every source by stability and capability: which processes need work.

What belongs here: putting each CTQ into its quadrant and in order. After JMP's Process Screening:
its Process Performance Graph has the stability index across and Ppk upwards, and calls a process
unstable beyond an index of 1.25 and not capable below a Ppk of 1.33.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal, TypeAlias, get_args

from dmaic_assets.phase_values.control import ChartCourse, ControlValue
from dmaic_assets.phase_values.define import Ctq, DefineValue
from dmaic_assets.phase_values.measure import CtqFigures, MeasuredCtq, MeasureValue
from dmaic_assets.reports.facts import SourceFacts
from dmaic_assets.reports.views.source.known import Known
from dmaic_assets.sixsigma.charts.stability_index import FEWEST_FILES, stability_index
from dmaic_assets.work.run.platform import Platform

# JMP's boundaries: help of version 15.2, "Process Performance Graph".
MOST_STABLE = 1.25
LEAST_CAPABLE = 1.33

# From what asks most of people to what asks nothing.
Quadrant: TypeAlias = Literal[
    "unstable and not capable",
    "not capable",
    "unstable",
    "too few to tell",
    "stable and capable",
    "not measured",
]
QUADRANTS: tuple[Quadrant, ...] = get_args(Quadrant)


@dataclass(frozen=True, slots=True)
class FleetCtq:
    """One CTQ of one source.

    `ppk` is that of its share of defective units (a third of Z.LT); `is_bound` where no unit is
    defective, so that it is the lower 95 % bound. `ppk_of_values` is that of the column's values
    against declared limits. `stability` is the index of `stability_index`; `signals` of `points`
    files are beyond the limits of its control chart. `is_stable` is None where neither is known. A
    CTQ without a defect that its units do not show to be capable has "too few to tell".
    """

    source: str
    ctq: str
    column: str
    dimension: str
    is_critical: bool
    unit: str
    units: int
    defective: int
    share: float | None
    dpmo: float | None
    sigma: float | None
    ppk: float | None
    is_bound: bool
    ppk_of_values: float | None
    stability: float | None
    points: int
    signals: int
    is_stable: bool | None
    is_within_limit: bool | None
    quadrant: Quadrant

    @property
    def out_of_control(self) -> float | None:
        """The share of files beyond the limits, in [0, 1]; None without a chart."""
        return self.signals / self.points if self.points else None


@dataclass(frozen=True, slots=True)
class FleetView:
    """All CTQs, what asks most of people first, and how many there are in each quadrant."""

    ctqs: tuple[FleetCtq, ...]
    counts: tuple[tuple[Quadrant, int], ...]
    sources: tuple[str, ...]


def read_fleet(platform: Platform, *, known: Known | None = None) -> FleetView:
    """Reads what Define, Measure and Control last gave of every source."""
    known = known or Known(platform)
    measured = sorted(source for phase, source in known.outputs if phase == "measure" and source)
    return fleet_view(known.facts(source) for source in measured)


def fleet_view(facts: Iterable[SourceFacts]) -> FleetView:
    """Puts the CTQs of sources in order."""
    listed = list(facts)
    ctqs = sorted((ctq for of_it in listed for ctq in _of_source(of_it)), key=_interest)
    counts = Counter(ctq.quadrant for ctq in ctqs)
    return FleetView(
        ctqs=tuple(ctqs),
        counts=tuple((quadrant, counts[quadrant]) for quadrant in QUADRANTS),
        sources=tuple(sorted(f.source for f in listed)),
    )


def _interest(ctq: FleetCtq) -> tuple[int, bool, bool, int, str, str]:
    return (
        QUADRANTS.index(ctq.quadrant),
        not ctq.is_critical,
        ctq.is_within_limit is not False,
        -ctq.defective,
        ctq.source,
        ctq.ctq,
    )


def _of_source(facts: SourceFacts) -> Iterator[FleetCtq]:
    measure, control = facts.value(MeasureValue), facts.value(ControlValue)
    define = facts.value(DefineValue)
    if measure is None:
        return
    charts = {chart.ctq: chart for chart in control.charts} if control else {}
    defined = {ctq.id: ctq for ctq in define.ctqs} if define else {}
    values = {c.ctq: c.figures for c in measure.capability}
    for ctq in measure.ctqs:
        found = values.get(ctq.id)
        ppk = found.ppk.value if found and found.ppk else found.percentile_ppk if found else None
        yield _of_ctq(facts.source, ctq, charts.get(ctq.id), defined.get(ctq.id), ppk)


def _of_ctq(
    source: str,
    measured: MeasuredCtq,
    chart: ChartCourse | None,
    defined: Ctq | None,
    ppk_of_values: float | None,
) -> FleetCtq:
    figures = measured.figures
    ppk, is_bound = _capability(figures)
    index = stability_index(chart.shares, chart.units) if chart else None
    signals = len(chart.signals) if chart else 0
    is_stable = _is_stable(chart, index)
    return FleetCtq(
        source=source,
        ctq=measured.id,
        column=defined.column if defined else "",
        dimension=defined.dimension if defined else "",
        is_critical=figures.is_critical if figures else False,
        unit=figures.unit if figures else "",
        units=measured.units,
        defective=measured.defective,
        share=figures.share if figures else None,
        dpmo=measured.dpmo,
        sigma=measured.sigma_level,
        ppk=ppk,
        is_bound=is_bound,
        ppk_of_values=ppk_of_values,
        stability=index,
        points=chart.points if chart else 0,
        signals=signals,
        is_stable=is_stable,
        is_within_limit=measured.is_within_limit,
        quadrant=_quadrant(
            is_capable=_is_capable(figures, ppk), is_stable=is_stable, is_bound=is_bound
        ),
    )


def _capability(figures: CtqFigures | None) -> tuple[float | None, bool]:
    """Ppk, and whether it is the lower bound: without a defect nothing more is known."""
    if figures is None or figures.ppk_equivalent is not None:
        return (figures.ppk_equivalent if figures else None), False
    if figures.share or figures.share_upper is None or not 0 < figures.share_upper < 1:
        return None, False
    return NormalDist().inv_cdf(1 - figures.share_upper) / 3, True


def _is_stable(chart: ChartCourse | None, index: float | None) -> bool | None:
    """Neither a signal of its chart nor a larger index; None with too few files to tell."""
    if chart is None:
        return None
    if chart.signals:
        return False
    if index is None:
        return True if chart.points >= FEWEST_FILES else None
    return index <= MOST_STABLE


def _is_capable(figures: CtqFigures | None, ppk: float | None) -> bool | None:
    """Whether it is; where every unit is defective there is no Ppk, and no doubt either."""
    if figures is not None and figures.share >= 1:
        return False
    return None if ppk is None else ppk >= LEAST_CAPABLE


def _quadrant(*, is_capable: bool | None, is_stable: bool | None, is_bound: bool) -> Quadrant:
    if is_capable is None:
        return "not measured"
    if is_stable is False:
        return "unstable" if is_capable else "unstable and not capable"
    if is_bound and not is_capable:
        return "too few to tell"
    return "stable and capable" if is_capable else "not capable"
