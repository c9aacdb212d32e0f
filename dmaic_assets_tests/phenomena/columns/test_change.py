"""The schema tracker: which differences break readers, and which do not (A13)."""

from dataclasses import replace

import pytest

from dmaic_assets.model import ColumnType, TypeName
from dmaic_assets.phenomena.columns.change import schema_changes


def column_type(name: str, type_name: TypeName) -> ColumnType:
    return ColumnType(name, type_name, "", "", "automatic", 1.0, "")


def columns(text: str) -> tuple[ColumnType, ...]:
    names: dict[str, TypeName] = {"i": "integer", "d": "decimal", "t": "text"}
    return tuple(column_type(p.split(":")[0], names[p.split(":")[1]]) for p in text.split())


@pytest.mark.parametrize("type_name", ["integer", "text"])
def test_a_column_that_was_empty_and_fills_breaks_nothing(type_name: TypeName) -> None:
    empty = replace(column_type("a", "text"), confidence=0.0)
    filled = column_type("a", type_name)

    (change,) = schema_changes((empty,), (filled,))

    assert (change.change, change.is_breaking) == ("filled", False)
    assert change.detail == f"was empty, now filled: {type_name}"
    assert schema_changes((empty,), (empty,)) == ()
    assert schema_changes((filled,), (empty,)) == (), "a file without values changes no type"


@pytest.mark.parametrize(
    ("expected", "arrived", "changes"),
    [
        ("", "a:i b:t", []),
        ("a:i b:t", "a:i b:t", []),
        ("a:i b:t", "a:i", [("b", "removed", True)]),
        ("a:i", "a:i b:t", [("b", "added", False)]),
        ("a:i b:t", "a:t b:t", [("a", "type_changed", True)]),
        ("a:d b:t", "a:i b:t", [("a", "type_changed", False)]),
        ("a:i b:t", "b:t a:i", [("b", "reordered", False)]),
        ("a:i b:i c:i d:i", "b:i c:i d:i a:i", [("a", "reordered", False)]),
        (
            "a:i b:i c:t",
            "x:i c:i a:i",
            [
                ("b", "removed", True),
                ("c", "type_changed", True),
                ("x", "added", False),
                ("c", "reordered", False),
            ],
        ),
    ],
)
def test_a_schema_change_is_named_and_told_breaking_or_not(
    expected: str, arrived: str, changes: list[tuple[str, str, bool]]
) -> None:
    found = schema_changes(columns(expected), columns(arrived))

    assert [(c.column, c.change, c.is_breaking) for c in found] == changes


def test_a_change_says_what_was_and_what_is() -> None:
    (change,) = schema_changes(columns("a:i"), columns("a:t"))

    assert change.detail == "was integer, is text"


def _written(pattern: str, *, is_ambiguous: bool = False) -> tuple[ColumnType, ...]:
    day = ColumnType("day", "date", "", pattern, "automatic", 1.0, "", is_ambiguous=is_ambiguous)
    return (day,)


def test_the_same_type_written_another_way_is_told_and_breaks_nothing() -> None:
    expected = _written("iso_date")

    (clear,) = schema_changes(expected, _written("eu_date"))
    (doubtful,) = schema_changes(expected, _written("eu_date", is_ambiguous=True))

    assert (clear.change, clear.is_breaking) == ("notation_changed", False)
    assert clear.detail == "was written as iso_date, is written as eu_date; values are read alike"
    assert doubtful.detail.endswith("other readings fit as well")
    assert not schema_changes(expected, expected)
