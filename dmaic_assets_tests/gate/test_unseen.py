"""Files whose wrong rows no rule can find are held, and only those."""

import pytest

from dmaic_assets.model import Rule
from dmaic_assets_tests.gate.tables import judged, table, typed

KNOWN = {f"item {i}": f"group {i % 7}" for i in range(60)}
MAP = Rule(
    "item+group.mapping", "mapping", ("item", "group"), "high", "learnt", {"map": KNOWN}, 0.2
)


def delivery(wrong: int, *, known: int, rows: int = 600) -> dict[str, list[str | None]]:
    """Items of which the first `known` percent are known; `wrong` known rows have another group."""
    items = [f"item {i % 60}" if i % 100 < known else f"item {60 + i % 40}" for i in range(rows)]
    groups: list[str | None] = [KNOWN.get(item, "group 1") for item in items]
    places = [i for i in range(rows) if items[i] in KNOWN][:wrong]
    for place in places:
        groups[place] = "group 9"
    return {"item": [*items], "group": groups}


@pytest.mark.parametrize(
    ("wrong", "known", "decision"),
    [
        (0, 60, "accept"),
        (5, 60, "quarantine"),
        (20, 60, "reject"),
        (20, 95, "quarantine"),
        (20, 100, "quarantine"),
    ],
)
def test_a_file_is_held_when_too_many_wrong_rows_cannot_be_told(
    wrong: int, known: int, decision: str
) -> None:
    verdict = judged(typed(table(delivery(wrong, known=known))), MAP).verdict

    assert verdict.decision == decision
    told = [r for r in verdict.reasons if "cannot be told" in r]
    assert len(told) == (decision == "reject")


def test_the_reason_estimates_the_rows_from_those_that_fail() -> None:
    verdict = judged(typed(table(delivery(18, known=60))), MAP).verdict

    assert verdict.reasons[1].startswith("about 2.0 % of the rows are wrong as well")
    assert verdict.violations[0].is_broken


def test_rows_without_a_value_to_judge_do_not_count() -> None:
    columns = delivery(20, known=60)
    columns["group"] = [
        g if i in KNOWN else None for i, g in zip(columns["item"], columns["group"], strict=True)
    ]

    assert judged(typed(table(columns)), MAP).verdict.decision == "quarantine"
