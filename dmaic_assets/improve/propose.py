"""Proposes repairs for a table from evidence: the one door to the proposals of all kinds.

What belongs here: putting the proposals together. What is proposed is in each phenomenon.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import polars as pl

from dmaic_assets.improve.repairs import REPAIRS, apply_repair, changed_cells, order_of
from dmaic_assets.phenomena.contract.cell_evidence import Bools, Evidence
from dmaic_assets.phenomena.contract.repair_kind import Repair
from dmaic_assets.phenomena.contract.repair_spec import RepairSpec
from dmaic_assets.phenomena.registry import PHENOMENA

Wanted: TypeAlias = Callable[[RepairSpec], bool]


def propose_repairs(evidence: Evidence, *, of_kinds: Wanted = bool) -> tuple[Repair, ...]:
    """Proposes repairs for a table.

    Args:
        evidence: Of the design rows, as `evidence_of` gives it.
        of_kinds: Which kinds of repair are wanted; phenomena that have none of them are not asked.

    Returns:
        Repairs in the order in which they would be applied, each with its evidence. That a repair
        is proposed says nothing of whether it helps: that is for the pilot to find.
    """
    asked = (
        propose
        for p in (phenomenon.handling() for phenomenon in PHENOMENA)
        for proposers, needs_all in ((p.proposers, False), (p.whole_proposers, True))
        if any(of_kinds(s) for s in p.repairs if s.needs_all_rows is needs_all)
        for propose in proposers
    )
    found = (r for propose in asked for r in propose(evidence))
    return tuple(sorted((r for r in found if of_kinds(REPAIRS[r.kind])), key=order_of))


def needs_all_rows(spec: RepairSpec) -> bool:
    """Whether a kind of repair is looked for in the whole table and not in one half of it alone.

    Cells that are badly written are found everywhere.
    """
    return spec.is_form or spec.needs_all_rows


def evidence_of(
    frame: pl.DataFrame, suspects: Bools, reference: pl.DataFrame | None = None
) -> Evidence:
    """Puts trusted and design rows together; columns that the history lacks are empty there.

    Args:
        frame: The design rows as text.
        suspects: Rows x columns, true where a cell fails (a rule, a cast, or by itself).
        reference: Accepted history as text; the columns that it shares with `frame` count. Without
            it the table's own majority decides.
    """
    if reference is None or reference.is_empty():
        return Evidence(frame, suspects)
    shared = [n for n in frame.columns if n in reference.columns]
    aligned = frame.clear(reference.height).with_columns(
        reference.get_column(name).cast(pl.String) for name in shared
    )
    trusted = np.zeros((reference.height, frame.width), dtype=np.bool_)
    whole = pl.concat([aligned, frame])
    return Evidence(whole, np.concatenate([trusted, suspects]), reference.height)


def badly_written(frame: pl.DataFrame, repairs: Sequence[Repair]) -> Bools:
    """Rows x columns: the cells that repairs of form would write otherwise."""
    found = np.zeros((frame.height, frame.width), dtype=np.bool_)
    for repair in repairs:
        if REPAIRS[repair.kind].is_form:
            for name, fresh in apply_repair(frame, repair).items():
                changed = changed_cells(frame.get_column(name), fresh).to_numpy()
                found[:, frame.columns.index(name)] |= changed
    return found
