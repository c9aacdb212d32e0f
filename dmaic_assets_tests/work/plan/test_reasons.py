"""Why something is computed, in words."""

from dmaic_assets.model import Json
from dmaic_assets.work.assets.registry import WORK_ORDER
from dmaic_assets.work.plan.reasons import reasons_for_change, reasons_for_new

BASE: dict[str, Json] = {
    "file": "f" * 64,
    "code": dict.fromkeys(WORK_ORDER, "1"),
    "read": {"encoding": None},
    "types": {"types": {}},
    "rules": {"hand_rules": "none"},
    "gate": {"thresholds": {"overall": 85.0}},
    "baseline": "b0",
}


def changed(**parts: Json) -> dict[str, Json]:
    return {**BASE, **parts}


def test_equal_components_give_no_reason() -> None:
    assert reasons_for_change(BASE, dict(BASE)) == {}


def test_a_new_file_needs_every_asset() -> None:
    assert set(reasons_for_new()) == set(WORK_ORDER)


def test_a_threshold_touches_the_verdict_and_what_follows_only() -> None:
    now = changed(gate={"thresholds": {"overall": 95.0}})

    reasons = reasons_for_change(now, BASE)

    assert reasons["gate_verdict"] == "thresholds changed: thresholds.overall 85.0 -> 95.0"
    assert set(reasons) == {"gate_verdict", "accepted_rows", "quarantine"}
    assert "follows gate_verdict" in reasons["accepted_rows"]


def test_hand_rules_are_called_by_name() -> None:
    reasons = reasons_for_change(changed(rules={"hand_rules": "x"}), BASE)

    assert reasons["rule_set"] == "rule settings changed: hand-written rules"
    assert "raw_file" not in reasons


def test_a_longer_baseline_never_recomputes_the_reading() -> None:
    reasons = reasons_for_change(changed(baseline="b1"), BASE)

    assert reasons["rule_set"] == "the files it learns from changed"
    assert "raw_file" not in reasons


def test_changed_code_of_one_asset_is_told_for_that_asset() -> None:
    code: dict[str, Json] = {**dict.fromkeys(WORK_ORDER, "1"), "profile": "2"}

    reasons = reasons_for_change(changed(code=code), BASE)

    assert reasons == {"profile": "its code changed"}
