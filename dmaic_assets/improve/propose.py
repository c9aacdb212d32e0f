"""Proposes repairs for a table from evidence: the one door to the proposals of all kinds.

What belongs here: putting the proposals together. `repair_propose_text`, `_numbers` and `_rows`
hold one function per kind.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from dmaic_assets.phenomena.contract.cell_evidence import Bools, Evidence
from dmaic_assets.phenomena.contract.repair_kind import Repair, RepairKind
from dmaic_assets.phenomena.exchange.propose_shift import shift_proposals
from dmaic_assets.phenomena.notation.propose import number_proposals
from dmaic_assets.phenomena.propose_rows import row_proposals
from dmaic_assets.phenomena.repair_registry import apply_repair, changed_cells
from dmaic_assets.phenomena.spelling.propose import text_proposals

# Kinds that only write a value in the form that its column has; what they would change is badly
# written, whoever looks. The others replace one value by another, and must be told what fails.
FORM_KINDS: frozenset[RepairKind] = frozenset(
    {"encoding", "trim", "null_token", "number_format", "date_format", "case", "split"}
)


def propose_repairs(
    frame: pl.DataFrame, suspects: Bools, reference: pl.DataFrame | None = None
) -> tuple[Repair, ...]:
    """Proposes repairs for a table.

    Args:
        frame: The design rows as text.
        suspects: Rows x columns, true where a cell fails (a rule, a cast, or by itself).
        reference: Accepted history as text; the columns that it shares with `frame` count. Without
            it the table's own majority decides.

    Returns:
        Repairs in the order in which they would be applied, each with its evidence. That a repair
        is proposed says nothing of whether it helps: that is for the pilot to find.
    """
    evidence = evidence_of(frame, suspects, reference)
    found = [
        *text_proposals(evidence),
        *number_proposals(evidence),
        *row_proposals(evidence),
        *shift_proposals(evidence),
    ]
    return tuple(sorted(found, key=lambda r: r.order))


def evidence_of(
    frame: pl.DataFrame, suspects: Bools, reference: pl.DataFrame | None = None
) -> Evidence:
    """Puts trusted and design rows together; columns that the history lacks are empty there."""
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
        if repair.kind in FORM_KINDS:
            for name, fresh in apply_repair(frame, repair).items():
                changed = changed_cells(frame.get_column(name), fresh).to_numpy()
                found[:, frame.columns.index(name)] |= changed
    return found
