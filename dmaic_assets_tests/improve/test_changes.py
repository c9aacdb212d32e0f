"""Changes: applied in order, twice like once, every raw value kept, and files that say no."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.improve.changes import (
    CELLS_SCHEMA,
    Change,
    Skipped,
    active_changes,
    apply_changes,
    changes_hash,
    promote,
    retired,
)
from dmaic_assets.improve.changes_file import (
    format_changes,
    load_changes,
    parse_changes,
    save_changes,
)
from dmaic_assets.improve.pilot_interval import Estimate
from dmaic_assets.improve.pilot_report import PilotFigures, PilotReport
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import Repair, RepairKind

NOON = "2026-01-01T12:00:00+00:00"


def change(kind: RepairKind, *columns: str, version: int = 1, **parameters: Json) -> Change:
    repair = Repair(f"{columns[0] if columns else 'rows'}.{kind}", kind, columns, parameters)
    return Change(repair, version, "orders", NOON, "promoted in a test")


TRIM = change("trim", "city")
NULLS = change("null_token", "city", tokens=["N/A"])
TYPO = change("typo", "city", domain=["basel", "zurich"])
CASE = change("case", "city", spellings=["basel", "zurich"])
MAP = change("value_map", "land", map={"b": "ch", "x": "y"})
FOLLOWS = change("dependency", "land", "city", tables={"city": {"basel": "ch"}}, is_exact=True)
DEDUPE = change("dedupe")
# Each undoes the other: rows that both touch never settle.
CITIES: Json = {"land": {"ch": "bern", "de": "basel"}}
LANDS: Json = {"city": {"basel": "ch", "bern": "de"}}
FORTH = change("dependency", "city", "land", tables=CITIES, is_exact=True)
BACK = change("dependency", "land", "city", tables=LANDS, is_exact=True)
ALL = (TRIM, NULLS, TYPO, CASE, MAP, FOLLOWS, DEDUPE)


def test_changes_are_applied_by_kind_and_logged_with_the_raw_value() -> None:
    frame = pl.DataFrame(
        {"city": [" BASXL", " N/A ", "basel", None], "land": ["de", "b", "ch", "b"]}
    )

    found = apply_changes(frame, [FOLLOWS, TYPO, CASE, NULLS, TRIM])

    assert found.frame.to_dict(as_series=False) == {
        "city": ["BASXL", None, "basel", None],
        "land": ["de", "b", "ch", "b"],
    }
    assert found.cells.rows() == [
        (0, "city", " BASXL", "BASXL", "city.trim@1"),
        (1, "city", " N/A ", None, "city.null_token@1"),
    ]
    assert found.cells.schema == CELLS_SCHEMA


def test_a_repaired_value_lets_a_later_change_see_it() -> None:
    frame = pl.DataFrame({"city": [" basxl "], "land": ["de"]})

    found = apply_changes(frame, ALL)

    assert found.frame.rows() == [("basel", "ch")]
    assert found.cells["change"].to_list() == ["city.typo@1", "land.dependency@1"]
    assert found.cells["raw"].to_list() == [" basxl ", "de"]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.none() | st.text(alphabet="basel zurchN/A", max_size=7),
            st.sampled_from(["b", "ch", "x", "y", None]),
        ),
        max_size=12,
    ),
    chosen=st.sets(st.sampled_from(range(len(ALL)))),
)
def test_applying_changes_twice_is_applying_them_once(
    rows: list[tuple[str | None, str | None]], chosen: set[int]
) -> None:
    frame = pl.DataFrame(rows, schema={"city": pl.String, "land": pl.String}, orient="row")
    changes = [ALL[i] for i in chosen]

    once = apply_changes(frame, changes)
    twice = apply_changes(once.frame, changes)

    assert twice.frame.equals(once.frame)
    assert twice.cells.is_empty()
    assert once.frame.height + once.dropped.height == frame.height


@settings(deadline=None)
@given(st.lists(st.sampled_from(["basel", "bern", "rome", " rome"]), max_size=8))
def test_a_row_that_does_not_settle_keeps_its_raw_values(cities: list[str]) -> None:
    lands = ["ch" if city != "bern" else "de" for city in cities]
    frame = pl.DataFrame(
        {"city": cities, "land": lands}, schema=dict.fromkeys(("city", "land"), pl.String)
    )

    found = apply_changes(frame, [FORTH, BACK])

    assert found.frame.equals(frame)
    assert found.cells.is_empty()


def test_the_log_gives_the_raw_table_back() -> None:
    frame = pl.DataFrame({"city": [" basxl ", "N/A", "bern"], "land": ["b", "x", "ch"]})
    found = apply_changes(frame, ALL[:-1])
    columns = {name: found.frame[name].to_list() for name in found.frame.columns}

    for row, name, raw, repaired, _ in found.cells.iter_rows():
        assert columns[name][row] == repaired
        columns[name][row] = raw

    assert pl.DataFrame(columns, schema=frame.schema).equals(frame)


def test_dropped_rows_are_logged_whole_and_raw() -> None:
    frame = pl.DataFrame({"city": ["basel", " basel", "bern"], "row": ["1", "1", "2"]})

    found = apply_changes(frame, [TRIM, DEDUPE])

    assert found.frame.rows() == [("basel", "1"), ("bern", "2")]
    assert found.kept.tolist() == [0, 2]
    assert found.dropped.rows() == [(1, "rows.dedupe@1", " basel", "1")]
    assert found.dropped.columns == ["row", "change", "city", "row_"]
    assert found.cells.is_empty()


def test_a_change_whose_column_is_missing_or_no_text_is_skipped_and_named() -> None:
    frame = pl.DataFrame({"city": [1], "other": ["a"]})

    found = apply_changes(frame, [TRIM, MAP])

    assert found.skipped == (
        Skipped("city.trim@1", "column city is no text but Int64"),
        Skipped("land.value_map@1", "there is no column land"),
    )
    assert found.frame.equals(frame)


def test_a_table_without_rows_or_columns_stays() -> None:
    empty = pl.DataFrame(schema={"city": pl.String, "land": pl.String})

    assert apply_changes(empty, ALL).frame.equals(empty)
    assert apply_changes(pl.DataFrame(), ALL).frame.equals(pl.DataFrame())


def report(repair: Repair) -> PilotReport:
    figures = PilotFigures(
        9, 9, 9, 90, 90, 0, 9, 9, 90, (), Estimate(1, 0.5, 1), Estimate(1, 0.96, 1)
    )
    return PilotReport(repair, figures, True, "no harm")


def test_promoting_again_adds_a_version_only_when_the_repair_says_something_else() -> None:
    first = promote((), [report(TYPO.repair).promotion], source="orders", promoted_at=NOON)
    same = promote(first, [report(TYPO.repair).promotion], source="orders", promoted_at="later")
    other = Repair(TYPO.id, "typo", ("city",), {"domain": ["bern"]})
    second = promote(same, [report(other).promotion], source="orders", promoted_at="later")

    assert same == first
    assert [(c.label, c.status, c.reason) for c in second] == [
        ("city.typo@1", "retired", "replaced by version 2"),
        ("city.typo@2", "active", "no harm"),
    ]
    assert [c.label for c in active_changes(second)] == ["city.typo@2"]


def test_the_hash_tells_what_changes_do_and_nothing_else() -> None:
    same = Change(TYPO.repair, 1, "orders", "later", "other words")

    assert changes_hash([TRIM, TYPO]) == changes_hash([same, TRIM])
    assert changes_hash([TRIM, TYPO]) != changes_hash([TRIM])
    assert changes_hash([TRIM, retired(TYPO, reason="wrong")]) == changes_hash([TRIM])
    assert len(changes_hash([])) == 64


def test_a_change_file_gives_the_same_changes_and_the_same_bytes(tmp_path: Path) -> None:
    changes = promote(ALL, [report(CASE.repair).promotion], source="orders", promoted_at=NOON)
    path = tmp_path / "orders.yaml"

    save_changes(changes, path, source="orders")

    assert load_changes(path) == changes
    assert format_changes(load_changes(path), source="orders").encode() == path.read_bytes()
    assert parse_changes("", subject="x", source="s") == ()


ENTRY = "source: orders\nchanges:\n- {id: c, kind: trim, columns: [city]%s}\n"


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        (ENTRY % ", color: red", "change file, line 3: key color is unknown"),
        (ENTRY % ", status: off", "change c: key status: off is none of active, retired"),
        (ENTRY % ", version: 0", "change c: key version: 0 is below 1"),
        (ENTRY % ", version: two", "change c: key version: 'two' is no whole number"),
        (ENTRY % ", parameters: {deep: 1}", "change c: parameter deep is unknown"),
        (ENTRY % "}\n- {id: c, kind: trim, columns: [city]", "change c@1 stands twice"),
        (
            ENTRY % "}\n- {id: c, kind: trim, version: 2, columns: [city]",
            "change c is active twice",
        ),
        ("changes:\n- {kind: trim}\n", "key id is missing"),
        ("changes:\n- {id: c, kind: magic}\n", "key kind: magic is none of encoding, trim"),
        ("changes: {", "not YAML"),
    ],
)
def test_a_mistake_in_a_change_file_is_named_with_its_place(text: str, culprit: str) -> None:
    with pytest.raises(BadInputError) as refusal:
        parse_changes(text, subject="change file", source="orders")

    assert culprit in str(refusal.value)
    assert refusal.value.fix


def test_a_change_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be read"):
        load_changes(tmp_path / "none.yaml")


@settings(deadline=None)
@given(rows=st.lists(st.tuples(st.sampled_from(["a", " a", "b", "", None]), st.sampled_from("xy"))))
def test_every_dropped_row_is_a_copy_of_the_kept_row_that_is_named(
    rows: list[tuple[str | None, str]],
) -> None:
    frame = pl.DataFrame(rows, schema={"v": pl.String, "w": pl.String}, orient="row")
    changes = [
        Change(Repair("v.trim", "trim", ("v",), {}), 1, "s", "", ""),
        Change(Repair("rows.dedupe", "dedupe", (), {}), 1, "s", "", ""),
    ]

    applied = apply_changes(frame, changes)

    dropped = applied.dropped["row"].to_list()
    trimmed = [(v.strip() if v else v, w) for v, w in rows]
    assert sorted([*applied.kept.tolist(), *dropped]) == list(range(len(rows)))
    assert [trimmed[n] for n in dropped] == [trimmed[n] for n in applied.copy_of.tolist()]
    assert set(applied.copy_of.tolist()) <= set(applied.kept.tolist())
