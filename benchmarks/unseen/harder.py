"""The kinds of damage beside the usual ones, and all kinds by their short names.

What each does is said in ../shared/cases/DAMAGE.md. A damage that leaves no value changed gives
None: there is nothing to find.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from benchmarks.damage import (
    DAMAGES,
    Damage,
    Damaged,
    Mask,
    change,
    is_number,
    is_positive,
    pick,
    times,
)
from benchmarks.feeds import Damages

Rng = np.random.Generator


def _some_units(table: pl.DataFrame, on: Damages, rng: Rng) -> Damaged | None:
    """A fifth of the rows carries the other unit."""
    if on.unit is None:
        return None
    name, factor = on.unit
    is_whole = all("." not in v for v in table[name].to_list() if is_number(v))

    def other(value: str) -> str:
        return times(value, factor, is_whole=is_whole)

    return change(table, name, 0.20, rng, other, only=is_positive)


def _category(table: pl.DataFrame, on: Damages, rng: Rng) -> Damaged | None:
    return change(table, on.category, 0.05, rng, lambda _: "Novelty")


def _moved(table: pl.DataFrame, on: Damages, _: Rng) -> Damaged | None:
    if on.moved is None:
        return None
    values = table[on.moved].to_list()
    return _column(table, on.moved, [values[-1], *values[:-1]])


def _mojibake(table: pl.DataFrame, on: Damages, rng: Rng) -> Damaged | None:
    """An accented letter in UTF-8 that was read as Latin-1."""

    def misread(value: str) -> str:
        at = next((i for i, letter in enumerate(value) if letter.isalpha()), 0)
        return f"{value[: at + 1]}Ã©{value[at + 2 :]}"

    return change(table, on.text, 0.05, rng, misread)


def _stuck(table: pl.DataFrame, on: Damages, rng: Rng) -> Damaged | None:
    """A run of 30 % of the rows repeats its first value."""
    if on.measure is None:
        return None
    values = table[on.measure].to_list()
    length = max(2, round(0.30 * len(values)))
    first = int(rng.integers(0, max(1, len(values) - length)))
    values[first : first + length] = [values[first]] * min(length, len(values) - first)
    return _column(table, on.measure, values)


def _frozen(table: pl.DataFrame, on: Damages, rng: Rng) -> Damaged | None:
    if on.measure is None:
        return None
    values = [v for v in table[on.measure].to_list() if is_number(v)]
    if not values:
        return None
    value = values[int(rng.integers(len(values)))]
    return _column(table, on.measure, [value] * table.height, is_whole=True)


def _exchanged(table: pl.DataFrame, on: Damages, _: Rng) -> Damaged | None:
    if on.swap is None:
        return None
    a, b = on.swap
    both = {a: table[b].to_list(), b: table[a].to_list()}
    rows = (table[a] != table[b]).to_numpy()
    return Damaged(_with(table, both), rows) if rows.any() else None


def _cut(table: pl.DataFrame, _: Damages, rng: Rng) -> Damaged | None:
    """The text ends within a row, after 40 to 90 % of the file."""
    text = table.write_csv()
    end = int(len(text) * float(rng.uniform(0.4, 0.9)))
    while end > 1 and text[end - 1] in "\n\r":
        end -= 1
    while end > 1 and text[end] in "\n\r":
        end -= 1
    return Damaged(table, None, text[:end])


def _shifted(table: pl.DataFrame, _: Damages, rng: Rng) -> Damaged | None:
    """From some cell on each value stands one column too far right; the last one is lost."""
    if table.width < 2:
        return None
    rows = pick(np.arange(table.height), table.height, 0.03, rng)
    lines = [list(row) for row in table.iter_rows()]
    for i in np.flatnonzero(rows).tolist():
        at = int(rng.integers(0, table.width - 1))
        old = lines[i]
        lines[i] = [*old[:at], "", *old[at:-1]]
        rows[i] = lines[i] != old
    if not rows.any():
        return None
    return Damaged(pl.DataFrame(lines, schema=table.schema, orient="row"), rows)


def _comma(table: pl.DataFrame, on: Damages, _: Rng) -> Damaged | None:
    if on.decimal is None:
        return None
    new = [v.replace(".", ",") if is_number(v) else v for v in table[on.decimal].to_list()]
    return _column(table, on.decimal, new)


def _day_first(table: pl.DataFrame, on: Damages, _: Rng) -> Damaged | None:
    if on.date is None:
        return None

    def turned(value: str) -> str:
        is_date = value[4:5] == "-" and value[7:8] == "-"
        return f"{value[8:10]}/{value[5:7]}/{value[:4]}{value[10:]}" if is_date else value

    return _column(table, on.date, [turned(v) for v in table[on.date].to_list()])


def _hundredfold(table: pl.DataFrame, on: Damages, rng: Rng) -> Damaged | None:
    def more(value: str) -> str:
        return times(value, 100.0, is_whole="." not in value)

    name = None if on.unit is None else on.unit[0]
    return change(table, name, 0.01, rng, more, only=is_positive)


def _missing(table: pl.DataFrame, on: Damages, _: Rng) -> Damaged | None:
    return None if on.column is None else Damaged(table.drop(on.column), None)


def _minus_999(table: pl.DataFrame, on: Damages, rng: Rng) -> Damaged | None:
    return change(table, on.measure, 0.05, rng, lambda _: "-999")


def _zero(table: pl.DataFrame, on: Damages, rng: Rng) -> Damaged | None:
    return change(table, on.zero, 0.10, rng, lambda v: v if float(v) == 0 else "0", only=is_number)


def _blank(table: pl.DataFrame, on: Damages, rng: Rng) -> Damaged | None:
    return change(table, on.category, 0.05, rng, lambda v: f"{v} ")


def _stale(table: pl.DataFrame, _: Damages, __: Rng) -> Damaged | None:
    """The table given is an earlier file already: `trial` hands it in."""
    return Damaged(table, None)


USUAL: Mapping[str, Damage] = {
    "nulls": DAMAGES["5 % nulls"],
    "flood": DAMAGES["40 % nulls"],
    "typo": DAMAGES["5 % typos"],
    "case": DAMAGES["5 % other case"],
    "number": DAMAGES["1 % text in a number"],
    "unit": DAMAGES["other unit"],
    "some_units": _some_units,
    "duplicates": DAMAGES["10 % duplicate rows"],
    "half": DAMAGES["half the file"],
    "swap": DAMAGES["5 % swapped columns"],
    "year": DAMAGES["5 % wrong year"],
    "negative": DAMAGES["2 % negative"],
    "dependency": DAMAGES["5 % broken dependency"],
    "category": _category,
}
KINDS: Mapping[str, Damage] = {
    **USUAL,
    "moved": _moved,
    "mojibake": _mojibake,
    "stuck": _stuck,
    "exchanged": _exchanged,
    "cut": _cut,
    "shifted": _shifted,
    "frozen": _frozen,
    "comma": _comma,
    "day_first": _day_first,
    "hundredfold": _hundredfold,
    "missing": _missing,
    "minus_999": _minus_999,
    "zero": _zero,
    "blank": _blank,
    "stale": _stale,
}


def _column(
    table: pl.DataFrame, name: str, new: list[str], *, is_whole: bool = False
) -> Damaged | None:
    changed: Mask = np.array(
        [a != b for a, b in zip(table[name].to_list(), new, strict=True)], dtype=np.bool_
    )
    if not changed.any():
        return None
    rows = np.ones(table.height, dtype=np.bool_) if is_whole else changed
    return Damaged(_with(table, {name: new}), rows)


def _with(table: pl.DataFrame, new: Mapping[str, list[str]]) -> pl.DataFrame:
    return table.with_columns([pl.Series(name, values) for name, values in new.items()])
