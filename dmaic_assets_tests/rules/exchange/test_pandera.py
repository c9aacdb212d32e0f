"""The exported pandera schema judges as our evaluation does, and schemas come in as rules."""

import math
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pandera.pandas as pandas_schema
import pandera.polars as pa
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandera.io import pandas_io, polars_io

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Rule, RuleSet
from dmaic_assets.rules.compile import compile_rules
from dmaic_assets.rules.evaluate import evaluate
from dmaic_assets.rules.exchange.pandera import from_pandera, to_pandera
from dmaic_assets_tests.rules.frames import context, failing_rows, rule

COLUMNS: dict[str, Any] = {
    "i": (pl.Int64, [None, -1, 0, 1, 2, 2, 7]),
    "f": (pl.Float64, [None, math.nan, -0.0, 0.0, 1.5, math.inf]),
    "s": (pl.String, [None, "", "a", "ab", "b1", "é", "a\n"]),
    "c": (pl.Categorical, [None, "a", "b"]),
    "d": (pl.Date, [None, date(2020, 1, 1), date(2020, 1, 2)]),
    "b": (pl.Boolean, [None, True, False]),
    "*": (pl.String, [None, "x", "y"]),
    "^i$": (pl.Int64, [None, 1]),
}
ANY_RULE = st.sampled_from(
    [
        *(rule("not_null", c) for c in COLUMNS),
        *(rule("unique", c) for c in COLUMNS),
        rule("unique", "i", "s"),
        rule("duplicate_rows"),
        rule("duplicate_rows", "s", "b"),
        rule("range", "i", min=0, max=2),
        rule("range", "f", max=1, exclusive_max=True),
        rule("range", "d", min="2020-01-02"),
        rule("range", "s", max="b"),
        rule("range", "s", min=1, id="s.range.number"),
        rule("in_set", "s", values=["a", ""]),
        rule("in_set", "c", values=["a"]),
        rule("in_set", "d", values=["2020-01-01"]),
        rule("in_set", "*", values=["x"]),
        rule("length", "s", min=1, max=1),
        rule("length", "i", max=1),
        rule("shape", "s", pattern="[a-z]+[0-9]?"),
        rule("shape", "c", pattern="a"),
        rule("type", "i", type="integer"),
        rule("type", "s", type="date"),
        rule("column_pair", "i", "f"),
        rule("column_pair", "s", "c", operator="=="),
        rule("column_pair", "s", "i"),
        rule("expression", sql="i > 0 OR b"),
        rule("expression", sql="s > 3"),
        rule("columns_present", "i", "s"),
        rule("columns_present", "*", "gone"),
        rule("columns_added", "i", "f", "s", "c", "d", "b"),
        rule("column_order", "s", "i"),
        rule("row_count", min=2, max=3),
        rule("null_share", "f", max=0.3),
        rule("null_share", "s", min=0.2),
    ]
)


@st.composite
def frames(draw: st.DrawFn) -> pl.DataFrame:
    names = draw(st.permutations(list(COLUMNS)))[: draw(st.integers(1, len(COLUMNS)))]
    height = draw(st.integers(0, 6))
    return pl.DataFrame(
        [
            pl.Series(
                name,
                draw(st.lists(st.sampled_from(COLUMNS[name][1]), min_size=height, max_size=height)),
                dtype=COLUMNS[name][0],
            )
            for name in names
        ]
    )


def ours(frame: pl.DataFrame, rules: list[Rule]) -> dict[str, list[int]]:
    """The failed rules by our evaluation, each with its failing rows; a file rule has none."""
    evaluation = evaluate(compile_rules(RuleSet("s", tuple(rules)), context(frame)), frame.lazy())
    failed = {r.rule.id: list(failing_rows(r.mask)) for r in evaluation.rows if r.rows_failed}
    failed |= {f.rule.id: [] for f in evaluation.files if f.judgement.is_violated}
    failed |= {s.rule.id: [] for s in evaluation.skipped if s.obstacle.reason == "expression"}
    return failed


def theirs(frame: pl.DataFrame, rules: list[Rule]) -> dict[str, list[int]]:
    """The same by the exported schema: pandera's failure cases, mapped to rules."""
    try:
        to_pandera(RuleSet("s", tuple(rules))).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return {}
    failed: dict[str, list[int]] = {}
    by_id = {r.id: r for r in rules}
    for case in cases.iter_rows(named=True):
        if case["check"] == "not_nullable":
            failed.setdefault(f"{case['column']}.not_null", []).append(case["index"])
        elif case["check"] == "column_in_dataframe":
            hit = [
                r
                for r in rules
                if r.kind == "columns_present" and case["failure_case"] in r.columns
            ]
            failed |= {r.id: [] for r in hit}
        elif by_id[case["check"]].kind in (
            "columns_present", "columns_added", "column_order", "row_count", "null_share",
        ) or "s > 3" in str(by_id[case["check"]].parameters):  # fmt: skip
            failed[case["check"]] = []
        else:
            failed.setdefault(case["check"], []).append(case["index"])
    return failed


@given(frames(), st.lists(ANY_RULE, min_size=1, max_size=6, unique_by=lambda r: r.id))
@settings(max_examples=50, deadline=None)
def test_the_exported_schema_fails_the_same_rules_and_rows(
    frame: pl.DataFrame, rules: list[Rule]
) -> None:
    assert theirs(frame, rules) == ours(frame, rules)


@pytest.mark.parametrize("frame", [pl.DataFrame({"i": [1]}), pl.DataFrame({"i": [9]})])
def test_a_lazy_frame_is_refused_because_pandera_would_pass_it(frame: pl.DataFrame) -> None:
    schema = to_pandera(RuleSet("s", (rule("range", "i", max=5),)))

    with pytest.raises(BadInputError, match="LazyFrame, whose values pandera does not check"):
        schema.validate(frame.lazy())


def test_plain_pandera_still_passes_a_bad_lazy_frame() -> None:
    schema = pa.DataFrameSchema({"i": pa.Column(int, pa.Check.in_range(0, 5))})

    assert schema.validate(pl.LazyFrame({"i": [1, 99]})).collect().height == 2


def test_a_rule_set_comes_back_from_its_schema() -> None:
    rules = (
        rule("range", "i", max=5, severity="high", tolerance=0.1),
        Rule("off", "unique", ("i",), "low", "learnt", evidence={"files": 3}, is_enabled=False),
    )
    rule_set = RuleSet("orders", rules, baseline=("ab",), notes=("note",))

    assert from_pandera(to_pandera(rule_set)) == rule_set


def test_a_disabled_rule_is_no_check() -> None:
    off = Rule("off", "row_count", (), "low", "hand", {"min": 5}, is_enabled=False)

    to_pandera(RuleSet("s", (off,))).validate(pl.DataFrame({"i": [1]}))


FULL = pa.DataFrameSchema(
    {
        "id": pa.Column(int, [pa.Check.ge(1), pa.Check.lt(100)], unique=True),
        "price": pa.Column(float, pa.Check.in_range(0, 9.5, include_max=False), nullable=True),
        "state": pa.Column(str, pa.Check.isin(["open", "held"]), required=False),
        "code": pa.Column(
            str,
            [
                pa.Check.str_matches("[A-Z]+"),
                pa.Check.str_length(2, 5),
                pa.Check.str_startswith("A."),
                pa.Check.notin(["AX"]),
                pa.Check.str_contains("B", raise_warning=True),
            ],
            nullable=True,
        ),
        "day": pa.Column(pl.Date, pa.Check.gt(date(2020, 1, 1)), nullable=True),
    },
    strict=True,
    ordered=True,
    unique=["id", "code"],
)


def summary(rule_set: RuleSet) -> list[tuple[Any, ...]]:
    return [(r.kind, "+".join(r.columns), r.severity, dict(r.parameters)) for r in rule_set.rules]


def test_every_part_of_a_schema_becomes_a_rule() -> None:
    rule_set = from_pandera(FULL, source="orders")

    assert rule_set.source == "orders"
    assert summary(rule_set) == [
        ("columns_present", "id+price+code+day", "critical", {}),
        ("columns_added", "id+price+state+code+day", "low", {}),
        ("column_order", "id+price+state+code+day", "low", {}),
        ("unique", "id+code", "high", {}),
        ("type", "id", "high", {"type": "integer"}),
        ("not_null", "id", "medium", {}),
        ("unique", "id", "high", {}),
        ("range", "id", "medium", {"min": 1}),
        ("range", "id", "medium", {"max": 100, "exclusive_max": True}),
        ("type", "price", "high", {"type": "decimal"}),
        ("range", "price", "medium", {"min": 0, "max": 9.5, "exclusive_max": True}),
        ("type", "state", "high", {"type": "text"}),
        ("not_null", "state", "medium", {}),
        ("in_set", "state", "medium", {"values": ["held", "open"]}),
        ("type", "code", "high", {"type": "text"}),
        ("shape", "code", "medium", {"pattern": "(?:[A-Z]+)(?s:.*)"}),
        ("length", "code", "medium", {"min": 2, "max": 5}),
        ("shape", "code", "medium", {"pattern": "A\\.(?s:.*)"}),
        ("expression", "", "medium", {"sql": "\"code\" NOT IN ('AX')"}),
        ("shape", "code", "low", {"pattern": "(?s:.*)(?:B)(?s:.*)"}),
        ("type", "day", "high", {"type": "date"}),
        ("range", "day", "medium", {"min": "2020-01-01", "exclusive_min": True}),
    ]
    assert len({r.id for r in rule_set.rules}) == len(rule_set.rules)
    assert {"id.range", "id.range.2", "code.shape.3"} <= {r.id for r in rule_set.rules}


GOOD = pl.DataFrame(
    {
        "id": [1, 2, 99],
        "price": [0.0, None, 9.4],
        "state": ["open", "held", "open"],
        "code": ["A.BC", None, "A.B"],
        "day": [date(2020, 1, 2), None, date(2021, 1, 1)],
    }
)


@pytest.mark.parametrize(
    ("column", "bad"),
    [
        ("id", [0, 2, 99]),
        ("id", [1, 1, 99]),
        ("id", [1, None, 99]),
        ("price", [9.5, None, 0.0]),
        ("state", ["open", "x", "open"]),
        ("state", ["open", None, "open"]),
        ("code", ["a.BC", None, "A.B"]),
        ("code", ["AXBC", None, "A.B"]),
        ("code", ["A.BCDE", None, "A.B"]),
        ("code", ["A.", None, "A.B"]),
        ("day", [date(2020, 1, 1), None, date(2021, 1, 1)]),
    ],
)
def test_an_imported_schema_judges_as_the_original(column: str, bad: list[Any]) -> None:
    frame = GOOD.with_columns(pl.Series(column, bad, dtype=GOOD.schema[column]))
    rules = list(from_pandera(FULL).rules)

    assert ours(GOOD, rules) == {}
    assert ours(frame, rules)
    FULL.validate(GOOD)


@pytest.mark.parametrize("suffix", ["polars", "pandas"])
def test_pandera_yaml_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "schema.yaml"
    if suffix == "polars":
        schema: Any = pa.DataFrameSchema({"a": pa.Column(int, pa.Check.ge(1))}, strict=True)
        path.write_text(polars_io.to_yaml(schema), encoding="utf-8")
    else:
        schema = pandas_schema.DataFrameSchema(
            {"a": pandas_schema.Column("int64", pandas_schema.Check.ge(1))}, strict=True
        )
        path.write_text(pandas_io.to_yaml(schema), encoding="utf-8")

    assert summary(from_pandera(path)) == [
        ("columns_present", "a", "critical", {}),
        ("columns_added", "a", "low", {}),
        ("type", "a", "high", {"type": "integer"}),
        ("not_null", "a", "medium", {}),
        ("range", "a", "medium", {"min": 1}),
    ]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (
            pa.DataFrameSchema({"a": pa.Column(int, pa.Check(lambda d: True, name="mine"))}),
            "column a: check mine has no counterpart",
        ),
        (
            pa.DataFrameSchema({"a": pa.Column(int, pa.Check(lambda d: True))}),
            "column a: check <lambda> has no counterpart",
        ),
        (
            pa.DataFrameSchema({"a": pa.Column(int, pa.Check.unique_values_eq([1]))}),
            "check unique_values_eq has no counterpart",
        ),
        (
            pa.DataFrameSchema(checks=pa.Check(lambda d: True, name="all")),
            "check all of the frame has no counterpart",
        ),
        (
            pa.DataFrameSchema({"^a.*$": pa.Column(int, regex=True)}),
            "column ^a.*$ is a pattern for names",
        ),
        (
            pandas_schema.DataFrameSchema({}, index=pandas_schema.Index(int)),
            "has an index; files have none",
        ),
        (pa.DataFrameSchema({"a": pa.Column(int)}, strict="filter"), "strict='filter' drops"),
        (
            pa.DataFrameSchema({"a": pa.Column(str, pa.Check.str_matches("(?=x)"))}),
            "column a: check str_matches: parameter pattern: not a regular expression",
        ),
        (42, "int is no DataFrameSchema"),
    ],
)
def test_what_has_no_counterpart_is_refused_by_name(schema: object, message: str) -> None:
    with pytest.raises(BadInputError) as caught:
        from_pandera(schema)

    assert message in str(caught.value)
    assert caught.value.fix


@pytest.mark.parametrize(
    "text", ["", "x: [", "[1]", "a: 1", "schema_type: polars_dataframe\ncolumns: {a: {dtype: F}}"]
)
def test_a_file_that_is_no_schema_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "schema.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(BadInputError, match=r"schema\.yaml"):
        from_pandera(path)


def test_a_missing_schema_file_is_named() -> None:
    with pytest.raises(BadInputError, match=r"none\.yaml: cannot be read"):
        from_pandera("none.yaml")


def test_pandera_is_only_loaded_when_it_is_needed() -> None:
    code = "import sys, dmaic_assets.rules.exchange.pandera; sys.exit('pandera' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
