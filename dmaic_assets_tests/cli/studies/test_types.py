"""`dmaic types`: the exact document, and the table for people."""

import json
from pathlib import Path

import pytest

from dmaic_assets.cli import errors
from dmaic_assets.cli.main import main


def test_the_document_has_exactly_the_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    rows = "".join(f"{n},p{n}@example.org,{n / 4}\n" for n in range(1, 40))
    file.write_text("person_id,email,weight_kg\n" + rows)

    assert main(["types", str(file), "--json"]) == errors.OK
    columns = json.loads(capsys.readouterr().out)["columns"]
    assert {tuple(c) for c in columns} == {
        ("name", "type", "semantic_type", "role", "confidence", "evidence")
    }
    assert [(c["name"], c["type"], c["semantic_type"], c["role"]) for c in columns] == [
        ("person_id", "integer", None, "key"),
        ("email", "text", "email", "text"),
        ("weight_kg", "decimal", None, "measure"),
    ]

    assert main(["types", str(file)]) == errors.OK
    printed = capsys.readouterr().out
    assert "sensitive" in printed
    assert "example.org" not in printed


def test_columns_of_which_not_all_values_were_looked_at_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("id,side\n" + "".join(f"{n},{'ab'[n % 2]}\n" for n in range(1_001)))

    assert main(["types", str(file)]) == errors.OK
    assert "1,000 distinct values looked at, not all: id" in capsys.readouterr().out
    main(["types", str(file), "--json"])
    evidence = [c["evidence"] for c in json.loads(capsys.readouterr().out)["columns"]]
    samples = [[e["text"] for e in told if e["witness"] == "sample"] for told in evidence]
    assert samples == [["looked at 1,000 of 1,001 distinct values"], []]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert main(["types", str(tmp_path / "none.csv")]) == 2
