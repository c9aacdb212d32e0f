"""What a column is, as far as its history shows: the kind decides which rules it can have.

What belongs here: kinds and the evidence for them. A growing or time-like column is recognised
so that no rule ever gives it a fixed minimum or maximum.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from dmaic_assets.history.baseline import Floats, History
from dmaic_assets.history.closure import Closure, closure_of_held
from dmaic_assets.table.profile.score import is_identifier

KindName: TypeAlias = Literal[
    "empty",
    "constant",
    "batch",
    "identifier",
    "key",
    "foreign key",
    "category",
    "code",
    "text",
    "measure",
    "count",
    "time",
    "growing",
    "boolean",
    "other",
]

# Share of missing values from which a column has nothing to learn a kind from.
ALMOST_EMPTY_SHARE = 0.98
NO_KEYS: Mapping[str, str] = MappingProxyType({})
# What else these are says more of the rules that they can have.
_NO_REFERENCE = frozenset({"empty", "constant", "batch", "growing", "time", "other"})
_TIME_WORDS = frozenset({"year", "yr", "yyyy", "month", "day", "week", "quarter", "date", "dt"})
_TIME_TYPES = frozenset({"date", "datetime", "period"})
# Whole numbers that may be years.
YEARS = (1800, 2200)


@dataclass(frozen=True, slots=True)
class ColumnKind:
    """One column's kind, why, and the facts about it that several families use.

    `is_batch`: every part has one value (a load date, a region per file). `is_timelike`: values
    move on with time, so that no fixed bound or list can hold. `per_value` is the mean number
    of rows that share a value.
    """

    column: str
    kind: KindName
    reason: str
    closure: Closure
    is_batch: bool
    is_timelike: bool
    is_unique: bool
    per_value: float


def column_kinds(
    history: History, foreign_keys: Mapping[str, str] = NO_KEYS
) -> Mapping[str, ColumnKind]:
    """Tells the kind of every column of the baseline, in the columns' order.

    Args:
        history: The baseline.
        foreign_keys: Column -> "source.column" of the key that it was found to hold.
    """
    kinds = {name: _kind_of(history, name) for name in history.columns}
    for name, reference in foreign_keys.items():
        if name in kinds and kinds[name].kind not in _NO_REFERENCE:
            kinds[name] = replace(kinds[name], kind="foreign key", reason=f"keys of {reference}")
    return kinds


def _kind_of(history: History, name: str) -> ColumnKind:
    if not history.has(name):
        nothing = Closure(0, 0, 0, 0, 0.0, 0, 0)
        return ColumnKind(name, "other", "nested or binary", nothing, False, False, False, 0.0)
    closure = closure_of_held(history.held(name), history)
    is_batch = _is_batch(history, name)
    is_unique = _is_unique(history, name)
    timelike = _timelike_reason(history, name, is_batch=is_batch)
    kind, reason = _decide(history, name, closure, is_unique=is_unique, timelike=timelike)
    if is_batch and kind not in {"empty", "constant"}:
        kind, reason = "batch", "one value per file"
    per_value = closure.rows / closure.distinct if closure.distinct else 0.0
    return ColumnKind(
        name, kind, reason, closure, is_batch, timelike is not None, is_unique, per_value
    )


def _decide(
    history: History, name: str, closure: Closure, *, is_unique: bool, timelike: str | None
) -> tuple[KindName, str]:
    null_share = float(history.missing(name).mean()) if history.pooled.height else 1.0
    if closure.distinct == 0 or null_share >= ALMOST_EMPTY_SHARE:
        return "empty", f"missing in {null_share:.1%} of rows"
    if timelike is not None:
        return ("time" if history.dtype(name).is_temporal() else "growing"), timelike
    if closure.distinct == 1:
        return "constant", "one value in all files"
    dtype = history.dtype(name)
    if dtype.is_temporal():
        return "time", "a time type"
    if str(dtype) == "Boolean":
        return "boolean", "true and false"
    if dtype.is_numeric():
        return _number_kind(history, name, closure, is_unique=is_unique)
    return _text_kind(history, name, closure, is_unique=is_unique)


def _number_kind(
    history: History, name: str, closure: Closure, *, is_unique: bool
) -> tuple[KindName, str]:
    if history.dtype(name).is_integer():
        if is_unique and closure.distinct > 50:
            return "identifier", "whole numbers, each once"
        if _numbers_things(history, name):
            return "code", "whole numbers of a key, nearly each once in a file"
        if closure.distinct <= 50 and closure.distinct * 10 <= closure.rows:
            return "category", f"{closure.distinct} whole numbers"
        if float(np.nanmin(history.numbers(name))) >= 0:
            return "count", "whole numbers from 0 on"
    return "measure", "numbers"


def _text_kind(
    history: History, name: str, closure: Closure, *, is_unique: bool
) -> tuple[KindName, str]:
    if is_unique and closure.distinct > 50:
        return "identifier", "texts, each once"
    if closure.rows >= 4 * closure.distinct or closure.distinct <= 12:
        return (
            "category",
            f"{closure.distinct} values, {closure.rows / closure.distinct:.0f} rows each",
        )
    texts = history.series(name).drop_nulls()
    varies = float(texts.str.len_chars().to_numpy().std()) > 4
    if varies and float(texts.str.count_matches(r"\s").to_numpy().mean()) > 1.5:
        return "text", "words of varying length"
    return (
        ("key", "values that recur") if closure.rows >= 2 * closure.distinct else ("code", "texts")
    )


def _is_batch(history: History, name: str) -> bool:
    if history.is_cut:
        return _has_one_value_per_file(history, name)
    held = history.held(name)
    if history.parts < 2 or not len(held.value):
        return False
    sizes = held.per_part(held.rows)
    return bool((held.values_of_part <= 1).all()) and float(np.median(sizes)) >= 2


def _has_one_value_per_file(history: History, name: str) -> bool:
    """Whether no file shows two values: blocks of one file say nothing of the next file's value."""
    found = [f.profile.column(name) for f in history.facts]
    held = [c.distinct_count for c in found if c is not None and c.null_count < c.rows]
    return bool(held) and max(held) == 1 and history.rows > history.files


def _is_unique(history: History, name: str) -> bool:
    """Whether no file repeats a value (exact, from the profiles)."""
    found = [f.profile.column(name) for f in history.facts]
    return all(c.is_unique for c in found if c is not None and c.null_count < c.rows)


def _numbers_things(history: History, name: str) -> bool:
    """Whether every file shows a key by name and values: how large these are means nothing."""
    found = [f.profile.column(name) for f in history.facts]
    return all(is_identifier(c) for c in found if c is not None and c.null_count < c.rows)


def _timelike_reason(history: History, name: str, *, is_batch: bool) -> str | None:
    type_ = history.types.get(name)
    if type_ is not None and type_.type in _TIME_TYPES:
        return f"a {type_.type}"
    if not history.is_number(name) or not history.dtype(name).is_numeric():
        return None
    x = history.numbers(name)
    if _is_calendar(name, x, is_batch=is_batch):
        return "a part of a calendar date that moves on with the files"
    return _growth(history, x)


def _is_calendar(name: str, x: Floats, *, is_batch: bool) -> bool:
    words = set(re.split(r"[^a-z]+", name.lower()))
    values = x[~np.isnan(x)]
    if not len(values) or not (values == np.round(values)).all():
        return False
    in_years = bool((values >= YEARS[0]).all() and (values <= YEARS[1]).all())
    return (bool(words & _TIME_WORDS) and (is_batch or in_years)) or (is_batch and in_years)


def _growth(history: History, x: Floats) -> str | None:
    """Tells growth: the parts' medians follow the order of arrival and their ranges move on."""
    there = ~np.isnan(x)
    if history.parts < 5 or int(there.sum()) < history.parts:
        return None
    lows, mids, highs = part_quantiles(history, x, (0.05, 0.5, 0.95))
    known = ~np.isnan(mids)
    if int(known.sum()) < 5:
        return None
    lows, mids, highs = lows[known], mids[known], highs[known]
    if float(np.ptp(mids)) == 0.0:
        return None
    rho = float(np.corrcoef(np.arange(len(mids)), _ranks(mids))[0, 1])
    if abs(rho) < 0.9:
        return None
    inner = float(np.median(highs - lows))
    if float(np.ptp(mids)) < 2 * inner:
        return None
    return f"grows from file to file (rank correlation {rho:.2f})"


def _ranks(values: Floats) -> Floats:
    """Places in ascending order from 1 on, of equal values the mean of theirs."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[which]


def part_quantiles(history: History, x: Floats, at: tuple[float, ...]) -> tuple[Floats, ...]:
    """Quantiles of a pooled number per part, NaN for a part without values."""
    sizes = history.per_part(~np.isnan(x)).astype(np.int64)
    # A row per part, and what is missing behind its values.
    ordered = np.sort(history.by_part(x), axis=1)
    every = np.arange(history.parts)
    return tuple(
        ordered[every, np.round(q * np.maximum(sizes - 1, 0)).astype(np.int64)] for q in at
    )
