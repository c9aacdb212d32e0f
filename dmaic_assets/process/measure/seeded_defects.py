"""Defects put into clean rows on purpose: masters that tell what the checker misses.

What belongs here: making them, one kind per rule kind, with the truth of where they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl

from dmaic_assets.model import Rule
from dmaic_assets.phase_values.define import Dimension
from dmaic_assets.process.define.ctq import dimension_of

# Half of what a signed 64-bit integer holds: a damaged value still fits.
_LARGEST_WHOLE = 2.0**62


@dataclass(frozen=True)
class Seeded:
    """A frame with defects, and per dimension the positions that were made defective."""

    frame: pl.DataFrame
    positions: Mapping[Dimension, tuple[int, ...]]

    def truth(self) -> list[bool]:
        """Tells row by row whether it was made defective."""
        bad = {p for found in self.positions.values() for p in found}
        return [i in bad for i in range(self.frame.height)]


class _Spoil(Protocol):
    def __call__(self, frame: pl.DataFrame, rule: Rule, at: np.ndarray) -> pl.DataFrame | None: ...


def seed_defects(
    frame: pl.DataFrame, rules: Sequence[Rule], *, share: float, rng: np.random.Generator
) -> Seeded:
    """Spoils a share of the rows, each row once, one rule after the other.

    Args:
        frame: Clean typed rows.
        rules: Row rules; those whose kind nothing here can break are passed over.
        share: How many of the rows, in (0, 1), over all rules together.
        rng: Where the rows are drawn from.
    """
    usable = [rule for rule in rules if rule.kind in _SPOILERS]
    order = rng.permutation(frame.height)
    each = max(1, int(frame.height * share) // max(len(usable), 1))
    positions: dict[Dimension, tuple[int, ...]] = {}
    for index, rule in enumerate(usable):
        at = np.sort(order[index * each : (index + 1) * each])
        if not len(at) or (index + 1) * each > frame.height * share:
            break
        spoilt = _SPOILERS[rule.kind](frame, rule, at)
        if spoilt is not None:
            frame = spoilt
            dimension = dimension_of(rule.kind)
            positions[dimension] = (*positions.get(dimension, ()), *(int(p) for p in at))
    return Seeded(frame, positions)


def _nulls(frame: pl.DataFrame, rule: Rule, at: np.ndarray) -> pl.DataFrame | None:
    return _replaced(frame, rule.columns[0], at, None)


def _strangers(frame: pl.DataFrame, rule: Rule, at: np.ndarray) -> pl.DataFrame | None:
    if frame.schema.get(rule.columns[0]) != pl.String:
        return None
    return _replaced(frame, rule.columns[0], at, "~unheard of~")


def _beyond(frame: pl.DataFrame, rule: Rule, at: np.ndarray) -> pl.DataFrame | None:
    name, high = rule.columns[0], rule.parameters.get("max")
    dtype = frame.schema.get(name)
    if isinstance(high, bool) or not isinstance(high, int | float):
        return None
    if dtype is None or not dtype.is_numeric():
        return None
    value = 10 * abs(float(high)) + 1000
    if dtype.is_integer() and value > _LARGEST_WHOLE:
        # Nothing that the column can hold is beyond such a bound.
        return None
    return _replaced(frame, name, at, int(value) if dtype.is_integer() else value)


def _overlong(frame: pl.DataFrame, rule: Rule, at: np.ndarray) -> pl.DataFrame | None:
    high = rule.parameters.get("max")
    if frame.schema.get(rule.columns[0]) != pl.String or not isinstance(high, int):
        return None
    return _replaced(frame, rule.columns[0], at, "x" * (high + 5))


def _replaced(
    frame: pl.DataFrame, name: str, at: np.ndarray, value: str | float | None
) -> pl.DataFrame | None:
    if name not in frame.columns:
        return None
    dtype = frame.schema[name]
    column = frame[name].scatter(at.tolist(), pl.Series([value] * len(at), dtype=dtype))
    return frame.with_columns(column)


_SPOILERS: Mapping[str, _Spoil] = {
    "not_null": _nulls,
    "in_set": _strangers,
    "range": _beyond,
    "length": _overlong,
}
