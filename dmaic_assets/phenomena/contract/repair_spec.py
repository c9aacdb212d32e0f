"""What a kind of repair is: its parameters, what applies it, and how a pilot tries it.

What belongs here: the contract that every repair in the registry fulfils, and the stages in which
changes are applied. What a kind does is in the folder of its phenomenon.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
import polars as pl

from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.repair_kind import (
    Repair,
    RepairKind,
    RowFunction,
    ValueBuilder,
)

Row: TypeAlias = Mapping[str, str | None]
Confirms: TypeAlias = Callable[[str, Row, str | None], bool]
"""Whether something beside the repair speaks for a cell's new value: column, row before, value."""
Spoiler: TypeAlias = Callable[[str, Repair, "np.random.Generator"], tuple[str, str] | None]
"""A clean value as it should come back, and spoiled; None for one that cannot be spoiled."""
RowSpoiler: TypeAlias = Callable[[pl.DataFrame, Repair], tuple[pl.DataFrame, pl.DataFrame] | None]
"""Clean rows as they should come back, and spoiled; None when none can be."""

Stage: TypeAlias = Literal["text", "place", "form", "word", "slip", "row", "copies"]
# The order in which changes are applied: how text is spelt, in which column it stands, how numbers
# and dates are written, which spelling a known value has, which value a slip meant, what the other
# columns of the row say, and last the rows that repeat others.
STAGES: tuple[Stage, ...] = get_args(Stage)
_NUMBER = (int, float)


@dataclass(frozen=True, slots=True)
class RepairSpec:
    """A kind of repair.

    It is applied `by_value` (one column, one value at a time), `by_row` (several columns), or by
    neither when it writes no cell. A kind of form (`is_form`) only writes a value as its column
    does: what it would change is badly written, whoever looks; the others must be told what fails.
    Only the first column is written when the others are what it `reads_others` for.
    """

    name: RepairKind
    stage: Stage
    parameters: Mapping[str, type | tuple[type, ...]]
    required: tuple[str, ...] = ()
    columns: tuple[int, int] = (1, 1)
    """The least and the greatest number of columns."""
    by_value: ValueBuilder | None = None
    by_row: RowFunction | None = None
    contradiction: Callable[[Repair], str | None] | None = None
    """What makes parameters of the right types unfit, in words; None when nothing does."""
    is_form: bool = False
    reads_others: bool = False
    needs_all_rows: bool = False
    """Whether it is proposed from the whole table, where one half of it would not show what is."""
    confirm: Callable[[Evidence, Repair], Confirms] | None = None
    """Builds the second opinion on new values; without it no cell is ever confirmed."""
    spoil: Spoiler | None = None
    spoil_rows: RowSpoiler | None = None
    is_unspoilt: bool = False
    """Whether clean cells stay as they are in a trial: what matters is that they do."""


def not_among(value: str, known: tuple[str, ...]) -> str | None:
    """Complains of a value that is none of the known ones."""
    return None if value in known else f"{value} is none of {', '.join(known)}"
