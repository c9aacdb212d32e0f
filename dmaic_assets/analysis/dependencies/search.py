"""The dependencies and keys of a table by the names of its columns.

What belongs here: what is looked for, its bounds, and tables too small to have pairs of rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from dmaic_assets.analysis.dependencies.agree import AgreeSets
from dmaic_assets.analysis.dependencies.codes import coded
from dmaic_assets.analysis.dependencies.functional import Functional, functional
from dmaic_assets.analysis.dependencies.keys import Keys, candidate_keys


@dataclass(frozen=True, slots=True)
class Dependency:
    """`lhs` determines `rhs`: rows with the same values there have the same value here.

    An empty `lhs` says that the column is constant.
    """

    lhs: tuple[str, ...]
    rhs: str


@dataclass(frozen=True, slots=True)
class Dependencies:
    """All minimal dependencies with left sides up to `most_lhs`, and all minimal keys.

    `most_lhs` is less than asked for, and `most_key_columns` not None, where there was too much
    to look at: what is given is then everything up to that size.
    """

    functional: tuple[Dependency, ...]
    keys: tuple[tuple[str, ...], ...]
    most_lhs: int
    most_key_columns: int | None


def dependencies_of(frame: pl.DataFrame, most_lhs: int) -> Dependencies:
    """Finds the exact dependencies and keys of a table, all rows looked at.

    A null is a value like any other and equal to itself. No dependency has a smaller one with the
    same right side within its left side, no key has another within it; none is empty.

    Args:
        frame: Any rows and columns.
        most_lhs: Columns that a left side may have, at least 0.
    """
    names = frame.columns
    if frame.height < 2:
        return Dependencies(
            tuple(Dependency((), name) for name in names),
            tuple((name,) for name in names),
            most_lhs,
            None,
        )
    sets = AgreeSets(coded(frame))
    found, keys = functional(sets, most_lhs), candidate_keys(sets)
    return _named(names, found, keys)


def _named(names: Sequence[str], found: Functional, keys: Keys) -> Dependencies:
    return Dependencies(
        tuple(Dependency(tuple(names[c] for c in lhs), names[rhs]) for lhs, rhs in found.pairs),
        tuple(tuple(names[c] for c in key) for key in keys.sets),
        found.most_lhs,
        keys.most_columns,
    )
