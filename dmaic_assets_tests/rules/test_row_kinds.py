"""What each row kind fails, value by value: missing values, NaN, awkward types and names."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json, Rule, RuleSet
from dmaic_assets.phenomena.columns.rule import TypeKind
from dmaic_assets.phenomena.registry import kind_of
from dmaic_assets.rules.compile import compile_rules
from dmaic_assets.rules.evaluate import Evaluation, evaluate
from dmaic_assets_tests.rules.frames import context, failing_rows, positions, rule, typed_as

NAN = float("nan")
INF = float("inf")


def evaluated(frame: pl.DataFrame, *rules: Rule, **given: Any) -> Evaluation:
    compiled = compile_rules(RuleSet("s", rules), context(frame, **given))
    return evaluate(compiled, frame.lazy())


def failed(frame: pl.DataFrame, one: Rule, **given: Any) -> list[int]:
    (result,) = evaluated(frame, one, **given).rows
    assert result.rows_failed == len(failing_rows(result.mask))
    return list(failing_rows(result.mask))


DAYS = [date(2013, 1, 1), date(2013, 1, 2), None]
MOMENTS = [datetime(2013, 1, 1), datetime(2013, 1, 1, 5), None]


@pytest.mark.parametrize(
    ("values", "dtype", "parameters", "rows"),
    [
        ([1, 2, None, 3], pl.Int64, {"min": 2}, [0]),
        ([1, 2, None, 3], pl.Int64, {"max": 2}, [3]),
        ([1, 2, None, 3], pl.Int64, {"min": 2, "max": 2}, [0, 3]),
        ([1, 2, None, 3], pl.Int64, {"min": 1.5, "max": 2.5}, [0, 3]),
        ([1, 2, None, 3], pl.Int8, {"min": -1000, "max": 1000}, []),
        ([1, 2, None, 3], pl.UInt8, {"min": -5, "max": 2}, [3]),
        ([1, 2, 3], pl.Int64, {"min": 1, "exclusive_min": True, "max": 3}, [0]),
        ([1, 2, 3], pl.Int64, {"min": 1, "max": 3, "exclusive_max": True}, [2]),
        ([1.0, NAN, None, 9.0, -INF, INF], pl.Float64, {"min": 0, "max": 5}, [3, 4, 5]),
        ([NAN, 1.0], pl.Float64, {"max": 0, "exclusive_max": True}, [1]),
        ([NAN, 1.0], pl.Float32, {"min": 2}, [1]),
        ([2**60, 2**60 + 1], pl.Int64, {"max": 2**60}, [1]),
        ([Decimal("1.10"), Decimal("1.11"), None], pl.Decimal(10, 2), {"max": 1.1}, [1]),
        (DAYS, pl.Date, {"min": "2013-01-02"}, [0]),
        (DAYS, pl.Date, {"min": "2013-01-01T12:00:00"}, [0]),
        (MOMENTS, pl.Datetime, {"max": "2013-01-01"}, [1]),
        (MOMENTS, pl.Datetime, {"max": "2013-01-01T05:00:00"}, []),
        ([datetime(2013, 1, 1, tzinfo=UTC)], pl.Datetime("us", "UTC"), {"min": "2013-01-02"}, [0]),
        (
            [datetime(2013, 1, 1, tzinfo=UTC)],
            pl.Datetime("us", "UTC"),
            {"max": "2013-01-01T00:30:00+01:00"},
            [0],
        ),
        ([time(1), time(5)], pl.Time, {"max": "04:00"}, [1]),
        ([timedelta(seconds=5), timedelta(hours=5)], pl.Duration, {"max": 60}, [1]),
        (["a", "c", None], pl.String, {"max": "b"}, [1]),
        ([], pl.Int64, {"max": 2}, []),
        ([None, None], pl.Int64, {"max": 2}, []),
    ],
)
def test_range_fails_what_lies_outside(
    values: list[Any], dtype: Any, parameters: dict[str, Json], rows: list[int]
) -> None:
    frame = pl.DataFrame({"x": pl.Series(values, dtype=dtype)})

    assert failed(frame, rule("range", "x", **parameters)) == rows


@pytest.mark.parametrize(
    ("values", "dtype", "allowed", "rows"),
    [
        (["a", "b", None, ""], pl.String, ["a"], [1, 3]),
        (["a", "b", None], pl.Categorical, ["a"], [1]),
        (["a", "b", None], pl.Enum(["a", "b"]), ["a", "zzz"], [1]),
        ([1, 2, None], pl.Int8, [1, 1000, 2.5, "2"], [1]),
        ([1.5, 2.0, NAN, None], pl.Float64, [1.5], [1]),
        ([True, False, None], pl.Boolean, [True], [1]),
        (DAYS, pl.Date, ["2013-01-01"], [1]),
        ([1, None], pl.Int64, [], [0]),
        ([Decimal("1.10"), Decimal("2.00")], pl.Decimal(10, 2), [1.1], [1]),
    ],
)
def test_in_set_fails_what_is_not_listed(
    values: list[Any], dtype: Any, allowed: list[Json], rows: list[int]
) -> None:
    frame = pl.DataFrame({"x": pl.Series(values, dtype=dtype)})

    assert failed(frame, rule("in_set", "x", values=allowed)) == rows


@pytest.mark.parametrize(
    ("parameters", "rows"),
    [
        ({"min": 1}, [1]),
        ({"max": 2}, [3]),
        ({"min": 1, "max": 2}, [1, 3]),
        ({"min": 3, "max": 3}, [0, 1, 2]),
    ],
)
def test_length_counts_characters_not_bytes(parameters: dict[str, Json], rows: list[int]) -> None:
    frame = pl.DataFrame({"x": ["é🙂", "", "a", "abc", None]})

    assert failed(frame, rule("length", "x", **parameters)) == rows


@pytest.mark.parametrize(
    ("pattern", "rows"),
    [
        ("a|b", [2, 3, 4, 5]),
        ("[a-z]+", [3, 4, 5]),
        (r"(?i)A\d*", [1, 2, 4, 5]),
        (".*", [4]),
        ("(?s).*", []),
    ],
)
def test_shape_matches_from_first_to_last_character(pattern: str, rows: list[int]) -> None:
    frame = pl.DataFrame({"x": ["a", "b", "ab", "a1", "a\n", "", None]})

    assert failed(frame, rule("shape", "x", pattern=pattern)) == rows


def test_not_null_fails_missing_values_nan_included() -> None:
    frame = pl.DataFrame({"f": [1.0, NAN, None], "s": ["", None, "a"]})

    assert failed(frame, rule("not_null", "f")) == [1, 2]
    assert failed(frame, rule("not_null", "s")) == [1]


def test_a_value_that_failed_its_cast_was_there() -> None:
    frame = pl.DataFrame({"x": [1, None, None]})
    casts = {"x": positions(1)}

    assert failed(frame, rule("not_null", "x"), failed_casts=casts) == [2]
    assert failed(frame, rule("type", "x", type="integer"), failed_casts=casts) == [1]


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (("id",), [1, 2]),
        (("part",), []),
        (("id", "part"), []),
        (("part", "kind"), []),
        (("kind",), [0, 2, 3]),
        (("id", "kind"), []),
        (("float",), [0, 3]),
        (("list",), [0, 1]),
        (("struct",), [2, 3]),
    ],
)
def test_unique_fails_every_copy_of_a_whole_key(columns: tuple[str, ...], rows: list[int]) -> None:
    frame = pl.DataFrame(
        {
            "id": [1, 2, 2, None],
            "part": [None, None, 1, 2],
            "kind": ["a", "b", "a", "a"],
            "float": [0.0, NAN, NAN, -0.0],
            "list": [[1], [1], [2], None],
            "struct": [{"a": 1}, {"a": 2}, {"a": 3}, {"a": 3}],
        }
    )

    assert failed(frame, rule("unique", *columns)) == rows


def test_duplicate_rows_fail_from_the_second_copy_on() -> None:
    frame = pl.DataFrame({"a": [1, 1, 2, 1, None, None], "b": ["x", "x", "x", "y", None, None]})

    assert failed(frame, rule("duplicate_rows")) == [1, 5]
    assert failed(frame, rule("duplicate_rows", "b")) == [1, 2, 5]


@pytest.mark.parametrize(
    ("operator", "rows"),
    [
        (None, [2]),
        ("<=", [2]),
        ("<", [1, 2]),
        ("==", [0, 2]),
        ("!=", [1]),
        (">=", [0]),
        (">", [0, 1]),
    ],
)
def test_column_pair_compares_within_a_row(operator: str | None, rows: list[int]) -> None:
    frame = pl.DataFrame({"a": [1, 2, 3, None, 4], "b": [2.0, 2.0, 2.0, 2.0, NAN]})
    parameters: dict[str, Json] = {} if operator is None else {"operator": operator}

    assert failed(frame, rule("column_pair", "a", "b", **parameters)) == rows


def test_column_pair_orders_dates_and_texts() -> None:
    frame = pl.DataFrame(
        {
            "day": [date(2013, 1, 1), date(2013, 1, 2)],
            "moment": [datetime(2013, 1, 1, 1), datetime(2013, 1, 1)],
            "low": ["a", "b"],
            "high": pl.Series(["b", "a"], dtype=pl.Categorical),
        }
    )

    assert failed(frame, rule("column_pair", "day", "moment")) == [1]
    assert failed(frame, rule("column_pair", "low", "high")) == [1]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("price * qty = total", [1]),
        ("price > 0 OR qty IS NULL", []),
        ("status IN ('open', 'held')", [1]),
        ("NOT (status = 'open' AND total < 5)", [0]),
        ("total <= 20 AND status LIKE 'o%'", [1]),
    ],
)
def test_expression_fails_where_the_condition_is_false(sql: str, rows: list[int]) -> None:
    frame = pl.DataFrame(
        {
            "price": [2.0, 3.0, 4.0],
            "qty": [2, 3, None],
            "total": [4.0, 8.0, 9.0],
            "status": ["open", "closed", None],
        }
    )

    assert failed(frame, rule("expression", sql=sql)) == rows


@pytest.mark.parametrize(
    ("arrived", "expected", "rows"),
    [
        ("integer", "integer", []),
        ("integer", "decimal", []),
        ("date", "datetime", []),
        ("decimal", "integer", [0, 2]),
        ("text", "date", [0, 2]),
    ],
)
def test_type_fails_every_value_of_another_type(
    arrived: Any, expected: str, rows: list[int]
) -> None:
    frame = pl.DataFrame({"x": ["1", None, "2"]})

    found = failed(frame, rule("type", "x", type=expected), types=typed_as(x=arrived))

    assert found == rows


@pytest.mark.parametrize("name", ["*", "^a.*$", "a b", 'quo"te', "dot.ted", "🙂", "select", ""])
def test_any_column_name_is_just_a_name(name: str) -> None:
    frame = pl.DataFrame({name: ["x", None, "x"], "other": [1, 2, 3]})

    results = evaluated(
        frame,
        rule("not_null", name),
        rule("unique", name),
        rule("unique", name, "other", id="both"),
        rule("in_set", name, values=["y"]),
        rule("length", name, max=0),
        rule("shape", name, pattern="y"),
        rule("null_share", name, max=0.1),
    )

    assert [failing_rows(r.mask) for r in results.rows] == [[1], [0, 2], [], [0, 2], [0, 2], [0, 2]]
    assert results.files[0].judgement.is_violated


@pytest.mark.parametrize(
    "one",
    [
        rule("range", "x", min=1),
        rule("length", "n", max=1),
        rule("shape", "n", pattern="a"),
        rule("in_set", "x", values=[1]),
        rule("column_pair", "x", "n"),
        rule("range", "day", min=5),
        rule("range", "day", min="soon"),
        rule("range", "n", max="b"),
    ],
    ids=lambda r: r.id,
)
def test_a_rule_that_cannot_be_applied_to_a_type_fails_every_value(one: Rule) -> None:
    frame = pl.DataFrame(
        {
            "x": ["1", None],
            "n": [1, None],
            "day": [date(2013, 1, 1), None],
        }
    )

    (result,) = evaluated(frame, one).rows

    assert failing_rows(result.mask) == [0]
    assert not result.is_applied


@pytest.mark.parametrize("pattern", [r"\p{Lu}{2}[0-9]+", r"[A-Z]{3}", "(?i)abc"])
def test_a_shape_may_use_whatever_the_applying_engine_knows(pattern: str) -> None:
    rule = Rule("shape:code", "shape", ("code",), "medium", "hand", {"pattern": pattern})

    kind_of(rule).validate(rule)


@pytest.mark.parametrize("pattern", ["(?=x)", "[", r"(a)\1", "a)|(?:b", "(?x)a #"])
def test_a_shape_that_the_engine_refuses_is_refused_with_the_reason(pattern: str) -> None:
    rule = Rule("shape:code", "shape", ("code",), "medium", "hand", {"pattern": pattern})

    with pytest.raises(BadInputError, match="not a regular expression that Polars knows"):
        kind_of(rule).validate(rule)


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        (["10115", "01067", "20095"], "leading zeros (codes, no numbers)"),
        (["10115", "unknown"], "text in a number"),
    ],
)
def test_a_number_column_that_arrives_as_codes_is_told_as_such(
    values: list[str], cause: str
) -> None:
    found = TypeKind().cause(rule("type", "zip", type="integer"), pl.DataFrame({"zip": values}))

    assert found == cause
