"""Which columns of a feed each kind of damage can be done to, read off its trusted files alone.

A kind is left out where no column would show it to anyone: a year off in a column of birth years,
a typo in texts that never come twice. The conditions are written here, before any gate runs.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from benchmarks.feeds import Damages

# Words that name a code or a part of a date: arithmetic on it means nothing.
_CODE = re.compile(
    r"(^|[_. ])(id|code|zip|key|num|number|no|nr|ccode|fip|day|month|hour)$|ID$|Id$|Nr$", re.I
)
_YEAR = re.compile(r"^(1[89]|20)\d\d$")
_DAY = re.compile(r"^\d{4}[-/]\d\d[-/]\d\d")
MISSING_TEXTS = ("NA", "")
# Factors between units that people use: miles, pounds, inches, feet, powers of ten, minutes.
_FACTORS = (1.609344, 0.45359237, 2.54, 0.3048, 0.1, 10.0, 100.0, 0.01, 1000.0, 0.001, 60.0)
_PAIRED_COLUMNS = 40
_PROBED_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Candidates:
    """The columns that each role of `Damages` may fall on."""

    nulls: tuple[str, ...] = ()
    flood: tuple[str, ...] = ()
    typo: tuple[str, ...] = ()
    case: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    measure: tuple[str, ...] = ()
    zero: tuple[str, ...] = ()
    decimal: tuple[str, ...] = ()
    period: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    dependent: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    column: tuple[str, ...] = ()
    swap: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Column:
    """What is asked of one column of the trusted files put together."""

    name: str
    rows: int
    missing: float
    distinct: int
    values: pl.Series
    numbers: pl.Series | None
    changes: float
    widest: float

    @property
    def is_code(self) -> bool:
        """A number that only names: by its name, or whole and hardly ever the same twice."""
        if self.numbers is None or _CODE.search(self.name):
            return True
        return self.distinct > 0.9 * self.values.len() and not self.decimals

    @property
    def decimals(self) -> float:
        """Share of the values with a decimal point."""
        return share(self.values.str.contains(r"^-?\d*\.\d+$"))

    @property
    def is_year(self) -> bool:
        return bool(self.values.str.contains(_YEAR.pattern).all())

    @property
    def is_date(self) -> bool:
        return self.numbers is None and bool(self.values.str.contains(_DAY.pattern).all())

    @property
    def is_measure(self) -> bool:
        """A number that says how much: with decimals, or whole with at least 20 values."""
        if self.numbers is None or self.is_code or self.is_year:
            return False
        return self.distinct >= 20 or (self.decimals > 0.2 and self.distinct >= 10)

    @property
    def is_category(self) -> bool:
        """A text of 2 to 60 values that come again and again."""
        is_text = self.numbers is None and not self.is_date
        return is_text and 2 <= self.distinct <= 60 and self.distinct <= 0.05 * self.rows


def candidates(trusted: Sequence[pl.DataFrame]) -> Candidates:
    """Reads the roles of columns off trusted files."""
    pooled = pl.concat(trusted)
    seen = [_column(pooled, trusted, name) for name in pooled.columns]
    seen = [c for c in seen if c.values.len()]
    texts = [c for c in seen if c.numbers is None and not c.is_date]
    known = [c for c in texts if c.distinct <= 0.1 * c.rows]
    measures = [c for c in seen if c.is_measure]
    sizes = [c for c in measures if c.numbers is not None and _least(c.numbers) >= 0]
    varied = [c for c in measures if c.changes >= 0.6]
    dependent = _dependents(pooled, seen)
    return Candidates(
        nulls=_names(c for c in seen if c.missing == 0),
        flood=_names(c for c in seen if c.missing <= 0.1),
        typo=_names(c for c in known if _length(c.values) >= 4 and c.distinct >= 2),
        case=_names(c for c in known if _letters(c.values) > 0.9 and _is_one_case(c.values)),
        number=_names(c for c in seen if c.numbers is not None),
        unit=_names(c for c in sizes if c.missing <= 0.5),
        negative=_names(c for c in sizes if _zeros(c.numbers) <= 0.5),
        measure=_names(c for c in varied if c.missing <= 0.1),
        zero=_names(c for c in measures if c.missing <= 0.1 and _zeros(c.numbers) <= 0.01),
        decimal=_names(c for c in measures if c.decimals >= 0.5 and c.missing <= 0.5),
        period=_names(c for c in seen if c.widest <= 1 and (c.is_year or c.is_date)),
        date=_names(c for c in seen if c.is_date and c.values.str.contains("^.{4}-").all()),
        category=_names(c for c in texts if c.is_category and c.missing <= 0.2),
        text=_names(c for c in texts if _letters(c.values) > 0.9 and _length(c.values) >= 3),
        dependent=dependent,
        moved=tuple(dict.fromkeys((*_names(varied), *dependent))),
        column=tuple(pooled.columns) if pooled.width > 2 else (),
        swap=(*_pairs(pooled, [c for c in texts if c.is_category]), *_pairs(pooled, measures)),
    )


def is_timeless(pooled: pl.DataFrame, trusted: Sequence[pl.DataFrame], name: str) -> bool:
    """Whether a column is neither a date, a year, a code nor nearly all different."""
    column = _column(pooled, trusted, name)
    if not column.values.len():
        return True
    is_key = column.numbers is None and column.distinct > 0.5 * column.values.len()
    is_name = column.numbers is not None and column.is_code
    return not (column.is_year or column.is_date or is_key or is_name)


def draw(found: Candidates, rng: np.random.Generator) -> Damages:
    """Draws one column for each role."""

    def one(names: Sequence[str]) -> str | None:
        return names[int(rng.integers(len(names)))] if names else None

    unit = one(found.unit)
    factor = _FACTORS[int(rng.integers(len(_FACTORS)))]
    swap = found.swap[int(rng.integers(len(found.swap)))] if found.swap else None
    return Damages(
        nulls=one(found.nulls),
        typo=one(found.typo),
        unit=None if unit is None else (unit, factor),
        case=one(found.case),
        number=one(found.number),
        swap=swap,
        period=one(found.period),
        negative=one(found.negative),
        dependent=one(found.dependent),
        flood=one(found.flood),
        category=one(found.category),
        text=one(found.text),
        measure=one(found.measure),
        moved=one(found.moved),
        zero=one(found.zero),
        decimal=one(found.decimal),
        date=one(found.date),
        column=one(found.column),
    )


def _column(pooled: pl.DataFrame, trusted: Sequence[pl.DataFrame], name: str) -> _Column:
    whole = pooled[name]
    values = whole.filter(~whole.is_in(MISSING_TEXTS))
    numbers = values.cast(pl.Float64, strict=False)
    is_number = values.len() > 0 and numbers.is_finite().fill_null(False).all()
    steps = [share((t[name] != t[name].shift(1))[1:]) for t in trusted]
    return _Column(
        name,
        pooled.height,
        1 - values.len() / max(1, pooled.height),
        values.n_unique(),
        values,
        numbers if is_number else None,
        float(np.mean(steps)),
        max(_years(t[name]) for t in trusted),
    )


def _years(values: pl.Series) -> float:
    """How many years the first four digits of a file's values span."""
    years = values.filter(~values.is_in(MISSING_TEXTS)).str.slice(0, 4).cast(pl.Int64, strict=False)
    if years.len() == 0 or years.null_count():
        return np.inf if years.len() else 0.0
    low, high = years.min(), years.max()
    return float(high - low) if isinstance(high, int) and isinstance(low, int) else np.inf


def share(flags: pl.Series) -> float:
    """The share of true values, missing ones left out; 0 of none."""
    found = flags.drop_nulls().to_numpy()
    return float(np.mean(found)) if found.size else 0.0


def _names(columns: Iterable[_Column]) -> tuple[str, ...]:
    return tuple(c.name for c in columns)


def _least(numbers: pl.Series) -> float:
    return float(np.min(numbers.to_numpy()))


def _zeros(numbers: pl.Series | None) -> float:
    return 0.0 if numbers is None else share(numbers == 0)


def _length(values: pl.Series) -> float:
    return float(np.median(values.str.len_chars().to_numpy()))


def _letters(values: pl.Series) -> float:
    return share(values.str.contains(r"\p{L}"))


def _is_one_case(values: pl.Series) -> bool:
    """No two values differ in case only: else a change of case is an everyday thing."""
    return values.str.to_lowercase().n_unique() == values.n_unique()


def _pairs(pooled: pl.DataFrame, columns: Sequence[_Column]) -> list[tuple[str, str]]:
    """Neighbours of one kind that differ in nine rows of ten."""
    near = [(a.name, b.name) for a, b in pairwise(columns)]
    return [(a, b) for a, b in near if share(pooled[a] != pooled[b]) >= 0.9]


def _dependents(pooled: pl.DataFrame, columns: Sequence[_Column]) -> tuple[str, ...]:
    """Columns that another one, itself no key, determines in every trusted row."""
    able = [c for c in columns if c.distinct >= 2][:_PAIRED_COLUMNS]
    probe = pooled.head(_PROBED_ROWS)
    found: list[str] = []
    for b in able:
        most = b.values.value_counts(name="__rows")["__rows"].max()
        if b.missing > 0.1 or int(str(most)) > 0.95 * b.values.len():
            continue
        by = (a for a in able if a is not b and a.distinct <= 0.5 * a.rows)
        if any(_holds(probe, a.name, b.name) and _holds(pooled, a.name, b.name) for a in by):
            found.append(b.name)
    return tuple(found)


def _holds(table: pl.DataFrame, a: str, b: str) -> bool:
    return table.select(pl.struct(a, b).n_unique()).item() == table[a].n_unique()
