"""What rows say about a table: established values, and which columns determine which.

What belongs here: facts that proposals and pilots rest on, taken from the design rows and the
trusted ones. What does not: any repair.

A column determines another when rows that agree on the first agree on the second far more often
than rows do by chance, and when nearly all that deviates is a misspelling. A few well-formed
deviations are enough to drop the pair: they say that sources differ, and a majority is no truth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.phenomena.contract.cell_frame import Column, Ints, TextFrame
from dmaic_assets.phenomena.typo.repair import is_misspelling

Bools = npt.NDArray[np.bool_]
# Rows, and pairs of rows within groups, from which a table tells what determines what.
LEAST_ROWS = 30
# Rows of a group that must agree: two may be one row and its copy.
LEAST_AGREEING = 3
# Share of a group with its most frequent value: two thirds.
LEAST_PURITY = 0.67
# Goodman and Kruskal's tau from which a column determines another: half of what could be
# explained.
LEAST_STRENGTH = 0.5
# Share of the rows in judged groups that solid groups hold.
LEAST_SOLID = 0.6
# Share of deviating rows that other columns confirm, beyond which it is no dependency.
MOST_DISAGREEING = 0.01
# Distinct values per row beyond which groups are single rows.
MOST_DISTINCT_SHARE = 0.5
# Deviating pairs of values that are compared: bounds the time.
MOST_DEVIATIONS = 3_000
# Deviating rows of a group of another column from which the group has a value of its own.
LEAST_OWN = 3
# Share of such a group that must deviate: most of it.
OWN_SHARE = 0.5
# Groups of a determinant: larger tables of values are no repair that a person could read.
MOST_GROUPS = 5_000
# Columns of which pairs are tried: time grows with the square.
MOST_COLUMNS = 40
# Determinants kept per column, the firmest first.
MOST_DETERMINANTS = 5
# Unsuspected cells from which a value is established, where no history has it.
ESTABLISHED = 5
# Votes for another value must be this many times fewer, or none.
CLEAR = 3
# So many suspicious cells in one row, and the row may be shifted.
LEAST_SHIFTED = 2


@dataclass(frozen=True, slots=True)
class Dependency:
    """What the values of one column lead to expect in another (`table`), and how firmly.

    `strength` is agreement within groups beyond chance, in [0, 1]; `deviating` counts the rows
    of firm groups with another value, all but `disagreeing` of them misspellings of theirs.
    `kept` are values that look like misspellings and are none: most rows of some group of another
    column have them.
    """

    determinant: str
    target: str
    table: Mapping[str, str]
    strength: float
    rows: int
    deviating: int
    disagreeing: int
    kept: tuple[str, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether no row deviates at all."""
        return self.deviating == 0


@dataclass(frozen=True)
class Evidence:
    """The rows that proposals are made from.

    `frame` holds text columns, the `trusted_rows` first rows being accepted history; `suspects`
    has one entry per cell, true where the cell is failing.
    """

    frame: pl.DataFrame
    suspects: Bools
    trusted_rows: int = 0

    @cached_property
    def text(self) -> TextFrame:
        """The rows as coded text."""
        return TextFrame.of(self.frame)

    @cached_property
    def dependencies(self) -> Mapping[str, tuple[Dependency, ...]]:
        """The firmest determinants of every column that has any, firmest first."""
        return dependencies_of(self.text.parts, self.frame.height)

    @cached_property
    def trusted(self) -> Mapping[str, tuple[Dependency, ...]]:
        """The dependencies that hold in the accepted history without any exception."""
        if self.trusted_rows < LEAST_ROWS:
            return {}
        text = TextFrame.of(self.frame.head(self.trusted_rows))
        found = dependencies_of(text.parts, self.trusted_rows)
        exact = {name: tuple(d for d in ds if d.is_exact) for name, ds in found.items()}
        return {name: ds for name, ds in exact.items() if ds}

    def part(self, name: str) -> Column:
        """One column as coded text."""
        return self.text.parts[self.text.columns.index(name)]

    def established(self, name: str) -> dict[str, int]:
        """The values of a column that at least `ESTABLISHED` unsuspected cells have, by count.

        A value of the accepted history is established from its second row on.
        """
        place = self.text.columns.index(name)
        part = self.text.parts[place]
        clean = part.codes[(part.codes >= 0) & ~self.suspects[:, place]]
        counts = np.bincount(clean, minlength=part.distinct)
        first = part.codes[: self.trusted_rows]
        trusted = np.bincount(first[first >= 0], minlength=part.distinct)
        is_in = (counts >= ESTABLISHED) | (trusted >= 2)
        return {part.values[i]: int(counts[i]) for i in np.flatnonzero(is_in)}

    @cached_property
    def whole_rows(self) -> Bools:
        """Rows in which at most one cell is suspicious.

        Where several are, the row may be shifted, and its other cells be another column's.
        """
        return self.suspects.sum(axis=1) < LEAST_SHIFTED

    def values_of_whole_rows(self, name: str) -> dict[str, int]:
        """The values of a column in whole rows, with how many rows have each."""
        part = self.part(name)
        clean = part.codes[(part.codes >= 0) & self.whole_rows]
        counts = np.bincount(clean, minlength=part.distinct)
        return {part.values[i]: int(counts[i]) for i in np.flatnonzero(counts)}

    def unsuspected(self, name: str) -> int:
        """How many cells of a column have a value that nothing speaks against."""
        place = self.text.columns.index(name)
        return int(((self.text.parts[place].codes >= 0) & ~self.suspects[:, place]).sum())

    def trusted_counts(self, name: str) -> dict[str, int]:
        """How many rows of the accepted history have each value of a column."""
        part = self.text.parts[self.text.columns.index(name)]
        first = part.codes[: self.trusted_rows]
        counts = np.bincount(first[first >= 0], minlength=part.distinct)
        return {part.values[i]: int(counts[i]) for i in np.flatnonzero(counts)}

    def expected(self, name: str, row: Mapping[str, str | None]) -> tuple[str, int] | None:
        """The value that the determinants of a row lead to expect, with its votes."""
        found = self.dependencies.get(name, ())
        votes = [v for d in found if (v := d.table.get(row[d.determinant] or "")) is not None]
        return elected(votes)


def elected(votes: Sequence[str]) -> tuple[str, int] | None:
    """The value that the votes agree on and how many are for it; None when they do not agree."""
    if not votes:
        return None
    counts: dict[str, int] = {}
    for vote in votes:
        counts[vote] = counts.get(vote, 0) + 1
    (first, most), *rest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if rest and most < CLEAR * sum(n for _, n in rest):
        return None
    return first, most


def dependencies_of(parts: Sequence[Column], rows: int) -> dict[str, tuple[Dependency, ...]]:
    """Finds, for every column, its firmest determinants; a short table has none."""
    if rows < LEAST_ROWS:
        return {}
    firsts = [p for p in parts if 2 <= p.distinct <= MOST_DISTINCT_SHARE * rows]
    firsts = [p for p in firsts if p.known >= 0.5 * rows][:MOST_COLUMNS]
    seconds = [p for p in parts if 2 <= p.distinct <= 0.9 * rows][:MOST_COLUMNS]
    found: dict[str, tuple[Dependency, ...]] = {}
    for second in seconds:
        others = [p for p in parts if p is not second]
        own = [_dependency(first, second, others) for first in firsts if first is not second]
        kept = sorted(
            (d for d in own if d is not None), key=lambda d: (-d.strength * d.rows, d.determinant)
        )
        if kept:
            found[second.name] = tuple(kept[:MOST_DETERMINANTS])
    return found


def _dependency(first: Column, second: Column, others: Sequence[Column]) -> Dependency | None:
    """The dependency between two columns, or None when it is weak, soft or has too many groups."""
    both = (first.codes >= 0) & (second.codes >= 0)
    pair = first.codes[both] * second.distinct + second.codes[both]
    keys, held = np.unique(pair, return_counts=True)
    group, value = keys // second.distinct, keys % second.distinct
    sizes = np.bincount(group, weights=held, minlength=first.distinct).astype(np.float64)
    strength = strength_of(held, sizes, second.counts)
    if strength < LEAST_STRENGTH:
        return None
    most = np.zeros(first.distinct)
    np.maximum.at(most, group, held)
    solid = (most >= LEAST_AGREEING) & (most >= LEAST_PURITY * sizes)
    judged = float(sizes[sizes >= LEAST_AGREEING].sum())
    firm = float(sizes[solid].sum())
    if firm < LEAST_SOLID * judged or int(solid.sum()) > MOST_GROUPS:
        return None
    expected = np.full(first.distinct, -1, dtype=np.int64)
    is_most = solid[group] & (held == most[group])
    expected[group[is_most]] = value[is_most]
    off = _deviating(first, second, expected)
    disagreeing, kept = _disagreeing(first, second, others, (expected, off))
    if disagreeing > MOST_DISAGREEING * firm:
        return None
    table = {first.values[g]: second.values[expected[g]] for g in np.flatnonzero(solid)}
    return Dependency(
        first.name, second.name, table, strength, int(firm), len(off), disagreeing, kept
    )


def _deviating(first: Column, second: Column, expected: Ints) -> Ints:
    """The rows of firm groups that have another value than their group."""
    wanted = np.append(expected, -1)[np.maximum(first.codes, -1)]
    is_known = (first.codes >= 0) & (second.codes >= 0) & (wanted >= 0)
    return np.flatnonzero(is_known & (wanted != second.codes))


def _disagreeing(
    first: Column, second: Column, others: Sequence[Column], deviations: tuple[Ints, Ints]
) -> tuple[int, tuple[str, ...]]:
    """Deviating rows that are no misspellings, and the values that only look like some.

    Misspellings are scattered. Where most rows of a group of any other column deviate, the group
    has a value of its own, however near it is to the usual one.
    """
    expected, off = deviations
    if len(off) > MOST_DEVIATIONS * 10:
        return len(off), ()
    pairs = {
        (int(f), int(e)) for f, e in zip(second.codes[off], expected[first.codes[off]], strict=True)
    }
    if len(pairs) > MOST_DEVIATIONS:
        return len(off), ()
    values = second.values
    slips = {p for p in pairs if is_misspelling(values[p[0]], values[p[1]])}
    is_own = in_own_groups(off, others)
    kept = {values[second.codes[row]] for row in off[is_own]}
    is_slip = [
        (int(f), int(e)) in slips and values[f] not in kept
        for f, e in zip(second.codes[off], expected[first.codes[off]], strict=True)
    ]
    return len(off) - sum(is_slip), tuple(sorted(kept))


def in_own_groups(rows: Ints, others: Sequence[Column]) -> Bools:
    """Which of some rows are most of a group of another column: the group is so, it is no error."""
    found = np.zeros(len(rows), dtype=np.bool_)
    for other in others:
        codes = other.codes[rows]
        held = np.bincount(codes[codes >= 0], minlength=max(other.distinct, 1))
        counts = other.counts if other.distinct else np.zeros(1)
        is_most = (held >= LEAST_OWN) & (held > OWN_SHARE * counts)
        found |= (codes >= 0) & is_most[np.maximum(codes, 0)]
    return found


def strength_of(held: Ints, sizes: npt.NDArray[np.float64], counts: Ints) -> float:
    """How much more often rows of a group agree than any two rows do; 1 is always.

    Source: Goodman and Kruskal's tau in its unbiased pair form.
    """
    pairs = float((sizes * (sizes - 1)).sum())
    total = float(counts.sum())
    if pairs < LEAST_ROWS or total < 2:
        return 0.0
    within = float((held * (held - 1.0)).sum()) / pairs
    chance = float((counts * (counts - 1.0)).sum()) / (total * (total - 1))
    return (within - chance) / (1 - chance) if chance < 1 else 0.0
