"""`dmaic reset`: outputs go, source files stay or come back."""

import fcntl
import json
from pathlib import Path

import pytest

from dmaic_assets.cli.setup.init_command import make_project
from dmaic_assets.cli.setup.reset_command import returns_of
from dmaic_assets.settings.project import load_settings
from dmaic_assets_tests.cli.shell import dmaic_here


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in which a run has happened: held, quarantined and archived files."""
    make_project(tmp_path)
    put(tmp_path, "data/incoming/orders/new.csv", "a\n1\n")
    hold(tmp_path, "orders", "0123456789abcdef", "bad.csv", "reject")
    hold(tmp_path, "orders", "aaaaaaaaaaaaaaaa", "rows.parquet", "quarantine")
    put(tmp_path, "data/archive/2026-11-21_20261121T041500Z__abc1234/orders/done.csv", "a\n2\n")
    put(tmp_path, "data/archive/withdrawn/orders/bbbbbbbbbbbbbbbb.parquet", "PAR1")
    for folder in ("warehouse/accepted/orders", "artifacts", "ledger", "dagster_home", "staging"):
        put(tmp_path, f"data/{folder}/x", "output")
    return tmp_path


def put(root: Path, place: str, text: str) -> Path:
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def hold(root: Path, source: str, key: str, name: str, decision: str) -> None:
    put(root, f"data/quarantine/{source}/{key}/{name}", "a\nx\n")
    reason = {"held": name, "verdict": {"decision": decision}}
    put(root, f"data/quarantine/{source}/{key}/reason.json", json.dumps(reason))


def files_in(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def test_reset_removes_outputs_and_brings_source_files_back(project: Path) -> None:
    config = files_in(project / "config")

    ran = dmaic_here("reset", "--yes", "--json", cwd=project)

    assert ran.code == 0
    assert files_in(project / "data") == {
        "incoming/orders/new.csv",
        "incoming/orders/bad.csv",
        "incoming/orders/done.csv",
    }
    assert files_in(project / "config") == config
    assert len(ran.json["put_back"]) == 2


def test_reset_asks_first_and_does_nothing_when_nobody_answers(project: Path) -> None:
    before = files_in(project)

    ran = dmaic_here("reset", cwd=project)

    assert ran.code == 2
    assert "--yes" in ran.err
    assert files_in(project) == before


def test_reset_twice_is_reset_once(project: Path) -> None:
    dmaic_here("reset", "--yes", cwd=project)
    before = files_in(project)

    ran = dmaic_here("reset", "--yes", "--json", cwd=project)

    assert (ran.code, ran.json) == (0, {"removed": [], "put_back": []})
    assert files_in(project) == before


def test_a_file_comes_back_beside_one_that_took_its_name(project: Path) -> None:
    put(project, "data/incoming/orders/bad.csv", "other")

    (held, _) = returns_of(load_settings(project, environment={}))

    assert held.place.name == "bad.0123456789abcdef.csv"


def test_copies_of_declared_files_are_outputs(project: Path) -> None:
    put(project, "config/sources.yaml", "sources: [{name: orders, glob: '/mnt/orders/*.csv'}]")

    assert returns_of(load_settings(project, environment={})) == []


def test_a_ledger_elsewhere_is_not_left_behind_silently(project: Path) -> None:
    before = files_in(project)

    ran = dmaic_here(
        "reset",
        "--yes",
        "--json",
        cwd=project,
        environment={"DMAIC_LEDGER_URL": "postgresql://db/ledger"},
    )

    assert (ran.code, ran.error["error"]) == (4, "Policy")
    assert files_in(project) == before


def test_nothing_is_pulled_away_under_running_servers(project: Path) -> None:
    before = files_in(project)
    with put(project, "data/dagster_home/dev.lock", "").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        ran = dmaic_here("reset", "--yes", "--json", cwd=project)

    assert (ran.code, ran.error["error"]) == (4, "Policy")
    assert files_in(project) == before | {"data/dagster_home/dev.lock"}
