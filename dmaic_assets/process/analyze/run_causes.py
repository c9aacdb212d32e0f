"""Where the defects of a whole run are: among sources, dimensions, CTQs, rules and files.

What belongs here: the ranking over all sources, from what their Measure and Analyze found. Rows of
one source are searched in `root_causes`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dmaic_assets.phase_values.analyze import AnalyzeValue, ParetoBar
from dmaic_assets.phase_values.measure import MeasureValue
from dmaic_assets.process.analyze.pareto import pareto
from dmaic_assets.process.analyze.root_causes import excess_ratios

Group = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RunCause:
    """One source, dimension, or both, with more defects per opportunity than the rest of the run.

    `lift` is its DPO over that of everything else, None when the rest has no defect; `share` its
    share of all defects; `score` the log-likelihood ratio.
    """

    group: Group
    units: int
    defects: int
    share: float
    lift: float | None
    score: float

    @property
    def words(self) -> str:
        """The group in words."""
        return " and ".join(f"{name} = {level}" for name, level in self.group)


@dataclass(frozen=True, slots=True)
class RunCauses:
    """The causes of a run, strongest first, and its Pareto bars over all sources."""

    causes: tuple[RunCause, ...]
    ctqs: tuple[ParetoBar, ...]
    rules: tuple[ParetoBar, ...]
    files: tuple[ParetoBar, ...]


def rank_run_causes(
    measured: Mapping[str, MeasureValue],
    analyzed: Mapping[str, AnalyzeValue],
    *,
    limit: int = 10,
) -> RunCauses:
    """Ranks groups of opportunities by how far their defects exceed what the run would expect.

    Args:
        measured: The value of Measure by source.
        analyzed: The value of Analyze by source; sources without one add no rules and files.
        limit: How many causes at most.
    """
    cells = [(source, *cell) for source, value in measured.items() for cell in _cells(value)]
    counts: dict[Group, list[int]] = {}
    for source, ctq, units, defects in cells:
        dimension = ctq.rpartition(".")[2]
        by_source, by_dimension = ("source", source), ("dimension", dimension)
        for group in ((by_source,), (by_dimension,), (by_source, by_dimension)):
            total = counts.setdefault(group, [0, 0])
            total[0] += units
            total[1] += defects
    return RunCauses(
        causes=_ranked(counts, sum(c[2] for c in cells), sum(c[3] for c in cells))[:limit],
        ctqs=pareto({f"{source}: {ctq}": defects for source, ctq, _, defects in cells}),
        rules=_bars({source: v.pareto.rule for source, v in analyzed.items()}),
        files=_bars({source: v.pareto.file for source, v in analyzed.items()}),
    )


def _cells(value: MeasureValue) -> list[tuple[str, int, int]]:
    return [
        (c.id, c.units, c.defective)
        for c in value.ctqs
        if c.figures is not None and c.figures.unit == "row"
    ]


def _ranked(
    counts: Mapping[Group, Sequence[int]], units: int, defects: int
) -> tuple[RunCause, ...]:
    if not defects or defects == units:
        return ()
    table = np.array([*counts.values()], dtype=np.float64)
    expected = table[:, 0] * defects / units
    ratios = excess_ratios(table[:, 1], expected, table[:, 0], table[:, 0] < units)
    found = [
        RunCause(group, n, d, d / defects, _lift(d, n, defects, units), float(score))
        for (group, (n, d)), score in zip(counts.items(), ratios, strict=True)
        if score > 0
    ]
    # Of groups that hold the same opportunities, the one that says less is told first.
    return tuple(sorted(found, key=lambda c: (-c.score, len(c.group), c.words)))


def _lift(own: int, units: int, defects: int, total: int) -> float | None:
    rest, others = defects - own, total - units
    return own / units / (rest / others) if rest and others else None


def _bars(found: Mapping[str, Sequence[ParetoBar]]) -> tuple[ParetoBar, ...]:
    return pareto(
        {f"{source}: {bar.name}": bar.count for source, bars in found.items() for bar in bars}
    )
