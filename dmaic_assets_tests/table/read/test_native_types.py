"""Columns with a type of their own, where history knew them under another one."""

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from dmaic_assets.model import ColumnType
from dmaic_assets.settings.project import ReadOptions
from dmaic_assets.table.types.cast import TypedTable, apply_types
from dmaic_assets.table.types.infer import infer_columns
from dmaic_assets_tests.table.reading_support import read_bytes


def typed(
    folder: Path, values: Sequence[object], expected: Sequence[ColumnType] = ()
) -> TypedTable:
    lines = "".join(json.dumps({"a": value}) + "\n" for value in values)
    table = read_bytes(folder, lines.encode(), name="orders.jsonl")
    types = infer_columns(
        table, overrides={}, expected=expected, options=ReadOptions(), null_tokens=()
    ).types
    return apply_types(table, types)


@pytest.mark.parametrize(
    ("before", "values", "type_name", "read_as"),
    [
        ([1.5, 2.5], ["1.5", "2.25", "-3"], "decimal", [1.5, 2.25, -3.0]),
        ([1.5, 2.5], ["1.5", "2.5", "oops"], "decimal", [1.5, 2.5, None]),
        ([1.5, 2.5], ["1.5", "2.5", 12345678901234567890], "decimal", [1.5, 2.5, None]),
        ([1, 2], ["5", "6", "7"], "integer", [5, 6, 7]),
        ([1, 2], [5.0, 6.0, 7.5], "integer", [5, 6, None]),
        ([1, 2], [5.5, 6.5, 7.5], "decimal", [5.5, 6.5, 7.5]),
        ([1.5, 2.5], [5, 6, 7], "decimal", [5, 6, 7]),
        ([1.5, 2.5], [5, 2**53 + 1, 7], "decimal", [5, None, 7]),
        ([True, False], ["x", "y", "z"], "text", ["x", "y", "z"]),
    ],
)
def test_a_column_has_the_type_that_it_is_said_to_have(
    tmp_path: Path, before: list, values: list, type_name: str, read_as: list
):
    history = typed(tmp_path, before).types

    found = typed(tmp_path, values, history)

    assert found.types[0].type == type_name
    assert found.lazy.collect()["a"].to_list() == read_as
    assert found.failed_casts.height == sum(v is None for v in read_as)


def test_values_of_a_text_column_are_text_to_polars_too(tmp_path: Path):
    history = typed(tmp_path, [1.5, 2.5]).types

    found = typed(tmp_path, ["apple", "pear"], history)

    assert found.types[0].type == "text"
    assert found.lazy.collect_schema()["a"] == pl.String()
