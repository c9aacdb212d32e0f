"""A large text table is cast once and its typed rows are kept: the same as in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dmaic_assets.model import ColumnType
from dmaic_assets.table.types.cast import TypedTable, apply_types
from dmaic_assets_tests.table.text_tables import infer, staged_table, text_table

Columns = Mapping[str, Sequence[str | None]]
SIZE = 30_000


def in_parts(columns: Columns, types: Sequence[ColumnType], folder: Path) -> TypedTable:
    staged = staged_table(columns, folder)
    staged = replace(staged, file=replace(staged.file, size_bytes=SIZE))
    return apply_types(staged, types, folder=folder / "typed")


def assert_alike(parts: TypedTable, whole: TypedTable) -> None:
    assert parts.lazy.collect_schema() == whole.lazy.collect_schema()
    assert parts.failed_casts.equals(whole.failed_casts)
    assert parts.lazy.collect().equals(whole.lazy.collect())
    assert parts.lazy.collect(engine="streaming").equals(whole.lazy.collect())


def test_values_and_failures_are_those_of_the_table_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dmaic_assets.table.types.cast._PART_BYTES", SIZE // 4)
    rows = range(3_000)
    columns: Columns = {
        "n": [str(n) if n % 100 else f"x{n}" for n in rows],
        "day": [f"2024-01-{n % 33:02}" for n in rows],
        "name": ["some text" if n % 5 else "N/A" for n in rows],
        "plain": ["some text"] * 3_000,
    }
    types = infer(text_table(columns))

    parts = in_parts(columns, types, tmp_path)

    assert len(list((tmp_path / "typed").glob("*.parquet"))) == 4
    assert_alike(parts, apply_types(text_table(columns), types))
    days = parts.lazy.select("day").slice(1_000, 5).collect()
    assert days.equals(apply_types(text_table(columns), types).lazy.collect()[1_000:1_005, ["day"]])


def test_every_type_is_kept_as_it_is(tmp_path: Path) -> None:
    names = ["integer", "decimal", "boolean", "date", "time", "duration", "period", "text"]
    columns: Columns = {name: ["1", "2024-01-31", "12:30", "true", "", None] for name in names}
    types = infer(text_table(columns), overrides={name: name for name in names})

    assert_alike(in_parts(columns, types, tmp_path), apply_types(text_table(columns), types))


def test_any_column_name_will_do(tmp_path: Path) -> None:
    names = ["a b", 'quo"te', "dot.ted", "^a$", "*", "ü", "literal", "", "raw", "text"]
    columns: Columns = {name: ["true", "false", "x", "true"] * 5 for name in names}
    types = infer(text_table(columns), overrides=dict.fromkeys(names, "boolean"))

    assert_alike(in_parts(columns, types, tmp_path), apply_types(text_table(columns), types))


def test_a_table_without_rows_has_its_types(tmp_path: Path) -> None:
    types = infer(text_table({"n": ["1", "2"]}))

    typed = in_parts({"n": []}, types, tmp_path)

    assert_alike(typed, apply_types(text_table({"n": []}), types))
