"""`dmaic experiment`: a sheet is written, filled in, and its effects are told."""

import csv
from collections.abc import Callable
from pathlib import Path

from dmaic_assets_tests.cli.shell import Finished

Call = Callable[..., Finished]
FACTORS = [part for name in "abcd" for part in ("-f", f"{name}=1,2")]


def test_a_sheet_goes_out_and_its_effects_come_back(tmp_path: Path, call: Call) -> None:
    sheet = tmp_path / "sheet.csv"

    planned = call(
        "experiment", "plan", *FACTORS, "--runs", "8", "-o", "sheet.csv", "--json", cwd=tmp_path
    )

    assert planned.code == 0
    assert (len(planned.json["runs"]), planned.json["design"]["resolution"]) == (8, 4)
    with sheet.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    with sheet.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, [*rows[0], "caught"])
        writer.writeheader()
        writer.writerows({**row, "caught": 10 + 5 * int(row["b"])} for row in rows)
    found = call("experiment", "effects", "sheet.csv", "--json", cwd=tmp_path)
    assert (found.code, found.json["response"], found.json["best"]["b"]) == (0, "caught", "2")
    assert (found.json["effects"][0]["effect"], found.json["effects"][0]["value"]) == ("b", 5.0)
    assert "c*d" in call("experiment", "effects", "sheet.csv", cwd=tmp_path).out


def test_a_bad_sheet_names_file_place_and_fix(tmp_path: Path, call: Call) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("run,standard,replicate,a,y\n1,0,1,1,much\n")

    found = call("experiment", "effects", "sheet.csv", cwd=tmp_path)

    assert found.code == 2
    assert "sheet.csv, line 2" in found.err
    assert "'much' is no number" in found.err
