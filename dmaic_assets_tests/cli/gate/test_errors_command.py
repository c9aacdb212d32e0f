"""`dmaic errors`: suspicious cells of one file, in all three forms, and its refusals."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets_tests.cli.shell import Finished

Call = Callable[..., Finished]

CITIES = (("10115", "Berlin", "BE"), ("20095", "Hamburg", "HH"), ("80331", "Munich", "BY"))


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """Sixty people, one city misspelt (row 7), one wrong for its code (row 20), one `N/A` (31)."""
    rows = [[str(i), *CITIES[i % 3]] for i in range(60)]
    rows[7][2] = "Hamburgg"
    rows[20][2] = "Berlin"
    rows[31][2] = "N/A"
    lines = ["person,code,city,state", *(",".join(row) for row in rows)]
    path = tmp_path / "survey.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_suspicious_cells_are_one_document_with_the_highest_score_first(
    survey: Path, call: Call
) -> None:
    ran = call("errors", "survey.csv", "--json", cwd=survey.parent)

    assert (ran.code, ran.err) == (0, "")
    cells = ran.json["cells"]
    assert [set(cell) for cell in cells] == [{"column", "row", "reason", "score"}] * 3
    assert {(c["column"], c["row"]) for c in cells} == {("city", 7), ("city", 20), ("city", 31)}
    assert [c["score"] for c in cells] == sorted((c["score"] for c in cells), reverse=True)
    assert ran.json["count"] == 3
    assert ran.json["rows"] == 60


def test_a_contradiction_says_what_the_other_rows_have(survey: Path, call: Call) -> None:
    ran = call("errors", "survey.csv", "--json", cwd=survey.parent)

    reasons = {c["row"]: c["reason"] for c in ran.json["cells"]}
    assert reasons[20] in {f"rows with the same {c} have 'Munich'" for c in ("code", "state")}


def test_the_cells_are_written_as_csv(survey: Path, call: Call) -> None:
    ran = call("errors", "survey.csv", "-o", "cells.csv", cwd=survey.parent)

    assert ran.code == 0
    assert "3 suspicious cells" in ran.out
    with (survey.parent / "cells.csv").open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    assert header == ["row", "column", "reason", "score"]
    assert {(line[0], line[1]) for line in lines} == {("7", "city"), ("20", "city"), ("31", "city")}


def test_rows_are_counted_as_they_stand_in_the_file(survey: Path, call: Call) -> None:
    lines = survey.read_text(encoding="utf-8").splitlines()
    lines.insert(1, "far,too,many,fields,here")
    survey.write_text("\n".join(lines) + "\n", encoding="utf-8")

    ran = call("errors", "survey.csv", "--json", cwd=survey.parent)

    assert {c["row"] for c in ran.json["cells"]} == {8, 21, 32}
    assert ran.json["malformed"] == 1


def test_a_table_without_contradictions_has_no_suspicious_cell(tmp_path: Path, call: Call) -> None:
    lines = ["person,code,city,state", *(f"{i},{','.join(CITIES[i % 3])}" for i in range(60))]
    (tmp_path / "clean.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    ran = call("errors", "clean.csv", "--json", cwd=tmp_path)

    assert (ran.code, ran.json["cells"]) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (("nowhere.csv",), 2, "BadInput"),
        (("survey.csv", "-o", "survey.csv"), 2, "BadInput"),
        (("survey.csv", "--min-score", "2"), 2, "BadInput"),
        (("survey.csv", "-o", "/proc/none/cells.csv"), 5, "IO"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_exit_code(
    survey: Path, call: Call, arguments: tuple[str, ...], code: int, error: str
) -> None:
    before = survey.read_bytes()

    ran = call("errors", *arguments, "--json", cwd=survey.parent)

    assert (ran.code, ran.out, ran.error["error"]) == (code, "", error)
    assert survey.read_bytes() == before
