"""What each check finds in literal verdicts."""

import dagster as dg
import pytest

from dmaic_assets.defs.checks.cell import CELL_CHECKS, GATE_CHECKS, is_closed, results
from dmaic_assets.defs.metadata.tables import JudgedFile
from dmaic_assets.model import (
    Cell,
    Decision,
    Example,
    SchemaChange,
    Thresholds,
    Verdict,
    Violation,
)

ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN


def verdict(
    decision: Decision = "accept",
    *,
    rows: int = 100,
    quarantined: int = 0,
    changes: tuple[SchemaChange, ...] = (),
    violations: tuple[Violation, ...] = (),
) -> Verdict:
    held = rows if decision == "reject" else quarantined
    return Verdict(
        source="orders",
        file_sha256="a" * 64,
        decision=decision,
        score=0.5 if decision == "reject" else 0.99,
        rows=rows,
        accepted=rows - held,
        quarantined=held,
        violations=violations,
        severity_rates={},
        thresholds=Thresholds(),
        rules_evaluated=10,
        baseline_files=3,
        reasons=() if decision == "accept" else (f"why it is {decision}",),
        schema_changes=changes,
    )


def files(*verdicts: Verdict) -> list[JudgedFile]:
    return [JudgedFile(f"{number}.csv", v) for number, v in enumerate(verdicts)]


ACCEPT, SPLIT, HELD = verdict(), verdict("quarantine", quarantined=3), verdict("reject")
GONE = SchemaChange("amount", "removed", is_breaking=True, detail="it was a decimal")
ADDED = SchemaChange("note", "added", is_breaking=False, detail="text")


def look(name: str, *verdicts: Verdict) -> dg.AssetCheckEvaluation:
    check = next(check for check in CELL_CHECKS if check.name == name)
    return check.evaluation(Cell("R", "orders"), files(*verdicts))


@pytest.mark.parametrize(
    ("name", "verdicts", "passed", "severity"),
    [
        ("gate_is_open", (ACCEPT,), True, None),
        ("gate_is_open", (SPLIT,), True, None),
        ("gate_is_open", (HELD, ACCEPT), True, None),
        ("gate_is_open", (HELD, HELD), False, ERROR),
        ("gate_is_open", (), True, None),
        ("passes_thresholds", (ACCEPT, ACCEPT), True, None),
        ("passes_thresholds", (ACCEPT, SPLIT), False, WARN),
        ("passes_thresholds", (SPLIT, HELD), False, ERROR),
        ("schema_as_expected", (ACCEPT,), True, None),
        ("schema_as_expected", (verdict(changes=(ADDED,)),), False, WARN),
        ("schema_as_expected", (verdict(changes=(ADDED, GONE)),), False, ERROR),
        ("rows_add_up", (ACCEPT, SPLIT, HELD), True, None),
        ("rows_add_up", (verdict(rows=0),), True, None),
    ],
)
def test_a_check_finds(name, verdicts, passed, severity):
    found = look(name, *verdicts)

    assert found.passed is passed
    if severity is not None:
        assert found.severity is severity


def test_lost_rows_are_found():
    lossy = Verdict("orders", "a" * 64, "quarantine", 0.9, 100, 90, 9, (), {}, Thresholds(), 1, 1)

    found = look("rows_add_up", lossy)

    assert not found.passed
    assert "but 100 in the files" in found.description


@pytest.mark.parametrize("check", CELL_CHECKS, ids=lambda check: check.name)
def test_spec_result_and_evaluation_are_of_one_kind(check):
    spec = check.spec()
    result = check.result(files(HELD))
    evaluation = check.evaluation(Cell("R", "orders"), files(HELD))

    assert spec.asset_key == dg.AssetKey(check.asset) == evaluation.asset_key
    assert spec.name == result.check_name == evaluation.check_name
    assert spec.blocking is evaluation.blocking is check.is_blocking
    assert (result.passed, result.severity) == (evaluation.passed, evaluation.severity)
    assert result.metadata.keys() == evaluation.metadata.keys()
    assert evaluation.partition == "R|orders"
    assert spec.partitions_def is not None
    assert spec.description


def test_only_the_check_that_holds_the_gate_blocks():
    assert [check.name for check in CELL_CHECKS if check.is_blocking] == ["gate_is_open"]


def test_a_step_gives_only_the_checks_it_was_asked_for():
    wanted = {GATE_CHECKS[1].key}

    found = list(results(GATE_CHECKS, files(ACCEPT), wanted))

    assert [result.check_name for result in found] == ["passes_thresholds"]


def test_a_failed_check_shows_score_reasons_rules_and_an_example():
    broken = Violation(
        rule="not_null:amount",
        kind="not_null",
        columns=("amount",),
        severity="high",
        scope="row",
        rows_failed=40,
        share=0.4,
        is_broken=True,
        expected="amount is never null",
        seen="40 of 100 rows",
        examples=(Example(7, {"amount": None}),),
    )

    metadata = look("passes_thresholds", verdict("reject", violations=(broken,))).metadata

    assert metadata["score"].value == 50.0
    assert "why it is reject" in metadata["reasons"].value
    (line,) = metadata["violations"].records
    assert line.data["rule"] == "not_null:amount"
    assert line.data["fails"] == "40 % of rows, broken"
    assert line.data["example"] == "row 7: amount=None"
    assert line.data["file"] == "0.csv"


def test_a_gate_is_closed_only_when_every_file_is_held():
    assert is_closed(files(HELD, HELD))
    assert not is_closed(files(HELD, SPLIT))
    assert not is_closed([])
