"""No command writes over what it reads, by whatever name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets_tests.cli.samples import orders, write_csv
from dmaic_assets_tests.cli.shell import Finished

Call = Callable[..., Finished]

RULES = "source: s\nrules:\n- {id: few, kind: range, columns: [units], parameters: {max: 5}}\n"
SCHEMA = "schema_type: dataframe\nversion: 0.1\ncolumns: {}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_csv(tmp_path / "a.csv", orders(1))
    (tmp_path / "link.csv").symlink_to("a.csv")
    (tmp_path / "hard.csv").hardlink_to(tmp_path / "a.csv")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "schema.yaml").write_text(SCHEMA, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        ("gate", "a.csv", "--rules", "rules.yaml", "--cells", "a.csv"),
        ("gate", "a.csv", "--rules", "rules.yaml", "--cells", "./a.csv"),
        ("gate", "a.csv", "--rules", "rules.yaml", "--cells", "link.csv"),
        ("gate", "a.csv", "--rules", "rules.yaml", "--cells", "hard.csv"),
        ("gate", "a.csv", "--rules", "rules.yaml", "--cells", "rules.yaml"),
        ("rules", "learn", "a.csv", "-o", "a.csv"),
        ("rules", "learn", "a.csv", "-o", "link.csv"),
        ("rules", "export", "rules.yaml", "--pandera", "-o", "rules.yaml"),
        ("rules", "import", "schema.yaml", "-o", "schema.yaml"),
    ],
)
def test_an_output_that_is_an_input_is_refused(
    folder: Path, call: Call, arguments: tuple[str, ...]
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    ran = call(*arguments, "--json", cwd=folder)

    assert (ran.code, ran.error["error"]) == (2, "BadInput")
    assert "is the input" in ran.error["detail"]
    assert "another name" in ran.error["hint"]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_another_file_may_be_overwritten(folder: Path, call: Call) -> None:
    (folder / "cells.csv").write_text("old", encoding="utf-8")

    ran = call("gate", "a.csv", "--rules", "rules.yaml", "--cells", "cells.csv", cwd=folder)

    assert ran.code in (0, 4)
    assert (folder / "cells.csv").read_text(encoding="utf-8").startswith("row,column,rule")
