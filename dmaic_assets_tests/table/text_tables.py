"""Tables as reading gives them, made of literals."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from dmaic_assets.model import ColumnType, SourceFile
from dmaic_assets.settings.project import NullTokenSettings, ReadOptions
from dmaic_assets.table.text_table import SourceTable
from dmaic_assets.table.types.infer import infer_columns
from dmaic_assets.table.types.null_tokens import null_tokens

TOKENS = null_tokens(NullTokenSettings())


def table_of(frame: pl.DataFrame, *, is_text: bool = True, source: str = "orders") -> SourceTable:
    file = SourceFile(source, Path(f"{source}.csv"), "0" * 64, 0, "csv" if is_text else "parquet")
    return SourceTable(
        file, None, frame.lazy(), tuple(frame.columns), frame.height, is_text=is_text
    )


def text_table(columns: Mapping[str, Sequence[str | None]]) -> SourceTable:
    return table_of(pl.DataFrame(dict(columns), schema=dict.fromkeys(columns, pl.String)))


def staged_table(columns: Mapping[str, Sequence[str | None]], folder: Path) -> SourceTable:
    path = folder / "staged.parquet"
    frame = pl.DataFrame(dict(columns), schema=dict.fromkeys(columns, pl.String))
    frame.write_parquet(path, row_group_size=500)
    file = SourceFile("orders", path, "0" * 64, 0, "csv")
    scan = pl.scan_parquet(path)
    return SourceTable(file, None, scan, tuple(frame.columns), frame.height, is_in_memory=False)


def infer(
    table: SourceTable,
    *,
    overrides: Mapping[str, str] | None = None,
    expected: Sequence[ColumnType] = (),
    day_first: bool | None = None,
    own_tokens: tuple[str, ...] | None = None,
    tokens: Sequence[str] = TOKENS,
) -> tuple[ColumnType, ...]:
    return infer_columns(
        table,
        overrides=overrides or {},
        expected=expected,
        options=ReadOptions(day_first=day_first, null_tokens=own_tokens),
        null_tokens=tokens,
    ).types


def infer_one(values: Sequence[str | None], **options) -> ColumnType:
    return infer(text_table({"c": values}), **options)[0]
