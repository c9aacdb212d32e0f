"""What the analysis of statistical quality comes to: digits, outliers, heaping and stability."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Benford:
    """First digits against Benford's law.

    `aside` says why the law does not apply; empty where it does, and only then the rest says
    something. `effect` is V = sqrt(chi2 / 8n) less what chance gives: 0 for the law, .22 for equal
    shares. `shares` are those of the digits 1 to 9.
    """

    aside: str
    values: int = 0
    decades: float = 0.0
    effect: float = 0.0
    shares: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Outliers:
    """Values far from the others, by three rules.

    `iqr` counts values beyond 1.5 spreads of the quartiles, `modified_z` those of a modified z over
    3.5 (0 where the median distance is 0); both flag many values of skewed or heavy-tailed data.
    `far` counts values beyond `low` and `high`, where the column's own tails would have .01 value:
    about none on clean data. The fences are None where they cannot be told. `scale` is "log" where
    fences were told on logarithms.
    """

    iqr: int
    modified_z: int
    far: int
    low: float | None
    high: float | None
    scale: str


@dataclass(frozen=True, slots=True)
class Heaping:
    """Values that are multiples of `base` more often than chance: `excess` of 0 is chance, 1 all.

    `step` is the distance that values are recorded in.
    """

    step: float
    base: float
    share: float
    excess: float


@dataclass(frozen=True, slots=True)
class ColumnQuality:
    """What one measure shows; parts that cannot be told are None."""

    benford: Benford
    outliers: Outliers | None
    heaping: Heaping | None


@dataclass(frozen=True, slots=True)
class Combination:
    """Rows whose values are usual one by one but not together, by robust distance.

    `rows` were complete, `far` of them are beyond the distance that the table's own distances let
    expect .01 row at.
    """

    columns: tuple[str, ...]
    rows: int
    far: int


@dataclass(frozen=True, slots=True)
class PartShift:
    """A file in which a column is distributed otherwise than in all files.

    `distance` is that of Kolmogorov and Smirnov for numbers, total variation for others, `usual`
    its median over files; `nulls` the difference of the null shares.
    """

    part: str
    column: str
    distance: float
    usual: float
    nulls: float


@dataclass(frozen=True, slots=True)
class StatisticalQualityValue:
    """The statistical quality of a table: its measures, rows as a whole, and its files."""

    rows: int
    columns: Mapping[str, ColumnQuality] = field(default_factory=dict)
    combination: Combination | None = None
    shifts: tuple[PartShift, ...] = ()
    stability: Mapping[str, float] = field(default_factory=dict)
