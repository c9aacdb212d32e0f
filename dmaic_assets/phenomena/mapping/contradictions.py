"""Which rows contradict an approximate dependency between two columns.

What belongs here: one pair of columns: whether one depends on the other, and the rows that deviate.
Which cell of such a row is at fault, `cells` decides.

A pair of columns A -> B counts when two rows with the same A agree on B far more often than two
rows do by chance; that measure does not favour small groups. Within each A the rare values of B
are contradictions. They are errors only where they look like errors: few, and spread over the
groups as chance spreads them. What many rows deviate in, or one group alone, is how things are.

Source: the strength is Goodman and Kruskal's tau in its unbiased pair form, as used for
approximate dependencies by Mandros et al. (2017) in spirit: agreement beyond chance. The share of
deviating rows is g3 of Kivinen and Mannila (1995).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dmaic_assets.phenomena.contract.cell_frame import Bools, Column, Ints

Weights = npt.NDArray[np.float64]

# Agreement beyond chance from which on a column leads to expect another: in small groups, in groups
# of `LARGE_GROUP` rows, and where the groups without a clear majority need not be looked at.
LEAST_STRENGTH = 0.5
LEAST_STRENGTH_LARGE = 0.25
LARGE_GROUP = 8.0
SURE_STRENGTH = 0.8
# Share of a group's rows that must have a value before the others are said to lack it.
MOSTLY_KNOWN = 0.4
# Share of rows that must be in groups with a clear majority.
MOST_SOLID = 0.6
# A clear majority: so many rows, this share of the group, and any other value at most this share
# of the majority's rows.
LEAST_AGREEING = 3
LEAST_PURITY = 0.5
MINORITY = 0.34
# Votes this near to the most are as many.
TIE = 0.95
# Share of deviating rows (g3) up to which a dependency holds and rows break it. Error rates of
# tables that people publish as dirty are of this size for one column.
MOST_DEVIATING = 0.05
# The same where both columns lead to each other: two names of one thing, either of which may be
# wrong, so that a row deviates twice as often; and hardly anything but names does that by nature.
MOST_DEVIATING_MUTUAL = 0.15
# The same of rows without a value: gaps are the most frequent error, and blame no other cell.
MOST_MISSING = 0.1
# Cells of a table of all pairs of values, per row, up to which rows are counted in one: sorting the
# rows takes longer beyond (measured on 100,000 rows).
MOST_CELLS_PER_ROW = 32
# Standard deviations that the pairs of deviating rows in one group may exceed their expectation by.
CHANCE_SD = 3.0


@dataclass(frozen=True, slots=True)
class Contradictions:
    """`usual` has, for every code of the first column, the second's most frequent code.

    `rows` deviate from it, `good` rows agree with it, and `missing` ones have no value although
    their group has one; `deviating` is the share of rows that deviate (g3).
    """

    first: int
    second: int
    strength: float
    deviating: float
    is_chance: bool
    rows: Ints
    good: Ints
    missing: Ints
    usual: Ints

    def is_dependency(self, back: "Contradictions | None") -> bool:
        """Whether what deviates is little, and falls on groups as errors do.

        Args:
            back: The pair the other way round, where that leads to anything.
        """
        is_mutual = back is not None and back.is_chance and back.deviating <= MOST_DEVIATING_MUTUAL
        most = MOST_DEVIATING_MUTUAL if is_mutual else MOST_DEVIATING
        return self.is_chance and self.deviating <= most


def contradictions(
    first: Column, second: Column, votes: Weights | None = None
) -> Contradictions | None:
    """The rows that contradict what `first` leads to expect in `second`; None: it leads to nothing.

    Args:
        first: The column that may determine the other.
        second: The column that may depend on it.
        votes: How much each row's word counts; all the same when not given. A plain majority must
            be clear; a vote decides however narrowly, unless it is a tie.
    """
    rows = np.flatnonzero((first.codes >= 0) & (second.codes >= 0))
    sizes = np.bincount(first.codes[rows], minlength=first.distinct).astype(np.float64)
    least = LEAST_STRENGTH_LARGE if _typical(sizes) >= LARGE_GROUP else LEAST_STRENGTH
    if _most_strength(sizes, second) < least:
        return None
    pairs = _PairsOfValues.of(first, second, rows)
    known = second.codes[rows]
    strength = _strength(pairs.held, sizes, np.bincount(known)) if len(known) else 0.0
    if strength < least:
        return None
    groups = _grouped(first, second, pairs, votes)
    enough = groups.sizes >= LEAST_AGREEING
    judged = max(float(groups.sizes[enough].sum()), 1.0)
    deviating = float((groups.sizes - groups.most)[enough].sum()) / judged
    solid = enough & (groups.rivals == 1)
    if votes is None:
        blind = 1 - float(np.bincount(known).max()) / len(known)
        if deviating > (1 - LEAST_STRENGTH_LARGE) * blind:
            return None  # the most frequent value alone tells nearly as much
        solid &= (groups.most >= LEAST_AGREEING) & (groups.most >= LEAST_PURITY * groups.sizes)
    is_sure = strength >= SURE_STRENGTH
    if not is_sure and float(groups.sizes[solid].sum()) < MOST_SOLID * judged:
        return None
    bad = groups.rows[solid[groups.of_row] & groups.is_minor]
    firm = solid if is_sure else solid & (groups.sizes >= LARGE_GROUP)
    return Contradictions(
        first.index,
        second.index,
        strength,
        deviating,
        _is_by_chance(first.codes[bad], groups.sizes),
        bad,
        groups.rows[solid[groups.of_row] & groups.is_usual],
        _gaps(first, second, firm, are_claims=votes is not None),
        groups.usual,
    )


def voted(first: Column, second: Column, votes: Weights, *, near: float) -> Ints:
    """For every code of `first` the code of `second` with most votes.

    -1 where another value has more than `near` of these votes, or where nobody votes.
    """
    rows = np.flatnonzero((first.codes >= 0) & (second.codes >= 0))
    groups = _grouped(first, second, _PairsOfValues.of(first, second, rows), votes, near=near)
    return np.where(groups.rivals == 1, groups.usual, -1)


@dataclass(frozen=True, slots=True)
class _PairsOfValues:
    """The pairs of values that `rows` have, rising, and how many rows have each (`held`).

    A pair is the first column's code times the distinct values of the second, and its code.
    """

    rows: Ints
    of_row: Ints
    keys: Ints
    held: Ints

    @staticmethod
    def of(first: Column, second: Column, rows: Ints) -> "_PairsOfValues":
        of_row = first.codes[rows] * second.distinct + second.codes[rows]
        most = first.distinct * second.distinct
        if most <= MOST_CELLS_PER_ROW * max(len(rows), 1):
            table = np.bincount(of_row, minlength=most)
            keys = np.flatnonzero(table)
            return _PairsOfValues(rows, of_row, keys, table[keys])
        keys, held = np.unique(of_row, return_counts=True)
        return _PairsOfValues(rows, of_row, keys, held)


@dataclass(frozen=True, slots=True)
class _Groups:
    """Rows with both values, and the groups that the first column makes of them.

    By group: `sizes`, rows of the `most` frequent value and its code (`usual`), and `rivals`, how
    many values are about as frequent, itself included. By row: its group (`of_row`), and whether
    its value is the usual one or a minor one.
    """

    sizes: Weights
    most: Weights
    rivals: Weights
    usual: Ints
    rows: Ints
    of_row: Ints
    is_usual: Bools
    is_minor: Bools


def _grouped(
    first: Column,
    second: Column,
    pairs: _PairsOfValues,
    votes: Weights | None,
    *,
    near: float = TIE,
) -> _Groups:
    keys, held, count = pairs.keys, pairs.held, first.distinct
    place = np.searchsorted(keys, pairs.of_row)
    if votes is None:
        weight = held.astype(np.float64)
    else:
        weight = np.bincount(place, weights=votes[pairs.rows])
    group = keys // second.distinct
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    most, rows_most = np.zeros(count), np.zeros(count)
    most[group[starts]] = np.maximum.reduceat(weight, starts)
    rows_most[group[starts]] = np.maximum.reduceat(held, starts)
    limit = (MINORITY if votes is None else near) * most[group]
    usual = np.full(count, -1, dtype=np.int64)
    rising = np.argsort(weight, kind="stable")
    usual[group[rising]] = keys[rising] % second.distinct
    return _Groups(
        np.bincount(group, weights=held, minlength=count).astype(np.float64),
        rows_most,
        np.bincount(group, weights=weight > limit, minlength=count).astype(np.float64),
        usual,
        pairs.rows,
        first.codes[pairs.rows],
        (weight == most[group])[place],
        (weight <= limit)[place],
    )


def _gaps(first: Column, second: Column, firm: Bools, *, are_claims: bool) -> Ints:
    """The rows without a value in groups that have one, where that is a slip and no custom.

    Values are missing in few rows then, wherever they are. Sources may know nothing more often.
    """
    a = first.codes
    rows = np.flatnonzero(a >= 0)
    sizes = np.bincount(a[rows], minlength=first.distinct).astype(np.float64)
    gone = rows[second.codes[rows] < 0]
    lost = np.bincount(a[gone], minlength=first.distinct)
    judged = firm & (lost <= (1 - MOSTLY_KNOWN) * sizes)
    gone = gone[judged[a[gone]]]
    of_judged = np.where(judged, sizes, 0.0)
    is_few = len(gone) <= MOST_MISSING * float(of_judged.sum())
    is_slip = are_claims or (is_few and _is_by_chance(a[gone], of_judged))
    return gone if is_slip else gone[:0]


def _strength(held: Ints, sizes: Weights, counts: Ints) -> float:
    """How much more often rows that share A agree on B than any two rows do; 1 is always."""
    pairs = float((sizes * (sizes - 1)).sum())
    total = float(counts.sum())
    if pairs < 30 or total < 2:
        return 0.0
    within = float((held * (held - 1.0)).sum()) / pairs
    chance = float((counts * (counts - 1.0)).sum()) / (total * (total - 1))
    return (within - chance) / (1 - chance) if chance < 1 else 0.0


def _most_strength(sizes: Weights, second: Column) -> float:
    """What the strength cannot exceed, whichever rows have which values.

    Rows that share a group and agree on the second column are among those that agree on it.
    """
    agreeing = float((second.counts * (second.counts - 1.0)).sum())
    return agreeing / max(float((sizes * (sizes - 1)).sum()), 1.0)


def _typical(sizes: Weights) -> float:
    """The size of the group that a row is in, on average."""
    return float((sizes**2).sum() / max(float(sizes.sum()), 1.0))


def _is_by_chance(groups: Ints, sizes: Weights) -> bool:
    """Whether deviating rows share groups no more than rows drawn at random would."""
    found = np.bincount(groups, minlength=len(sizes)).astype(np.float64)
    pairs = float((found * (found - 1)).sum()) / 2
    shares = sizes / max(float(sizes.sum()), 1.0)
    expected = len(groups) * (len(groups) - 1) / 2 * float((shares**2).sum())
    return pairs <= expected + CHANCE_SD * max(expected, 1.0) ** 0.5
