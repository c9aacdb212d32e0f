"""What commands say of files that nothing is computed for, and of folders with any name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets.cli.setup.init_command import make_project
from dmaic_assets.table.read.naming import source_slug
from dmaic_assets_tests.cli.samples import ROWS, orders, write_csv
from dmaic_assets_tests.cli.shell import Finished

Call = Callable[..., Finished]
FOLDER = "Bestellungen & Retouren"


@pytest.fixture
def shop(tmp_path: Path, call: Call) -> Path:
    """A project with an accepted and a held file in a folder whose name is no slug."""
    make_project(tmp_path)
    landed = tmp_path / "data" / "incoming" / FOLDER
    write_csv(landed / "a.csv", orders(1))
    (landed / "bad.csv").write_bytes(b"")
    ran = call("run-all", "--json", cwd=tmp_path)
    assert ran.code == 4, ran.err
    return tmp_path


def test_copies_and_removals_are_told(shop: Path, call: Call) -> None:
    landed = shop / "data" / "incoming" / FOLDER
    write_csv(landed / "copy.csv", orders(1))
    (landed / "again.csv").write_bytes(b"")

    told = call("run-all", cwd=shop)
    document = call("run-all", "--json", cwd=shop).json

    (held,) = (shop / "data" / "quarantine").rglob("bad.csv")
    assert f"duplicate  {landed / 'copy.csv'}: the same content as {landed / 'a.csv'}" in told.out
    assert f"duplicate  {landed / 'again.csv'}: the same content as {held} (held)" in told.out
    assert {(d["path"], d["duplicate_of"], d["verdict"]) for d in document["duplicates"]} == {
        (str(landed / "copy.csv"), str(landed / "a.csv"), "accept"),
        (str(landed / "again.csv"), str(held), "reject"),
    }
    (landed / "a.csv").unlink()
    (landed / "copy.csv").unlink()
    held.unlink()
    (landed / "again.csv").unlink()
    gone = call("run-all", "--json", cwd=shop).json["removed"]
    assert {(Path(g["path"]).name, g["verdict"]) for g in gone} == {
        ("a.csv", "accept"),
        ("bad.csv", "reject"),
    }


def test_a_folder_with_any_name_is_a_source_under_a_slug(shop: Path, call: Call) -> None:
    slug = source_slug(FOLDER)

    (source,) = call("sources", "--json", cwd=shop).json
    listed = call("sources", cwd=shop)
    by_folder = call("ingest", "--source", FOLDER, "--json", cwd=shop)

    assert (source["source"], source["files_lie_in"]) == (slug, f"incoming/{FOLDER}")
    assert source["rows"] == ROWS
    assert slug in listed.out
    assert f"incoming/{FOLDER}" in listed.out
    assert (by_folder.code, slug in by_folder.error["hint"]) == (2, True)


def test_a_released_file_goes_back_to_the_folder_it_came_from(shop: Path, call: Call) -> None:
    slug = source_slug(FOLDER)
    landed = shop / "data" / "incoming" / FOLDER
    rules = shop / "config" / "rules" / f"{slug}.yaml"
    written = rules.read_text(encoding="utf-8")
    few = "  - {id: few, kind: row_count, parameters: {max: 10}, severity: critical}\n"
    rules.write_text(written + few, encoding="utf-8")
    held = call("run-all", "--json", cwd=shop)
    rules.write_text(written, encoding="utf-8")

    released = call("run-all", "--json", cwd=shop)

    assert [f["verdict"] for f in held.json["files"]] == ["reject", "reject"]
    assert [f["verdict"] for f in released.json["files"]] == ["accept", "reject"]
    assert [p.name for p in (shop / "data" / "incoming").iterdir()] == [FOLDER]
    assert [p.name for p in landed.iterdir()] == ["a.csv"]
    reset = call("reset", "--yes", "--json", cwd=shop)
    assert reset.code == 0
    assert sorted(p.name for p in landed.iterdir()) == ["a.csv", "bad.csv"]
