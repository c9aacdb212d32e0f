"""The sample that saves measuring must not cost a type."""

import polars as pl
import pytest

from dmaic_assets.table.types.column_nulls import TokenSet
from dmaic_assets.table.types.screening import SAMPLE_ROWS, chunks, sample_texts, screen
from dmaic_assets_tests.table.text_tables import staged_table, text_table

TOKENS = TokenSet(("", "NA"))


def test_small_tables_are_sampled_whole_without_nulls_and_tokens():
    table = text_table({"a": ["1", None, "NA", " na ", "", " 2 "]})

    assert sample_texts(table, ("a",), TOKENS)["a"].to_list() == ["1", "2"]


@pytest.mark.parametrize("is_staged", [False, True])
def test_a_sample_is_spread_over_the_table_and_always_the_same(is_staged, tmp_path):
    columns = {"a": [str(n) for n in range(30_000)]}
    table = staged_table(columns, tmp_path) if is_staged else text_table(columns)

    once = sample_texts(table, ("a",), TOKENS)["a"]
    again = sample_texts(table, ("a",), TOKENS)["a"]

    numbers = once.cast(pl.Int64)
    assert once.equals(again)
    assert SAMPLE_ROWS * 0.8 < len(once) <= SAMPLE_ROWS
    assert 12_000 < numbers.mean() < 18_000
    assert numbers.min() < 3_000 < 27_000 < numbers.max()


@pytest.mark.parametrize("is_staged", [False, True])
def test_a_nearly_empty_column_is_sampled_from_all_its_values(is_staged, tmp_path):
    columns = {"a": ["x" if n % 10_000 == 77 else None for n in range(30_000)]}
    table = staged_table(columns, tmp_path) if is_staged else text_table(columns)

    assert sample_texts(table, ("a",), TOKENS)["a"].to_list() == ["x", "x", "x"]


def test_parts_are_the_table_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr("dmaic_assets.table.types.screening.CHUNK_ROWS", 700)
    columns = {"a": [str(n) for n in range(2_000)], "b": ["x"] * 2_000}

    for table in (staged_table(columns, tmp_path), text_table(columns)):
        parts = list(chunks(table, ("a",)))

        assert [part.height for part in parts] == [700, 700, 600]
        assert pl.concat(parts)["a"].to_list() == columns["a"]


def test_patterns_with_less_than_a_third_are_left_out():
    sample = pl.Series("text", ["1"] * 20 + ["a b"] * 80)

    assert screen(sample) == {}


def test_a_third_is_enough_to_be_measured():
    sample = pl.Series("text", ["1"] * 40 + ["a b"] * 60)

    assert "integer" in screen(sample)


def test_rare_formats_count_when_the_type_is_frequent():
    sample = pl.Series("text", ["2024-01-31"] * 85 + ["31.01.2024"] * 15)

    assert {"iso_date", "eu_dotted_date"} <= set(screen(sample))


def test_giant_values_follow_no_pattern_and_cost_nothing():
    sample = pl.Series("text", ["1" * 5_000_000 + "x"] * 3)

    assert screen(sample) == {}


def test_an_empty_sample_has_no_patterns():
    assert screen(pl.Series("text", [], dtype=pl.String)) == {}
