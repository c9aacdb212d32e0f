"""Tables by dimensions of quality, as the summary of quality found them where it was made.

What belongs here: reading it. How a dimension is scored, the analysis `quality_summary` knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from dmaic_assets.analysis.values.quality_summary import (
    Dimension,
    DimensionScore,
    Grade,
    QualitySummaryValue,
)
from dmaic_assets.reports.views.source.known import Known
from dmaic_assets.store.codec import from_json
from dmaic_assets.work.run.platform import Platform

DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


@dataclass(frozen=True, slots=True)
class QualityLine:
    """One table: scores in [0, 1], None where nothing tells them, each with what it rests on."""

    source: str
    rows: int
    score: float | None
    grade: Grade | None
    dimensions: Mapping[Dimension, DimensionScore]


@dataclass(frozen=True, slots=True)
class QualityMatrix:
    """All tables, the worst score first; no lines and no run where nobody made the summary."""

    run_id: str
    lines: tuple[QualityLine, ...]


def read_quality(platform: Platform, *, known: Known | None = None) -> QualityMatrix:
    """Reads the newest summary of quality."""
    known = known or Known(platform)
    value = known.output("quality_summary").get("value")
    run_id, _ = known.outputs.get(("quality_summary", ""), ("", None))
    if value is None:
        return QualityMatrix("", ())
    tables = from_json(QualitySummaryValue, value).tables
    lines = [
        QualityLine(source, t.rows, t.score, t.grade, t.dimensions) for source, t in tables.items()
    ]
    order = sorted(lines, key=lambda x: (x.score is None, x.score or 0.0, x.source))
    return QualityMatrix(run_id, tuple(order))
