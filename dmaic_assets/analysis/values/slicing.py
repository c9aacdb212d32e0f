"""What the analysis of slices comes to: columns worth cutting by, and what differs between cuts."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows with one value of a column, or those with none where `value` is None.

    `sums` and `means` are of measures, over their known numbers; `nulls` counts nulls by column.
    """

    value: str | None
    rows: int
    sums: Mapping[str, float] = field(default_factory=dict)
    means: Mapping[str, float] = field(default_factory=dict)
    nulls: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cut:
    """A column worth cutting by, and why; its slices, the null slice last, are all rows.

    `balance` is the entropy of the slices over the most that so many can have, `score` the balance
    times the share of rows that have a value.
    """

    column: str
    values: int
    null_share: float
    balance: float
    score: float
    reason: str
    slices: tuple[Slice, ...]


@dataclass(frozen=True, slots=True)
class Driver:
    """How much of a measure's variance a column tells: eta squared of a one-way ANOVA.

    `corrected` is epsilon squared, which is about 0 by chance. `rows` have both; `top` is the
    value whose slice moves the measure most, by `top_effect` of its mean against the whole's.
    """

    measure: str
    column: str
    eta_squared: float
    corrected: float
    groups: int
    rows: int
    top: str
    top_effect: float


@dataclass(frozen=True, slots=True)
class NullsBySlice:
    """How much a column's nulls depend on another's value: Cramer's V without its bias."""

    column: str
    by: str
    cramers_v: float
    value: str | None
    null_share: float
    elsewhere: float


@dataclass(frozen=True, slots=True)
class Movement:
    """The change of one slice over time, as a share of its mean: rows, or a measure's mean."""

    column: str
    value: str
    measure: str
    change: float
    total_change: float


@dataclass(frozen=True, slots=True)
class Compensation:
    """Slices that rise and fall while the whole stays: what the total hides."""

    column: str
    measure: str
    total_change: float
    rising: Mapping[str, float]
    falling: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class MixDrift:
    """The mix of slices in the second half of the time against the first.

    `divergence` is that of Jensen and Shannon in nats, at most ln 2.
    """

    column: str
    divergence: float
    new: tuple[str, ...]
    vanished: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlicingValue:
    """The slices of a table; `aside` says why other columns are not worth cutting by."""

    rows: int
    cuts: tuple[Cut, ...] = ()
    drivers: tuple[Driver, ...] = ()
    nulls: tuple[NullsBySlice, ...] = ()
    movements: tuple[Movement, ...] = ()
    compensations: tuple[Compensation, ...] = ()
    drifts: tuple[MixDrift, ...] = ()
    aside: Mapping[str, str] = field(default_factory=dict)
