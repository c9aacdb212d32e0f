"""A project that was moved or copied reads and touches its own files only."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dmaic_assets.settings.project import load_settings
from dmaic_assets.work.run.owed import left_unpublished, publish_left
from dmaic_assets.work.run.platform import open_platform
from dmaic_assets_tests.cli.shell import dmaic_here
from dmaic_assets_tests.work.conftest import Project, csv_of


@pytest.fixture
def original(project: Project) -> Project:
    """A project with an accepted file and one that is held."""
    for day in range(1, 4):
        project.drop(f"{day}.csv", csv_of(1_000 * day))
        project.run()
    project.drop("4.csv", csv_of(4_000, amount=lambda n: "oops" if n % 2 else "12.5"))
    project.run()
    assert project.arrivals()["4.csv"].disposition == "rejected"
    return project


@pytest.fixture
def copy(original: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    original.platform.close()
    root = tmp_path_factory.mktemp("copy") / "project"
    shutil.copytree(original.root, root)
    opened = Project(root, open_platform(load_settings(root, environment={})))
    yield opened
    opened.platform.close()


def rows(project: Project) -> int:
    database = project.data / "warehouse" / "warehouse.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute("SELECT count(*) FROM orders").fetchone()
    assert found is not None
    return int(found[0])


def test_the_views_of_a_copy_show_its_own_rows_after_a_run_without_work(
    original: Project, copy: Project
) -> None:
    sorted((copy.data / "warehouse" / "accepted" / "orders").iterdir())[0].unlink()

    publish_left(copy.platform)

    assert rows(copy) == 200
    assert rows(original) == 300


def test_a_command_of_a_moved_project_brings_its_views_along(
    original: Project, tmp_path: Path
) -> None:
    original.platform.close()
    moved = Project(tmp_path / "elsewhere" / "project", original.platform)
    moved.root.parent.mkdir()
    shutil.copytree(original.root, moved.root, ignore=shutil.ignore_patterns("elsewhere"))
    shutil.rmtree(original.data / "warehouse")

    status = dmaic_here("status", cwd=moved.root)
    ran = dmaic_here("run-all", "--exit-zero", cwd=moved.root)

    assert "is not published" in status.out
    assert (ran.code, rows(moved)) == (0, 300)


def test_a_copy_knows_its_own_files_and_never_those_of_the_original(copy: Project) -> None:
    for arrival in copy.arrivals().values():
        assert Path(arrival.path).is_relative_to(copy.data)
        assert (copy.data / arrival.location).is_relative_to(copy.data)
    (held,) = [f for f in copy.plan().files if f.decision == "reject"]
    assert held.file.path.is_relative_to(copy.data)
    assert copy.plan().is_empty


def test_a_project_that_stays_owes_nothing(original: Project) -> None:
    original.reload()

    assert left_unpublished(original.platform) == ()
