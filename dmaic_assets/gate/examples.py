"""Example rows of violated rules, with the text that stands in the file."""

from collections.abc import Mapping, Sequence

import polars as pl

from dmaic_assets.gate.context import rows_of
from dmaic_assets.gate.outcome import Outcome
from dmaic_assets.intake.table import Table
from dmaic_assets.model import Example
from dmaic_assets.rules.kinds import KINDS
from dmaic_assets.rules.passes import Frame
from dmaic_assets.rules.rule_kind import RowKind

_CAUSE_ROWS = 200
_LONGEST_RAW = 500


def raw_examples(
    table: Table, outcomes: Sequence[Outcome], count: int
) -> dict[str, tuple[Example, ...]]:
    """The first `count` failing rows of every row rule, by rule id.

    All are fetched in one pass over the needed columns. The values are those of the rule's
    columns (the whole row for a rule without), as text; for CSV exactly as in the file.
    """
    found = {o.rule.id: _malformed(table, o, count) for o in outcomes if o.row_numbers}
    picked = {o.rule.id: _first(o, count) for o in outcomes if o.mask is not None}
    columns = {o.rule.id: shown_columns(o, table.columns) for o in outcomes}
    if not picked or not count:
        return found
    positions = pl.concat(list(picked.values())).unique().sort()
    needed = [c for c in table.columns if any(c in columns[rule] for rule in picked)]
    rows = _frame(table).rows_at(needed, positions)
    place = {int(p): i for i, p in enumerate(positions)}
    for rule, own in picked.items():
        numbers = rows_of(table, own)
        found[rule] = tuple(
            Example(int(number), _texts(rows, place[int(p)], columns[rule]))
            for number, p in zip(numbers, own, strict=True)
        )
    return found


def shown_columns(outcome: Outcome, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns that an example shows: the rule's, or all when it names none of the file's."""
    own = tuple(dict.fromkeys((*outcome.rule.columns, *outcome.blamed)))
    return tuple(c for c in own if c in columns) or tuple(columns)


def likely_cause(frame: Frame, columns: Sequence[str], outcome: Outcome) -> str | None:
    """What the rule's kind takes for the cause, from the first failing rows; None without one.

    Args:
        frame: The typed rows.
        columns: The table's columns.
        outcome: The rule's outcome.
    """
    kind = KINDS.get(outcome.rule.kind)
    if outcome.mask is None or not isinstance(kind, RowKind) or type(kind).cause is RowKind.cause:
        return None
    rows = frame.rows_at(shown_columns(outcome, columns), _first(outcome, _CAUSE_ROWS))
    return kind.cause(outcome.rule, rows)


def _first(outcome: Outcome, count: int) -> pl.Series:
    mask = pl.Series([], dtype=pl.Boolean) if outcome.mask is None else outcome.mask
    return mask.arg_true().head(count).cast(pl.UInt32)


def _frame(table: Table) -> Frame:
    return Frame.of(table.lazy, table.row_count, is_in_memory=table.is_in_memory)


def _texts(rows: pl.DataFrame, index: int, columns: Sequence[str]) -> Mapping[str, str | None]:
    values = {name: rows[name][index] for name in columns}
    return {name: None if value is None else str(value) for name, value in values.items()}


def _malformed(table: Table, outcome: Outcome, count: int) -> tuple[Example, ...]:
    rows = frozenset(outcome.row_numbers[:count])
    return tuple(
        Example(m.row, {"line": str(m.line), "raw": m.raw[:_LONGEST_RAW]})
        for m in table.malformed
        if m.row in rows
    )
