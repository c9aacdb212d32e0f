"""`dmaic relationships`: a folder of files, its keys and foreign keys, in words and as JSON."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets_tests.analysis.relationships.shop import LINKS, shop
from dmaic_assets_tests.cli.shell import Finished

Call = Callable[..., Finished]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, frame in shop().items():
        frame.write_csv(tmp_path / f"{name}.csv")
    return tmp_path


def test_the_document_has_keys_and_foreign_keys(folder: Path, call: Call) -> None:
    found = call("relationships", str(folder), "--json", cwd=folder)

    assert found.code == 0
    assert set(found.json) == {"keys", "foreign_keys"}
    assert {"table": "orders", "columns": ["id"]} in found.json["keys"]
    links = found.json["foreign_keys"]
    assert {
        (k["table"], tuple(k["columns"]), k["ref_table"], tuple(k["ref_columns"])) for k in links
    } == LINKS | {("shipments", ("order_id",), "orders", ("id",))}
    assert all(0.5 < k["confidence"] <= 1 and k["orphan_share"] == 0 for k in links)
    assert set(links[0]) == {
        "table", "columns", "ref_table", "ref_columns", "confidence", "orphan_share",
    }  # fmt: skip


def test_people_read_what_refers_to_what(folder: Path, call: Call) -> None:
    found = call("relationships", str(folder), cwd=folder)

    assert "order_id, line_no" in found.out
    assert "follows from the others" in found.out
    assert found.out.endswith("7 tables, 8 foreign keys\n")


def test_a_folder_without_tables_is_refused(tmp_path: Path, call: Call) -> None:
    found = call("relationships", str(tmp_path), cwd=tmp_path)

    assert (found.code, "holds no table" in found.err) == (2, True)


def test_lines_that_are_no_rows_are_told(tmp_path: Path, call: Call) -> None:
    rows = "".join(f"{n},x{n}\n" for n in range(40))
    (tmp_path / "towns.csv").write_text(f"town_id,town\n{rows}40,x,y\n41\n")

    found = call("relationships", str(tmp_path), "--json", cwd=tmp_path)
    lines = call("dependencies", "towns.csv", cwd=tmp_path).err

    (note,) = found.json["notes"]
    assert note.startswith("towns.csv: 2 lines are no rows and left out: 42, 43 (line 42: ")
    assert found.err == lines == f"note: {note}\n"


def test_a_star_stands_at_keys_that_a_reference_leads_to(tmp_path: Path, call: Call) -> None:
    towns = "".join(f"{n * 7},x{n}\n" for n in range(40))
    (tmp_path / "towns.csv").write_text(f"town_id,town\n{towns}")
    visits = "".join(f"{n},{n % 40 * 7}\n" for n in range(90))
    (tmp_path / "visits.csv").write_text(f"visit_id,town_id\n{visits}")

    out = call("relationships", str(tmp_path), cwd=tmp_path).out

    stars = {line.split()[0] for line in out.splitlines() if line.rstrip().endswith("*")}
    assert stars == {"towns"}
