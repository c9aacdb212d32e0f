"""Dependencies that only repeat what a third column says: a thing's name gives both columns.

A patient has one age and one diagnosis. In files of few patients the age seems to give the
diagnosis, until two patients of one age come. That rows of one patient agree is no evidence for it:
only patients who share an age can tell, and they must be as many as rows must be elsewhere.

What belongs here: found dependencies, and which of them are such echoes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dmaic_assets.history.baseline import History
from dmaic_assets.history.codes import Codes

# Contradictions that chance would have made: e^-40 is left after all pairs are tried.
LEAST_SURPRISE = 40.0


@dataclass(frozen=True, slots=True)
class Dependency:
    """One dependency that history never contradicts.

    `checked` counts rows whose determinant occurs elsewhere too; `surprise` those among them
    that would contradict by chance. `meets_new` says that rows often have a determinant that the
    files before did not have.
    """

    first: tuple[str, ...]
    target: str
    is_global: bool
    checked: int
    surprise: float
    groups: int
    distinct: int
    meets_new: bool


def without_echoes(
    history: History, found: Mapping[str, Sequence[Dependency]], target: str
) -> list[Dependency]:
    """Leaves out what a column finer than the determinant explains, which stays itself.

    Args:
        history: The baseline that the dependencies are from.
        found: All dependencies, by the column that is determined.
        target: The column whose dependencies are asked for.

    Returns:
        Those of the target in their order. Columns that give each other both stay: a wrong value of
        either is told by the other.
    """
    finer = [d.first[0] for d in found[target] if len(d.first) == 1]
    return [d for d in found[target] if not any(_explains(history, found, x, d) for x in finer)]


def _explains(
    history: History, found: Mapping[str, Sequence[Dependency]], other: str, by: Dependency
) -> bool:
    """Whether the finer column gives the determinant too, and few of its values share one."""
    if len(by.first) != 1 or by.first == (other,):
        return False
    (name,) = by.first
    gives_both = any(d.first == (other,) for d in found.get(name, ()))
    if not gives_both or history.codes(other).size <= history.codes(name).size:
        return False
    varied = by.surprise / max(1, by.checked - by.groups)
    return _merged(history, by, other) * varied < LEAST_SURPRISE


def _merged(history: History, by: Dependency, other: str) -> int:
    """How many values of the other column share a case with one before them."""
    codes = history.codes(by.first[0])
    cases = (codes if by.is_global else within_files(history, codes)).values
    finer = history.codes(other)
    there = (cases >= 0) & (finer.values >= 0) & (history.codes(by.target).values >= 0)
    cases, values = cases[there], finer.values[there]
    both = cases * max(1, finer.size) + values
    return len(np.unique(both)) - len(np.unique(cases))


def within_files(history: History, codes: Codes) -> Codes:
    """The same values of two files as different ones; blocks of one file stay together."""
    if history.is_cut:
        return codes
    moved = codes.values + history.part_ids[: len(codes.values)] * max(1, codes.size)
    return Codes(np.where(codes.values < 0, -1, moved), codes.size * max(1, history.parts))
