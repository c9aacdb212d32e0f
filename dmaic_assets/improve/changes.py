"""Changes: promoted repairs, versioned, applied to text tables with every raw value kept.

What belongs here: what a change is, its life (promoted, replaced, retired), its hash, and applying
changes. Files of changes are `changes_file`'s.

Order and law: changes are applied by kind (`REPAIR_KINDS`), then by id, over and over until
nothing moves. A row that does not settle keeps its raw values. So applying changes twice is
applying them once, and what becomes of a row depends on that row alone. Equal rows are dropped at
the very end, if a change says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.improve.repairs import apply_repair, changed_cells, order_of, written_by
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import Repair
from dmaic_assets.store.keys import sha256_json

Status: TypeAlias = Literal["active", "retired"]
Ints: TypeAlias = npt.NDArray[np.int64]
ROW_COLUMN = "row"
CELLS_SCHEMA = pl.Schema(
    {
        ROW_COLUMN: pl.UInt32,
        "column": pl.String,
        "raw": pl.String,
        "repaired": pl.String,
        "change": pl.String,
    }
)
# Passes of all changes over a row; rows that have not settled by then keep their raw values.
MOST_PASSES = 8
# Stands for "no change wrote this cell"; others are places in the list of changes.
_NOBODY = -1
_PLACE = "_dmaic_place"


@dataclass(frozen=True, slots=True)
class Change:
    """A promoted repair of one source. `pilot` holds the figures that it was promoted for.

    `promoted_at` is an ISO time; `reason` says why it was promoted, or why it is retired.
    """

    repair: Repair
    version: int
    source: str
    promoted_at: str
    reason: str
    status: Status = "active"
    pilot: Mapping[str, Json] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The repair's id; one change of an id is active at a time."""
        return self.repair.id

    @property
    def label(self) -> str:
        """Id and version, as the cell log names the change."""
        return f"{self.repair.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A change that was not applied to a table: its label, and why."""

    change: str
    why: str


@dataclass(frozen=True)
class Applied:
    """A repaired table. `frame` has its rows in order, without those that were dropped.

    `cells` logs every changed cell of the kept rows (`CELLS_SCHEMA`, by row, then by column):
    0-based row of the table before, raw and repaired text (null for no value), and the label of
    the change that wrote last. `dropped` holds dropped rows whole and raw: `row`, `change`, then
    the table's columns. `kept` are the rows of `frame` in the table before; `copy_of` tells for
    each dropped row the kept one that it equals. `skipped` are the changes that were not applied.
    """

    frame: pl.DataFrame
    cells: pl.DataFrame
    dropped: pl.DataFrame
    kept: Ints
    skipped: tuple[Skipped, ...] = ()
    copy_of: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Promotion:
    """A repair that earned it: why, and the figures of its pilot."""

    repair: Repair
    reason: str
    pilot: Mapping[str, Json]


def promote(
    known: Sequence[Change], promotions: Sequence[Promotion], *, source: str, promoted_at: str
) -> tuple[Change, ...]:
    """Adds promoted repairs to known changes.

    A repair that says what the active change of its id says adds nothing; otherwise that change
    is retired and the repair becomes the next version. Nothing is ever removed.
    """
    changes = list(known)
    for promotion in promotions:
        repair = promotion.repair
        same = [c for c in changes if c.id == repair.id]
        active = [c for c in same if c.status == "active"]
        if any(_meaning(c.repair) == _meaning(repair) for c in active):
            continue
        version = 1 + max((c.version for c in same), default=0)
        for old in active:
            place = changes.index(old)
            changes[place] = retired(old, reason=f"replaced by version {version}")
        reason, pilot = promotion.reason, promotion.pilot
        changes.append(Change(repair, version, source, promoted_at, reason, "active", pilot))
    return tuple(changes)


def retired(change: Change, *, reason: str) -> Change:
    """The change as it stands once it is no longer applied."""
    return replace(change, status="retired", reason=reason)


def active_changes(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes that are applied, in the order in which they are."""
    active = (c for c in changes if c.status == "active")
    return tuple(sorted(active, key=lambda c: (order_of(c.repair), c.version)))


def changes_hash(changes: Sequence[Change]) -> str:
    """Hashes what the active changes do: 64 hex digits, for memo keys.

    Evidence, figures, times and retired changes are left out: they do not touch a cell.
    """
    return sha256_json([[c.label, *_meaning(c.repair)] for c in active_changes(changes)])


def _meaning(repair: Repair) -> tuple[str, list[str], dict[str, Json]]:
    return repair.kind, list(repair.columns), {**repair.parameters}


def skipped_changes(schema: pl.Schema, changes: Sequence[Change]) -> tuple[Skipped, ...]:
    """The active changes that a table cannot take: a column is missing, or its values no text."""
    found = ((c, _obstacle(schema, c.repair.columns)) for c in active_changes(changes))
    return tuple(Skipped(c.label, why) for c, why in found if why)


def _obstacle(schema: pl.Schema, columns: Sequence[str]) -> str:
    missing = next((n for n in columns if n not in schema), None)
    if missing is not None:
        return f"there is no column {missing}"
    typed = next((n for n in columns if schema[n] != pl.String), None)
    return "" if typed is None else f"column {typed} is no text but {schema[typed]}"


def apply_changes(frame: pl.DataFrame, changes: Sequence[Change]) -> Applied:
    """Applies the active changes to a table.

    Args:
        frame: The rows as read; columns of changes must be text to be touched.
        changes: Any changes; retired ones are left out.
    """
    active = active_changes(changes)
    skipped = skipped_changes(frame.schema, active)
    left_out = {found.change for found in skipped}
    usable = [c for c in active if c.label not in left_out]
    better, writers = _settled(frame, [c for c in usable if c.repair.kind != "dedupe"])
    labels = [c.label for c in usable if c.repair.kind != "dedupe"]
    cells = _cell_log(frame, better, writers, labels)
    dedupe = next((c for c in usable if c.repair.kind == "dedupe"), None)
    kept = np.arange(frame.height)
    copy_of = kept[:0]
    dropped = _dropped(frame, kept[:0], "")
    if dedupe is not None and frame.width:
        is_first = better.select(pl.struct(pl.all()).is_first_distinct()).to_series()
        kept = is_first.arg_true().to_numpy().astype(np.int64)
        dropped = _dropped(frame, (~is_first).arg_true().to_numpy(), dedupe.label)
        copy_of = _firsts(better, is_first)
        better = better.filter(is_first)
        cells = cells.filter(~pl.col(ROW_COLUMN).is_in(dropped[ROW_COLUMN].implode()))
    return Applied(better, cells, dropped, kept, skipped, copy_of)


def _firsts(table: pl.DataFrame, is_first: pl.Series) -> Ints:
    """The first row that equals each row which is no first one."""
    if is_first.all():
        return np.zeros(0, dtype=np.int64)
    numbered = table.with_row_index(_PLACE)
    rows = pl.struct(pl.exclude(_PLACE))
    firsts = numbered.select(pl.col(_PLACE).first().over(rows)).to_series()
    return firsts.filter(~is_first).to_numpy().astype(np.int64)


def _settled(
    frame: pl.DataFrame, changes: Sequence[Change]
) -> tuple[pl.DataFrame, Mapping[str, Ints]]:
    """The table once nothing moves any more, and which change wrote each cell last."""
    columns = list(dict.fromkeys(n for c in changes for n in written_by(c.repair)))
    writers = {name: np.full(frame.height, _NOBODY, dtype=np.int64) for name in columns}
    better, moving = frame, np.arange(frame.height)
    for _ in range(MOST_PASSES):
        if not columns or not len(moving):
            return better, writers
        part = better[moving.tolist()]
        fresh, wrote = _one_pass(part, changes, columns)
        has_moved = np.zeros(len(moving), dtype=np.bool_)
        for name in columns:
            is_changed = changed_cells(part.get_column(name), fresh.get_column(name)).to_numpy()
            rows = moving[is_changed]
            if len(rows):
                values = fresh.get_column(name).filter(pl.Series(is_changed))
                column = better.get_column(name).clone().scatter(rows, values)
                better = better.with_columns(column)
                writers[name][rows] = wrote[name][is_changed]
                has_moved |= is_changed
        moving = moving[has_moved]
    return _taken_back(frame, better, writers, moving), writers


def _one_pass(
    part: pl.DataFrame, changes: Sequence[Change], columns: Sequence[str]
) -> tuple[pl.DataFrame, dict[str, Ints]]:
    wrote = {name: np.full(part.height, _NOBODY, dtype=np.int64) for name in columns}
    for number, change in enumerate(changes):
        for name, fresh in apply_repair(part, change.repair).items():
            wrote[name][changed_cells(part.get_column(name), fresh).to_numpy()] = number
            part = part.with_columns(fresh.alias(name))
    return part, wrote


def _taken_back(
    frame: pl.DataFrame, better: pl.DataFrame, writers: Mapping[str, Ints], moving: Ints
) -> pl.DataFrame:
    """Gives the rows that did not settle their raw values back."""
    for name in writers if len(moving) else ():
        raw = frame.get_column(name)[moving.tolist()]
        better = better.with_columns(better.get_column(name).clone().scatter(moving, raw))
        writers[name][moving] = _NOBODY
    return better


def _cell_log(
    frame: pl.DataFrame, better: pl.DataFrame, writers: Mapping[str, Ints], labels: Sequence[str]
) -> pl.DataFrame:
    parts: list[pl.DataFrame] = []
    for place, (name, wrote) in enumerate((n, writers[n]) for n in frame.columns if n in writers):
        raw, fresh = frame.get_column(name), better.get_column(name)
        rows = changed_cells(raw, fresh).arg_true()
        if len(rows):
            log = pl.DataFrame(
                {
                    ROW_COLUMN: rows.cast(pl.UInt32),
                    "column": pl.repeat(name, len(rows), eager=True),
                    "raw": raw.gather(rows),
                    "repaired": fresh.gather(rows),
                    "change": [labels[i] for i in wrote[rows.to_numpy()]],
                    "place": pl.repeat(place, len(rows), eager=True),
                }
            )
            parts.append(log)
    if not parts:
        return CELLS_SCHEMA.to_frame()
    return pl.concat(parts).sort(ROW_COLUMN, "place").drop("place")


def _dropped(frame: pl.DataFrame, rows: "npt.NDArray[np.integer]", label: str) -> pl.DataFrame:
    names = pl.DataFrame(
        {
            ROW_COLUMN: pl.Series(rows, dtype=pl.UInt32),
            "change": pl.Series([label] * len(rows), dtype=pl.String),
        }
    )
    return names.hstack(frame[rows.tolist()].rename(_apart(frame.columns)))


def _apart(columns: Sequence[str]) -> dict[str, str]:
    """Names that keep a table's own columns `row` and `change` apart from the log's."""
    return {name: f"{name}_" for name in columns if name in (ROW_COLUMN, "change")}
