"""What people read of verdicts and plans."""

from pathlib import Path

import pytest

from dmaic_assets.cli.gate.render_verdict import (
    example_text,
    print_verdict,
    shorten,
)
from dmaic_assets.cli.runs.render_plan import grouped_reasons, print_plan, print_why, summary_line
from dmaic_assets.gate.reasons import reasons_beyond_rules
from dmaic_assets.model import Example, SourceFile, Thresholds, Verdict, Violation
from dmaic_assets.work.assets.registry import WORK_ORDER
from dmaic_assets.work.plan.planned import FilePlan, Leaving, Plan

MISSED = "only 50.0 % of the high rules hold, 95 % must"
RANGE = Violation(
    rule="range:amount",
    kind="range",
    columns=("amount",),
    severity="high",
    scope="row",
    rows_failed=3,
    share=0.3,
    is_broken=True,
    expected="amount is at least 0",
    seen="3 of 10 rows",
    cause="unit change",
    examples=(Example(4, {"amount": "-1"}), Example(7, {"amount": None})),
)
COUNT = Violation(
    "row_count", "row_count", (), "critical", "file", 0, 1.0, True, "100 rows", "10 rows"
)
MILD = Violation(
    "in_set:x", "in_set", ("x",), "low", "row", 1, 0.1, False, "x is one of: a", "1 of 10 rows"
)


def verdict(*violations: Violation, reasons: tuple[str, ...] = ()) -> Verdict:
    return Verdict(
        source="orders",
        file_sha256="0" * 64,
        decision="reject" if any(v.is_broken for v in violations) else "accept",
        score=0.75,
        rows=10,
        accepted=0,
        quarantined=10,
        violations=violations,
        severity_rates={"critical": 100.0, "high": 50.0, "medium": 100.0, "low": 100.0},
        thresholds=Thresholds(),
        rules_evaluated=4,
        baseline_files=8,
        reasons=reasons,
        notes=("read as latin-1",),
    )


def test_a_verdict_is_a_headline_the_missed_thresholds_and_the_broken_rules(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reasons = (MISSED, "range:amount on amount: expected ...", "and 2 more violated rules")

    print_verdict(verdict(MILD, RANGE, reasons=reasons), Path("data/a.csv"))

    assert capsys.readouterr().out.splitlines() == [
        "reject  a.csv  score 75.0: the file is held whole; 10 rows, 0 accepted, 10 held",
        f"  {MISSED}",
        "  4 rules evaluated, 1 broken; learnt from 8 accepted files",
        "  unbroken: critical █████ 100 %   high ██▌   50 %   medium █████ 100 %   low █████ 100 %",
        "  range:amount  (high, broken)",
        "    expected  amount is at least 0",
        "    seen      3 of 10 rows",
        "    likely    unit change",
        "    example   row 4: amount=-1",
        "  in_set:x  (low, within its tolerance)",
        "    expected  x is one of: a",
        "    seen      1 of 10 rows",
        "  note: read as latin-1",
    ]


def test_reasons_that_a_violation_tells_are_told_once() -> None:
    told = reasons_beyond_rules(verdict(RANGE, reasons=("range:amount on ...", MISSED)))

    assert told == [MISSED]


def test_an_example_tells_missing_values_from_text() -> None:
    assert example_text(Example(7, {"a": None, "b": "NULL"})) == "row 7: a=(null), b=NULL"


def test_shortened_text_stays_on_its_line() -> None:
    assert shorten("a\n  b", width=10) == "a b"
    assert shorten("abcdef", width=4) == "abc…"


def file_plan(name: str, **reasons: str) -> FilePlan:
    file = SourceFile("orders", Path("/p/data/incoming/orders") / name, "0" * 64, 1, "csv")
    return FilePlan(file, "key", reasons=reasons, decision="accept", known_run="R1")  # pyright: ignore[reportArgumentType] - asset names as keywords


def plan(*files: FilePlan) -> Plan:
    return Plan(files=files, removed=(), duplicates=(), problems=(), sources=("orders",))


def test_a_plan_counts_causes_and_leaves_out_what_follows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    changed = {"profile": "its code changed", "gate_verdict": "follows profile if that differs"}
    files = [file_plan(f"{n}.csv", **changed) for n in (1, 2, 3)]

    print_plan(plan(*files, file_plan("4.csv")))

    out = capsys.readouterr().out
    assert out.startswith("4 files of 1 source: 3 to compute, 1 known.\n")
    assert " orders  3: 1.csv ... 3.csv  profile and what follows  its code changed\n" in out
    assert "follows profile" not in out


def test_why_tells_every_file_and_every_reason(capsys: pytest.CaptureFixture[str]) -> None:
    new = file_plan("1.csv", **dict.fromkeys(WORK_ORDER, "new content"))

    print_why(plan(new, file_plan("2.csv")), root=Path("/p"))

    out = capsys.readouterr().out
    assert "data/incoming/orders/1.csv  accept   all assets  new content" in out
    assert "data/incoming/orders/2.csv  accept   none        known from run R1" in out


def test_an_empty_plan_says_that_there_is_nothing_to_do() -> None:
    assert summary_line(plan(file_plan("1.csv"))) == "Nothing to do: 1 file of 1 source, all known."


def test_a_project_without_a_file_says_where_to_put_one() -> None:
    told = summary_line(plan())

    assert told.startswith("No file has come yet. Put one into data/incoming/SOURCE/")
    assert "dmaic run-all" in told
    assert "dmaic demo" in told


def test_assets_with_one_reason_are_one_line() -> None:
    reasons = {"gate_verdict": "b", "raw_file": "a", "profile": "a"}

    assert grouped_reasons(reasons) == [("raw_file, profile", "a"), ("gate_verdict", "b")]  # pyright: ignore[reportArgumentType] - asset names as text


def test_files_at_stake_for_one_reason_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    many = [Leaving("orders", f"{n:03}.csv", 1_000, "leave if they must") for n in range(200)]
    one = Leaving("items", "x.csv", 7, "leave, since the file was taken away")

    print_plan(Plan((), (), (), (), (), leaving=(*many, one)))

    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("warning")]
    assert told == [
        "warning: 200: orders/000.csv ... orders/199.csv:"
        " their 200,000 accepted rows leave if they must",
        "warning: items/x.csv: its 7 accepted rows leave, since the file was taken away",
        "warning: in all 200,007 rows of 201 files may leave",
    ]


def test_a_file_beside_a_lock_is_not_said_to_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = SourceFile("orders", tmp_path / "a.csv", "a" * 64, 10, "csv")
    (tmp_path / "a.csv.lock").touch()

    print_plan(Plan((), (), (), (), (), waiting=(file,)))

    told = capsys.readouterr().out
    assert "waits  orders/a.csv: a.csv.lock lies beside it" in told
    assert "is still being written" not in told
