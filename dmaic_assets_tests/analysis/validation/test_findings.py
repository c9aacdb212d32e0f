"""What people hear: the severity of a check is its weight, and what passes is silent."""

import pytest

from dmaic_assets.analysis.validation.analyze import analyze
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets_tests.analysis.validation.books import study, worked

BROKEN = {"kind": "balance", "table": "lines", "left": "debit", "right": "credit", "by": ["entry"]}


@pytest.mark.parametrize(
    ("severity", "weight"),
    [("critical", "high"), ("error", "medium"), ("warning", "low"), ("info", "info")],
)
def test_a_failed_check_weighs_as_people_said(severity: str, weight: str) -> None:
    checks = [
        {"name": "double_entry", "severity": severity, **BROKEN},
        {"name": "sound", **BROKEN, "tolerance": 1},
    ]
    found = analyze(study({"validation": {"checks": checks}})).findings

    (told,) = [f for f in found if f.metric == "failed_share"]
    assert (told.weight, told.value) == (weight, pytest.approx(1 / 3))
    assert told.text == (
        "The check double_entry fails: 1 of 3 groups of lines (credit, debit, entry) break it."
    )


def test_a_value_is_written_and_read_back() -> None:
    rules = [{"name": "r", "not_null": ["amount"]}]
    metric = {
        "name": "m",
        "steps": [{"name": "s", "extract": {"table": "lines", "value": "sum(debit)"}}],
    }
    value = worked(
        {
            "validation": {
                "checks": [{"name": "c", **BROKEN}],
                "filters": [{"name": "f", "table": "payments", "rules": rules}],
                "metrics": [metric],
            }
        }
    )

    assert from_json(type(value), to_json(value)) == value
