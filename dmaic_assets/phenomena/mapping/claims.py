"""What many sources say of the same things: which tables are such, and whom to believe.

What belongs here: recognising a table of claims, and voting in which sources that copy count once.
What contradicts the outcome is `cells`' business.

In a table of claims every column depends on what the row is about, but rows contradict each other
often: a majority is right more often than a row is, unless the majority copied itself. Sources
that agree with one another far more than sources do on the whole share one vote.

Source: the idea of discounting votes by dependence is that of Dong, Berti-Equille and Srivastava,
"Integrating conflicting data: the role of source dependence" (VLDB 2009). Departure: dependence is
agreement beyond the usual agreement of two sources instead of a Bayesian posterior.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dmaic_assets.phenomena.contract.cell_frame import Column, Ints
from dmaic_assets.phenomena.mapping.contradictions import Contradictions

Floats = npt.NDArray[np.float64]
# Rows a thing must have on average for a vote on it to mean something, and things a source must
# tell of for its agreement with others to be told from chance.
FEW = 8.0
# Share of pairs of source and thing that may occur twice: a source tells of a thing once.
MOST_REPEATED = 0.05
# Beyond so many sources the table of their agreement is not built.
MOST_SOURCES = 500
# Agreement beyond the usual, as a share of what is left to full agreement, from which on two
# sources are not independent of each other.
COPIES_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Claims:
    """A table of claims: the column of the things, and that of the sources where there is one."""

    thing: Column
    source: Column | None


def is_told_of_often(part: Column, rows: int) -> bool:
    """Whether a column may name what rows are about: always known, and many rows for nearly all."""
    often = part.counts[part.counts >= FEW]
    return part.known == rows and float(often.sum()) >= (1 - MOST_REPEATED) * rows


def sources_of(thing: Column, others: Sequence[Column], rows: int) -> list[Column]:
    """The columns that may name who says something: each tells of many things, of each once."""
    found: list[Column] = []
    for part in others:
        if not 2 <= part.distinct <= MOST_SOURCES or part.known < FEW * part.distinct:
            continue
        # Numbers and dates are no names: what is told of each year may change from year to year.
        if sum(any(c.isalpha() for c in value) for value in part.values) < 0.5 * part.distinct:
            continue
        both = (thing.codes >= 0) & (part.codes >= 0)
        keys = np.unique(thing.codes[both] * part.distinct + part.codes[both])
        if both.sum() >= 0.5 * rows and len(keys) >= (1 - MOST_REPEATED) * both.sum():
            found.append(part)
    return found


def is_scattered(pair: Contradictions, part: Column) -> bool:
    """Whether rows that contradict a thing's usual value seldom have the usual value of another.

    Errors that are made independently of each other scatter. Where rows take another's value, it
    may be theirs as well.
    """
    usual = np.unique(pair.usual[pair.usual >= 0])
    taken = np.isin(part.codes[pair.rows], usual)
    return pair.is_chance and bool(len(taken)) and float(taken.mean()) < 0.5


def votes_of(claims: Claims, told: Sequence[Column]) -> Floats:
    """How much each row's word counts, in (0, 1]: 1 for a source that copies from nobody.

    Args:
        claims: The table.
        told: The columns that hold what is said.
    """
    rows = len(claims.thing.codes)
    if claims.source is None:
        return np.ones(rows)
    said = [_answers(claims.thing, claims.source, part) for part in told]
    shared, agreeing = _agreement(said)
    weights = _independence(shared, agreeing)
    return np.append(weights, 1.0)[claims.source.codes.clip(-1)]


def _answers(thing: Column, source: Column, part: Column) -> Ints:
    """What each source (row) says of each thing (column), as a code; -1 where it says nothing."""
    table = np.full((source.distinct, thing.distinct), -1, dtype=np.int64)
    known = (thing.codes >= 0) & (source.codes >= 0) & (part.codes >= 0)
    table[source.codes[known], thing.codes[known]] = part.codes[known]
    return table


def _agreement(said: Sequence[Ints]) -> tuple[Floats, Floats]:
    """How many answers each two sources both gave, and in how many of them they agree."""
    count = len(said[0])
    shared, agreeing = np.zeros((count, count)), np.zeros((count, count))
    for table in said:
        known = table >= 0
        for source in range(count):
            both = known & known[source]
            shared[source] += both.sum(axis=1)
            agreeing[source] += (both & (table == table[source])).sum(axis=1)
    return shared, agreeing


def _independence(shared: Floats, agreeing: Floats) -> Floats:
    """One over the number of sources that speak with each source's voice, itself included."""
    others = ~np.eye(len(shared), dtype=np.bool_) & (shared >= FEW)
    share = np.divide(agreeing, shared, out=np.zeros_like(shared), where=shared > 0)
    usual = float(np.median(share[others])) if others.any() else 1.0
    beyond = (share - usual) / max(1 - usual, 1e-9)
    copies = np.where(others & (beyond >= COPIES_FROM), beyond, 0.0)
    return 1.0 / (1.0 + copies.sum(axis=1))
