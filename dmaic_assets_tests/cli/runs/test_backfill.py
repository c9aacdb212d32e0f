"""`dmaic backfill` takes what waits as history, and shows beforehand what that would hold."""

from pathlib import Path

import pytest

from dmaic_assets_tests.cli.shell import dmaic_here
from dmaic_assets_tests.work.conftest import csv_of, make_project

FILES = 12


def drop(root: Path, source: str, *, cents: tuple[int, ...] = ()) -> None:
    """Twelve days of amounts around 50, of which some are in cents."""
    folder = root / "data" / "incoming" / source
    folder.mkdir(parents=True)
    for day in range(FILES):
        factor = 100 if day in cents else 1

        def amount(n: int, day: int = day, factor: int = factor) -> str:
            return f"{factor * (20 + (n * 7919 + day * 104729) % 601 / 10):.1f}"

        (folder / f"day_{day:02}.csv").write_text(csv_of(1_000 * day, amount=amount))


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file but the ledger, whose cache of hashes may grow."""
    files = (p for p in root.rglob("*") if p.is_file() and "ledger" not in p.parts)
    return {str(p.relative_to(root)): p.read_bytes() for p in files}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    make_project(tmp_path).platform.close()
    drop(tmp_path, "orders", cents=(0, 7))
    drop(tmp_path, "returns")
    return tmp_path


def test_a_dry_run_shows_what_a_run_then_holds_and_changes_nothing(shop: Path) -> None:
    before = snapshot(shop)

    shown = dmaic_here("backfill", "orders", "--dry-run", "--json", cwd=shop)
    told = dmaic_here("backfill", "orders", "--dry-run", cwd=shop)

    assert snapshot(shop) == before
    assert (shown.code, told.code) == (0, 0), shown.err
    assert dmaic_here("plan", "--json", cwd=shop).json["sources_with_work"] == ["orders", "returns"]

    taken = dmaic_here("backfill", "orders", "--json", cwd=shop)

    assert taken.code == 4
    assert {Path(f["path"]).name: f["verdict"] for f in taken.json["files"]} == {
        f["name"]: f["verdict"] for f in shown.json["files"]
    }
    assert taken.json["stands_out"] == shown.json["stands_out"]
    (group,) = shown.json["stands_out"]
    assert group["held"] == ["day_00.csv", "day_07.csv"]
    command = group["answer"]["command"]
    assert command.startswith("dmaic gate release --rule")
    assert command in told.out
    assert told.out.startswith("12 files judged for trial, 10 would be accepted whole\n")
    assert told.out.endswith("Nothing was changed. First take them: dmaic backfill orders\n")
    assert dmaic_here("plan", "--json", cwd=shop).json["sources_with_work"] == ["returns"]


def test_what_comes_to_a_history_is_judged_by_it_and_said(shop: Path) -> None:
    assert dmaic_here("backfill", "returns", cwd=shop).code == 0
    last = shop / "data" / "incoming" / "returns" / "day_12.csv"
    last.write_text(csv_of(12_000, amount=lambda n: f"{5000 + n}.5"))

    before = snapshot(shop)
    shown = dmaic_here("backfill", "returns", "--dry-run", "--json", cwd=shop)
    again = dmaic_here("backfill", "returns", "--dry-run", cwd=shop)

    assert snapshot(shop) == before
    assert shown.json["by_history"] == ["returns/day_12.csv"]
    assert [f["verdict"] for f in shown.json["files"]] == ["reject"]
    assert "judged by the files accepted before, not by each other: returns/day_12.csv" in again.out


def test_nothing_that_waits_is_said_and_an_unknown_source_is_refused(shop: Path) -> None:
    assert dmaic_here("backfill", "returns", cwd=shop).code == 0

    nothing = dmaic_here("backfill", "returns", "--dry-run", cwd=shop)
    unknown = dmaic_here("backfill", "retours", "--dry-run", "--json", cwd=shop)

    assert nothing.out.startswith("Nothing to do")
    assert (unknown.code, unknown.error["error"]) == (2, "BadInput")
