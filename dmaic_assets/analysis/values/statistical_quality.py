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
class Misfits:
    """Texts that are no values of a type which nearly all others have.

    `count` of `values` are none of `type`, `held` more were none, whose rows are in quarantine;
    `examples` are some of both, none of a sensitive column.
    """

    type: str
    count: int
    values: int
    examples: tuple[str, ...] = ()
    held: int = 0


@dataclass(frozen=True, slots=True)
class MissingWords:
    """Words for a missing value: `kept` stand among the values, `nulls` are spellings of null."""

    kept: Mapping[str, int]
    nulls: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Hole:
    """Columns that are null in mostly the same rows, and no other column tells in which.

    `nulls` and `share` are of the first column, the one with the most. Nearly all lie in the slice
    `value` of the column `by`, of which `within` is null, where `by` is not empty; and between
    `start` and `end`, shares of the rows in their order, where these are not 0 and 1.
    """

    columns: tuple[str, ...]
    nulls: int
    share: float
    by: str = ""
    value: str = ""
    within: float = 0.0
    start: float = 0.0
    end: float = 1.0


@dataclass(frozen=True, slots=True)
class UnitMix:
    """A measure in which `values` of `known` are like the others but for a factor.

    They are the slice `value` of the column `by` where that is not empty.
    """

    column: str
    factor: float
    values: int
    known: int
    by: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class StatisticalQualityValue:
    """The statistical quality of a table.

    Its measures, rows as a whole, its files, and texts, nulls and units that ask for a look.
    """

    rows: int
    columns: Mapping[str, ColumnQuality] = field(default_factory=dict)
    combination: Combination | None = None
    shifts: tuple[PartShift, ...] = ()
    stability: Mapping[str, float] = field(default_factory=dict)
    misfits: Mapping[str, Misfits] = field(default_factory=dict)
    missing_words: Mapping[str, MissingWords] = field(default_factory=dict)
    holes: tuple[Hole, ...] = ()
    mixes: tuple[UnitMix, ...] = ()
