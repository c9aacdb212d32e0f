"""What the summary of quality comes to: scores, grades, and what matters most."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from dmaic_assets.analysis.finding import Weight

# Dimensions after ISO/IEC 25012; accuracy is told by what is usual, since the truth is not known.
Dimension: TypeAlias = Literal[
    "completeness", "validity", "uniqueness", "consistency", "timeliness", "accuracy"
]
Grade: TypeAlias = Literal["A", "B", "C", "D", "F"]


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """A score in [0, 1] and what it rests on; None where nothing tells it, with the reason."""

    score: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Matter:
    """A finding that matters: of which analysis, how much it asks of people, in words."""

    analysis: str
    table: str
    columns: tuple[str, ...]
    weight: Weight
    text: str


@dataclass(frozen=True, slots=True)
class TableQuality:
    """The quality of a table; score and grade are None where no dimension can be told."""

    rows: int
    score: float | None
    grade: Grade | None
    dimensions: Mapping[Dimension, DimensionScore] = field(default_factory=dict)
    matters: tuple[Matter, ...] = ()


@dataclass(frozen=True, slots=True)
class QualitySummaryValue:
    """The quality of all tables, and the findings that matter most among all."""

    tables: Mapping[str, TableQuality]
    matters: tuple[Matter, ...] = ()
