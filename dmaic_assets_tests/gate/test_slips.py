"""A value one letter away from a known one is a slip on few rows, and another value on many."""

from pathlib import Path

import pytest

from dmaic_assets.gate.standalone import gate_file
from dmaic_assets.model import Thresholds

RULES = """\
source: boats
baseline: [abc]
types:
- {column: hull, type: text, physical: String, pattern: text, confidence: 1.0}
rules:
- {kind: in_set, columns: hull, parameters: {values: [steel, timber, ferro]}}
"""


@pytest.mark.parametrize(
    ("slips", "cause"), [(1, "typo"), (4, "typo"), (30, "new category"), (100, "new category")]
)
def test_slips_are_few(tmp_path: Path, slips: int, cause: str) -> None:
    rules, file = tmp_path / "rules.yaml", tmp_path / "boats.csv"
    rules.write_text(RULES, encoding="utf-8")
    values = ["steal"] * slips + ["timber"] * (100 - slips)
    file.write_text("hull,n\n" + "".join(f"{v},1\n" for v in values), encoding="utf-8")
    (violation,) = gate_file(file, rules, thresholds=Thresholds()).verdict.violations
    assert violation.cause == cause
