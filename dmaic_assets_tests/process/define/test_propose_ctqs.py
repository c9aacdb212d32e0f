"""Proposed CTQs: limits that history supports, and none that allows everything."""

from dataclasses import replace

import pytest

from dmaic_assets.model import Rule, RuleOrigin, RuleSet
from dmaic_assets.process.define.propose_ctqs import propose_ctqs
from dmaic_assets.process.measure.defects import Count, FileDefects
from dmaic_assets.settings.project import SourceSettings

RULES = RuleSet(
    "orders",
    (
        Rule("amount.range", "range", ("amount",), "medium", "learnt", {"min": 0, "max": 9}),
        Rule("file.row_count", "row_count", (), "medium", "learnt", {"min": 1}),
        Rule("key.not_null", "not_null", ("key",), "low", "learnt", {}, is_enabled=False),
    ),
    baseline=("a", "b"),
)


def history(key: str, *counts: tuple[int, int]) -> list[FileDefects]:
    return [
        FileDefects(str(n), f"{n}.csv", units, 0, {key: Count(units, defective)})
        for n, (units, defective) in enumerate(counts)
    ]


def limit_of(key: str, *counts: tuple[int, int]) -> float:
    proposed = propose_ctqs(RULES, history(key, *counts), SourceSettings(name="orders"), limit=10)
    return next(ctq.upper_limit for ctq in proposed if ctq.id == key)


@pytest.mark.parametrize(
    ("key", "counts", "limit"),
    [
        # 1 - 0.05 ** (1 / 2000) with no defect in 2,000.
        ("amount.validity", [(1000, 0), (1000, 0)], 0.0015),
        ("amount.validity", [(10, 0)], 0.05),
        ("amount.validity", [(10, 4)], 0.4),
        ("amount.validity", [], 0.05),
        ("amount.validity", [(5, 5)], 1.0),
        ("file.volume", [(1, 0), (1, 0)], 0.2),
        ("file.volume", [(1, 1), (1, 0), (1, 0)], 0.333),
        ("file.volume", [(1, 0)] * 60, 0.0487),
    ],
)
def test_a_limit_follows_history_and_never_allows_everything_unseen(
    key: str, counts: list[tuple[int, int]], limit: float
) -> None:
    assert limit_of(key, *counts) == pytest.approx(limit, rel=0.002)


def test_enabled_rules_and_the_record_are_proposed_with_specification_confidence_and_reason() -> (
    None
):
    proposed = propose_ctqs(RULES, [], SourceSettings(name="orders"), limit=10)

    assert {c.id for c in proposed} == {"amount.validity", "file.volume", "record.validity"}
    amount = next(c for c in proposed if c.id == "amount.validity")
    assert (amount.lower_spec, amount.upper_spec) == (0, 9)
    # Two files: the rule of succession trusts three quarters.
    assert amount.confidence == 0.75
    assert "learnt from 2 accepted files" in amount.why
    assert not amount.has_specification, "nobody said that 0 to 9 is what is wanted"


@pytest.mark.parametrize("origin", ["hand", "override"])
def test_limits_that_a_person_wrote_or_confirmed_are_the_specification(
    origin: RuleOrigin,
) -> None:
    own = Rule("own", "range", ("amount",), "medium", origin, {"min": -5})
    rules = replace(RULES, rules=(*RULES.rules, own))

    proposed = propose_ctqs(rules, [], SourceSettings(name="orders"), limit=10)

    amount = next(c for c in proposed if c.id == "amount.validity")
    assert (amount.lower_spec, amount.upper_spec, amount.has_specification) == (-5, None, True)


def test_the_most_important_are_kept_when_there_are_too_many() -> None:
    (only,) = propose_ctqs(RULES, [], SourceSettings(name="orders"), limit=1)

    assert only.id == "record.validity"
