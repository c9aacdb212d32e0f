"""The analysis `quality_summary`: how good each table is, graded, and what matters most.

What belongs here: grades, and the summary in words.
"""

import math
from collections.abc import Iterator, Mapping

from dmaic_assets.analysis.finding import WEIGHTS, Finding, Weight
from dmaic_assets.analysis.quality_summary.dimensions import dimension_scores, known_of
from dmaic_assets.analysis.quality_summary.matters import Found, first_of, ranked
from dmaic_assets.analysis.study import Outcome, Study
from dmaic_assets.analysis.values.quality_summary import (
    Dimension,
    DimensionScore,
    Grade,
    QualitySummaryValue,
    TableQuality,
)
from dmaic_assets.analysis.values.statistics import StatisticsValue

# The least score of each grade (R90).
_GRADES: tuple[tuple[float, Grade], ...] = ((0.9, "A"), (0.8, "B"), (0.6, "C"), (0.4, "D"))
_WEIGHTS: Mapping[Grade, Weight] = {
    "A": "info",
    "B": "info",
    "C": "low",
    "D": "medium",
    "F": "high",
}


def analyze(study: Study) -> Outcome:
    """Scores every table by dimension, and tells the findings that matter most."""
    found = ranked(study.found)
    tables = {name: _table(study, name, found) for name in study.tables}
    findings = [f for name, quality in tables.items() for f in _findings(name, quality)]
    findings.sort(key=lambda f: -WEIGHTS.index(f.weight))
    return Outcome(QualitySummaryValue(tables, first_of(found)), tuple(findings))


def grade_of(score: float) -> Grade:
    """The grade of a score: A from .9 on, B .8, C .6, D .4, else F."""
    for least, grade in _GRADES:
        if score >= least:
            return grade
    return "F"


def _table(study: Study, name: str, found: list[Found]) -> TableQuality:
    known = known_of(study, name)
    statistics = known.of(StatisticsValue)
    dimensions = dimension_scores(known)
    scores = [d.score for d in dimensions.values() if d.score is not None]
    # Halfway from the mean to the weakest: who lacks half of the cells is not good for the rest.
    score = (math.fsum(scores) / len(scores) + min(scores)) / 2 if scores else None
    return TableQuality(
        statistics.rows if statistics else 0,
        score,
        None if score is None else grade_of(score),
        dimensions,
        first_of(f for f in found if f.finding.table == name),
    )


def _findings(name: str, quality: TableQuality) -> Iterator[Finding]:
    if quality.score is None or quality.grade is None:
        return
    weakest, told = _weakest(quality.dimensions)
    text = f"{name} is graded {quality.grade} ({quality.score:.2f})"
    text += f"; weakest is {weakest}: {told.text}." if told.score != 1 else "."
    scores = {d: s.score for d, s in quality.dimensions.items()}
    weight = _WEIGHTS[quality.grade]
    yield Finding(name, (), "quality", quality.score, "1", text, weight, scores)


def _weakest(dimensions: Mapping[Dimension, DimensionScore]) -> tuple[Dimension, DimensionScore]:
    worst = min(dimensions, key=lambda dimension: _place(dimensions[dimension]))
    return worst, dimensions[worst]


def _place(told: DimensionScore) -> float:
    """What nothing tells comes after all that is told."""
    return math.inf if told.score is None else told.score
