"""Column types of several files: the narrowest that reads all, whatever the order."""

from itertools import permutations

import pytest

from dmaic_assets.model import ColumnType, TypeName
from dmaic_assets.table.types.union import common_types, is_same_reading


def typed(
    kind: TypeName, pattern: str, *, confidence: float = 1.0, is_ambiguous: bool = False
) -> ColumnType:
    physical = {"integer": "Int64", "decimal": "Float64", "date": "Date"}.get(kind, "String")
    return ColumnType(
        "x", kind, physical, pattern, "automatic", confidence, "", is_ambiguous=is_ambiguous
    )


INTEGER, DECIMAL = typed("integer", "integer"), typed("decimal", "decimal_dot")
COMMA, TEXT = typed("decimal", "decimal_comma"), typed("text", "text")
EMPTY = typed("text", "text", confidence=0.0)
DAY_FIRST = typed("date", "dmy_date")
EITHER = typed("date", "mdy_date", is_ambiguous=True)


@pytest.mark.parametrize(
    ("files", "kind", "pattern"),
    [
        ([INTEGER, INTEGER], "integer", "integer"),
        ([INTEGER, DECIMAL], "decimal", "decimal_dot"),
        ([INTEGER, INTEGER, DECIMAL], "decimal", "decimal_dot"),
        ([DECIMAL, COMMA, COMMA], "decimal", "decimal_comma"),
        ([EMPTY, INTEGER], "integer", "integer"),
        ([EMPTY, EMPTY], "text", "text"),
        ([EITHER, EITHER, DAY_FIRST], "date", "dmy_date"),
        ([INTEGER, TEXT], "text", "text"),
        ([INTEGER, DAY_FIRST], "text", "text"),
    ],
)
def test_files_in_any_order_have_one_type(files: list[ColumnType], kind: str, pattern: str) -> None:
    for order in permutations(files):
        (found,) = common_types([(t,) for t in order])
        assert (found.type, found.pattern) == (kind, pattern)


def test_columns_that_only_some_files_have_are_typed_too() -> None:
    other = ColumnType("y", "date", "Date", "iso_date", "automatic", 1.0, "")

    assert [t.column for t in common_types([(INTEGER,), (other, DECIMAL)])] == ["x", "y"]


def test_a_file_with_fewer_columns_is_read_alike() -> None:
    other = ColumnType("y", "date", "Date", "iso_date", "automatic", 1.0, "")

    assert is_same_reading((INTEGER,), (INTEGER, other))
    assert not is_same_reading((INTEGER,), (DECIMAL, other))
