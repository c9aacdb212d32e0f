"""Masked recovery: clean cells are spoiled as the repair supposes, and it must restore them.

What belongs here: spoiling as the kind of repair says, and counting. How often exactly the hidden
value comes back, among the spoiled cells that the repair touches, estimates its precision without
knowing the truth.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from dmaic_assets.improve.repairs import REPAIRS, apply_repair, written_by
from dmaic_assets.phenomena.contract.repair_kind import Repair
from dmaic_assets.phenomena.contract.repair_spec import Spoiler


@dataclass(frozen=True, slots=True)
class Recovery:
    """How many spoiled cells the repair touched, and how many it restored exactly."""

    touched: int
    restored: int


def recover(
    clean: pl.DataFrame, repair: Repair, rng: np.random.Generator, *, most: int
) -> Recovery:
    """Spoils clean cells of the repaired column and counts what comes back.

    Args:
        clean: Rows without a failing cell.
        repair: Any kind; one that cannot spoil a value has nothing to recover.
        rng: The random generator; the same state gives the same figures.
        most: How many rows are tried at most.
    """
    spec = REPAIRS[repair.kind]
    if clean.is_empty():
        return Recovery(0, 0)
    rows = rng.permutation(clean.height)[:most]
    part = clean[np.sort(rows).tolist()]
    spoiled = (
        spec.spoil_rows(part, repair)
        if spec.spoil_rows
        else _spoiled(part, repair, spec.spoil, rng)
        if spec.spoil
        else None
    )
    if spoiled is None:
        return Recovery(0, 0)
    wanted, worse = spoiled
    back = worse.with_columns(apply_repair(worse, repair).values())
    return _counted(wanted, worse, back, repair)


def _counted(
    wanted: pl.DataFrame, worse: pl.DataFrame, back: pl.DataFrame, repair: Repair
) -> Recovery:
    touched = restored = 0
    for name in written_by(repair):
        is_touched = back[name].ne_missing(worse[name]) | (
            worse[name].eq_missing(wanted[name]) if REPAIRS[repair.kind].is_unspoilt else False
        )
        is_right = back[name].eq_missing(wanted[name])
        touched += int(is_touched.sum())
        restored += int((is_touched & is_right).sum())
    return Recovery(touched, restored)


def _spoiled(
    part: pl.DataFrame, repair: Repair, spoil: Spoiler, rng: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """The rows as they should be and as they are spoiled, in the repaired column."""
    name = repair.columns[0]
    values = part.get_column(name).to_list()
    found = [None if not v or not v.strip() else spoil(v, repair, rng) for v in values]
    pairs = {row: pair for row, pair in enumerate(found) if pair is not None}
    if not pairs:
        return None
    kept = part[list(pairs)]
    wanted, worse = (
        kept.with_columns(pl.Series(name, texts, dtype=pl.String))
        for texts in zip(*pairs.values(), strict=True)
    )
    return wanted, worse
