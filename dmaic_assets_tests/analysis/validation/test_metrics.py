"""Metrics: numbers by hand, steps in their order, and cycles refused."""

from typing import Any

import pytest

from dmaic_assets.analysis.values.validation import MetricResult
from dmaic_assets_tests.analysis.validation.books import worked

OWED = {"name": "owed", "extract": {"table": "invoices", "value": "sum(total)"}}
PAID = {"name": "paid", "extract": {"table": "payments", "value": "sum(amount)"}}
NOTHING = "there is nothing to measure"


def metrics(*graphs: dict[str, Any]) -> tuple[MetricResult, ...]:
    return worked({"validation": {"metrics": list(graphs)}}).metrics


def metric(*steps: dict[str, Any], **more: Any) -> MetricResult:
    return metrics({"name": "it", "steps": list(steps), **more})[0]


def test_steps_of_all_kinds() -> None:
    days = {"name": "days", "constant": 30}
    open_days = {"name": "open_days", "formula": "(owed - paid) / owed * days"}
    is_late = {"name": "is_late", "predicate": "open_days > 10"}
    first = {"name": "dso", "unit": "days", "steps": [OWED, PAID, days, open_days]}
    late = {"name": "late", "steps": [OWED, PAID, days, open_days, is_late]}
    both = {"name": "both", "steps": [{"name": "sum", "composite": "dso + late"}]}

    found = {one.name: one for one in metrics(both, first, late)}
    assert found["dso"].value == pytest.approx((60 - 31.5) / 60 * 30)
    assert [(s.name, s.kind) for s in found["dso"].steps] == [
        ("days", "constant"), ("owed", "extract"), ("paid", "extract"), ("open_days", "formula"),
    ]  # fmt: skip
    assert found["late"].value == 1
    assert found["both"].value == pytest.approx(15.25)


def test_bands_go_either_way() -> None:
    more, less = {"good": 50, "fair": 20}, {"good": 20, "fair": 50}

    assert [metric(OWED, **band).band for band in (more, less)] == ["good", "poor"]
    assert metric(PAID, **less).band == "fair"
    assert metric(OWED, **less).status == "failed"


def test_division_by_zero_measures_nothing() -> None:
    zero = {"name": "zero", "constant": 0}
    found = metric(OWED, zero, {"name": "ratio", "formula": "owed / zero"})

    assert (found.status, found.value, found.text) == (
        "skipped",
        None,
        "there is nothing to measure",
    )


def test_cycles_are_refused_with_their_place() -> None:
    steps = ({"name": "a", "formula": "b + 1"}, {"name": "b", "formula": "a + 1"})
    inner = metric(*steps)
    first = {"name": "x", "steps": [{"name": "s", "composite": "y"}]}
    second = {"name": "y", "steps": [{"name": "s", "composite": "x"}]}
    outer = metrics(first, second, {"name": "sound", "steps": [OWED]})

    assert (inner.status, "it.b -> it.a -> it.b is a cycle" in inner.text) == ("error", True)
    assert [one.status for one in outer] == ["error", "error", "passed"]


@pytest.mark.parametrize("text", ["owed + stranger", "(SELECT 1)", "getenv('HOME')", "owed +"])
def test_a_wrong_formula_is_told(text: str) -> None:
    found = metric(OWED, {"name": "wrong", "formula": text})

    assert (found.status, "analyses.validation: key it.wrong.formula" in found.text) == (
        "error",
        True,
    )


def test_an_extract_of_many_rows_is_no_aggregate() -> None:
    found = metric({"name": "all", "extract": {"table": "invoices", "value": "total"}})
    absent = metric({"name": "all", "extract": {"table": "nowhere", "value": "count(*)"}})

    assert (found.status, "is no aggregate" in found.text) == ("error", True)
    assert (absent.status, absent.text) == ("skipped", "there is no table nowhere")


def test_every_table_has_its_measures() -> None:
    found = {one.name: one for one in worked({}).measures}
    asked = metric({"name": "m", "extract": {"table": "payments", "measure": "completeness"}})

    assert found["payments.completeness"].value == pytest.approx(100 * (1 - 0.5 / 3))
    assert asked.value == found["payments.completeness"].value
    assert (found["lines.freshness"].value, found["lines.freshness"].band) == (41, "poor")
    assert "invoices.freshness" not in found
