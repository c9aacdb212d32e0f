import re
import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.table.profile.column_batches import column_in_memory
from dmaic_assets.table.profile.shapes import (
    MAX_FULL_SHAPES,
    Shapes,
    count_shapes,
    count_table_shapes,
    shape_series,
    shown_shapes,
)
from dmaic_assets.table.profile.value_counts import tabulate

TEXT = st.text(alphabet="AbZ09 -_.'éÉßЖж漢٣€–😀𝔸𐐀\u0301\u0000ǅΩ\n", max_size=12)


def shape_by_definition(text, *, is_collapsed):
    classes = []
    for character in text:
        category = unicodedata.category(character)
        known = {"Lu": "A", "Lt": "A", "Ll": "a", "Lm": "a", "Lo": "a", "Nd": "9"}
        found = known.get(category, character)
        if not (is_collapsed and found in "Aa9" and classes and classes[-1] == found):
            classes.append(found)
    return "".join(classes)


@pytest.mark.parametrize(
    ("text", "full", "collapsed"),
    [
        ("Ab-12", "Aa-99", "Aa-9"),
        ("", "", ""),
        ("N725MQ", "A999AA", "A9A"),
        ("+1 (555) 010", "+9 (999) 999", "+9 (9) 9"),
        ("Zoë O'Neil", "Aaa A'Aaaa", "Aa A'Aa"),
        ("ÀÉ漢字", "AAaa", "Aa"),
        ("٣4", "99", "9"),
        ("a--b", "a--a", "a--a"),
        ("5 €", "9 €", "9 €"),
        ("😀x", "😀a", "😀a"),
    ],
)
def test_shapes_of_known_texts(text, full, collapsed):
    values = pl.Series([text])

    assert shape_series(values, is_collapsed=False).to_list() == [full]
    assert shape_series(values, is_collapsed=True).to_list() == [collapsed]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.none() | TEXT, max_size=30), st.booleans())
def test_shapes_are_as_defined_and_nulls_stay(texts, is_collapsed):
    values = pl.Series("x", texts, dtype=pl.String)

    found = shape_series(values, is_collapsed=is_collapsed)

    expected = [
        None if text is None else shape_by_definition(text, is_collapsed=is_collapsed)
        for text in texts
    ]
    assert found.to_list() == expected
    assert found.name == "x"


def test_texts_longer_than_a_block_keep_their_shape():
    texts = ["ab1" * 200_000, "", "é" * 300_000 + "-", "X"]

    found = shape_series(pl.Series(texts), is_collapsed=True).to_list()

    assert found == ["a9" * 200_000, "", "a-", "A"]


def test_a_slice_of_a_series_has_its_own_shapes():
    values = pl.Series(["aaa", "B1", None, "cé"]).slice(1, 3)

    assert shape_series(values, is_collapsed=False).to_list() == ["A9", None, "aa"]


def test_few_full_shapes_are_kept_whole():
    column = column_in_memory(pl.Series(["AB-1", "CD-2", "EF-34", None]))

    found = count_shapes(column)

    assert not found.is_collapsed
    assert found.distinct == 2
    assert found.top.rows() == [("AA-9", 2), ("AA-99", 1)]


def test_many_full_shapes_are_collapsed_and_counted_exactly():
    texts = ["a" * length for length in range(1, MAX_FULL_SHAPES + 2)] + ["a1"]

    found = count_shapes(column_in_memory(pl.Series(texts)))

    assert found.is_collapsed
    assert found.top.rows() == [("a", MAX_FULL_SHAPES + 1), ("a9", 1)]


def test_full_shapes_that_show_late_are_collapsed_too():
    texts = ["x"] * 10_000 + ["a" * length for length in range(1, MAX_FULL_SHAPES + 2)]

    found = count_shapes(column_in_memory(pl.Series(texts)))

    assert found.is_collapsed
    assert found.distinct == 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.none() | TEXT, max_size=40))
def test_counting_by_rows_and_by_distinct_values_agree(texts):
    column = column_in_memory(pl.Series("x", texts, dtype=pl.String))

    by_rows = count_shapes(column)
    by_values = count_table_shapes(tabulate(column))

    assert by_rows.top.rows() == by_values.top.rows()
    assert by_rows.distinct == by_values.distinct


def test_a_giant_shape_is_cut_where_it_is_shown():
    shapes = Shapes(pl.DataFrame({"value": ["a" * 5000], "count": [1]}), 1, is_collapsed=False)

    (shown,) = shown_shapes(shapes)

    assert re.fullmatch("a{199}…", shown.value)
