"""Splits a judged file into accepted and quarantined rows: together exactly the file.

Accepted rows are typed; quarantined rows keep what stands in the file, with why they are there:
also where a promoted change repaired cells of them, which did not make them pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import polars as pl

from dmaic_assets.gate.judge import Judgement
from dmaic_assets.gate.rule_outcomes import Outcome
from dmaic_assets.gate.sanity import MALFORMED_RULE
from dmaic_assets.table.text_table import ROW, RULES, SourceTable, column
from dmaic_assets.table.types.cast import TypedTable

REASONS = "_dmaic_reasons"
RAW = "_dmaic_raw"
# The rule that rows dropped by a promoted change are listed under.
DROPPED_RULE = "change.dropped"
# What lines above the table are listed under; it judges nothing.
ABOVE_RULE = "reading.line_above"
_POSITION = "_dmaic_position"
# Rows between two that are set apart, on average, from which on taking slices beats filtering.
_SLICE_ROWS = 4_096


@dataclass(frozen=True)
class Parts:
    """The two parts of a file, each sorted by data row.

    `accepted` has the typed columns. `quarantined` has the columns of the table as read (text
    for CSV), then `ROW`; `RULES` and `REASONS` (ids and words, joined by ";", of every rule that
    the row fails); and `RAW`, the whole record of a malformed row, whose columns are null. Rows
    that a change dropped are quarantined, as copies of others. Before
    all of them stand the `lines_above` of the table, which are no data rows: as `RAW`, `ROW` null.
    The row counts are those of the frames, without these lines.
    """

    accepted: pl.LazyFrame
    quarantined: pl.LazyFrame
    accepted_rows: int
    quarantined_rows: int
    lines_above: int = 0


def split(typed: TypedTable, judgement: Judgement) -> Parts:
    """Splits a file as its verdict says: on reject every row is quarantined.

    Args:
        typed: The table that was judged.
        judgement: Its judgement.
    """
    table, verdict = typed.table, judgement.verdict
    if verdict.decision == "reject":
        failing = _any([o.mask for o in judgement.outcomes])
        kept = typed.lazy.limit(0)
        apart = _numbered(table)
    else:
        failing = judgement.apart
        kept = _rows(typed.lazy, table, judgement.apart, keep=False)
        apart = _rows(_numbered(table), table, judgement.apart, keep=True)
    told = _told(judgement.outcomes, failing)
    quarantined = _with_dropped(_with_malformed(_joined(apart, told, table), table), table)
    quarantined = _with_above(quarantined, table)
    return Parts(
        kept, quarantined, verdict.accepted, verdict.quarantined, lines_above=len(table.above)
    )


def _any(masks: Sequence[pl.Series | None]) -> pl.Series | None:
    found = [mask for mask in masks if mask is not None]
    return reduce(or_, found) if found else None


def _numbered(table: SourceTable) -> pl.LazyFrame:
    return table.lazy_as_read.with_row_index(_POSITION)


def _rows(
    lazy: pl.LazyFrame, table: SourceTable, mask: pl.Series | None, *, keep: bool
) -> pl.LazyFrame:
    """The rows where the mask is `keep`; a scan is filtered by position, which streams."""
    if mask is None:
        return lazy.limit(0) if keep else lazy
    if table.is_in_memory:
        if not keep and int(mask.sum()) * _SLICE_ROWS <= len(mask):
            return _without(lazy, mask)
        return lazy.filter(mask if keep else ~mask)
    positions = mask.arg_true().cast(pl.UInt32).implode()
    is_numbered = _POSITION in lazy.collect_schema()
    numbered = lazy if is_numbered else lazy.with_row_index(_POSITION)
    chosen = pl.col(_POSITION).is_in(positions)
    rows = numbered.filter(chosen if keep else ~chosen)
    return rows if is_numbered else rows.drop(_POSITION)


def _without(lazy: pl.LazyFrame, mask: pl.Series) -> pl.LazyFrame:
    """The rows of a frame in memory but for a few: slices of it, which copy nothing."""
    frame = lazy.collect()
    ends = [*mask.arg_true().to_list(), len(mask)]
    starts = [0, *(end + 1 for end in ends[:-1])]
    slices = [frame.slice(s, e - s) for s, e in zip(starts, ends, strict=True) if e > s]
    return pl.concat(slices, rechunk=False).lazy() if slices else lazy.limit(0)


def _told(outcomes: Sequence[Outcome], failing: pl.Series | None) -> pl.DataFrame:
    """Ids and words of the rules that the failing rows fail, by position."""
    if failing is None:
        return pl.DataFrame(schema={_POSITION: pl.UInt32, RULES: pl.String, REASONS: pl.String})
    positions = failing.arg_true().cast(pl.UInt32)
    masks = [(o, o.mask) for o in outcomes if o.mask is not None]
    flags = pl.DataFrame([m.filter(failing).alias(str(i)) for i, (_, m) in enumerate(masks)])
    return flags.select(
        positions.alias(_POSITION),
        _words([o.rule.id for o, _ in masks], ";").alias(RULES),
        _words([o.expected for o, _ in masks], "; ").alias(REASONS),
    )


def _words(texts: Sequence[str], separator: str) -> pl.Expr:
    parts = [pl.when(pl.col(str(i))).then(pl.lit(text)) for i, text in enumerate(texts)]
    return pl.concat_str(parts, separator=separator, ignore_nulls=True)


def _joined(apart: pl.LazyFrame, told: pl.DataFrame, table: SourceTable) -> pl.LazyFrame:
    if table.row_numbers is None:
        numbered = apart.with_columns(pl.col(_POSITION).cast(pl.UInt32).alias(ROW))
    else:
        numbers = table.row_numbers.alias(ROW).to_frame().lazy().with_row_index(_POSITION)
        numbered = apart.join(numbers, on=_POSITION, how="left", maintain_order="left")
    return (
        numbered.join(told.lazy(), on=_POSITION, how="left", maintain_order="left")
        .drop(_POSITION)
        .with_columns(
            pl.col(RULES).fill_null(""),
            pl.col(REASONS).fill_null(""),
            pl.lit(None, dtype=pl.String).alias(RAW),
        )
        .select(*[column(name) for name in table.columns], ROW, RULES, REASONS, RAW)
    )


def _with_dropped(rows: pl.LazyFrame, table: SourceTable) -> pl.LazyFrame:
    before = table.before
    if before is None or not before.dropped.height:
        return rows
    words = pl.format("dropped by change {} (copy of row {})", before.dropped_by, before.copy_of)
    told = before.dropped.lazy().select(
        *[column(name) for name in table.columns],
        ROW,
        pl.lit(DROPPED_RULE).alias(RULES),
        words.alias(REASONS),
        pl.lit(None, dtype=pl.String).alias(RAW),
    )
    return rows.merge_sorted(told, key=ROW)


def _with_above(rows: pl.LazyFrame, table: SourceTable) -> pl.LazyFrame:
    if not table.above:
        return rows
    schema = rows.collect_schema()
    told = pl.DataFrame(
        {
            RULES: [ABOVE_RULE] * len(table.above),
            REASONS: [f"line {line.line}: {line.reason}" for line in table.above],
            RAW: [line.raw for line in table.above],
        },
        schema={RULES: pl.String, REASONS: pl.String, RAW: pl.String},
    )
    empty = [pl.lit(None, dtype=schema[name]).alias(name) for name in (*table.columns, ROW)]
    return pl.concat([told.lazy().select(*empty, RULES, REASONS, RAW), rows])


def _with_malformed(rows: pl.LazyFrame, table: SourceTable) -> pl.LazyFrame:
    if not table.malformed:
        return rows
    schema = rows.collect_schema()
    malformed = sorted(table.malformed, key=lambda m: m.row)
    told = pl.DataFrame(
        {
            ROW: [m.row for m in malformed],
            RULES: [MALFORMED_RULE] * len(malformed),
            REASONS: [m.reason for m in malformed],
            RAW: [m.raw for m in malformed],
        },
        schema={ROW: pl.UInt32, RULES: pl.String, REASONS: pl.String, RAW: pl.String},
    )
    empty = [pl.lit(None, dtype=schema[name]).alias(name) for name in table.columns]
    return rows.merge_sorted(told.lazy().select(*empty, ROW, RULES, REASONS, RAW), key=ROW)
