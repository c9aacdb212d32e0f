"""Judging one file by one rule file, without a project."""

import json
from pathlib import Path

import pytest

from dmaic_assets.errors import BadInputError, StoreError, UnreadableFileError
from dmaic_assets.gate.standalone import gate_file
from dmaic_assets.gate.unreadable import unreadable_verdict
from dmaic_assets.model import Thresholds
from dmaic_assets_tests.gate.tables import FILE

RULES = """\
source: orders
types:
- {column: price, type: decimal, physical: Float64, pattern: decimal_dot}
rules:
- {kind: unique, columns: id, severity: critical}
- {kind: range, columns: price, parameters: {min: 0, max: 100}}
"""


@pytest.fixture
def rules_path(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(("id,price", *lines)) + "\n", encoding="utf-8")
    return path


def test_a_file_is_judged_and_its_cells_listed(tmp_path: Path, rules_path: Path) -> None:
    rows = [f"{n},{n}.5" for n in range(48)]
    file = written(tmp_path / "orders.csv", *rows, "48,900.5", "49,soon")
    cells = tmp_path / "cells.csv"

    report = gate_file(file, rules_path, thresholds=Thresholds(), examples=1, cells_path=cells)

    payload = json.loads(json.dumps(report.payload()))
    assert {k: payload[k] for k in ("verdict", "rows", "accepted", "quarantined")} == {
        "verdict": "quarantine",
        "rows": 50,
        "accepted": 48,
        "quarantined": 2,
    }
    assert payload["score"] == pytest.approx((8 + 2 * (49 / 50) + 8 + 4 + 2 * (49 / 50)) / 24)
    assert payload["violations"][0] == {
        "rule": "price.range",
        "kind": "range",
        "columns": ["price"],
        "severity": "medium",
        "scope": "row",
        "rows_failed": 1,
        "share": 0.02,
        "is_broken": False,
        "expected": "price is at least 0 and at most 100",
        "seen": '1 of 50 rows (2.0 %), such as "900.5"',
        "cause": "outlier",
        "examples": [{"row": 48, "values": {"price": "900.5"}}],
    }
    assert cells.read_text(encoding="utf-8") == (
        "row,column,rule\n48,price,price.range\n49,price,sanity.type.price\n"
    )


def test_a_file_that_cannot_be_read_is_rejected_with_a_verdict(
    tmp_path: Path, rules_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.touch()
    cells = tmp_path / "cells.csv"

    report = gate_file(file, rules_path, thresholds=Thresholds(), cells_path=cells)

    assert report.payload()["verdict"] == "reject"
    assert [v.kind for v in report.verdict.violations] == ["readable"]
    assert cells.read_text(encoding="utf-8") == "row,column,rule\n"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, rules_path: Path) -> None:
    with pytest.raises(BadInputError, match="nothere"):
        gate_file(tmp_path / "nothere.csv", rules_path, thresholds=Thresholds())


def test_a_rule_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "orders.csv", "1,2")

    with pytest.raises(BadInputError, match=r"none\.yaml: cannot be read"):
        gate_file(file, tmp_path / "none.yaml", thresholds=Thresholds())


def test_a_place_for_cells_that_cannot_be_written_is_named(
    tmp_path: Path, rules_path: Path
) -> None:
    file = written(tmp_path / "orders.csv", "1,2")

    with pytest.raises(StoreError, match="away"):
        gate_file(
            file, rules_path, thresholds=Thresholds(), cells_path=tmp_path / "away" / "cells.csv"
        )


def test_the_verdict_for_an_unreadable_file_names_place_and_fix() -> None:
    error = UnreadableFileError("orders.csv", "line 7 has no end quote", "Close the quote.")

    verdict = unreadable_verdict(FILE, error, Thresholds(), baseline_files=3)

    assert (verdict.decision, verdict.rows, verdict.score) == ("reject", 0, 0.0)
    assert verdict.reasons == (
        "The file cannot be read: line 7 has no end quote",
        "Close the quote.",
    )
    assert verdict.baseline_files == 3
    assert verdict.severity_rates["critical"] == 0.0


@pytest.mark.parametrize(
    "types",
    [
        "types: [{column: price, type: integer}]",
        "types: [{column: price, type: integer, pattern: integer}]",
        "rules: [{kind: type, columns: price, parameters: {type: integer}}]",
    ],
)
def test_what_the_rule_file_says_of_types_is_how_values_are_read(
    tmp_path: Path, types: str
) -> None:
    rules_path = tmp_path / "rules.yaml"
    rules_path.write_text(types, encoding="utf-8")
    file = written(tmp_path / "orders.csv", *["1,5"] * 6, *["2,none at all"] * 4)
    thresholds = Thresholds(severities={}, overall=0, max_quarantined_share=1)

    report = gate_file(file, rules_path, thresholds=thresholds)

    assert report.verdict.quarantined == 4


def test_an_unknown_pattern_of_a_type_is_refused(tmp_path: Path) -> None:
    rules_path = tmp_path / "rules.yaml"
    rules_path.write_text("types: [{column: price, type: integer, pattern: x}]", encoding="utf-8")
    file = written(tmp_path / "orders.csv", "1,2")

    with pytest.raises(BadInputError, match="type of price: pattern x is unknown"):
        gate_file(file, rules_path, thresholds=Thresholds())
