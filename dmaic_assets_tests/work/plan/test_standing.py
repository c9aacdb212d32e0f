"""A project at rest is told by stats alone, and anything that a plan looks at ends its rest."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets.store import file_stat
from dmaic_assets.store.ledger.record.files import set_disposition
from dmaic_assets.work.plan.planned import Plan
from dmaic_assets.work.plan.standing import known_standing, remember_standing
from dmaic_assets_tests.work.conftest import ROOT, Project, csv_of


@pytest.fixture
def at_rest(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with an accepted and a held file, a copy and a problem, left long ago."""
    monkeypatch.setattr(file_stat, "_UNSETTLED_NS", -10_000_000_000)
    project.drop("a.csv", csv_of(0))
    project.drop("b.csv", "id,kind\n1,2,3,4\n5\n")
    project.drop("c.csv", csv_of(0))
    project.drop("d.what", "?")
    project.run()
    remember(project)
    return project


def remember(project: Project) -> Plan:
    began_ns = time.time_ns()
    plan = project.plan()
    project.platform.close()
    remember_standing(project.platform, plan, began_ns=began_ns)
    return plan


def standing(project: Project) -> Plan | None:
    return known_standing(project.root, project.data)


def test_the_plan_of_a_project_at_rest_is_given_again(at_rest: Project) -> None:
    known = standing(at_rest)

    assert known == at_rest.plan()
    assert [f.decision for f in known.files] == ["accept", "reject"]
    assert (len(known.duplicates), len(known.problems)) == (1, 1)


def rewrite(path: Path) -> None:
    """Other content of the same size and time of modification."""
    stat, content = path.stat(), path.read_bytes()
    path.write_bytes(content[::-1])
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def withdraw(project: Project) -> None:
    (arrival,) = [a for a in project.arrivals().values() if a.disposition == "accepted"]
    set_disposition(project.platform.ledger, "orders", arrival.sha256, "removed")
    project.platform.close()


CHANGES: dict[str, Callable[[Project], object]] = {
    "a new file": lambda p: p.drop("e.csv", csv_of(500)),
    "a new source": lambda p: p.drop("e.csv", csv_of(500), source="items"),
    "other content at a place": lambda p: rewrite(p.data / "incoming" / "orders" / "a.csv"),
    "a file taken away": lambda p: (p.data / "incoming" / "orders" / "a.csv").unlink(),
    "accepted rows changed": lambda p: rewrite(
        next((p.data / "warehouse" / "accepted").rglob("*.parquet"))
    ),
    "accepted rows gone": lambda p: next(
        (p.data / "warehouse" / "accepted").rglob("*.parquet")
    ).unlink(),
    "a held file changed": lambda p: rewrite(next((p.data / "quarantine").rglob("b.csv"))),
    "a rule file edited": lambda p: rewrite(p.root / "config" / "rules" / "orders.yaml"),
    "a setting": lambda p: rewrite(p.root / "config" / "dmaic.yaml"),
    "a file of changes": lambda p: (p.root / "config" / "changes").mkdir(),
    "what the ledger says": withdraw,
    "a mirror gone": lambda p: (p.data / "ledger" / "runs.csv").unlink(),
    "the record itself": lambda p: (p.data / "ledger" / "standing.json").write_text("{"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_ends_the_rest(at_rest: Project, name: str) -> None:
    CHANGES[name](at_rest)

    assert standing(at_rest) is None


@pytest.mark.parametrize("name", ["DMAIC_WORKERS", "DMAIC_STABLE_FOR_S"])
def test_another_variable_ends_the_rest(
    at_rest: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "7")

    assert standing(at_rest) is None


def test_a_link_into_another_folder_is_followed(
    at_rest: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("disk") / "accepted"
    accepted = at_rest.data / "warehouse" / "accepted"
    accepted.rename(elsewhere)
    accepted.symlink_to(elsewhere)
    remember(at_rest)
    assert standing(at_rest) is not None

    rewrite(next(elsewhere.rglob("*.parquet")))

    assert standing(at_rest) is None


def test_what_was_touched_just_now_proves_nothing(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    remember(project)

    assert standing(project) is None


def test_a_plan_with_work_is_not_remembered(at_rest: Project) -> None:
    at_rest.drop("e.csv", csv_of(500))
    remember(at_rest)

    assert standing(at_rest) is None


def test_a_command_at_rest_opens_no_store(at_rest: Project) -> None:
    code = (
        "import sys; from dmaic_assets.cli.main import main; code = main(sys.argv[1:]);"
        "print(sorted({'sqlalchemy', 'pydantic', 'polars', 'dagster'} & sys.modules.keys()), code)"
    )
    # The problem in the folder is shown by what reads files, which loads the settings.
    (at_rest.data / "incoming" / "orders" / "d.what").unlink()
    remember(at_rest)

    for command in (["run-all"], ["plan"]):
        found = subprocess.run(
            [sys.executable, "-c", code, *command, "--project", str(at_rest.root)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert "Nothing to do: 2 files of 1 source, all known." in found.stdout
        assert found.stdout.splitlines()[-1] == f"[] {4 if command == ['run-all'] else 0}"
