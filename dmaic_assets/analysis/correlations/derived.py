"""Columns that are computed from others: numbers, parts of dates, texts.

What belongs here: which formula gives a column in nearly all rows that could tell. Rows where an
input is 0 (or 1 in a product) tell nothing: there the column is the other input whatever is right.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, permutations

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.analysis.correlations.numbers import Columns, Floats
from dmaic_assets.analysis.values.correlations import DerivedColumn, Form
from dmaic_assets.phenomena.derived.heads import tolerance_of
from dmaic_assets.phenomena.derived.rule import PART_FORMS

# Share of the telling rows that must agree (R34). A formula over two numbers may fail in more:
# chance gives none, where nearly the same column, or nearly the same date, is usual.
_LEAST_MATCH, _LEAST_OF_TWO = 0.95, 0.8
# Of the rows looked at first: some room for chance among few.
_LIKELY_MATCH = 0.7
_FIRST_ROWS = 400
# Deviations of the running count of misses from an even one, in standard deviations of a random
# walk that ends where it began, from which misses begin at some row (Kolmogorov: 1 in 10^7).
_BEGINS = 3.0
# Of the rows after that, the share that miss the formula at least, and before it at most: a share
# that merely grows is no beginning.
_AFTER, _BEFORE = 0.2, 0.01
# Rows that tell, and different values among them: fewer fit some formula by chance.
_LEAST_ROWS = 40
_LEAST_VALUES = 5
# Share of the greatest number that the error of a formula may be: numbers that are all smaller than
# half a unit of their last decimal would follow from any others.
_MOST_ERROR = 1e-3
# A factor of scaling: below it, 1 over it is hardly a float.
_LEAST_FACTOR = 1e-300
# Numbers that are combined: time grows with the cube.
_MOST_NUMBERS = 24
# Texts that are joined: time grows with the square, and with the cube for few rows.
_MOST_TEXTS = 12
_SEPARATORS = ("", " ", "_", "-", ", ", "/")
_Formula = Callable[[Floats, Floats], Floats]
# In the order in which they are preferred (R34).
_FORMULAS: Mapping[Form, _Formula] = {
    "sum": lambda a, b: np.where((a == 0) | (b == 0), np.nan, a + b),
    "product": lambda a, b: np.where(np.isin(a, (0, 1)) | np.isin(b, (0, 1)), np.nan, a * b),
    "difference": lambda a, b: np.where((a == 0) | (b == 0), np.nan, a - b),
    "ratio": lambda a, b: np.where((a == 0) | np.isin(b, (0, 1)), np.nan, a / b),
}


def derived(frame: pl.DataFrame, columns: Columns) -> tuple[DerivedColumn, ...]:
    """Finds computed columns, of each set of columns the simplest formula."""
    found: list[DerivedColumn] = []
    taken: set[frozenset[str]] = set()
    # What a formula gives beyond the floats is no number, and tells nothing.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for one in (*_scalings(columns), *_of_two(columns), *_date_parts(frame), *_texts(frame)):
            about = frozenset((one.target, *one.inputs))
            if not any(before <= about for before in taken):
                taken.add(about)
                found.append(one)
    return tuple(found)


def _numbers(columns: Columns) -> Mapping[str, Floats]:
    return dict(list(columns.numbers.items())[:_MOST_NUMBERS])


def _scalings(columns: Columns) -> Iterator[DerivedColumn]:
    for a, b in combinations(_numbers(columns), 2):
        x, y = columns.numbers[a], columns.numbers[b]
        usable = ~(np.isnan(x) | np.isnan(y)) & (x != 0)
        if usable.sum() < _LEAST_ROWS:
            continue
        factor = float(f"{np.median(y[usable] / x[usable]):.9g}")
        if not _LEAST_FACTOR < abs(factor) < 1 / _LEAST_FACTOR:
            continue
        is_up = abs(factor) >= 1
        target, source, k = (b, a, factor) if is_up else (a, b, float(f"{1 / factor:.9g}"))
        values = k * columns.numbers[source]
        values[columns.numbers[source] == 0] = np.nan
        form: Form = "same" if k == 1 else "scaling"
        yield from _told(target, columns.numbers[target], form, (source,), values, f"{k:.9g}")


def _of_two(columns: Columns) -> Iterator[DerivedColumn]:
    numbers = _numbers(columns)
    heads = {name: _head(x) for name, x in numbers.items()}
    tolerances = {name: _tolerance(x) for name, x in numbers.items()}
    for form, formula in _FORMULAS.items():
        is_either = form in {"sum", "product"}
        for a, b in (combinations if is_either else permutations)(numbers, 2):
            guess = formula(heads[a], heads[b])
            for target, y in numbers.items():
                if target in {a, b}:
                    continue
                if _is_likely(guess, heads[target], tolerances[target]):
                    values = formula(numbers[a], numbers[b])
                    yield from _told(target, y, form, (a, b), values, "")


def _head(x: Floats) -> Floats:
    return x[:: max(1, len(x) // _FIRST_ROWS)][:_FIRST_ROWS]


def _tolerance(y: Floats) -> float:
    known = y[~np.isnan(y)]
    greatest = float(np.abs(known).max(initial=0.0))
    return min(tolerance_of(known), _MOST_ERROR * greatest) if len(known) else 0.0


def _is_likely(guess: Floats, y: Floats, within: float) -> bool:
    gaps = np.abs(guess - y)
    tells = np.isfinite(gaps) & (y != 0)
    return bool(tells.sum() and (gaps[tells] <= within).mean() >= _LIKELY_MATCH)


def _told(
    target: str, y: Floats, form: Form, inputs: tuple[str, ...], values: Floats, detail: str
) -> Iterator[DerivedColumn]:
    """The formula, where enough rows tell and nearly all of them agree."""
    gaps = np.abs(values - y)
    tells = np.isfinite(gaps) & (y != 0)
    rows = int(tells.sum())
    if rows < _LEAST_ROWS or len(np.unique(y[tells])) < _LEAST_VALUES:
        return
    misses = gaps > _tolerance(y)
    match = 1 - float(misses[tells].mean())
    if match >= (_LEAST_OF_TWO if len(inputs) > 1 else _LEAST_MATCH):
        begins = _begins(misses[tells])
        since = None if begins is None else int(np.flatnonzero(tells)[begins]) / len(y)
        yield DerivedColumn(target, form, inputs, detail, match, rows, since)


def _begins(misses: npt.NDArray[np.bool_]) -> int | None:
    """The row from which on a formula fails, where it hardly ever did before."""
    n, share = len(misses), float(misses.mean())
    if not 0 < share < 1:
        return None
    away = np.cumsum(misses) - share * np.arange(1, n + 1)
    start = int(np.argmin(away)) + 1
    if start == n or -away[start - 1] < _BEGINS * np.sqrt(n * share * (1 - share)):
        return None
    before, after = float(misses[:start].mean()), float(misses[start:].mean())
    return start if before <= _BEFORE and after >= _AFTER else None


def _date_parts(frame: pl.DataFrame) -> Iterator[DerivedColumn]:
    times = [n for n, d in frame.schema.items() if isinstance(d, pl.Date | pl.Datetime)]
    targets = [n for n, d in frame.schema.items() if d.is_integer()]
    head = frame.gather_every(max(1, frame.height // _FIRST_ROWS))
    for time, (part, of) in ((t, p) for t in times for p in PART_FORMS.items()):
        if part in {"hour", "minute"} and isinstance(frame.schema[time], pl.Date):
            continue
        for target in targets:
            if _share(head, of(pl.col(time)) == pl.col(target))[0] < _LIKELY_MATCH:
                continue
            match, rows = _share(frame, of(pl.col(time)) == pl.col(target))
            if match >= _LEAST_MATCH and rows >= _LEAST_ROWS and frame[target].n_unique() > 1:
                yield DerivedColumn(target, "date_part", (time,), part, match, rows)


def _share(frame: pl.DataFrame, agrees: pl.Expr) -> tuple[float, int]:
    """The share of the rows that agree among those that can tell, and how many those are."""
    told = frame.select(agrees.alias("agrees")).get_column("agrees").drop_nulls()
    return (float(told.sum()) / len(told) if len(told) else 0.0), len(told)


def _texts(frame: pl.DataFrame) -> Iterator[DerivedColumn]:
    texts = [n for n, d in frame.schema.items() if d == pl.String and frame[n].n_unique() > 1]
    texts = texts[:_MOST_TEXTS]
    head = frame.select(texts).gather_every(max(1, frame.height // _FIRST_ROWS))
    for a, target in combinations(texts, 2):
        found = _text(frame, head, target, pl.col(a) == pl.col(target))
        if found is not None:
            yield DerivedColumn(target, "same", (a,), "", *found)
            continue
        found = _text(frame, head, target, _folded(a) == _folded(target))
        if found is not None:
            yield DerivedColumn(target, "case", (a,), "", *found)
    for a, b in permutations(texts, 2):
        for separator in _SEPARATORS:
            made = pl.concat_str(a, b, separator=separator)
            others = [t for t in texts if t not in {a, b}]
            likely = head.select((made == pl.col(t)).mean().alias(t) for t in others)
            for target in (t for t in others if (likely[t].item() or 0) >= _LIKELY_MATCH):
                found = _text(frame, head, target, made == pl.col(target))
                if found is not None:
                    yield DerivedColumn(target, "joined", (a, b), separator, *found)


def _folded(name: str) -> pl.Expr:
    return pl.col(name).str.to_lowercase()


def _text(
    frame: pl.DataFrame, head: pl.DataFrame, target: str, agrees: pl.Expr
) -> tuple[float, int] | None:
    if _share(head, agrees)[0] < _LIKELY_MATCH:
        return None
    match, rows = _share(frame, agrees)
    is_told = match >= _LEAST_MATCH and rows >= _LEAST_ROWS
    return (match, rows) if is_told and frame[target].n_unique() >= _LEAST_VALUES else None
