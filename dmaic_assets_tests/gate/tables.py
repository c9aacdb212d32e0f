"""Typed tables for the tests of the gate, built by the real reader's and typer's constructors."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from dmaic_assets.gate.judge import Judgement, judge
from dmaic_assets.model import (
    ColumnType,
    MalformedRow,
    Rule,
    RuleSet,
    SourceFile,
    Thresholds,
    TypeName,
)
from dmaic_assets.table.text_table import SourceTable, numbers_without
from dmaic_assets.table.types.cast import TypedTable, apply_types

PHYSICAL: Mapping[TypeName, str] = {"integer": "Int64", "decimal": "Float64", "text": "String"}
PATTERN: Mapping[TypeName, str] = {
    "integer": "integer",
    "decimal": "decimal_dot",
    "text": "text",
}
FILE = SourceFile("orders", Path("orders.csv"), "ab" * 32, 100, "csv")


def table(
    columns: Mapping[str, Sequence[str | None]],
    *,
    malformed: Sequence[int] = (),
    staged: Path | None = None,
) -> SourceTable:
    """A CSV table of text columns; `malformed` are the data rows that did not fit the header."""
    frame = pl.DataFrame(dict(columns), schema=dict.fromkeys(columns, pl.String))
    lazy = frame.lazy()
    if staged is not None:
        frame.write_parquet(staged, row_group_size=64)
        lazy = pl.scan_parquet(staged)
    rows = tuple(
        MalformedRow(row, row + 2, None, "has 9 fields, not 2", f"raw {row}") for row in malformed
    )
    total = frame.height + len(rows)
    return SourceTable(
        file=FILE,
        dialect=None,
        lazy=lazy,
        columns=tuple(columns),
        row_count=frame.height,
        malformed=rows,
        row_numbers=numbers_without(total, tuple(malformed)),
        is_in_memory=staged is None,
    )


def column_type(name: str, type_name: TypeName) -> ColumnType:
    """A column type as an inference would give it."""
    return ColumnType(
        name, type_name, PHYSICAL[type_name], PATTERN[type_name], "automatic", 1.0, "test"
    )


def typed(source: SourceTable, **types: TypeName) -> TypedTable:
    """The table under the named types; the other columns are text."""
    return apply_types(source, [column_type(c, types.get(c, "text")) for c in source.columns])


def rule_set(*rules: Rule, baseline: Sequence[str] = ("f1",)) -> RuleSet:
    """A rule set with a history, unless told otherwise."""
    return RuleSet("orders", rules, baseline=tuple(baseline))


def judged(
    source: TypedTable, *rules: Rule, thresholds: Thresholds | None = None, examples: int = 5
) -> Judgement:
    """The judgement by some rules, under default thresholds."""
    return judge(source, rule_set(*rules), thresholds or Thresholds(), examples=examples)
