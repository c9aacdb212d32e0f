"""What correlations come to: what of a table's columns says something about others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Measure: TypeAlias = Literal["pearson", "spearman", "information", "cramers_v", "eta"]
Form: TypeAlias = Literal[
    "same", "scaling", "sum", "product", "difference", "ratio", "date_part", "joined", "case"
]


@dataclass(frozen=True, slots=True)
class Association:
    """How strongly two columns go together, by the measure that says it best.

    `measure` is of numbers `pearson`, `spearman`, or `information` (the correlation that two
    normal columns of the same mutual information have); of categories `cramers_v`, corrected for
    bias; of a category and a number `eta`, the correlation ratio, corrected as well. `low` and
    `high` bound the 95 % interval of `effect`.
    """

    columns: tuple[str, str]
    measure: Measure
    effect: float
    low: float
    high: float
    rows: int


@dataclass(frozen=True, slots=True)
class FunctionalDependency:
    """`lhs` decides `rhs` in all rows but the share `g3`, 0 where it is exact.

    `information` is the share of the entropy of `rhs` that `lhs` takes away; `p` is the chance of
    as much by shuffled values, None where the dependency is exact.
    """

    lhs: tuple[str, ...]
    rhs: str
    g3: float = 0.0
    information: float = 1.0
    p: float | None = None


@dataclass(frozen=True, slots=True)
class DerivedColumn:
    """`target` is computed from `inputs` in the share `match` of the rows that could tell.

    `detail` is the factor of a scaling, the part of a date, the separator of joined texts, or the
    case. `since` is the share of the rows after which it begins to fail, None where it never does
    or fails anywhere.
    """

    target: str
    form: Form
    inputs: tuple[str, ...]
    detail: str
    match: float
    rows: int
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Collinearity:
    """Columns of numbers that nearly follow from each other: Belsley's condition index."""

    columns: tuple[str, ...]
    condition_index: float
    is_severe: bool


@dataclass(frozen=True, slots=True)
class CorrelationsValue:
    """What goes together in a table.

    `sampled_rows` is None where all rows were looked at; dependencies always are of all rows.
    `aside` says of columns why they were left out, `bounds` what was not looked at.
    """

    rows: int
    sampled_rows: int | None
    associations: tuple[Association, ...] = ()
    dependencies: tuple[FunctionalDependency, ...] = ()
    derived: tuple[DerivedColumn, ...] = ()
    collinear: tuple[Collinearity, ...] = ()
    condition_index: float | None = None
    aside: Mapping[str, str] = field(default_factory=dict)
    bounds: tuple[str, ...] = ()
