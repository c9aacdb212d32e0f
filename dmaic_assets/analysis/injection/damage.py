"""Puts faults into tables, and records every cell, row and name that it changed.

What belongs here: choosing places and rows, changing them, recording. A cell is changed once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np
import polars as pl

from dmaic_assets.analysis.injection.clean import KEYS, LINKS
from dmaic_assets.analysis.injection.places import (
    DUPLICATED,
    DUPLICATES,
    KINDS,
    OBSCURE_NAMES,
    PLACES,
    RENAMED,
    Place,
)
from dmaic_assets.analysis.injection.truth import Fault

Damage: TypeAlias = Literal["none", "low", "medium", "high"]
DrawnT = TypeVar("DrawnT")
# Share of the rows of a place that each kind changes, by how much damage is asked for.
RATES: Mapping[Damage, float] = {"none": 0.0, "low": 0.01, "medium": 0.05, "high": 0.15}


def rates_of(damage: Damage) -> Mapping[str, float]:
    """Every kind at the rate of a level of damage; none where no damage is asked for."""
    return dict.fromkeys(KINDS, RATES[damage]) if damage != "none" else {}


def damage_tables(
    tables: Mapping[str, pl.DataFrame], rates: Mapping[str, float], seed: int
) -> tuple[dict[str, pl.DataFrame], tuple[Fault, ...]]:
    """Damages tables by kind and rate; equal seeds damage the same cells.

    Args:
        tables: The clean data set; it is left as it is.
        rates: Share of the rows of a place, in (0, 1], by kind; at least one row is changed.
        seed: What places, rows and new values are drawn from.

    Returns:
        The tables, and what was changed in them, in the order in which it was done.
    """
    work = _Work(dict(tables))
    for position, kind in enumerate(KINDS):
        if kind in rates:
            # Each kind draws by itself, so that asking for one more leaves the others alone.
            random = np.random.default_rng([seed, position])
            work.do(kind, rates[kind], random)
    return work.tables, tuple(work.faults)


@dataclass
class _Work:
    """Tables on their way, and the rows of each column that are changed already."""

    tables: dict[str, pl.DataFrame]
    faults: list[Fault] = field(default_factory=list)
    taken: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))

    def do(self, kind: str, rate: float, random: np.random.Generator) -> None:
        if kind == DUPLICATES:
            self._repeat(rate, random)
        elif kind == OBSCURE_NAMES:
            self._rename(rate, random)
        else:
            self._change(kind, _drawn(random, PLACES[kind]), rate, random)

    def _change(self, kind: str, place: Place, rate: float, random: np.random.Generator) -> None:
        frame = self.tables[place.table]
        rows = self._rows(place, rate, random)
        names = [*place.columns, *place.read]
        old = [frame[name].gather(rows).to_list() for name in names]
        new = place.change(random, old)
        changed = dict(zip(place.columns, new, strict=False))
        self.tables[place.table] = frame.with_columns(
            _with_cells(frame[name], rows, cells) for name, cells in changed.items()
        )
        for name in place.columns:
            self.taken[place.table, name].update(rows)
        self.faults.append(
            Fault(
                kind,
                place.table,
                place.columns,
                rate,
                tuple(rows),
                {name: tuple(cells) for name, cells in zip(place.columns, old, strict=False)},
                {name: tuple(cells) for name, cells in changed.items()},
                place.note,
            )
        )

    def _rows(self, place: Place, rate: float, random: np.random.Generator) -> list[int]:
        """The rows to change, rising: without a null in a column, and not changed yet."""
        frame = self.tables[place.table].with_row_index("_row")
        names = [*place.columns, *place.read]
        fitting = frame.filter(pl.all_horizontal(pl.col(name).is_not_null() for name in names))
        if place.where is not None:
            fitting = fitting.filter(place.where)
        if place.choice == "last":
            fitting = fitting.sort(place.by, "_row", descending=True)
        used = set[int]().union(*(self.taken[place.table, name] for name in place.columns))
        count = max(1, round(rate * fitting.height))
        free = [row for row in fitting["_row"].to_list() if row not in used]
        if place.choice == "last":
            return sorted(free[:count])
        return sorted(random.choice(free, min(count, len(free)), replace=False).tolist())

    def _repeat(self, rate: float, random: np.random.Generator) -> None:
        table = _drawn(random, DUPLICATED)
        frame = self.tables[table]
        count = max(1, round(rate * frame.height))
        rows = sorted(random.choice(frame.height, count, replace=False).tolist())
        self.tables[table] = pl.concat([frame, frame[rows]])
        added = tuple(range(frame.height, frame.height + count))
        note = "rows that repeat an earlier one, at the end of the file"
        told = {"row": tuple(rows)}
        self.faults.append(Fault(DUPLICATES, table, (), rate, added, told, {}, note))

    def _rename(self, rate: float, random: np.random.Generator) -> None:
        """Gives columns names that say nothing, but no key, reference or damaged column."""
        table = _drawn(random, RENAMED)
        frame = self.tables[table]
        kept = {*KEYS[table], *(c for t, c, _, _ in LINKS if t == table)}
        kept |= {column for name, column in self.taken if name == table}
        free = [name for name in frame.columns if name not in kept]
        count = min(len(free), max(1, round(rate * len(frame.columns))))
        places = sorted(random.choice(len(free), count, replace=False).tolist())
        names = {free[place]: f"fld_{place + 1:02d}" for place in places}
        self.tables[table] = frame.rename(names)
        before, after = {"name": tuple(names)}, {"name": tuple(names.values())}
        note = "names that say nothing"
        columns = tuple(names.values())
        self.faults.append(Fault(OBSCURE_NAMES, table, columns, rate, (), before, after, note))


def _drawn(random: np.random.Generator, places: tuple[DrawnT, ...]) -> DrawnT:
    return places[int(random.integers(len(places)))]


def _with_cells(column: pl.Series, rows: list[int], cells: Sequence[Any]) -> pl.Series:
    """The column with other cells; it becomes text where one of them is."""
    new = pl.Series(column.name, cells, strict=False)
    if new.dtype == pl.String and column.dtype != pl.String:
        column = cells_as_text(column)
    elif new.dtype == pl.Float64 and column.dtype != pl.Float64:
        column = column.cast(pl.Float64)
    return column.scatter(rows, new.cast(column.dtype)) if rows else column


def cells_as_text(column: pl.Series) -> pl.Series:
    """Spells cells as files have them: numbers that are not whole with two decimals."""
    if column.dtype == pl.Float64:
        return column.cast(pl.Decimal(38, 2)).cast(pl.String)
    return column.cast(pl.String)
