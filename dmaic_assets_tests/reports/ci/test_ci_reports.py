"""Verdicts as JUnit XML, SARIF and annotations, read by the libraries of those forms."""

import pytest
from junitparser import Failure, JUnitXml
from sarif_pydantic import Level, Sarif

from dmaic_assets.model import Decision, Example, Severity, Thresholds, Verdict, Violation
from dmaic_assets.reports.ci.github import github_annotations
from dmaic_assets.reports.ci.junit import junit_xml
from dmaic_assets.reports.ci.sarif import sarif_json
from dmaic_assets.reports.ci.told import Judged

# Ends a line, an element, a property and a command; a bell, an escape, half a pair, right to left.
HOSTILE = 'a"\n::error::x\r]]>&<b>%0A,:\x07\x1b[2J\udc80\u202e'


def violation(
    rule: str = "id.unique", *, severity: Severity = "critical", is_broken: bool = True, **told: str
) -> Violation:
    return Violation(
        rule=rule,
        kind="unique",
        columns=("id",),
        severity=severity,
        scope="row",
        rows_failed=2,
        share=0.5,
        is_broken=is_broken,
        expected=told.get("expected", "id identifies a row"),
        seen=told.get("seen", "2 of 4 rows"),
        examples=(Example(3, {"id": told.get("value", "7")}),),
    )


def judged(decision: Decision, *violations: Violation, path: str = "in/day 1.csv") -> Judged:
    apart = 0 if decision == "accept" else 2
    verdict = Verdict(
        source="orders",
        file_sha256="ab" * 32,
        decision=decision,
        score=0.5,
        rows=4,
        accepted=4 - apart,
        quarantined=apart,
        violations=violations,
        severity_rates={},
        thresholds=Thresholds(),
        rules_evaluated=9,
        baseline_files=3,
        reasons=("score 50 is below 85",),
    )
    return Judged(path, verdict)


HELD = judged("reject", violation(), violation("id.range", severity="low", is_broken=False))
SPLIT = judged("quarantine", violation(is_broken=False), path="/elsewhere/2.csv")
FINE = judged("accept", path="3.csv")


def test_tests_fail_where_and_only_where_the_gate_says_no() -> None:
    read = JUnitXml.fromstring(junit_xml([HELD, SPLIT, FINE]).encode())

    assert (read.tests, read.failures, read.errors, read.skipped) == (6, 2, 0, 0)
    found = {
        suite.name: {case.name: [*case.result] for case in suite}  # pyright: ignore[reportUnknownVariableType]
        for suite in read
    }
    assert list(found) == ["in/day 1.csv", "/elsewhere/2.csv", "3.csv"]
    (verdict,), (unique,) = found["in/day 1.csv"]["verdict"], found["in/day 1.csv"]["id.unique"]
    assert isinstance(verdict, Failure)
    assert "score 50 is below 85" in str(verdict.message)
    assert unique.message.endswith("seen 2 of 4 rows; row 3: id=7")
    passed = [r for name in ("/elsewhere/2.csv", "3.csv") for r in found[name].values()]
    assert [*passed, found["in/day 1.csv"]["id.range"]] == [[], [], [], []]


def test_a_sarif_log_names_file_rule_level_and_rows() -> None:
    log = Sarif.model_validate_json(sarif_json([HELD, SPLIT, FINE]))

    (run,) = log.runs
    results = run.results or []
    assert [(r.rule_id, r.level) for r in results] == [
        ("dmaic/held", Level.ERROR),
        ("orders/id.unique", Level.ERROR),
        ("orders/id.range", Level.NOTE),
        ("dmaic/set_apart", Level.WARNING),
        ("orders/id.unique", Level.WARNING),
    ]
    rules = run.tool.driver.rules or []
    assert [rules[r.rule_index or 0].id for r in results] == [r.rule_id for r in results]
    places = [r.locations[0].physical_location for r in results if r.locations]
    uris = [p.artifact_location.uri for p in places if p and p.artifact_location]
    assert dict.fromkeys(uris) == {"in/day%201.csv": None, "file:///elsewhere/2.csv": None}
    assert results[1].properties == {
        "verdict": "reject",
        "severity": "critical",
        "columns": ["id"],
        "rowsFailed": 2,
        "share": 0.5,
        "rows": [3],
    }


def test_annotations_tell_verdicts_before_rules() -> None:
    lines = github_annotations([HELD, SPLIT, FINE]).splitlines()

    assert [line[: line.index(",")] for line in lines] == [
        "::error file=in/day 1.csv",
        "::warning file=/elsewhere/2.csv",
        "::error file=in/day 1.csv",
        "::notice file=in/day 1.csv",
        "::warning file=/elsewhere/2.csv",
        "::notice file=3.csv",
    ]
    assert lines[2].endswith("::expected id identifies a row; seen 2 of 4 rows; row 3: id=7")


@pytest.mark.parametrize("decision", ["reject", "quarantine"])
def test_hostile_names_and_cells_break_no_form(decision: Decision) -> None:
    bad = violation(HOSTILE, expected=HOSTILE, seen=HOSTILE, value=HOSTILE)
    one = judged(decision, bad, path=f"in/{HOSTILE}")

    junit = junit_xml([one])
    (suite,) = JUnitXml.fromstring(junit.encode())
    log = Sarif.model_validate_json(sarif_json([one]).encode())
    lines = github_annotations([one]).splitlines()

    assert suite.name == r'in/a" ::error::x\x0d]]>&<b>%0A,:\x07\x1b[2J\udc80\u202e'.replace(
        '" :', '"\n:'
    )
    (result, _) = log.runs[0].results or []
    assert "\x1b" not in str(result.message.text)
    (location,) = result.locations or []
    assert location.physical_location
    assert location.physical_location.artifact_location
    assert str(location.physical_location.artifact_location.uri).isascii()
    # One command for each finding, and none that a cell wrote.
    assert [line.split(" ")[0] for line in lines] == (
        ["::error", "::error"] if decision == "reject" else ["::warning", "::warning"]
    )
    assert all(line.count("::") == 2 or "%0A::error::x" in line for line in lines)
    assert all(line.isprintable() for line in lines)
