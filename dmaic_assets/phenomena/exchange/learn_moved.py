"""Learns which columns go together row by row, so that one moved by a row shows.

What belongs here: choosing pairs, and how far a file's rows fit better than rows beside them. A
score is never tried on the files that it is learnt from: each half of the files tries the other's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import nlargest
from itertools import combinations, pairwise
from typing import TypeAlias

import numpy as np
import polars as pl

from dmaic_assets.history.baseline import Floats, History, Ints
from dmaic_assets.history.column_kinds import ColumnKind
from dmaic_assets.history.proposal import Fit, Proposal, Proposals
from dmaic_assets.history.tolerance import evidence_of, interval
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.phenomenon import Given
from dmaic_assets.phenomena.exchange.moved import RANKS, rank_class

# Files from which their variation is known, as in `top_share`.
FEWEST_FILES = 4
# Rows of a file from which a mean over its rows says something, as in `distribution`.
FEWEST_ROWS = 15
# Values of a column that are told apart, the most frequent ones; the others are one class.
MOST_VALUES = 12
# Columns up to which pairs are tried: bounds the time.
MOST_COLUMNS = 30
# Pooled rows that say which columns go together most: bounds the time.
PAIR_ROWS = 20_000
# Partners of a column that are tried in all files.
PARTNERS = 3
# Rows that each pair of classes is given by chance: an expectation of fewer than five says little.
PRIOR = 5.0
# The part of its usual gain by which a file must fall on the other side: a column that moved falls
# as far as it stood above, and relations that are lost come to nothing, 0.
HALF = 0.5
# Least standard deviation of the gain (natural logarithm): rows next to each other at the border of
# two classes change it by so much in a file of a few hundred rows, sorted ones above all.
FLOOR = 0.02
# What a rule asks of the budget, against others. The bound that ten times as much gives must be
# above nothing, and a file falls half as far again: it lies beyond 1.5 times that bound's multiple
# of the standard deviation, and a tenth of a share needs 1.3 times the multiple (6.0 for 4.6).
WEIGHT = 0.1

_Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Classes:
    """The pooled rows of a column as classes, and its values where it is no number."""

    codes: Ints
    size: int
    values: tuple[str, ...] | None


def propose_row_matches(given: Given) -> Proposals:
    """Proposes for each column the partner whose values most surely stand in its own row."""
    history = given.history
    # Neighbours of a sample are not neighbours of the file.
    if history.is_cut or history.is_sampled or history.files < FEWEST_FILES:
        return []
    parts = [part for part in _parts(history) if part.stop - part.start >= FEWEST_ROWS]
    names = [name for name, kind in given.kinds.items() if _is_usable(history, kind)]
    if len(parts) < FEWEST_FILES:
        return []
    found = _classes(history, names[:MOST_COLUMNS])
    gains = {pair: _gains(found, pair, parts) for pair in _partners(found)}
    sure = {pair: g for pair, g in gains.items() if g.min() > 0}
    best = (_surest(sure, name) for name in found)
    least = min(part.stop - part.start for part in parts)
    return [
        Proposal(
            "row_match",
            pair,
            "critical",
            weight=WEIGHT,
            fit=partial(_fit, found, pair, sure[pair], parts, least),
        )
        for pair in dict.fromkeys(pair for pair in best if pair)
    ]


def _is_usable(history: History, kind: ColumnKind) -> bool:
    if not history.has(kind.column) or kind.is_batch or kind.kind in {"empty", "constant", "other"}:
        return False
    dtype = history.dtype(kind.column)
    is_listed = isinstance(dtype, pl.String | pl.Boolean) and not kind.is_unique
    return is_listed or history.is_number(kind.column)


def _parts(history: History) -> list[slice]:
    ends = [0, *(np.flatnonzero(np.diff(history.part_ids)) + 1).tolist(), len(history.part_ids)]
    return [slice(start, end) for start, end in pairwise(ends)]


def _classes(history: History, names: Sequence[str]) -> dict[str, _Classes]:
    numbers = [name for name in names if history.is_number(name)]
    columns = {f"{at}": history.numbers(name) for at, name in enumerate(numbers)}
    ranked = pl.DataFrame({**columns, "part": history.part_ids}).select(
        rank_class(pl.col(at)).over("part") for at in columns
    )
    ranks = dict(zip(numbers, ranked.iter_columns(), strict=True))
    return {
        name: _Classes(ranks[name].to_numpy().astype(np.int64), RANKS + 1, None)
        if name in ranks
        else _listed(history, name)
        for name in names
    }


def _listed(history: History, name: str) -> _Classes:
    """A class for each of the most frequent values, one for all others and one for none."""
    codes, cases = history.codes(name), history.cases(name)
    counts = np.bincount(codes.values[codes.values >= 0], minlength=codes.size).tolist()
    chosen = nlargest(MOST_VALUES, range(codes.size), key=lambda code: (counts[code], cases[code]))
    # The last entry is that of -1.
    classes = np.full(codes.size + 1, len(chosen))
    classes[chosen] = np.arange(len(chosen))
    classes[-1] = len(chosen) + 1
    values = tuple(cases[code] for code in chosen)
    return _Classes(classes[codes.values], len(chosen) + 2, values)


def _partners(found: Mapping[str, _Classes]) -> list[_Pair]:
    """For each column the pairs with the columns that say most of it."""
    said: dict[_Pair, float] = {}
    for pair in combinations(found, 2):
        one, other = (found[name].codes for name in pair)
        step = max(1, len(one) // PAIR_ROWS)
        counts = _counts(found, pair, one[::step], other[::step])
        said[pair] = float((counts * _scores(counts)).sum() / max(1.0, counts.sum()))
    chosen = (
        sorted((p for p in said if name in p), key=lambda p: -said[p])[:PARTNERS] for name in found
    )
    return [*dict.fromkeys(pair for pairs in chosen for pair in pairs)]


def _surest(sure: Mapping[_Pair, Floats], name: str) -> _Pair | None:
    """The pair of a column whose gains lie furthest from nothing, for how much they vary."""
    mine = [pair for pair in sure if name in pair]
    return max(mine, key=lambda p: float(sure[p].mean() / max(sure[p].std(), 1e-9)), default=None)


def _gains(found: Mapping[str, _Classes], pair: _Pair, parts: Sequence[slice]) -> Floats:
    """By how much rows fit better than the better of the rows beside them, in each part."""
    one, other = (found[name].codes for name in pair)
    halves = [_scores(_met(found, pair, parts[half::2])) for half in (0, 1)]
    return np.array(
        [_gain(halves[1 - number % 2], one[p], other[p]) for number, p in enumerate(parts)]
    )


def _gain(scores: Floats, one: Ints, other: Ints) -> float:
    beside = max(scores[one[:-1], other[1:]].mean(), scores[one[1:], other[:-1]].mean())
    return float(scores[one, other].mean() - beside)


def _met(found: Mapping[str, _Classes], pair: _Pair, parts: Sequence[slice]) -> Floats:
    """How often each pair of classes meets in a row of the parts."""
    one, other = (found[name].codes for name in pair)
    counted = [_counts(found, pair, one[p], other[p]) for p in parts]
    return np.stack(counted).sum(axis=0)


def _counts(found: Mapping[str, _Classes], pair: _Pair, one: Ints, other: Ints) -> Floats:
    sizes = found[pair[0]].size, found[pair[1]].size
    met = np.bincount(one * sizes[1] + other, minlength=sizes[0] * sizes[1])
    return met.reshape(sizes).astype(np.float64)


def _scores(counts: Floats) -> Floats:
    """How much more often than by chance each pair of classes meets, as a natural logarithm."""
    chance = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / max(1.0, counts.sum())
    return np.log((counts + PRIOR) / (chance + PRIOR))


def _fit(
    found: Mapping[str, _Classes],
    pair: _Pair,
    gains: Floats,
    parts: Sequence[slice],
    least: int,
    alpha: float,
) -> Fit | None:
    expected = interval(gains, alpha / WEIGHT, floor=FLOOR)
    if expected.low <= 0:
        return None
    counts = _met(found, pair, parts)
    listed: dict[str, Json] = {n: [*v] for n in pair if (v := found[n].values) is not None}
    parameters: dict[str, Json] = {
        "scores": [[round(x, 3) for x in row] for row in _scores(counts).tolist()],
        "margin": float(f"{HALF * expected.centre:.4g}"),
        "least": least,
    }
    return Fit(
        {**parameters, **({"values": listed} if listed else {})}, evidence_of(expected), alpha
    )
