"""Values whose notation changed and now fits two readings: read as history goes on, or held."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from dmaic_assets.gate.standalone import GateReport, gate_file
from dmaic_assets.model import Thresholds
from dmaic_assets.settings.project import ReadOptions

LAST = date(2024, 3, 31)
RULES = """\
source: ships
baseline: [abc]
types:
- {column: day, type: date, physical: Date, pattern: iso_date, confidence: 1.0}
- {column: load, type: decimal, physical: Float64, pattern: decimal_dot, confidence: 1.0}
rules:
- {kind: time_step, columns: day, severity: low, parameters:
    {last: 1711843200, min: 1, max: 172800}}
"""


def judged(
    tmp_path: Path, days: list[str], loads: str = "1.5", *, options: ReadOptions | None = None
) -> GateReport:
    rules, file = tmp_path / "rules.yaml", tmp_path / "ships.csv"
    rules.write_text(RULES, encoding="utf-8")
    file.write_text("day;load\n" + "".join(f"{d};{loads}\n" for d in days), encoding="utf-8")
    return gate_file(file, rules, thresholds=Thresholds(), options=options)


@pytest.mark.parametrize("order", ["%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y"])
@pytest.mark.parametrize("later", [1, 2, 5, 10])
def test_the_reading_that_goes_on_is_taken(tmp_path: Path, order: str, later: int) -> None:
    found = judged(tmp_path, [(LAST + timedelta(days=later)).strftime(order)] * 30)
    assert all(v.rule == "day.time_step" for v in found.verdict.violations)
    (change,) = found.verdict.schema_changes
    assert order in change.detail
    assert "read alike" in change.detail


@pytest.mark.parametrize("days", [["05/07/2021"], ["02/03/2024"], ["05/06/2024"]])
def test_where_no_reading_goes_on_the_file_is_held(tmp_path: Path, days: list[str]) -> None:
    found = judged(tmp_path, days * 30)
    assert found.verdict.decision == "reject"
    assert "set read.day_first" in " ".join(found.verdict.reasons)


def test_the_setting_decides(tmp_path: Path) -> None:
    options = ReadOptions(day_first=True)
    found = judged(tmp_path, ["05/07/2021"] * 30, options=options)
    assert [v.rule for v in found.verdict.violations] == ["day.time_step"]


def test_a_mark_that_history_no_longer_tells_holds_the_file(tmp_path: Path) -> None:
    found = judged(tmp_path, ["2024-04-01"] * 30, "4,125")
    assert found.verdict.decision == "reject"
    assert "set read.decimal_mark" in " ".join(found.verdict.reasons)
