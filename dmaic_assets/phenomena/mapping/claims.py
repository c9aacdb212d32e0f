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

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dmaic_assets.history.codes import distinct
from dmaic_assets.phenomena.contract.cell_frame import Bools, Column, Ints, TextFrame
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
    """A table of claims: the column of the things, that of the sources where there is one.

    `told` are the columns that hold what is said.
    """

    thing: Column
    source: Column | None
    told: tuple[Column, ...]


def claims_in(
    text: TextFrame,
    firsts: Sequence[Column],
    seconds: Sequence[Column],
    pair_of: Callable[[Column, Column], Contradictions | None],
) -> Claims | None:
    """Recognises a table of claims; None when it is none.

    Args:
        text: The table.
        firsts: The columns that may determine others.
        seconds: The columns that may depend on others.
        pair_of: What contradicts one column in another, if that leads to anything.
    """
    for thing in sorted(firsts, key=lambda p: -p.distinct):
        if not _is_told_of_often(thing, text.rows):
            continue
        others = [p for p in seconds if p is not thing]
        pairs = {p.index: pair for p in others if (pair := pair_of(thing, p)) is not None}
        alone = [p for p in others if p.index not in pairs]
        told = tuple(p for p in others if p.index in pairs)
        sources = _sources_of(thing, alone, text.rows)
        disputed = [p for p in told if not pairs[p.index].is_dependency(None)]
        if not sources:
            disputed = [p for p in disputed if _is_scattered(pairs[p.index], p)]
        if disputed and len(alone) <= 1 and len(sources) == len(alone):
            return Claims(thing, next(iter(sources), None), told)
    return None


def has_sources(thing: Column, others: Sequence[Column], rows: int) -> bool:
    """Whether rows may be about the things of a column, and another may name who says so."""
    return _is_told_of_often(thing, rows) and bool(_sources_of(thing, others, rows))


def _is_told_of_often(part: Column, rows: int) -> bool:
    """Whether a column may name what rows are about: always known, and many rows for nearly all."""
    often = part.counts[part.counts >= FEW]
    return part.known == rows and float(often.sum()) >= (1 - MOST_REPEATED) * rows


def _sources_of(thing: Column, others: Sequence[Column], rows: int) -> list[Column]:
    """The columns that may name who says something: each tells of many things, of each once."""
    found: list[Column] = []
    for part in others:
        if not 2 <= part.distinct <= MOST_SOURCES or part.known < FEW * part.distinct:
            continue
        if thing.distinct * part.distinct < (1 - MOST_REPEATED) * 0.5 * rows:
            continue
        # Numbers and dates are no names: what is told of each year may change from year to year.
        if sum(any(c.isalpha() for c in value) for value in part.values) < 0.5 * part.distinct:
            continue
        both = (thing.codes >= 0) & (part.codes >= 0)
        keys = distinct(thing.codes[both] * part.distinct + part.codes[both])
        if both.sum() >= 0.5 * rows and len(keys) >= (1 - MOST_REPEATED) * both.sum():
            found.append(part)
    return found


def _is_scattered(pair: Contradictions, part: Column) -> bool:
    """Whether rows that contradict a thing's usual value seldom have the usual value of another.

    Errors that are made independently of each other scatter. Where rows take another's value, it
    may be theirs as well.
    """
    usual = np.unique(pair.usual[pair.usual >= 0])
    taken = np.isin(part.codes[pair.rows], usual)
    return pair.is_chance and bool(len(taken)) and float(taken.mean()) < 0.5


def votes_of(claims: Claims) -> Floats:
    """How much each row's word counts, in (0, 1]: 1 for a source that copies from nobody."""
    if claims.source is None:
        return np.ones(len(claims.thing.codes))
    return np.append(_weights(_copies(claims, claims.source)), 1.0)[claims.source.codes.clip(-1)]


def camps_of(claims: Claims, source: Column) -> tuple[Floats, Floats]:
    """How much each row's word counts in either of two camps; none of one copies from the other.

    Sources that copy from each other, be it by a third one, are in one camp. The groups of them go
    one after another, the largest first, to the camp that has fewer voices.
    """
    copies = _copies(claims, source)
    weights = _weights(copies)
    camp = np.zeros(len(weights), dtype=np.int64)
    voices = np.zeros(2)
    groups = _groups(copies > 0)
    for members in sorted(groups, key=lambda m: (-float(weights[m].sum()), m)):
        camp[members] = int(voices.argmin())
        voices[camp[members[0]]] += float(weights[members].sum())
    ours, theirs = (np.append(np.where(camp == i, weights, 0.0), 0.0) for i in (0, 1))
    return ours[source.codes.clip(-1)], theirs[source.codes.clip(-1)]


def _groups(linked: Bools) -> list[list[int]]:
    """The sources that are linked with each other, directly or by others."""
    left = set(range(len(linked)))
    found: list[list[int]] = []
    while left:
        reached = {min(left)}
        fresh = reached
        while fresh:
            fresh = {int(j) for i in fresh for j in np.flatnonzero(linked[i])} - reached
            reached |= fresh
        found.append(sorted(reached))
        left -= reached
    return found


def _copies(claims: Claims, source: Column) -> Floats:
    """How far each two sources agree beyond the usual, in [0, 1]; 0 for those that are apart."""
    return _dependence(*_agreement([_answers(claims.thing, source, p) for p in claims.told]))


def _weights(copies: Floats) -> Floats:
    """One over the number of sources that speak with each source's voice, itself included."""
    return 1.0 / (1.0 + copies.sum(axis=1))


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


def _dependence(shared: Floats, agreeing: Floats) -> Floats:
    """Agreement of each two sources beyond the usual; 0 unless it is half of what is left."""
    others = ~np.eye(len(shared), dtype=np.bool_) & (shared >= FEW)
    share = np.divide(agreeing, shared, out=np.zeros_like(shared), where=shared > 0)
    usual = float(np.median(share[others])) if others.any() else 1.0
    beyond = (share - usual) / max(1 - usual, 1e-9)
    return np.where(others & (beyond >= COPIES_FROM), beyond, 0.0)
