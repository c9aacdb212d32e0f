"""Does to a clean file what goes wrong in real deliveries, and knows which rows it touched."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.feeds import Damages

Mask = npt.NDArray[np.bool_]
MISSING = "NA"


@dataclass(frozen=True, slots=True)
class Damaged:
    """A damaged file; `rows` marks the touched ones, None when the file as a whole is wrong.

    `text` is what the file holds where no table can say it.
    """

    table: pl.DataFrame
    rows: Mask | None
    text: str | None = None


Damage = Callable[[pl.DataFrame, Damages, np.random.Generator], Damaged | None]


def _nulls(table: pl.DataFrame, on: Damages, rng: np.random.Generator) -> Damaged | None:
    return change(table, on.nulls, 0.05, rng, lambda _: MISSING)


def _typo(table: pl.DataFrame, on: Damages, rng: np.random.Generator) -> Damaged | None:
    return change(table, on.typo, 0.05, rng, lambda v: _mistyped(v, rng))


def _unit(table: pl.DataFrame, on: Damages, _: np.random.Generator) -> Damaged | None:
    if on.unit is None:
        return None
    name, factor = on.unit
    values = table[name].to_list()
    is_whole = all("." not in v for v in values if is_number(v))
    new = [times(v, factor, is_whole=is_whole) for v in values]
    return Damaged(table.with_columns(pl.Series(name, new)), np.ones(table.height, dtype=np.bool_))


def _some_units(table: pl.DataFrame, on: Damages, rng: np.random.Generator) -> Damaged | None:
    """5 to 30 % of the rows carry the other unit, as when one of several senders changes it."""
    if on.unit is None:
        return None
    name, factor = on.unit
    is_whole = all("." not in v for v in table[name].to_list() if is_number(v))
    share = float(rng.uniform(0.05, 0.30))

    def changed(value: str) -> str:
        return times(value, factor, is_whole=is_whole)

    return change(table, name, share, rng, changed, only=is_positive)


def _case(table: pl.DataFrame, on: Damages, rng: np.random.Generator) -> Damaged | None:
    def changed(value: str) -> str:
        return value.lower() if value != value.lower() else value.upper()

    return change(table, on.case, 0.05, rng, changed)


def _number(table: pl.DataFrame, on: Damages, rng: np.random.Generator) -> Damaged | None:
    return change(table, on.number, 0.01, rng, lambda _: "unknown?")


def _duplicates(table: pl.DataFrame, _: Damages, rng: np.random.Generator) -> Damaged | None:
    picked = table.filter(pl.Series(pick(np.arange(table.height), table.height, 0.10, rng)))
    rows = np.r_[np.zeros(table.height, dtype=np.bool_), np.ones(picked.height, dtype=np.bool_)]
    return Damaged(pl.concat([table, picked]), rows)


def _half(table: pl.DataFrame, _: Damages, __: np.random.Generator) -> Damaged | None:
    return Damaged(table.head(table.height // 2), None)


def _swap(table: pl.DataFrame, on: Damages, rng: np.random.Generator) -> Damaged | None:
    if on.swap is None:
        return None
    a, b = on.swap
    first, second = table[a].to_list(), table[b].to_list()
    differs = np.array(
        [x != y and MISSING not in (x, y) for x, y in zip(first, second, strict=True)]
    )
    rows = pick(np.flatnonzero(differs), table.height, 0.05, rng)
    for i in np.flatnonzero(rows):
        first[i], second[i] = second[i], first[i]
    return Damaged(table.with_columns(pl.Series(a, first), pl.Series(b, second)), rows)


def _period(table: pl.DataFrame, on: Damages, rng: np.random.Generator) -> Damaged | None:
    def moved(value: str) -> str:
        return f"{int(value[:4]) - 1}{value[4:]}" if value[:4].isdigit() else value

    return change(table, on.period, 0.05, rng, moved)


def _negative(table: pl.DataFrame, on: Damages, rng: np.random.Generator) -> Damaged | None:
    return change(table, on.negative, 0.02, rng, lambda v: f"-{v}", only=is_positive)


def _dependent(table: pl.DataFrame, on: Damages, rng: np.random.Generator) -> Damaged | None:
    if on.dependent is None:
        return None
    values = [v for v in table[on.dependent].unique().sort().to_list() if v != MISSING]

    def other(value: str) -> str:
        return str(rng.choice([v for v in values if v != value] or [value]))

    return change(table, on.dependent, 0.05, rng, other)


def _flood(table: pl.DataFrame, on: Damages, rng: np.random.Generator) -> Damaged | None:
    return change(table, on.flood, 0.40, rng, lambda _: MISSING)


DAMAGES: Mapping[str, Damage] = {
    "5 % nulls": _nulls,
    "5 % typos": _typo,
    "other unit": _unit,
    "5-30 % other unit": _some_units,
    "5 % other case": _case,
    "1 % text in a number": _number,
    "10 % duplicate rows": _duplicates,
    "half the file": _half,
    "5 % swapped columns": _swap,
    "5 % wrong year": _period,
    "2 % negative": _negative,
    "5 % broken dependency": _dependent,
    "40 % nulls": _flood,
}


def change(
    table: pl.DataFrame,
    name: str | None,
    share: float,
    rng: np.random.Generator,
    change: Callable[[str], str],
    *,
    only: Callable[[str], bool] = bool,
) -> Damaged | None:
    if name is None:
        return None
    values = table[name].to_list()
    able = np.array([v is not None and v != MISSING and only(v) for v in values], dtype=np.bool_)
    if not able.any():
        return None
    rows = pick(np.flatnonzero(able), table.height, share, rng)
    for i in np.flatnonzero(rows):
        new = change(values[i])
        rows[i] = new != values[i]
        values[i] = new
    return Damaged(table.with_columns(pl.Series(name, values)), rows) if rows.any() else None


def pick(among: npt.NDArray[np.int64], rows: int, share: float, rng: np.random.Generator) -> Mask:
    count = min(len(among), max(1, round(share * rows)))
    mask = np.zeros(rows, dtype=np.bool_)
    mask[rng.choice(among, count, replace=False)] = True
    return mask


def _mistyped(value: str, rng: np.random.Generator) -> str:
    """One edit: a letter dropped, doubled, replaced or exchanged with its neighbour."""
    at = int(rng.integers(0, len(value)))
    letter = "abcdefghijklmnopqrstuvwxyz"[int(rng.integers(0, 26))]
    letter = letter.upper() if value[at].isupper() else letter
    edits = [
        value[:at] + value[at + 1 :],
        value[:at] + value[at] + value[at:],
        value[:at] + letter + value[at + 1 :],
        value[:at] + value[at + 1 : at + 2] + value[at] + value[at + 2 :],
    ]
    new = edits[int(rng.integers(0, len(edits)))]
    return new if new not in {value, ""} else value + letter


def times(value: str, factor: float, *, is_whole: bool) -> str:
    if not is_number(value):
        return value
    product = float(value) * factor
    return str(round(product)) if is_whole else f"{product:.6g}"


def is_number(value: str | None) -> bool:
    try:
        return value is not None and float(value) == float(value)
    except ValueError:
        return False


def is_positive(value: str) -> bool:
    return is_number(value) and float(value) > 0
