"""Pilots repairs: proposed from one half of the failing rows, judged on the other.

What belongs here: measuring one repair on held-out rows and on a control of clean ones. What
happens with the figures is `pilot_report`'s.

Truth is never seen. A changed cell counts when something independent of the repair confirms it;
clean cells that are spoiled on purpose must come back exactly; a clean cell that changes without
confirmation is harm. White space and case may change in clean cells.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import polars as pl

from dmaic_assets.improve.pilot_interval import paired_interval, share_interval
from dmaic_assets.improve.pilot_masking import recover
from dmaic_assets.improve.pilot_report import PilotFigures, PilotReport, PilotSettings, decided
from dmaic_assets.improve.repairs import REPAIRS, apply_repair, changed_cells, written_by
from dmaic_assets.phenomena.contract.cell_evidence import Bools, Evidence
from dmaic_assets.phenomena.contract.repair_kind import Repair
from dmaic_assets.phenomena.contract.repair_spec import Confirms


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many rows break a rule; of `unread` ones a value that fits no type says neither."""

    rows: int
    failing: int
    unread: int = 0

    def may_become(self, after: "RuleCount") -> bool:
        """Whether no more rows fail than before; rows that can be read now may as others do."""
        read_now = max(0, self.unread - after.unread)
        share = self.failing / max(1, self.rows - self.unread)
        return after.failing <= self.failing + share * read_now


# By rule id, of a text table; the caller knows the rules and the types.
RuleCounter: TypeAlias = Callable[[pl.DataFrame], Mapping[str, RuleCount]]
Timer: TypeAlias = Callable[[], float]


@dataclass(frozen=True)
class PilotRows:
    """Held-out failing rows (`failing` per cell), clean control rows, and the design evidence.

    `count_rules` counts what rules say of rows, to see that no rule gets more failing ones.
    """

    held: pl.DataFrame
    failing: Bools
    control: pl.DataFrame
    evidence: Evidence
    count_rules: RuleCounter | None = None

    @cached_property
    def broken(self) -> Mapping[str, RuleCount]:
        """What each rule says of the rows before any repair; nothing without rules."""
        return self.count_rules(pl.concat([self.held, self.control])) if self.count_rules else {}


@dataclass(slots=True)
class _Tally:
    rows: int = 0
    failing: int = 0
    changed: int = 0
    confirmed: int = 0
    harmed: int = 0


def pilot_repair(
    repair: Repair,
    rows: PilotRows,
    settings: PilotSettings,
    *,
    timer: Timer | None = None,
) -> PilotReport:
    """Measures a repair on rows that it was not proposed from, and decides.

    The same rows, repair and settings give the same report, unless a timer is given.

    Args:
        repair: A proposal.
        rows: What it is judged on.
        settings: What it must show.
        timer: A clock in seconds of cpu, to tell what the repair costs.
    """
    started = timer() if timer else 0.0
    after = rows.held.with_columns(apply_repair(rows.held, repair).values())
    cpu_s = timer() - started if timer else None
    control = rows.control.with_columns(apply_repair(rows.control, repair).values())
    tally, released = _held(repair, rows, after)
    tally.harmed += _control_harm(repair, rows, control)
    rng = np.random.default_rng(settings.seed)
    recovery = recover(_clean_rows(repair, rows), repair, rng, most=settings.most_masked)
    counts = _counts(rows, after, control) if tally.changed else {}
    wrong = tally.changed - tally.confirmed
    figures = PilotFigures(
        failing=tally.failing,
        changed=tally.changed,
        confirmed=tally.confirmed,
        touched=recovery.touched,
        restored=recovery.restored,
        harmed=tally.harmed,
        released_rows=released,
        held_rows=rows.held.height,
        control_rows=rows.control.height,
        worse_rules=worse_rules(rows.broken, counts) if counts else (),
        uplift=paired_interval(tally.confirmed, wrong, tally.failing),
        precision=share_interval(
            recovery.restored + tally.confirmed, recovery.touched + tally.changed
        ),
        changed_rows=tally.rows,
        fewer_violations=None if rows.count_rules is None else _fewer(rows.broken, counts),
        cpu_s=cpu_s,
    )
    return decided(repair, figures, settings)


def _clean_rows(repair: Repair, rows: PilotRows) -> pl.DataFrame:
    """Rows whose cells the repair reads or writes do not fail, of both halves of the pilot.

    Where a unit stands in every cell there is none; then failing cells are spelt otherwise, and
    must come to the same.
    """
    places = [rows.held.columns.index(name) for name in repair.columns]
    is_clean = np.flatnonzero(rows.failing[:, places].sum(axis=1) == 0)
    found = pl.concat([rows.held[is_clean.tolist()], rows.control])
    return rows.held if found.is_empty() and repair.kind == "number_format" else found


def _held(repair: Repair, rows: PilotRows, after: pl.DataFrame) -> tuple[_Tally, int]:
    """Counts the cells of the held-out rows, and the rows that have no failing cell left."""
    tally = _Tally()
    confirms = confirms_of(rows.evidence, repair)
    still = rows.failing.copy()
    is_changed_row = np.zeros(rows.held.height, dtype=np.bool_)
    for name in written_by(repair):
        place = rows.held.columns.index(name)
        before, fresh = rows.held.get_column(name), after.get_column(name)
        changed = changed_cells(before, fresh).to_numpy()
        fails = rows.failing[:, place]
        for row in np.flatnonzero(changed).tolist():
            is_confirmed = confirms(name, rows.held.row(row, named=True), fresh[row])
            tally.confirmed += is_confirmed
            still[row, place] &= not is_confirmed
            if not fails[row] and not is_confirmed and not is_equivalent(before[row], fresh[row]):
                tally.harmed += 1
        tally.failing += int((fails | changed).sum())
        tally.changed += int(changed.sum())
        is_changed_row |= changed
    tally.rows = int(is_changed_row.sum())
    released = int((~still.any(axis=1) & rows.failing.any(axis=1)).sum())
    return tally, released


def confirms_of(evidence: Evidence, repair: Repair) -> Confirms:
    """What a second opinion on a repair's new values is: a reason that is not the repair's own.

    A repair that rests on its form is confirmed by the values of the column, one that rests on
    other columns by its spelling or by a further column, and so on. A cell without confirmation
    may be right and does not count.
    """
    confirm = REPAIRS[repair.kind].confirm
    return confirm(evidence, repair) if confirm else lambda _, __, ___: False


def _control_harm(repair: Repair, rows: PilotRows, after: pl.DataFrame) -> int:
    harmed = 0
    confirms = confirms_of(rows.evidence, repair)
    for name in written_by(repair):
        before, fresh = rows.control.get_column(name), after.get_column(name)
        for row in changed_cells(before, fresh).arg_true().to_list():
            if is_equivalent(before[row], fresh[row]):
                continue
            named = rows.control.row(row, named=True)
            harmed += not confirms(name, named, fresh[row])
    return harmed


def is_equivalent(before: str | None, after: str | None) -> bool:
    """Whether two texts differ in white space and case at most."""
    if before is None or after is None:
        return before == after
    return "".join(before.split()).casefold() == "".join(after.split()).casefold()


def _counts(rows: PilotRows, held: pl.DataFrame, control: pl.DataFrame) -> Mapping[str, RuleCount]:
    return rows.count_rules(pl.concat([held, control])) if rows.count_rules else {}


def _fewer(before: Mapping[str, RuleCount], after: Mapping[str, RuleCount]) -> dict[str, int]:
    """By how many rows each rule is broken less than before; rules of equal counts are left out."""
    if not after:
        return {}
    failing = [{rule: n.failing for rule, n in counts.items()} for counts in (before, after)]
    moved = {r: failing[0].get(r, 0) - failing[1].get(r, 0) for r in sorted({*before, *after})}
    return {rule: n for rule, n in moved.items() if n}


def worse_rules(before: Mapping[str, RuleCount], after: Mapping[str, RuleCount]) -> tuple[str, ...]:
    """The rules with more failing rows after than before, sorted; see `RuleCount.may_become`."""
    none = RuleCount(0, 0)
    return tuple(sorted(r for r, n in after.items() if not before.get(r, none).may_become(n)))
