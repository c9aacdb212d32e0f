"""From a table to its piloted changes: find what fails, propose, pilot, promote, apply.

What belongs here: the order of the steps. Nothing is read or written, and no clock is asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import polars as pl

from dmaic_assets.improve.cell_errors import find_cell_errors
from dmaic_assets.improve.changes import Applied, Change, active_changes, apply_changes, promote
from dmaic_assets.improve.pilot import (
    PilotRows,
    RuleCount,
    RuleCounter,
    Timer,
    pilot_repair,
    worse_rules,
)
from dmaic_assets.improve.pilot_report import PilotReport, PilotSettings
from dmaic_assets.improve.pilot_split import split_rows
from dmaic_assets.improve.propose import badly_written, evidence_of, needs_all_rows, propose_repairs
from dmaic_assets.improve.repairs import REPAIRS, written_by
from dmaic_assets.phenomena.contract.cell_evidence import Bools

NOTHING_KNOWN = "no repair proposed: nothing in the table says which value is right"
FAILING_SCHEMA = pl.Schema({"row": pl.UInt32, "column": pl.String})


@dataclass(frozen=True)
class Cycle:
    """What one improvement cycle is given besides the table.

    `failing` lists failing cells (0-based `row`, `column`; others in it are ignored), as rules and
    casts found them; suspicious cells are found besides. `reference` is accepted history as text.
    `known` are the changes of the source so far: they are applied first.
    """

    source: str
    promoted_at: str
    failing: pl.DataFrame = field(default_factory=FAILING_SCHEMA.to_frame)
    reference: pl.DataFrame | None = None
    known: tuple[Change, ...] = ()
    settings: PilotSettings = field(default_factory=PilotSettings)


@dataclass(frozen=True, slots=True)
class LeftCells:
    """How many failing cells of a column no change wrote, and what proposals for it came to."""

    column: str
    cells: int
    reason: str


@dataclass(frozen=True)
class Improvement:
    """What a cycle came to: every proposal with its pilot, all changes, and the repaired table.

    `failing_cells` counts the cells that failed before; `left` says of which columns some stay.
    """

    reports: tuple[PilotReport, ...]
    changes: tuple[Change, ...]
    applied: Applied
    failing_cells: int
    left: tuple[LeftCells, ...] = ()

    @property
    def promoted(self) -> tuple[PilotReport, ...]:
        """The proposals that became changes."""
        return tuple(r for r in self.reports if r.is_promoted)


def improve(
    frame: pl.DataFrame,
    cycle: Cycle,
    *,
    count_rules: RuleCounter | None = None,
    timer: Timer | None = None,
) -> Improvement:
    """Runs one improvement cycle on a text table.

    The same table and cycle give the same changes.

    Args:
        frame: The rows as text, in file order.
        cycle: What else is known.
        count_rules: Counts failing rows per rule of a text table; no rule may get more.
        timer: A clock in seconds, for what the repairs cost.
    """
    start = apply_changes(frame, [c for c in cycle.known if c.repair.kind != "dedupe"]).frame
    failing = failing_cells(start, cycle)
    everything = evidence_of(start, failing, cycle.reference)
    whole = propose_repairs(everything, of_kinds=needs_all_rows)
    failing |= badly_written(start, whole)
    split = split_rows(
        start,
        failing.sum(axis=1) > 0,
        seed=cycle.settings.seed,
        most_control=cycle.settings.most_control,
    )
    design = evidence_of(start[split.design.tolist()], failing[split.design], cycle.reference)
    rows = PilotRows(
        held=start[split.held.tolist()],
        failing=failing[split.held],
        control=start[split.control.tolist()],
        evidence=design,
        count_rules=count_rules,
    )
    proposals = [
        *propose_repairs(design, of_kinds=lambda spec: not spec.needs_all_rows),
        *(r for r in whole if REPAIRS[r.kind].needs_all_rows),
    ]
    reports = tuple(pilot_repair(repair, rows, cycle.settings, timer=timer) for repair in proposals)
    changes, reports = _together(frame, cycle, reports, count_rules)
    applied = apply_changes(frame, changes)
    left = left_cells(start, failing, applied, reports)
    return Improvement(reports, changes, applied, int(failing.sum()), left)


def left_cells(
    start: pl.DataFrame, failing: Bools, applied: Applied, reports: Sequence[PilotReport]
) -> tuple[LeftCells, ...]:
    """The columns whose failing cells are not all written, those with most such cells first.

    The reason is that of the column's own proposal which was left, or that nothing spoke for any
    other value.
    """
    written = np.zeros_like(failing)
    rows, names = applied.cells["row"].to_list(), applied.cells["column"].to_list()
    for row, name in zip(rows, names, strict=True):
        written[row, start.columns.index(name)] = True
    counts = (failing & ~written).sum(axis=0).tolist()
    declined: dict[str, str] = {}
    for report in reports:
        for name in () if report.is_promoted else written_by(report.repair):
            declined.setdefault(name, f"{report.repair.id}: {report.reason}")
    found = [
        LeftCells(name, count, declined.get(name, NOTHING_KNOWN))
        for name, count in zip(start.columns, counts, strict=True)
        if count
    ]
    return tuple(sorted(found, key=lambda left: (-left.cells, left.column)))


def failing_cells(frame: pl.DataFrame, cycle: Cycle) -> Bools:
    """Rows x columns: cells that fail a rule or cast, or that the table contradicts."""
    found = np.zeros((frame.height, frame.width), dtype=np.bool_)
    places = {name: place for place, name in enumerate(frame.columns)}
    listed = cycle.failing.select("row", "column"), find_cell_errors(frame).select("row", "column")
    for cells in listed:
        known = cells.filter(pl.col("column").is_in(frame.columns))
        columns = known["column"].replace_strict(places, return_dtype=pl.Int64).to_numpy()
        found[known["row"].to_numpy(), columns] = True
    return found


def _together(
    frame: pl.DataFrame,
    cycle: Cycle,
    reports: Sequence[PilotReport],
    count_rules: RuleCounter | None,
) -> tuple[tuple[Change, ...], tuple[PilotReport, ...]]:
    """Promotes what the pilots support, as long as no rule gets worse on the whole table.

    Repairs that are good one by one can still hurt each other; then they are taken up one after
    another, and those that make a rule worse are left.
    """

    def changes_of(kept: Sequence[PilotReport]) -> tuple[Change, ...]:
        earned = [report.promotion for report in kept if report.is_promoted]
        return promote(cycle.known, earned, source=cycle.source, promoted_at=cycle.promoted_at)

    def worse(changes: Sequence[Change]) -> tuple[str, ...]:
        if count_rules is None or not active_changes(changes):
            return ()
        return worse_rules(before(), count_rules(apply_changes(frame, changes).frame))

    @cache
    def before() -> Mapping[str, RuleCount]:
        return count_rules(frame) if count_rules else {}

    everything = changes_of(reports)
    if not worse(everything):
        return everything, tuple(reports)
    kept: list[PilotReport] = []
    judged: list[PilotReport] = []
    for report in reports:
        rules = worse(changes_of([*kept, report])) if report.is_promoted else ()
        final = report
        if rules:
            reason = f"breaks rules together with others: {', '.join(rules)}"
            final = PilotReport(report.repair, report.figures, is_promoted=False, reason=reason)
        kept.append(final)
        judged.append(final)
    return changes_of(kept), tuple(judged)
