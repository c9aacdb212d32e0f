"""The kinds that learning adds, on literal tables: which rows fail, which files are violated."""

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import ColumnType, Rule, RuleSet
from dmaic_assets.phenomena.contract.rule_kind import RowKind
from dmaic_assets.phenomena.registry import kind_of
from dmaic_assets.rules.compile import compile_rules
from dmaic_assets.rules.evaluate import Evaluation, evaluate
from dmaic_assets_tests.rules.frames import context, failing_rows, positions, rule


def evaluated(frame: pl.DataFrame, one: Rule, **given: Any) -> Evaluation:
    compiled = compile_rules(RuleSet("s", (one,)), context(frame, **given))
    return evaluate(compiled, frame.lazy())


def rows_failing(frame: pl.DataFrame, one: Rule, **given: Any) -> list[int]:
    result = evaluated(frame, one, **given)
    assert not result.skipped
    return list(failing_rows(result.rows[0].mask))


def is_violated(frame: pl.DataFrame, one: Rule) -> bool:
    result = evaluated(frame, one)
    assert not result.skipped
    return result.files[0].judgement.is_violated


ROW_CASES = [
    ({"a": [7, 7, 8, None, 7]}, rule("one_value", "a"), [2]),
    ({"a": [7, 7, 7]}, rule("one_value", "a"), []),
    ({"a": [None, None]}, rule("one_value", "a"), []),
    ({"a": [1.0, 2.0, 3.0, 90.0, None]}, rule("window", "a", width=10), [3]),
    (
        {"a": [date(2024, 1, 1), date(2024, 1, 2), date(2023, 1, 1)]},
        rule("window", "a", width=86_400 * 40, unit="seconds"),
        [2],
    ),
    (
        {"a": ["x", "x", "y", "z", None], "b": [1, 2, 5, 9, 1]},
        rule("mapping", "a", "b", map={"x": 1, "y": 5}),
        [1],
    ),
    (
        {"a": ["x", "x", "x"], "b": [3, 3, 3]},
        rule("mapping", "a", "b", map={"x": 1}),
        [],
    ),
    (
        {"a": ["x", "x", "y"], "b": [1.0, 1.04, 9.0]},
        rule("mapping", "a", "b", map='{"x": 1.0, "y": 5.0}', within=0.1),
        [2],
    ),
    (
        {"a": [1, 1, 2], "b": [1, 2, 1], "c": ["p", "q", "r"]},
        rule("mapping", "a", "b", "c", map={"1\x1f1": "p", "1\x1f2": "p", "2\x1f1": "r"}),
        [1],
    ),
    (
        {"a": [1, 1, 1, 2, 2, None], "b": ["p", "p", "q", "r", "s", "t"]},
        rule("functional_dependency", "a", "b"),
        [2],
    ),
    (
        {"t": [3, 5, None, 7], "a": [1, 2, 3, 3], "b": [2, 3, 4, None]},
        rule("derived", "t", "a", "b", form="linear", factors=[1, 1]),
        [],
    ),
    (
        {"t": [3, 6], "a": [1, 2], "b": [2, 3]},
        rule("derived", "t", "a", "b", form="linear", factors=[1, 1]),
        [1],
    ),
    ({"t": [6, 7], "a": [2, 2], "b": [3, 3]}, rule("derived", "t", "a", "b", form="product"), [1]),
    (
        {"t": [2.0, 5.0, 1.0], "a": [4, 9, 1], "b": [2, 3, 0]},
        rule("derived", "t", "a", "b", form="ratio"),
        [1],
    ),
    (
        {"t": [25.0, 26.0, 31.0], "w": [100.0, 100.0, 100.0], "h": [200.0, 200.0, 200.0]},
        rule(
            "derived",
            "t",
            "w",
            "h",
            form="power",
            exponents=[1, -2],
            constant=10_000,
            within_share=0.05,
        ),
        [2],
    ),
    (
        {"a": ["x", "x", "y", "new", None], "b": [1.0, 3.0, 1.0, 99.0, 99.0]},
        rule("range_by", "a", "b", bounds={"x": [0, 2], "y": [5, 6]}),
        [1, 2],
    ),
    (
        {"a": ["x", "x"], "b": [None, 2.0]},
        rule("range_by", "a", "b", bounds={"x": [0, 2]}),
        [],
    ),
    ({"t": [5, 6], "a": [517, 517]}, rule("derived", "t", "a", form="floor", divisor=100), [1]),
    ({"t": [17, 18], "a": [517, 517]}, rule("derived", "t", "a", form="modulo", divisor=100), [1]),
    (
        {"t": [2024, 2023, None], "a": [datetime(2024, 5, 1, 3)] * 3},
        rule("derived", "t", "a", form="year"),
        [1],
    ),
    (
        {"t": ["a_b", "a-b"], "x": ["a", "a"], "y": ["b", "b"]},
        rule("derived", "t", "x", "y", form="concat", separator="_"),
        [1],
    ),
    (
        {"a": [None, None, 1], "b": [None, 2, 3]},
        rule("conditional_null", "a", "b", state="present", when="present"),
        [1],
    ),
    (
        {"a": [None, 5, None], "s": ["paid", "paid", "open"]},
        rule("conditional_null", "a", "s", state="present", values=["paid"]),
        [0],
    ),
    (
        {"a": [None, 5, 6], "s": ["open", "open", None]},
        rule("conditional_null", "a", "s", state="missing", values=["open"]),
        [1],
    ),
    (
        {"a": ["north", "nroth", "NORTH", "north ", "Nantes", None, "norh", "nnorth"]},
        rule("near_miss", "a", values=["north", "south"]),
        [1, 2, 3, 6, 7],
    ),
    ({"a": ["LAX", "LEX", "lax"]}, rule("near_miss", "a", values=["LAX"]), [2]),
    ({"a": ["SFO ", "sfo", "SFO"]}, rule("near_miss", "a", values=["LAX"], also=["SFO"]), [0, 1]),
    ({"a": ["JFK ", "JFK"]}, rule("near_miss", "a", values=["LAX"], also=["SFO"]), [0]),
    ({"a": ["JFK "]}, rule("near_miss", "a", values=["LAX "]), []),
    (
        {"a": ["north", "nroth"]},
        rule("near_miss", "a", values=["north"], also=["nroth"]),
        [],
    ),
]


@pytest.mark.parametrize(("data", "one", "failing"), ROW_CASES)
def test_exactly_the_failing_rows_fail(
    data: dict[str, list[Any]], one: Rule, failing: list[int]
) -> None:
    assert rows_failing(pl.DataFrame(data), one) == failing


@pytest.mark.parametrize("one", [case[1] for case in ROW_CASES])
def test_an_empty_frame_breaks_nothing(one: Rule) -> None:
    data = next(case[0] for case in ROW_CASES if case[1] is one)

    assert rows_failing(pl.DataFrame(data).head(0), one) == []


def test_a_failed_cast_is_not_a_missing_value() -> None:
    frame = pl.DataFrame({"a": [None, None], "b": [1, 1]}, schema={"a": pl.Int64, "b": pl.Int64})
    one = rule("conditional_null", "a", "b", state="present", when="present")

    assert rows_failing(frame, one, failed_casts={"a": positions(1)}) == [0]


def typed(unit: str | None, tokens: tuple[str, ...]) -> dict[str, ColumnType]:
    return {
        "a": ColumnType(
            "a", "decimal", "Float64", "", "automatic", 1.0, "", unit=unit, null_tokens=tokens
        )
    }


def test_numbers_that_arrive_with_a_unit_fail() -> None:
    frame = pl.DataFrame({"a": [12.0, None]})

    assert rows_failing(frame, rule("unit", "a", unit=""), types=typed("oz", ())) == [0]
    assert rows_failing(frame, rule("unit", "a", unit="oz"), types=typed("oz", ())) == []


def test_missing_values_in_a_new_spelling_fail() -> None:
    frame = pl.DataFrame({"a": [12.0, None]})
    blank, known = rule("null_spelling", "a", tokens=[]), rule("null_spelling", "a", tokens=["N/A"])

    assert rows_failing(frame, blank, types=typed(None, ("N/A",))) == [1]
    assert rows_failing(frame, known, types=typed(None, ("N/A",))) == []
    assert rows_failing(frame, blank, types=typed(None, ())) == []


BOUNDS = {"mean": [9, 11], "q25": [8, 10], "q50": [9, 11], "q75": [10, 12]}
FILE_CASES = [
    ({"a": [9.0, 10.0, 11.0]}, rule("distribution", "a", bounds=BOUNDS), False),
    ({"a": [90.0, 100.0, 110.0]}, rule("distribution", "a", bounds=BOUNDS), True),
    ({"a": [90.0, None]}, rule("distribution", "a", bounds=BOUNDS, least=2), False),
    ({"a": [9.0, 9.0, 200.0]}, rule("distribution", "a", bounds={"q50": [8, 10]}), False),
    ({"a": ["x", "x", "y"]}, rule("new_values", "a", values=["x"], max=0.5), False),
    ({"a": ["x", "z", "y"]}, rule("new_values", "a", values=["x"], max=0.5), True),
    ({"a": [None, None]}, rule("new_values", "a", values=["x"], max=0.0), False),
    ({"a": ["x", "z", "y"]}, rule("new_values", "a", values=["x"], max=0.8, each=0.4), False),
    ({"a": ["x", "z", "z"]}, rule("new_values", "a", values=["x"], max=0.8, each=0.4), True),
    ({"a": ["x"] * 9 + ["y"]}, rule("category_mix", "a", shares={"x": [0.4, 0.6]}), True),
    ({"a": ["x", "y"]}, rule("category_mix", "a", shares={"x": [0.4, 0.6]}), False),
    ({"a": ["x"]}, rule("category_mix", "a", shares={"x": [0.4, 0.6]}, least=5), False),
    ({"a": [1, 1, 2, None]}, rule("distinct_count", "a", min=2), False),
    ({"a": [1, 1, 1, None]}, rule("distinct_count", "a", min=2), True),
    ({"a": [1, 2, 3]}, rule("distinct_count", "a", max=2), True),
    ({"a": [1, 1, 2, 3]}, rule("duplicate_share", max=0.25), False),
    ({"a": [1, 1, 1, 3]}, rule("duplicate_share", max=0.25), True),
    (
        {"a": [datetime(2024, 1, 1), datetime(2024, 1, 2)]},
        rule("time_span", "a", min=86_400),
        False,
    ),
    (
        {"a": [datetime(2024, 1, 1), datetime(2024, 1, 1, 9)]},
        rule("time_span", "a", min=80_000),
        True,
    ),
]


@pytest.mark.parametrize(("data", "one", "expected"), FILE_CASES)
def test_files_are_violated_exactly_outside_the_bounds(
    data: dict[str, list[Any]], one: Rule, expected: bool
) -> None:
    assert is_violated(pl.DataFrame(data), one) is expected


BAD_RULES = [
    rule("mapping", "a", "b", map="not json"),
    rule("mapping", "a", "b", map="[1]"),
    rule("derived", "a", "b", form="linear", factors=[1, 2]),
    rule("derived", "a", "b", form="power", exponents=[1, 2]),
    rule("derived", "a", "b", form="product"),
    rule("range_by", "a", "b", bounds={"x": [1]}),
    rule("range_by", "a", "b", bounds={"x": ["low", "high"]}),
    rule("derived", "a", "b", form="floor"),
    rule("derived", "a", "b", form="floor", divisor=0),
    rule("derived", "a", "b", form="cube"),
    rule("conditional_null", "a", "b", state="present"),
    rule("conditional_null", "a", "b", state="gone", when="present"),
    rule("distribution", "a", bounds={"mode": [1, 2]}),
    rule("distribution", "a", bounds={"mean": [1]}),
    rule("window", "a", width=-1),
    rule("window", "a", width=1, unit="days"),
]


@pytest.mark.parametrize("one", BAD_RULES)
def test_a_rule_without_a_meaning_is_refused_by_name(one: Rule) -> None:
    with pytest.raises(BadInputError, match=one.kind):
        kind_of(one).validate(one)


@pytest.mark.parametrize("one", [c[1] for c in ROW_CASES] + [c[1] for c in FILE_CASES])
def test_every_rule_can_be_read_aloud(one: Rule) -> None:
    text = kind_of(one).describe(one)

    assert text
    assert not text.endswith(".")


@pytest.mark.parametrize(
    ("one", "blamed"),
    [
        (rule("mapping", "a", "b", map={}), ("b",)),
        (rule("functional_dependency", "a", "b"), ("b",)),
        (rule("range_by", "a", "b", bounds={}), ("b",)),
        (rule("derived", "t", "a", form="floor", divisor=10), ("t",)),
        (rule("conditional_null", "a", "b", state="present", when="present"), ("a",)),
    ],
)
def test_the_determined_cell_takes_the_blame(one: Rule, blamed: tuple[str, ...]) -> None:
    kind = kind_of(one)

    assert isinstance(kind, RowKind)
    assert kind.blamed_columns(one) == blamed


def test_keys_that_the_other_source_does_not_have_fail() -> None:
    frame = pl.DataFrame({"shop": [1, 2, None, 9]})
    one = rule("inclusion", "shop", reference="shops.id")
    keys = {"shops.id": pl.Series([1, 2, 3])}

    assert rows_failing(frame, one, references=keys) == [3]


def test_a_reference_that_is_not_there_yet_is_an_obstacle_not_a_violation() -> None:
    result = evaluated(pl.DataFrame({"shop": [1]}), rule("inclusion", "shop", reference="shops.id"))

    assert [s.obstacle.reason for s in result.skipped] == ["reference"]
    assert not result.rows


def test_composite_keys_are_compared_whole() -> None:
    frame = pl.DataFrame({"a": ["x", "x", "y"], "b": [1, 2, 1]})
    one = rule("inclusion", "a", "b", reference="pairs.a,b")
    keys = {"pairs.a,b": pl.Series(["x\x1f1", "y\x1f1"])}

    assert rows_failing(frame, one, references=keys) == [1]
