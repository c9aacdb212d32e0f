"""A project whose sixth delivery has defects, taken through the phases."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from dmaic_assets.model import PhaseName
from dmaic_assets.process.cycle.phases_of_a_run import CycleResult, work_phases
from dmaic_assets.settings.project import load_settings
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run, work_run
from dmaic_assets.work.run.platform import open_platform
from dmaic_assets_tests.work.conftest import AT_ONCE, Project, csv_of, make_project

DEFECTIVE = {"amount": lambda n: "oops" if n < 20 else f"{10 + (n * 37) % 100}.5"}


def cycle(
    project: Project, until: PhaseName = "control", sources: Sequence[str] = ()
) -> CycleResult:
    """One run: judges what is new, then takes the sources through the phases."""
    platform = project.platform
    request = RunRequest(sources=tuple(sources))
    plan = project.plan(request)
    run_id = open_run(platform, plan, request)
    work_run(platform, run_id, workers=2)
    return work_phases(platform, run_id, tuple(plan.sources), until=until)


def fill(project: Project, *, source: str = "orders", clean: int = 5) -> None:
    """Delivers clean days and then one with 20 amounts in 400 that are no numbers."""
    for day in range(1, clean + 1):
        project.drop(f"{day}.csv", csv_of(1000 * day, rows=400), source=source)
        project.run()
    project.drop("bad.csv", csv_of(9000, rows=400, **DEFECTIVE), source=source)


@pytest.fixture(scope="module")
def shop_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project after one run of all phases, closed."""
    made = make_project(tmp_path_factory.mktemp("shop") / "shop")
    fill(made)
    cycle(made)
    made.platform.close()
    return made.root


@pytest.fixture
def shop(shop_folder: Path, tmp_path: Path) -> Iterator[Project]:
    """A copy of that project, opened."""
    root = tmp_path / "shop"
    shutil.copytree(shop_folder, root)
    made = Project(root, open_platform(load_settings(root, environment=AT_ONCE)))
    yield made
    made.platform.close()
