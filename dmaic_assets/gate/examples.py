"""Example rows of violated rules, with the text that stands in the file."""

from collections.abc import Mapping, Sequence

import polars as pl

from dmaic_assets.gate.context import rows_of
from dmaic_assets.gate.rule_outcomes import Outcome
from dmaic_assets.model import Example
from dmaic_assets.phenomena.contract.passes import Frame
from dmaic_assets.phenomena.contract.rule_kind import RowKind, RuleKind
from dmaic_assets.phenomena.registry import KINDS
from dmaic_assets.phenomena.spelling.causes import NEW, SLIP, list_cause
from dmaic_assets.table.notation.calendar_years import within_calendar
from dmaic_assets.table.profile.value_texts import texts_of
from dmaic_assets.table.text_table import SourceTable, column

# Failing rows that a cause is read from: enough for a share of one in twenty to show.
_CAUSE_ROWS = 200
# Characters of a malformed line that are kept: a line may be as long as the file.
_LONGEST_RAW = 500
# Share of the rows from which a value one letter away is another value and no slip: slips are made
# in a few per cent of what is written, whole categories are renamed.
_NO_SLIPS = 0.2
_LIST = "in_set"


def raw_examples(
    table: SourceTable, outcomes: Sequence[Outcome], count: int
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
    frame = Frame.of(table.lazy, table.row_count, is_in_memory=table.is_in_memory)
    rows = _fetched(frame, picked, columns, table.columns)
    for rule, own in picked.items():
        texts = [_values(rows[rule][name]) for name in columns[rule]]
        found[rule] = tuple(
            Example(int(number), dict(zip(columns[rule], map(_text, values), strict=True)))
            for number, *values in zip(rows_of(table, own), *texts, strict=True)
        )
    return found


def _values(series: pl.Series) -> list[object]:
    """The values of a column; times that no calendar has, and Python neither, as text."""
    if not isinstance(series.dtype, pl.Date | pl.Datetime):
        return series.to_list()
    known = series.to_frame().select(within_calendar(pl.first()).is_not_null()).to_series()
    far = (series.is_not_null() & ~known).arg_true()
    values: list[object] = series.set(~known, None).to_list()
    for place, text in zip(far, texts_of(series.gather(far)), strict=True):
        values[place] = text
    return values


def shown_columns(outcome: Outcome, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns that an example shows: the rule's, or all when it names none of the file's."""
    own = tuple(dict.fromkeys((*outcome.rule.columns, *outcome.blamed)))
    return tuple(c for c in own if c in columns) or tuple(columns)


def likely_causes(
    frame: Frame, columns: Sequence[str], outcomes: Sequence[Outcome]
) -> dict[str, str]:
    """What the rules' kinds take for the causes, by rule id, from the first failing rows.

    Args:
        frame: The typed rows; those needed are fetched in one pass.
        columns: The table's columns.
        outcomes: The outcomes of the rules.
    """
    kinds = {o.rule.id: (o, KINDS.get(o.rule.kind)) for o in outcomes if o.mask is not None}
    lists = _lists(outcomes)
    asked = {
        i: o
        for i, (o, kind) in kinds.items()
        if o.cause is None and (_has_causes(kind) or o.rule.kind == _LIST)
    }
    picked = {i: _first(o, _CAUSE_ROWS) for i, o in asked.items()}
    shown = {i: shown_columns(o, columns) for i, o in asked.items()}
    rows = _fetched(frame, picked, shown, columns)
    found: dict[str, str] = {}
    for identity, (outcome, kind) in kinds.items():
        if identity in rows and isinstance(kind, RowKind):
            own = kind.cause(outcome.rule, rows[identity])
            cause = own or _list_cause(outcome, rows[identity], lists)
            is_many = cause == SLIP and outcome.share >= _NO_SLIPS
            found |= {identity: NEW if is_many else cause} if cause else {}
    return found


def _list_cause(
    outcome: Outcome, rows: pl.DataFrame, lists: Mapping[str, frozenset[str]]
) -> str | None:
    """The cause of values outside a list, which may be that they are another column's."""
    if outcome.rule.kind != _LIST:
        return None
    name = outcome.rule.columns[0]
    new = rows.get_column(name).drop_nulls().cast(pl.String).unique().sort()
    return list_cause(name, new.to_list(), lists)


def _lists(outcomes: Sequence[Outcome]) -> dict[str, frozenset[str]]:
    """The listed values of every column that a violated list rule is about."""
    rules = [o.rule for o in outcomes if o.rule.kind == _LIST]
    listed = {r.columns[0]: r.parameters.get("values") for r in rules}
    return {
        name: frozenset(str(v) for v in values)
        for name, values in listed.items()
        if isinstance(values, list | tuple)
    }


def _has_causes(kind: RuleKind | None) -> bool:
    return isinstance(kind, RowKind) and type(kind).cause is not RowKind.cause


def _fetched(
    frame: Frame,
    picked: Mapping[str, pl.Series],
    shown: Mapping[str, Sequence[str]],
    columns: Sequence[str],
) -> dict[str, pl.DataFrame]:
    """The picked rows of every rule with its shown columns, from one pass over the frame."""
    if not picked:
        return {}
    positions = pl.concat(list(picked.values())).unique().sort()
    wanted = {name for rule in picked for name in shown[rule]}
    rows = frame.rows_at([c for c in columns if c in wanted], positions)
    return {
        rule: rows.select([column(name) for name in shown[rule]])[positions.search_sorted(own)]
        for rule, own in picked.items()
    }


def _first(outcome: Outcome, count: int) -> pl.Series:
    mask = pl.Series([], dtype=pl.Boolean) if outcome.mask is None else outcome.mask
    return mask.arg_true().head(count).cast(pl.UInt32)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _malformed(table: SourceTable, outcome: Outcome, count: int) -> tuple[Example, ...]:
    rows = frozenset(outcome.row_numbers[:count])
    return tuple(
        Example(m.row, {"line": str(m.line), "raw": m.raw[:_LONGEST_RAW]})
        for m in table.malformed
        if m.row in rows
    )
