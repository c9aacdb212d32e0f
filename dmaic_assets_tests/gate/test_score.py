"""Score, severity rates and decision as truth tables."""

from collections.abc import Mapping

import pytest

from dmaic_assets.gate.rule_outcomes import Outcome
from dmaic_assets.gate.score import decide, missed_thresholds, score_of, severity_rates
from dmaic_assets.model import Decision, RuleScope, Severity, Thresholds
from dmaic_assets_tests.rules.frames import rule


def outcome(
    severity: Severity,
    share: float = 0.0,
    *,
    is_broken: bool | None = None,
    scope: RuleScope = "row",
    is_counted: bool = True,
) -> Outcome:
    broken = share > 0.05 if is_broken is None else is_broken
    one = rule("not_null", "a", severity=severity)
    return Outcome(one, scope, share, is_broken=broken, expected="", is_counted=is_counted)


@pytest.mark.parametrize(
    ("outcomes", "score"),
    [
        ([], 1.0),
        ([outcome("critical")], 1.0),
        ([outcome("critical", 1.0)], 0.0),
        ([outcome("critical", 0.25)], 0.75),
        ([outcome("critical"), outcome("low", 1.0)], 8 / 9),
        ([outcome("high", 0.5), outcome("medium", 0.5), outcome("low")], 4 / 7),
        ([outcome("critical", 1.0, is_counted=False)], 1.0),
    ],
)
def test_the_score_is_the_share_of_passed_weight(outcomes: list[Outcome], score: float) -> None:
    assert score_of(outcomes) == pytest.approx(score)


@pytest.mark.parametrize(
    ("outcomes", "rates"),
    [
        ([], {}),
        ([outcome("high"), outcome("high", 0.06)], {"high": 50.0}),
        ([outcome("high", 0.05)], {}),
        ([outcome("low", 1.0), outcome("critical")], {"low": 0.0}),
        ([outcome("low", 1.0, is_counted=False)], {}),
    ],
)
def test_a_severity_rate_counts_unbroken_rules(
    outcomes: list[Outcome], rates: Mapping[Severity, float]
) -> None:
    everything = {"critical": 100.0, "high": 100.0, "medium": 100.0, "low": 100.0}

    assert severity_rates(outcomes) == {**everything, **rates}


DEFAULT = Thresholds()


@pytest.mark.parametrize(
    ("score", "rates", "share", "thresholds", "missed"),
    [
        (1.0, {}, 0.0, DEFAULT, 0),
        (0.85, {}, 0.2, DEFAULT, 0),
        (0.8499, {}, 0.0, DEFAULT, 1),
        (1.0, {}, 0.2001, DEFAULT, 1),
        (1.0, {"critical": 99.9}, 0.0, DEFAULT, 1),
        (1.0, {"high": 95.0, "medium": 80.0, "low": 50.0}, 0.0, DEFAULT, 0),
        (1.0, {"high": 94.9, "medium": 79.9, "low": 49.9}, 0.0, DEFAULT, 3),
        (0.5, {"critical": 0.0}, 1.0, DEFAULT, 3),
        (0.0, {"critical": 0.0}, 0.0, Thresholds(overall=0.0, severities={}), 0),
        (0.57, {}, 0.0, Thresholds(overall=57.0), 0),
        (1.0, {}, 0.0, Thresholds(overall=100.0), 0),
        (0.999, {}, 0.0, Thresholds(overall=100.0), 1),
        (1.0, {}, 1.0, Thresholds(max_quarantined_share=1.0), 0),
        (1.0, {}, 0.001, Thresholds(max_quarantined_share=0.0), 1),
        (1.0, {}, 0.1 + 0.2, Thresholds(max_quarantined_share=0.3), 0),
    ],
)
def test_a_threshold_is_missed_only_when_not_reached(
    score: float,
    rates: dict[Severity, float],
    share: float,
    thresholds: Thresholds,
    missed: int,
) -> None:
    everything: dict[Severity, float] = dict.fromkeys(("critical", "high", "medium", "low"), 100.0)

    assert len(missed_thresholds(score, {**everything, **rates}, share, thresholds)) == missed


def test_a_missed_threshold_is_told_in_words() -> None:
    rates: dict[Severity, float] = {"critical": 50.0, "high": 100.0, "medium": 100.0, "low": 100.0}

    assert missed_thresholds(0.714, rates, 0.305, DEFAULT) == (
        "score 71.4 is below 85",
        "only 50.0 % of the critical rules hold, 100 % must",
        "30.5 % of the rows fail, at most 20.0 % may be set apart",
    )


@pytest.mark.parametrize(
    ("missed", "quarantined", "decision"),
    [
        ((), 0, "accept"),
        ((), 1, "quarantine"),
        (("score",), 0, "reject"),
        (("score",), 5, "reject"),
    ],
)
def test_the_decision_follows(
    missed: tuple[str, ...], quarantined: int, decision: Decision
) -> None:
    assert decide(missed, quarantined) == decision


@pytest.mark.parametrize(
    ("severity", "limit", "quarantines"),
    [
        ("critical", "critical", True),
        ("high", "critical", False),
        ("medium", "medium", True),
        ("low", "medium", False),
        ("low", "low", True),
    ],
)
def test_rows_are_set_apart_from_a_severity_on(
    severity: Severity, limit: Severity, quarantines: bool
) -> None:
    thresholds = Thresholds(quarantine_from=limit)

    assert outcome(severity).quarantines(thresholds) is quarantines
    assert not outcome(severity, scope="file").quarantines(thresholds)


def test_checks_of_reading_weigh_beside_rules_and_never_alone() -> None:
    checks = [outcome("critical"), outcome("high"), outcome("medium", 0.5)]

    assert score_of([], checks) == 1.0
    assert score_of([outcome("low", 1.0)], checks) == pytest.approx(13 / 15)


@pytest.mark.parametrize(("broken", "rate"), [(0, 100.0), (1, 200 / 3), (2, 50.0), (3, 40.0)])
def test_checks_that_hold_count_among_the_low_rules(broken: int, rate: float) -> None:
    checks = [outcome("critical"), outcome("high"), outcome("medium", 0.5)]

    rates = severity_rates([outcome("low", 1.0)] * broken + [outcome("high", 1.0)], checks)

    assert rates["low"] == pytest.approx(rate)
    assert rates["high"] == 0.0
