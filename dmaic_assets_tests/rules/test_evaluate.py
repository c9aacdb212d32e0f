"""Compiling and evaluating: the same rows as a naive loop, in memory or streamed, in any batch."""

import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from dmaic_assets.errors import BadInputError, InvariantError
from dmaic_assets.model import Rule, RuleSet
from dmaic_assets.phenomena import registry as kinds_module
from dmaic_assets.phenomena.contract import passes
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    RowKind,
)
from dmaic_assets.phenomena.key import copies as copies_module
from dmaic_assets.rules.compile import compile_rules
from dmaic_assets.rules.evaluate import Evaluation, evaluate
from dmaic_assets_tests.rules.frames import context, failing_rows, positions, rule, typed_as

ROWS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(-3, 3)),
        st.one_of(st.none(), st.sampled_from([-1.5, 0.0, -0.0, 2.5, math.nan, math.inf])),
        st.one_of(st.none(), st.sampled_from(["", "a", "b", "ab", "é", "abc"])),
    ),
    max_size=12,
)
SCHEMA = {"i": pl.Int64, "f": pl.Float64, "s": pl.String}
RULES = (
    rule("not_null", "i"),
    rule("not_null", "f"),
    rule("range", "i", min=-1, max=2),
    rule("range", "f", min=-1, max=2.5),
    rule("in_set", "s", values=["a", "ab", "x"]),
    rule("length", "s", min=1, max=2),
    rule("shape", "s", pattern="[ab]+"),
    rule("unique", "i"),
    rule("unique", "s"),
    rule("unique", "i", "s"),
    rule("duplicate_rows"),
    rule("column_pair", "i", "f"),
    rule("expression", sql="i < 2 OR s = 'a'"),
)


def missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def naive(rows: list[tuple[Any, Any, Any]]) -> dict[str, list[int]]:
    """The same rules as plain Python over the rows, one by one."""
    ints = Counter(i for i, _, _ in rows if i is not None)
    texts = Counter(s for _, _, s in rows if s is not None)
    pairs = Counter((i, s) for i, _, s in rows if i is not None and s is not None)
    keys = [(i, "nan" if f is not None and math.isnan(f) else f, s) for i, f, s in rows]
    tests: dict[str, Callable[[int, Any, Any, Any], bool]] = {
        "i.not_null": lambda n, i, f, s: i is None,
        "f.not_null": lambda n, i, f, s: missing(f),
        "i.range": lambda n, i, f, s: i is not None and not -1 <= i <= 2,
        "f.range": lambda n, i, f, s: not missing(f) and not -1 <= f <= 2.5,
        "s.in_set": lambda n, i, f, s: s is not None and s not in ("a", "ab", "x"),
        "s.length": lambda n, i, f, s: s is not None and not 1 <= len(s) <= 2,
        "s.shape": lambda n, i, f, s: s is not None and (not s or bool(set(s) - set("ab"))),
        "i.unique": lambda n, i, f, s: ints[i] > 1,
        "s.unique": lambda n, i, f, s: texts[s] > 1,
        "i+s.unique": lambda n, i, f, s: pairs[i, s] > 1,
        "file.duplicate_rows": lambda n, i, f, s: keys[n] in keys[:n],
        "i+f.column_pair": lambda n, i, f, s: i is not None and not missing(f) and i > f,
        "file.expression": lambda n, i, f, s: (
            i is not None and i >= 2 and s is not None and s != "a"
        ),
    }
    return {
        name: [n for n, (i, f, s) in enumerate(rows) if test(n, i, f, s)]
        for name, test in tests.items()
    }


def found(evaluation: Evaluation) -> dict[str, list[int]]:
    assert not evaluation.skipped
    return {r.rule.id: list(failing_rows(r.mask)) for r in evaluation.rows}


@given(ROWS)
@settings(max_examples=50, deadline=None)
def test_every_row_kind_fails_the_rows_of_a_naive_loop(rows: list[tuple[Any, Any, Any]]) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    compiled = compile_rules(RuleSet("s", RULES), context(frame))

    evaluation = evaluate(compiled, frame.lazy())

    assert found(evaluation) == naive(rows)
    assert [r.rows_failed for r in evaluation.rows] == [len(x) for x in naive(rows).values()]


def test_a_streamed_frame_gives_what_one_in_memory_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies_module, "_ROWS_AT_ONCE", 700)
    monkeypatch.setattr(passes, "MASK_BUDGET_BYTES", 3 * 5_000 // 8)
    rows = [
        (None if n % 7 == 0 else n % 2_900, n * 0.5, None if n % 5 == 0 else "ab"[n % 2] * (n % 4))
        for n in range(5_000)
    ]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    frame.write_parquet(tmp_path / "staged.parquet", row_group_size=512)
    extra = (rule("null_share", "s", max=0.1), rule("null_share", "i", max=0.5))
    compiled = compile_rules(RuleSet("s", (*RULES, *extra)), context(frame))

    staged = evaluate(compiled, pl.scan_parquet(tmp_path / "staged.parquet"), is_in_memory=False)
    held = evaluate(compiled, frame.lazy())

    assert found(staged) == found(held) == naive(rows)
    assert staged.files == held.files
    assert [f.judgement.is_violated for f in held.files] == [True, False]


@pytest.mark.parametrize(
    ("one", "reason", "reported_by"),
    [
        (rule("range", "gone", min=1), "missing", "all.columns_present"),
        (rule("range", "unsaid", min=1), "missing", None),
        (rule("range", "s", min=1), "incompatible", "s.type"),
        (rule("expression", sql="gone > 1"), "missing", "all.columns_present"),
        (rule("expression", sql="s + 1"), "expression", None),
        (rule("expression", sql="f < s"), "expression", None),
    ],
)
def test_a_rule_that_cannot_be_evaluated_is_skipped_once_and_told(
    one: Rule, reason: str, reported_by: str | None
) -> None:
    frame = pl.DataFrame([(1, 1.0, "a")], schema=SCHEMA, orient="row")
    reporters = (
        rule("columns_present", "i", "gone", id="all.columns_present"),
        rule("type", "s", type="integer"),
    )
    ctx = context(frame, types=typed_as(s="text"))
    compiled = compile_rules(RuleSet("s", (*reporters, one)), ctx)

    evaluation = evaluate(compiled, frame.lazy())

    (skipped,) = evaluation.skipped
    assert (skipped.rule, skipped.obstacle.reason) == (one, reason)
    assert skipped.reported_by == reported_by


class ExplosiveKind(RowKind):
    """Breaks at run time, as an expression of a new kind might."""

    name: ClassVar[str] = "explosive"
    summary: ClassVar[str] = "breaks"

    @override
    def describe(self, rule: Rule) -> str:
        return "breaks"

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        return pl.col(rule.columns[0]).str.to_date("%Y", strict=True).is_null()


class LongKind(FileKind):
    """Measures many values where one is promised."""

    name: ClassVar[str] = "long"
    summary: ClassVar[str] = "breaks its promise"

    @override
    def describe(self, rule: Rule) -> str:
        return "too long"

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> tuple[pl.Expr, ...]:
        return (pl.col(rule.columns[0]).alias("all"),)

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        return FileJudgement(is_violated=False, seen="")


@pytest.fixture
def broken_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    extended = {**kinds_module.KINDS, "explosive": ExplosiveKind(), "long": LongKind()}
    monkeypatch.setattr(kinds_module, "KINDS", extended)


@pytest.mark.usefixtures("broken_kinds")
def test_a_rule_that_breaks_at_run_time_spoils_no_other() -> None:
    frame = pl.DataFrame({"s": ["x", None]})
    rules = (rule("explosive", "s"), rule("not_null", "s"), rule("unique", "s"))

    evaluation = evaluate(compile_rules(RuleSet("s", rules), context(frame)), frame.lazy())

    assert [(r.rule.kind, r.rows_failed) for r in evaluation.rows] == [
        ("not_null", 1),
        ("unique", 0),
    ]
    assert [(s.rule.kind, s.obstacle.reason) for s in evaluation.skipped] == [
        ("explosive", "expression")
    ]


@pytest.mark.usefixtures("broken_kinds")
def test_a_measure_of_many_values_is_a_defect_of_its_kind() -> None:
    frame = pl.DataFrame({"s": ["x", None]})
    compiled = compile_rules(RuleSet("s", (rule("long", "s"),)), context(frame))

    with pytest.raises(InvariantError, match="2 values instead of one"):
        evaluate(compiled, frame.lazy())


def test_disabled_rules_are_left_out_and_unknown_kinds_refused() -> None:
    frame = pl.DataFrame({"s": ["x"]})
    off = Rule("off", "no_such_kind", ("s",), "low", "hand", is_enabled=False)
    on = Rule("on", "no_such_kind", ("s",), "low", "hand")

    compiled = compile_rules(RuleSet("s", (off,)), context(frame))

    assert compiled.rows == compiled.files == compiled.skipped == ()
    with pytest.raises(BadInputError, match=r"rule on .*kind no_such_kind is unknown"):
        compile_rules(RuleSet("s", (on,)), context(frame))


def test_failed_casts_fail_the_type_rule_even_in_an_otherwise_clean_column() -> None:
    frame = pl.DataFrame({"x": [1, None, 3, None]})
    ctx = context(frame, failed_casts={"x": positions(1, 3)})

    evaluation = evaluate(
        compile_rules(RuleSet("s", (rule("type", "x", type="integer"),)), ctx), frame.lazy()
    )

    assert found(evaluation) == {"x.type": [1, 3]}
    assert evaluation.share(evaluation.rows[0]) == 0.5
