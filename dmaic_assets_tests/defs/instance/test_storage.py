"""Dagster's storage of a project when two processes come first, and one that is in that state."""

import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest
from alembic.runtime import migration
from dagster._core.storage import sql as dagster_sql
from dagster._core.storage.sqlite import LAST_KNOWN_STAMPED_SQLITE_ALEMBIC_REVISION

from dmaic_assets.defs.assets.partitions import register_cells
from dmaic_assets.defs.instance.instance import project_instance
from dmaic_assets.defs.instance.storage import is_made, make_apart, revisions
from dmaic_assets.errors import StoreError
from dmaic_assets.model import Cell
from dmaic_assets.settings.project import Settings, load_settings
from dmaic_assets_tests.cli.shell import clean_environment

ROOT = Path(__file__).resolve().parents[3]
FILES = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    shutil.copytree(ROOT / "config", tmp_path / "project" / "config")
    return load_settings(tmp_path / "project", environment={})


def runs_of(settings: Settings) -> int:
    with project_instance(settings) as instance:
        instance.schedule_storage.all_instigator_state()
        instance.get_dynamic_partitions("run")
        return len(instance.get_runs())


def test_a_process_that_comes_while_another_makes_the_storage_waits_for_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second comes at the worst moment: the tables are there, their revision is not yet."""
    second = threading.Thread(target=runs_of, args=(settings,))

    class Late(migration.HeadMaintainer):
        def __init__(self, context: migration.MigrationContext, heads: object) -> None:
            if second.ident is None:
                second.start()
                second.join(timeout=3.0)
            super().__init__(context, heads)

    monkeypatch.setattr(migration, "HeadMaintainer", Late)
    # Dagster's own lock is one of threads; the second stands for a process.
    monkeypatch.setattr(dagster_sql, "_alembic_lock", nullcontext())

    first = runs_of(settings)
    second.join()

    assert first == 0
    assert runs_of(settings) == 0
    assert [len(revisions(settings.paths.dagster_home / name)) for name in FILES] == [1, 1, 1]


@pytest.mark.parametrize("broken", FILES)
def test_a_project_with_two_revisions_in_a_file_is_mended(settings: Settings, broken: str) -> None:
    runs_of(settings)
    database = settings.paths.dagster_home / broken
    note(database, LAST_KNOWN_STAMPED_SQLITE_ALEMBIC_REVISION)
    assert len(revisions(database)) == 2

    assert runs_of(settings) == 0
    assert is_made(settings.paths.dagster_home)


def test_what_dagster_knew_is_still_known_after_mending(settings: Settings) -> None:
    with project_instance(settings) as instance:
        register_cells(instance, [Cell("R1", "a")])
    note(
        settings.paths.dagster_home / "history" / "runs" / "index.db",
        LAST_KNOWN_STAMPED_SQLITE_ALEMBIC_REVISION,
    )

    with project_instance(settings) as instance:
        assert instance.get_dynamic_partitions("source") == ["a"]


def test_revisions_that_nobody_knows_are_refused_with_place_and_fix(settings: Settings) -> None:
    runs_of(settings)
    note(settings.paths.dagster_home / "history" / "runs.db", "feedfeedfeed")

    with pytest.raises(StoreError, match=r"runs\.db: is of 2 revisions") as refused:
        runs_of(settings)
    assert "Move it away" in refused.value.fix


def test_a_damaged_file_is_refused_with_place_and_fix(settings: Settings) -> None:
    runs_of(settings)
    (settings.paths.dagster_home / "history" / "runs.db").write_bytes(b"no database" * 500)

    with pytest.raises(StoreError, match=r"runs\.db: Dagster's storage cannot be read") as refused:
        runs_of(settings)
    assert "move it away" in refused.value.fix


def test_the_storage_is_made_before_several_processes_are_started(settings: Settings) -> None:
    home = settings.paths.dagster_home
    home.mkdir(parents=True)

    make_apart(home, clean_environment())

    assert is_made(home)


def test_a_storage_that_cannot_be_made_is_told_with_dagsters_reason(settings: Settings) -> None:
    home = settings.paths.dagster_home
    home.mkdir(parents=True)
    (home / "dagster.yaml").write_text("nonsense: true\n")

    with pytest.raises(StoreError, match="nonsense"):
        make_apart(home, clean_environment())


def test_a_key_that_another_process_has_just_added_counts_as_registered(
    settings: Settings,
) -> None:
    """Every desk has connections of its own, as processes have."""
    desks, rounds = 3, 30
    barrier = threading.Barrier(desks)

    def register() -> None:
        with project_instance(settings) as instance:
            for n in range(rounds):
                barrier.wait(timeout=60)
                register_cells(instance, [Cell(f"R{n}", f"s{n}")])

    with ThreadPoolExecutor(desks) as pool:
        for done in [pool.submit(register) for _ in range(desks)]:
            done.result()

    with project_instance(settings) as instance:
        assert len(instance.get_dynamic_partitions("run")) == rounds
        assert len(instance.get_dynamic_partitions("source")) == rounds


def note(database: Path, revision: str) -> None:
    """Notes a further revision, as a second process does that finds tables without one."""
    connection = sqlite3.connect(database)
    connection.execute("INSERT INTO alembic_version (version_num) VALUES (?)", (revision,))
    connection.commit()
    connection.close()
