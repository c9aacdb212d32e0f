"""Columns with a few nulls that nothing in their table accounts for.

What belongs here: which nulls go together, which follow a rule, and where they gather. A column
that is mostly null, `statistics` tells.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.semantic import SemanticValue
from dmaic_assets.analysis.values.statistical_quality import Hole
from dmaic_assets.analysis.values.statistics import StatisticsValue

Mask = NDArray[np.bool_]
# Slices of one column by number, and what each number stands for.
Slices = tuple[NDArray[np.intp], Sequence[str]]

# Share of nulls up to which they are exceptions, and rows without which a share says nothing.
_MOST_NULLS, _LEAST_ROWS = 0.5, 30
# Rows that are looked at, evenly taken, and columns: bounds memory to some ten megabytes.
_MOST_ROWS, _MOST_COLUMNS = 200_000, 60
# Share of the fewer nulls of two columns that both have, from which they go together.
_TOGETHER = 0.9
# Share of the nulls that a rule "null where the slice is" may miss or add.
_EXCEPTIONS = 0.1
# Values of a column that rows are cut by at most.
_MOST_VALUES = 60
# Share of the nulls that one slice, or one stretch of the rows, must hold, of at most this share of
# the rows, beyond a chance of one in a thousand among all that are looked at.
_GATHERED, _LARGEST, _CHANCE = 0.9, 0.5, 1e-3


def holes_of(
    table: Table, facts: StatisticsValue, meaning: SemanticValue, told: Collection[str] = ()
) -> tuple[Hole, ...]:
    """Finds columns with nulls that follow no rule, those that are null together as one.

    Args:
        table: The rows.
        facts: How many nulls there are.
        meaning: By which columns rows may be cut.
        told: Columns whose nulls are accounted for.
    """
    if facts.rows < _LEAST_ROWS:
        return ()
    holed = [
        name
        for name, column in facts.columns.items()
        if name not in told and 0 < column.profile.null_share <= _MOST_NULLS
    ][:_MOST_COLUMNS]
    if not holed:
        return ()
    step = -(-facts.rows // _MOST_ROWS)
    frame = table.scan().select(pl.col(holed).is_null()).gather_every(step).collect()
    masks = {name: frame.get_column(name).to_numpy() for name in holed}
    cuts = _cuts(table, facts, meaning, step)
    return tuple(_told(masks, cuts, facts, [n for n in holed if masks[n].any()]))


def _cuts(
    table: Table, facts: StatisticsValue, meaning: SemanticValue, step: int
) -> Mapping[str, Slices]:
    """Columns that rows may be cut by, each as the number of its slice; null is one, too."""
    found: dict[str, Slices] = {}
    for name in facts.eligible:
        told, profile = meaning.columns.get(name), facts.columns[name].profile
        if told is None or told.is_sensitive or profile.distinct_count > _MOST_VALUES:
            continue
        if told.role in {"dimension", "foreign_key"}:
            lazy = table.scan().select(pl.col(name).cast(pl.String)).gather_every(step)
            values = lazy.collect().to_series()
            names = values.unique().sort(nulls_last=True)
            places = names.to_frame().with_row_index("\x00place")
            joined = values.to_frame().join(
                places, on=name, how="left", nulls_equal=True, maintain_order="left"
            )
            codes = joined.get_column("\x00place").cast(pl.Int64).to_numpy()
            found[name] = codes, ["null" if v is None else str(v) for v in names.to_list()]
    return found


def _told(
    masks: Mapping[str, Mask],
    cuts: Mapping[str, Slices],
    facts: StatisticsValue,
    names: Sequence[str],
) -> Iterator[Hole]:
    for group in _groups(masks, names):
        first = group[0]
        mask, profile = masks[first], facts.columns[first].profile
        others = {name: cut for name, cut in cuts.items() if name not in group}
        if any(_is_rule(mask, codes) for codes, _ in others.values()):
            continue
        by, value, within = _slice(mask, others)
        start, end = _stretch(mask)
        columns, nulls, share = tuple(group), profile.null_count, profile.null_share
        yield Hole(columns, nulls, share, by, value, within, start, end)


def _groups(masks: Mapping[str, Mask], names: Sequence[str]) -> list[list[str]]:
    """Columns whose nulls are mostly those of another, that with the most nulls first."""
    groups: list[list[str]] = []
    for name in sorted(names, key=lambda n: (-int(masks[n].sum()), n)):
        count = int(masks[name].sum())
        for group in groups:
            if any((masks[name] & masks[o]).sum() >= _TOGETHER * count for o in group):
                group.append(name)
                break
        else:
            groups.append([name])
    return groups


def _is_rule(mask: Mask, codes: NDArray[np.intp]) -> bool:
    """Tells whether the slices of a column say of nearly all rows whether there is a value."""
    rows = np.bincount(codes)
    nulls = np.bincount(codes, mask, len(rows))
    return float(np.minimum(nulls, rows - nulls).sum()) <= _EXCEPTIONS * float(nulls.sum())


def _slice(mask: Mask, cuts: Mapping[str, Slices]) -> tuple[str, str, float]:
    """The slice that holds nearly all nulls, and its share of nulls; empty where none does."""
    tests = sum(len(names) for _, names in cuts.values())
    best = ("", "", 0.0)
    for column, (codes, names) in cuts.items():
        rows = np.bincount(codes, minlength=len(names))
        nulls = np.bincount(codes, mask, len(names))
        at = int(nulls.argmax())
        within = float(nulls[at] / rows[at])
        if within > best[2] and _is_gathered(
            float(nulls[at]), float(nulls.sum()), float(rows[at]) / len(mask), tests
        ):
            best = (column, names[at], within)
    return best


def _stretch(mask: Mask) -> tuple[float, float]:
    """Where the stretch that holds the middle nine tenths of the nulls begins and ends.

    As shares of the rows, in their order; 0 and 1 where nulls are anywhere.
    """
    places = np.flatnonzero(mask)
    inner = round((1 - _GATHERED) / 2 * len(places))
    start, end = int(places[inner]), int(places[len(places) - 1 - inner]) + 1
    share, n = (end - start) / len(mask), len(places)
    if _is_gathered(float(n - 2 * inner), float(n), share, len(mask)):
        return start / len(mask), end / len(mask)
    return 0.0, 1.0


def _is_gathered(inside: float, whole: float, share: float, tests: int) -> bool:
    """Whether so many of the nulls lie in a share of the rows by no chance (Chernoff's bound)."""
    part = inside / whole
    if part < _GATHERED or not 0 < share <= _LARGEST:
        return False
    rest = 0.0 if part == 1 else (1 - part) * math.log((1 - part) / (1 - share))
    decay = part * math.log(part / share) + rest
    return whole * decay >= math.log(max(tests, 1) / _CHANCE)
