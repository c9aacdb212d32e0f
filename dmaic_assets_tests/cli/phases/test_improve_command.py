"""`dmaic improve`: what it writes, and that every byte that it need not touch stays."""

import csv
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from dmaic_assets_tests.cli.shell import Finished
from dmaic_assets_tests.improve.repair_tables import clinics, misspelt

Call = Callable[..., Finished]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    misspelt(clinics(), "city").write_csv(tmp_path / "clinics.csv")
    clinics().write_csv(tmp_path / "clean.csv")
    return tmp_path


def test_a_file_is_repaired_and_every_cell_is_logged(folder: Path, call: Call) -> None:
    written = ("-o", "fixed.csv", "--cells", "cells.csv", "--changes", "changes.yaml")

    ran = call("improve", "clinics.csv", *written, "--json", cwd=folder)

    assert (ran.code, ran.err) == (0, "")
    assert (folder / "fixed.csv").read_bytes() == (folder / "clean.csv").read_bytes()
    assert "city.dependency" in ran.json["promoted"]
    promoted = next(p for p in ran.json["proposals"] if p["repair"]["id"] == "city.dependency")
    assert promoted["pilot"]["uplift"]["low"] > 0
    assert promoted["pilot"]["cpu_s_per_1000_rows"] > 0
    with (folder / "cells.csv").open(encoding="utf-8") as file:
        cells = list(csv.DictReader(file))
    assert len(cells) == ran.json["cells_changed"] == 30
    assert list(cells[0]) == ["row", "column", "raw", "repaired", "change"]
    raw = pl.read_csv(folder / "clinics.csv", infer_schema=False)["city"].to_list()
    assert [raw[int(c["row"])] for c in cells] == [c["raw"] for c in cells]


def test_known_changes_are_applied_to_the_next_file(folder: Path, call: Call) -> None:
    call("improve", "clinics.csv", "--changes", "changes.yaml", "--json", cwd=folder)
    next_file = "row,clinic,city,county,zip,price\n7,10,birminghxm,jefferson,35233,7.25\n"
    (folder / "next.csv").write_text(next_file, encoding="utf-8")

    ran = call("improve", "next.csv", "--apply", "changes.yaml", "-o", "out.csv", cwd=folder)

    assert ran.code == 0
    assert (folder / "out.csv").read_text() == next_file.replace("birminghxm", "birmingham")
    assert "1 cell repaired" in ran.out


def test_a_second_improvement_finds_nothing_new(folder: Path, call: Call) -> None:
    arguments = ("improve", "clinics.csv", "--changes", "changes.yaml", "-o", "out.csv")
    call(*arguments, cwd=folder)
    changes, repaired = ((folder / n).read_bytes() for n in ("changes.yaml", "out.csv"))

    ran = call(*arguments, "--json", cwd=folder)

    assert ran.json["promoted"] == []
    assert (folder / "changes.yaml").read_bytes() == changes
    assert (folder / "out.csv").read_bytes() == repaired


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_what_is_not_repaired_stays_byte_by_byte(encoding: str, folder: Path, call: Call) -> None:
    head = "row;clinic;city;county;zip;price;note\r\n"
    dirty, clean = misspelt(clinics(), "city"), clinics()
    notes = ('"said ""no"";\r\nleft"', "Zürich ", '""', "")

    def text(frame: pl.DataFrame) -> str:
        lines = (
            ";".join([*row[:2], f'"{row[2]}"', *row[3:], notes[i % 4]])
            for i, row in enumerate(frame.iter_rows())
        )
        broken = "1;2;too few\r\n\r\n"
        return head + broken + "\r\n".join(lines)

    (folder / "odd.csv").write_bytes(text(dirty).encode(encoding))

    ran = call("improve", "odd.csv", "-o", "out.csv", "--cells", "cells.csv", "--json", cwd=folder)

    assert ran.json["cells_changed"] == 30
    assert (folder / "out.csv").read_bytes() == text(clean).encode(encoding)
    assert (folder / "cells.csv").read_text().splitlines()[1].startswith("1,city,")


def test_rules_of_a_trusted_file_are_kept(folder: Path, call: Call) -> None:
    ran = call(
        "improve", "clinics.csv", "--trusted", "clean.csv", "-o", "out.csv", "--json", cwd=folder
    )

    assert ran.code == 0, ran.err
    assert (folder / "out.csv").read_bytes() == (folder / "clean.csv").read_bytes()
    assert all(p["pilot"]["worse_rules"] == [] for p in ran.json["proposals"] if p["is_promoted"])


def test_duplicates_go_with_consent_and_are_logged(folder: Path, call: Call) -> None:
    lines = (folder / "clean.csv").read_text().splitlines(keepends=True)
    (folder / "twice.csv").write_text("".join([*lines, lines[5]]))
    arguments = ("improve", "twice.csv", "-o", "out.csv", "--cells", "cells.csv", "--json")

    kept = call(*arguments, cwd=folder)
    same = (folder / "out.csv").read_bytes()
    gone = call(*arguments, "--drop-duplicates", cwd=folder)

    assert (kept.json["rows_dropped"], gone.json["rows_dropped"]) == (0, 1)
    assert same == (folder / "twice.csv").read_bytes()
    assert (folder / "out.csv").read_text() == "".join(lines)
    assert len((folder / "cells.csv").read_text().splitlines()) == 1 + 6


def test_a_file_without_text_is_refused(folder: Path, call: Call) -> None:
    clinics().write_parquet(folder / "clinics.parquet")

    ran = call("improve", "clinics.parquet", "--json", cwd=folder)

    assert ran.code == 2
    assert ran.error["error"] == "BadInput"
    assert "no delimited text" in ran.error["detail"]


def test_a_change_file_with_a_mistake_is_refused(folder: Path, call: Call) -> None:
    (folder / "bad.yaml").write_text("changes:\n- {id: a, kind: trim}\n")

    ran = call("improve", "clinics.csv", "--apply", "bad.yaml", cwd=folder)

    assert ran.code == 2
    assert "bad.yaml, line 2" in ran.err
