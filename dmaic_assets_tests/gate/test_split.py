"""The law of the split: accepted and quarantined rows together are exactly the file."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.gate.judge import judge
from dmaic_assets.gate.split import RAW, REASONS, RULES, split
from dmaic_assets.model import Rule, Thresholds
from dmaic_assets.table.text_table import ROW, Before, SourceTable
from dmaic_assets.table.types.cast import TypedTable
from dmaic_assets_tests.gate.tables import judged, rule_set, table, typed
from dmaic_assets_tests.rules.frames import rule

CELLS = st.one_of(st.none(), st.sampled_from(["1", "2", "2", "3.5", "x", "", "NA", "99"]))
SEVERITY = st.sampled_from(["critical", "high", "medium", "low"])
RULES_ANY = st.lists(
    st.sampled_from(
        [
            rule("not_null", "a"),
            rule("unique", "a"),
            rule("unique", "a", "b"),
            rule("duplicate_rows"),
            rule("range", "a", max=3),
            rule("range", "gone", max=3),
            rule("in_set", "b", values=["1", "x"]),
            rule("length", "b", max=1),
            rule("shape", "b", pattern="[0-9]*"),
            rule("type", "a", type="integer"),
            rule("type", "b", type="date"),
            rule("column_pair", "a", "b"),
            rule("expression", sql="a < 3"),
            rule("expression", sql="b < 3"),
            rule("row_count", min=3),
            rule("null_share", "b", max=0.5),
            rule("columns_present", "a", "gone"),
            rule("columns_added", "a"),
            rule("column_order", "b", "a"),
        ]
    ),
    unique_by=lambda r: r.id,
    max_size=8,
)
THRESHOLDS = st.builds(
    Thresholds,
    overall=st.sampled_from([0.0, 50.0, 85.0, 100.0]),
    severities=st.sampled_from([{}, {"critical": 100.0, "medium": 50.0}]),
    row_tolerance=st.sampled_from([0.0, 0.5, 1.0]),
    max_quarantined_share=st.sampled_from([0.0, 0.2, 1.0]),
    quarantine_from=SEVERITY,
)


def numbered(cells: list[tuple[str | None, str | None]], malformed: list[int]) -> SourceTable:
    """A table whose column n tells each row's data row number."""
    total = len(cells) + len(malformed)
    kept = [n for n in range(total) if n not in malformed]
    return table(
        {
            "n": [str(n) for n in kept],
            "a": [a for a, _ in cells],
            "b": [b for _, b in cells],
        },
        malformed=malformed,
    )


def assert_together_the_file(source: TypedTable, rules: Any, thresholds: Thresholds) -> None:
    judgement = judge(source, rules, thresholds)
    parts = split(source, judgement)
    accepted, quarantined = parts.accepted.collect(), parts.quarantined.collect()
    verdict = judgement.verdict
    raw = source.table.lazy.collect().with_columns(source.table.data_rows().alias(ROW))
    malformed = [m.row for m in source.table.malformed]

    assert accepted.height == verdict.accepted == parts.accepted_rows
    assert quarantined.height == verdict.quarantined == parts.quarantined_rows
    assert verdict.accepted + verdict.quarantined == verdict.rows == source.table.total_rows
    assert accepted.schema == source.lazy.collect_schema()
    apart = quarantined[ROW].to_list()
    assert sorted([*accepted["n"].to_list(), *apart]) == list(range(verdict.rows))
    assert apart == sorted(apart)
    kept_raw = quarantined.filter(~pl.col(ROW).is_in(malformed)).drop(RULES, REASONS, RAW)
    assert kept_raw.equals(raw.filter(pl.col(ROW).is_in(apart)))
    assert quarantined.filter(pl.col(RAW).is_not_null())[ROW].to_list() == malformed
    if verdict.decision == "reject":
        assert verdict.accepted == 0
    else:
        assert apart == judgement.quarantined_rows.to_list()
        assert (quarantined[RULES] != "").all()


@given(
    st.lists(st.one_of(st.tuples(CELLS, CELLS), st.tuples(CELLS, CELLS), st.none()), max_size=12),
    RULES_ANY,
    st.lists(SEVERITY, min_size=8, max_size=8),
    THRESHOLDS,
)
@settings(max_examples=50, deadline=None)
def test_the_gate_loses_no_row_and_doubles_none(
    records: list[tuple[str | None, str | None] | None],
    rules: list[Rule],
    severities: Any,
    thresholds: Thresholds,
) -> None:
    malformed = [n for n, record in enumerate(records) if record is None]
    cells = [record for record in records if record is not None]
    source = typed(numbered(cells, malformed), n="integer", a="integer")
    mixed = [replace(r, severity=s) for r, s in zip(rules, severities, strict=False)]

    assert_together_the_file(source, rule_set(*mixed), thresholds)

    again = judge(source, rule_set(*mixed), thresholds)
    assert again.verdict == judge(source, rule_set(*mixed), thresholds).verdict


@pytest.mark.parametrize(
    ("high", "decision"), [(700, "quarantine"), (100, "reject"), (1_000, "accept")]
)
def test_a_staged_table_is_split_the_same_way(tmp_path: Path, high: int, decision: str) -> None:
    columns = {"n": [str(n) for n in range(900)], "a": [str(n % 800) for n in range(900)]}
    rules = (
        rule("range", "a", max=high, tolerance=1.0),
        rule("unique", "n"),
        rule("not_null", "a"),
    )
    staged = typed(table(columns, staged=tmp_path / "part.parquet"), n="integer", a="integer")
    held = typed(table(columns), n="integer", a="integer")

    verdict = judged(staged, *rules).verdict

    assert verdict == judged(held, *rules).verdict
    assert verdict.decision == decision
    assert_together_the_file(staged, rule_set(*rules), Thresholds())
    first, second = (split(t, judged(t, *rules)) for t in (staged, held))
    assert first.quarantined.collect().equals(second.quarantined.collect())
    assert first.accepted.collect().equals(second.accepted.collect())


@pytest.mark.parametrize("apart", [[0], [19_999], [0, 1, 7_000, 19_999], [5, 6, 7]])
def test_a_few_rows_among_many_are_cut_out_exactly(apart: list[int]) -> None:
    values = ["999" if n in apart else "1" for n in range(20_000)]
    source = typed(
        table({"n": [str(n) for n in range(20_000)], "a": values}), n="integer", a="integer"
    )
    rules = (rule("range", "a", max=10, tolerance=1.0),)

    parts = split(source, judged(source, *rules))

    rest = [n for n in range(20_000) if n not in apart]
    assert parts.accepted.collect()["n"].to_list() == rest
    assert parts.quarantined.collect()[ROW].to_list() == apart


def test_a_staged_table_with_malformed_rows_is_split_the_same_way(tmp_path: Path) -> None:
    malformed = [5, 17, 100]
    kept = [n for n in range(103) if n not in malformed]
    columns = {"n": [str(n) for n in kept], "a": ["x" if n % 20 == 0 else "1" for n in kept]}
    staged = typed(
        table(columns, malformed=malformed, staged=tmp_path / "p.parquet"),
        n="integer",
        a="integer",
    )

    assert_together_the_file(staged, rule_set(), Thresholds())


def test_quarantined_rows_say_why_in_ids_and_words() -> None:
    source = typed(
        table({"n": ["0", "1", "3", "4"], "a": ["7", "x", "9", None]}, malformed=[2]),
        n="integer",
        a="integer",
    )
    thresholds = Thresholds(overall=0, severities={}, max_quarantined_share=1)
    rules = (rule("range", "a", max=7), rule("unique", "a", "n"), rule("not_null", "a"))

    parts = split(source, judged(source, *rules, thresholds=thresholds))

    assert parts.quarantined.collect().to_dicts() == [
        {
            "n": "1",
            "a": "x",
            ROW: 1,
            RULES: "sanity.type.a",
            REASONS: "a is of type integer, as nearly all its values are",
            RAW: None,
        },
        {
            "n": None,
            "a": None,
            ROW: 2,
            RULES: "sanity.malformed_rows",
            REASONS: "has 9 fields, not 2",
            RAW: "raw 2",
        },
        {"n": "3", "a": "9", ROW: 3, RULES: "a.range", REASONS: "a is at most 7", RAW: None},
        {
            "n": "4",
            "a": None,
            ROW: 4,
            RULES: "a.not_null",
            REASONS: "a is never missing",
            RAW: None,
        },
    ]
    assert parts.accepted.collect().to_dicts() == [{"n": 0, "a": 7}]


def test_a_file_without_bad_rows_is_handed_on_untouched() -> None:
    source = typed(table({"n": ["1"]}), n="integer")

    parts = split(source, judged(source, rule("unique", "n")))

    assert parts.accepted is source.lazy
    assert parts.quarantined.collect().height == 0


@given(
    st.lists(st.one_of(st.tuples(CELLS, CELLS), st.none()), max_size=8),
    RULES_ANY,
    THRESHOLDS,
    st.sets(st.integers(0, 7)),
    st.booleans(),
)
@settings(max_examples=50, deadline=None)
def test_repaired_and_dropped_rows_are_neither_lost_nor_there_twice(
    records: list[tuple[str | None, str | None] | None],
    rules: list[Rule],
    thresholds: Thresholds,
    copies: set[int],
    is_repaired: bool,
) -> None:
    places = [n for n, record in enumerate(records) if record is None]
    cells = [record for record in records if record is not None]
    whole = numbered(cells, places)
    raw = whole.lazy.collect()
    is_kept = pl.Series([n not in copies for n in range(raw.height)], dtype=pl.Boolean)
    better = raw.with_columns(a=pl.col("a").str.replace("x", "3") if is_repaired else pl.col("a"))
    numbers = whole.data_rows()
    gone = raw.filter(~is_kept).insert_column(0, numbers.filter(~is_kept).rename(ROW))
    before = Before(
        raw.filter(is_kept).lazy(),
        gone,
        pl.Series(["rows.dedupe@1"] * gone.height, dtype=pl.String),
        gone[ROW],
    )
    table_ = replace(
        whole,
        lazy=better.filter(is_kept).lazy(),
        row_count=int(is_kept.sum()),
        row_numbers=numbers.filter(is_kept),
        before=before,
    )
    source = typed(table_)
    judgement = judge(source, rule_set(*rules), thresholds)
    parts = split(source, judgement)
    accepted, quarantined = parts.accepted.collect(), parts.quarantined.collect()
    verdict = judgement.verdict

    kept_rows = [int(n) for n in accepted["n"].to_list()]
    assert sorted([*kept_rows, *quarantined[ROW].to_list()]) == list(range(whole.total_rows))
    assert (accepted.height, quarantined.height) == (verdict.accepted, verdict.quarantined)
    assert set(gone[ROW].to_list()) <= set(quarantined[ROW].to_list())
    if verdict.decision != "reject":
        assert judgement.quarantined_rows.to_list() == quarantined[ROW].to_list()
    as_read = raw.with_columns(numbers.alias(ROW)).filter(
        pl.col(ROW).is_in(quarantined[ROW].implode())
    )
    apart = quarantined.filter(~pl.col(ROW).is_in(places)).drop(RULES, REASONS, RAW)
    assert apart.equals(as_read)
