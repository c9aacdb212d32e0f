"""What file after file had set apart: admitted, or still apart and why."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl
import pytest

from dmaic_assets.history.apart import ApartKind, Form, sort_apart, with_apart
from dmaic_assets.history.facts import FileFacts
from dmaic_assets.model import ColumnType, Violation
from dmaic_assets.rules.recurring import Back, as_arrived, recurring, with_admitted
from dmaic_assets_tests.rules.orders import facts_of, learnt

DAY = facts_of(
    pl.DataFrame({"state": ["paid", "open", "void", "north"] * 50, "amount": [*range(1, 101)] * 2})
)
INTEGER = ColumnType("amount", "integer", "Int64", "integer", "automatic", 1.0, "")


def kind(
    text: str | None, rows: int, *, odd: int = 0, column: str = "state", form: Form = "value"
) -> ApartKind:
    return ApartKind((column,), form, (text,), ("state.in_set",), rows, odd)


def history(days: Mapping[int, Sequence[ApartKind]], files: int = 12) -> list[FileFacts]:
    return [with_apart(DAY, days.get(day, ()), ()) for day in range(files)]


def refusals(days: Mapping[int, Sequence[ApartKind]], files: int = 12) -> list[str]:
    return [found.refusal for found in recurring(history(days, files))]


@pytest.mark.parametrize(
    ("rows", "text", "refusal"),
    [
        ([24, 20, 26], "refund", ""),
        ([24, 20], "refund", None),
        ([90, 2, 3], "refund", "most of the rows came in one file"),
        ([24, 20, 26], "XXX", "it stands for a missing value"),
        ([24, 20, 26, 20, 20, 20, 20], "Unknown", "it stands for a missing value"),
        ([24, 20, 26, 20, 20, 20, 20], "PAID ", "it is a known value in other case or spaces"),
        ([9, 8, 9], "nirth", "it is near a known value; 6 files must have it"),
        ([9, 8, 9, 8, 9, 8], "nirth", ""),
        ([9, 8, 9], None, "missing values may be damage; 6 files must have it"),
        ([9, 8, 9, 8, 9, 8], None, ""),
    ],
)
def test_a_value_that_comes_back_is_admitted_unless_damage_looks_like_it(
    rows: Sequence[int], text: str | None, refusal: str | None
) -> None:
    days = {4 + day: [kind(text, count)] for day, count in enumerate(rows)}

    assert refusals(days) == ([] if refusal is None else [refusal])


def test_codes_that_differ_in_a_digit_are_no_slips_of_each_other() -> None:
    coded = facts_of(pl.DataFrame({"state": ["B101", "B102", "B103"] * 50}))
    files = [with_apart(coded, [kind("B104", 9)] if day > 2 else [], ()) for day in range(6)]

    assert [found.refusal for found in recurring(files)] == [""]


def test_rows_with_other_faults_beside_it_are_no_plausible_company() -> None:
    few = {day: [kind("refund", 20, odd=4)] for day in range(4, 8)}
    many = {day: [kind("refund", 20, odd=9)] for day in range(4, 8)}

    assert refusals(few) == [""]
    assert refusals(many) == ["other columns of these rows are wrong too"]


@pytest.mark.parametrize(
    ("days", "text", "pattern", "refusal"),
    [
        (range(12), "C9", "text", ""),
        (range(12), "unk", "integer", ""),
        (range(4, 9), "C9", "integer", "it may be damage; 6 files must have it"),
        (range(6, 12), "C9", "text", ""),
        (range(0, 12, 4), "C9", "integer", "only 3 of 12 files have it"),
    ],
)
def test_texts_among_numbers_are_read_where_every_file_has_them(
    days: range, text: str, pattern: str, refusal: str
) -> None:
    numbers = replace(DAY, types=(INTEGER,))
    here = [kind(text, 8, column="amount", form="unread")]
    files = [with_apart(numbers, here if day in days else [], ()) for day in range(12)]
    types: list[Back] = []

    as_arrived(files, lambda _, back: types.append(back))

    assert [found.refusal for found in recurring(files)] == [refusal]
    # All files are read alike, those without such a text too.
    assert len(types) == (0 if refusal else 12)
    assert {t.pattern for back in types for t in back.types} <= {pattern}
    if text == "unk":
        assert {t.null_tokens for back in types for t in back.types} == {("unk",)}


def test_a_column_whose_type_people_fixed_is_never_read_otherwise() -> None:
    fixed = replace(DAY, types=(replace(INTEGER, decided_by="override"),))
    files = [with_apart(fixed, [kind("C9", 8, column="amount", form="unread")], ())] * 5

    assert [found.refusal for found in recurring(files)] == ["the type of the column is fixed"]


def test_what_is_admitted_is_said_in_the_rules_and_only_while_it_is_fresh() -> None:
    days = {day: [kind("refund", 20)] for day in range(3, 6)}
    back = [with_apart(DAY, days.get(day, ()), {kind("refund", 20).key}) for day in range(6)]
    rules = learnt(back)
    older = with_admitted(replace(rules, notes=()), [*back, DAY, DAY, DAY])

    told = {rule.id: rule.evidence.get("admitted") for rule in rules.rules}
    assert told["state.in_set"] == ["state: refund, in 3 files"]
    assert told["amount.type"] is None
    assert rules.notes[-1] == (
        "rows set apart come again: state: refund, in 3 files, 60 rows (10.0% of theirs);"
        " known from now on; to accept its earlier rows: dmaic gate admit orders --column state"
        " --value refund --reason TEXT"
    )
    assert older.notes == ()


def _violation(rule: str, kind_: str, *columns: str) -> Violation:
    return Violation(rule, kind_, columns, "high", "row", 1, 0.1, False, "", "")


def test_a_row_belongs_to_the_column_that_all_its_rules_are_about() -> None:
    rows = [
        ("refund", "Oslo", "5", "state.in_set;state+city.mapping", 3),
        ("refund", "Nowhere", "5", "state.in_set;city.in_set", 4),
        ("paid", "Oslo", "5", "file.duplicate_rows", 5),
        ("paid", "Oslo", "130", "amount.range", 6),
        ("paid", "Oslo", "-3", "amount.range", 7),
        ("paid", "Oslo", "9000", "amount.range", 8),
        ("paid", "Oslo", "C17", "amount.type", 9),
    ]
    apart = pl.DataFrame(
        rows,
        schema={
            "state": pl.String,
            "city": pl.String,
            "amount": pl.String,
            "_dmaic_rules": pl.String,
            "_dmaic_row": pl.UInt32,
        },
        orient="row",
    )
    violations = [
        _violation("state.in_set", "in_set", "state"),
        _violation("state+city.mapping", "mapping", "state", "city"),
        _violation("city.in_set", "in_set", "city"),
        _violation("file.duplicate_rows", "duplicate_rows"),
        _violation("amount.range", "range", "amount"),
        _violation("amount.type", "type", "amount"),
    ]

    found = sort_apart(apart, violations, DAY.profile, apart_from="medium")

    assert {(k.columns, k.form, k.texts, k.rows, k.odd) for k in found.kinds} == {
        (("state",), "value", ("refund",), 1, 1),
        (("amount",), "above", (), 1, 0),
        (("amount",), "unread", ("C9",), 1, 0),
    }
    assert found.still_apart({(("state",), "value", ("refund",))}) == [4, 5, 6, 7, 8, 9]
    assert found.still_apart({(("amount",), "above", ())}) == [3, 4, 5, 7, 8, 9]


def test_facts_are_left_alone_where_nothing_comes_back_or_nothing_may() -> None:
    days = {day: [kind("refund", 20)] for day in range(3, 6)}

    def never(_place: int, _back: Back) -> FileFacts:
        raise AssertionError

    once = history({3: [kind("refund", 20)]})
    assert as_arrived(once, never) == once
    assert as_arrived(history(days), never, admits=False) == history(days)
