"""Pareto, trend, five whys and the rules by which metrics are put together."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.model import Violation
from dmaic_assets.phase_values.analyze import Cause, ParetoBar
from dmaic_assets.process.analyze.five_whys import five_whys
from dmaic_assets.process.analyze.pareto import pareto, vital_few
from dmaic_assets.process.analyze.trends import trend_of
from dmaic_assets.process.recursion.metric_rules import RULES, deltas, over_runs, over_sources
from dmaic_assets_tests.phase_values.made import causes_of


def test_bars_fall_and_those_of_nothing_are_left_out() -> None:
    assert pareto({"b": 2, "a": 2, "c": 6, "none": 0}) == (
        ParetoBar("c", 6, 0.6, 0.6),
        ParetoBar("a", 2, 0.2, 0.8),
        ParetoBar("b", 2, 0.2, 1.0),
    )
    assert pareto({}) == ()


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 100)))
def test_bars_hold_every_defect(counts: dict[str, int]) -> None:
    bars = pareto(counts)

    assert sum(bar.count for bar in bars) == sum(counts.values())
    assert not bars or bars[-1].cumulative == 1.0


@pytest.mark.parametrize(
    ("counts", "few"),
    [
        ({"a": 8, "b": 2}, ["a"]),
        ({"a": 7, "b": 2, "c": 1}, ["a", "b"]),
        ({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}, ["a", "b", "c", "d"]),
        ({}, []),
    ],
)
def test_the_vital_few_reach_four_fifths(counts: dict[str, int], few: list[str]) -> None:
    assert [bar.name for bar in vital_few(pareto(counts))] == few


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ([0.1, 0.2, 0.3, 0.4], None),
        ([0.1] * 8, None),
        ([0.01, 0.021, 0.03, 0.039, 0.05], "rises by 0.98 points per file"),
        ([0.05, 0.039, 0.03, 0.021, 0.01], "falls by 0.98 points per file"),
        ([0.1, 0.3, 0.1, 0.3, 0.1, 0.3], "No trend"),
    ],
)
def test_a_trend_needs_files_and_significance(shares: list[float], words: str | None) -> None:
    found = trend_of(shares)

    assert (found is None) if words is None else (found is not None and words in found.words)


def test_a_trend_has_the_slope_of_least_squares() -> None:
    found = trend_of([0.0, 0.1, 0.1, 0.3, 0.5])

    assert found is not None
    assert found.slope == pytest.approx(0.12)
    assert found.slope_low < 0.12 < found.slope_high


def violation(*, cause: str | None = None) -> Violation:
    return Violation(
        "r", "not_null", ("a",), "medium", "row", 3, 0.1, True, "never missing", "3 of 30", cause
    )


CAUSE = Cause((("file", "x"),), 9, 3, 1 / 3, 5.0, 2.0, 9.0, 0.8, 0.5, 0.9, 4.0, 0.01)
TOP = ParetoBar("a.completeness", 3, 0.75, 0.75)


@pytest.mark.parametrize(
    ("violations", "causes", "asked"),
    [
        ([], (), 2),
        ([("x.csv", violation())], (), 3),
        ([("x.csv", violation())], (CAUSE,), 4),
        ([("x.csv", violation(cause="a shifted column"))], (CAUSE,), 5),
    ],
)
def test_the_chain_has_a_why_per_finding_and_ends_with_the_owner(
    violations: list[tuple[str, Violation]], causes: tuple[Cause, ...], asked: int
) -> None:
    found = causes_of("a.completeness", causes=causes)

    chain = five_whys("orders", top=TOP, violations=violations, found=found, owner="")

    assert len(chain) == asked
    assert [why.is_open for why in chain] == [False] * (asked - 1) + [True]
    assert "not named yet" in chain[-1].answer
    assert "75.0 % of all defects" in chain[0].answer


@pytest.mark.parametrize(
    ("rule", "value"),
    [("sum", 6.0), ("least", 1.0), ("most", 3.0), ("last", 2.0)],
)
def test_each_metric_is_put_together_by_its_own_rule(rule: str, value: float) -> None:
    names = [n for n, (of_sources, _) in RULES.items() if of_sources == rule]
    runs = [n for n, (_, of_runs) in RULES.items() if of_runs == rule]
    values = (1.0, None, 3.0, math.nan, 2.0)

    for name in set(names) - {"defects", "opportunities"}:
        assert over_sources([{name: v} for v in values])[name] == value
    for name in runs:
        assert over_runs([{name: v} for v in values])[name] == value


def test_sigma_of_sources_comes_from_their_added_defects() -> None:
    found = over_sources(
        [
            {"defects": 3.0, "opportunities": 1_000.0, "sigma": 4.2, "dpmo": 3_000.0},
            {"defects": 0.0, "opportunities": 999_000.0, "sigma": 6.0, "dpmo": 0.0},
        ]
    )

    assert found["dpmo"] == pytest.approx(3.0)
    assert found["sigma"] == pytest.approx(6.026389, abs=1e-6), "Phi^-1(1 - 3e-6) + 1.5"


def test_sigma_without_a_defect_is_a_bound_and_finite() -> None:
    found = over_sources([{"defects": 0.0, "opportunities": 100.0}])

    assert found["sigma"] == found["sigma_lower"]
    assert found["sigma"] is not None and math.isfinite(found["sigma"])


def test_a_metric_without_a_rule_is_never_put_together() -> None:
    assert over_sources([{"top_ctq_share": 0.5}]) == {}
    assert over_runs([{"top_ctq_share": 0.5}]) == {}


def test_deltas_are_of_what_both_runs_know() -> None:
    before = {"sigma": 3.0, "dpmo": 10.0, "alarms": None}
    after = {"sigma": 3.5, "defects": 1.0, "alarms": 2.0, "top_ctq_share": 1.0}

    assert deltas(before, after) == {"sigma": 0.5}
