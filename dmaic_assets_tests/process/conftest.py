"""A small project of two sources with defects that have a cause, judged and ready for phases."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dmaic_assets.model import PhaseName
from dmaic_assets.process.cycle.phases_of_a_run import CycleResult, work_phases
from dmaic_assets.settings.project import load_settings
from dmaic_assets.work.plan.plan import plan_run
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run
from dmaic_assets.work.run.platform import open_platform
from dmaic_assets_tests.work.conftest import KINDS, Project, make_project

OFF = "phases: {improve: {enabled: false}, control: {enabled: false}}\n"
DAYS = 6


def orders(day: int, *, rows: int = 200, is_bad: bool = False) -> str:
    """Clean orders; bad ones have no amount and an unknown size where the kind is south."""
    lines = ["id,kind,size,amount"]
    for n in range(rows):
        wrong = is_bad and n % 4 == 1 and n % 8 == 1
        amount = "" if wrong else f"{10 + (n * 37 + day) % 90}.5"
        lines.append(f"{day * 1000 + n},{KINDS[n % 4]},{'SML'[n % 3]},{amount}")
    return "\n".join(lines) + "\n"


def configure(root: Path, text: str = OFF) -> None:
    """Adds keys to config/dmaic.yaml."""
    path = root / "config" / "dmaic.yaml"
    path.write_text(path.read_text() + text)


@pytest.fixture(scope="session")
def judged_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sources, six clean files each; `orders` has a seventh in which amounts are missing."""
    project = make_project(tmp_path_factory.mktemp("judged"))
    configure(project.root)
    project.reload()
    for day in range(DAYS):
        project.drop(f"day_{day}.csv", orders(day))
        project.drop(f"day_{day}.csv", orders(50 + day), source="returns")
        project.run()
    project.drop("day_9.csv", orders(9, is_bad=True))
    project.run()
    project.platform.close()
    return project.root


@pytest.fixture
def judged(judged_folder: Path, tmp_path: Path) -> Iterator[Project]:
    """A copy of the judged project, opened."""
    root = tmp_path / "project"
    shutil.copytree(judged_folder, root)
    project = Project(root, open_platform(load_settings(root, environment={})))
    yield project
    project.platform.close()


@pytest.fixture
def phases(judged: Project) -> Callable[..., CycleResult]:
    """Opens a run and takes sources through the enabled phases."""

    def run(
        *sources: str, until: PhaseName = "analyze", recompute: bool = False, **request: str
    ) -> CycleResult:
        wanted = RunRequest(**request)  # pyright: ignore[reportArgumentType] - parent, recursion
        run_id = open_run(judged.platform, plan_run(judged.platform, wanted), wanted)
        names = sources or ("orders", "returns")
        return work_phases(judged.platform, run_id, names, until=until, recompute=recompute)

    return run
