"""An ingest that is killed anywhere and started again ends as if nothing had happened."""

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from dmaic_assets_tests.work.crash.project import (
    FAILPOINTS,
    ids_of,
    make_project,
    outcome,
    rows_everywhere,
    work,
)

pytestmark = pytest.mark.crash

# With two kills in each of the six windows that makes twenty.
KILLS = 8
# Counted from when the stores are open; the work of a whole project takes longer.
EARLY_S = 0.6


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, object]:
    project = make_project(tmp_path_factory.mktemp("undisturbed"))
    assert work(project) == 0
    return outcome(project)


def finish(project: Path) -> None:
    assert work(project) == 0


@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_a_kill_in_any_window_of_a_write_loses_and_doubles_nothing(
    failpoint: str, undisturbed: Mapping[str, object], tmp_path: Path
) -> None:
    project = make_project(tmp_path)
    before = ids_of(project)

    kills = 0
    for number in (1, 3):
        kills += work(project, failpoint=f"{failpoint}:kill:{number}") < 0
    finish(project)

    assert kills == 2
    assert rows_everywhere(project) == before
    assert outcome(project) == undisturbed


def test_kills_at_random_moments_lose_and_double_nothing(
    undisturbed: Mapping[str, object], tmp_path: Path
) -> None:
    chance = random.Random(20261121)
    projects = [make_project(tmp_path / "0")]
    before = ids_of(projects[0])

    kills = 0
    while kills < KILLS:
        ended = work(projects[-1], kill_after_s=chance.uniform(0, EARLY_S), from_ready=True)
        kills += ended < 0
        if ended == 0:
            projects.append(make_project(tmp_path / str(len(projects))))

    for project in projects:
        finish(project)
        assert rows_everywhere(project) == before
        assert outcome(project) == undisturbed


def test_a_second_ingest_changes_no_byte(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    finish(project)
    first = outcome(project)

    finish(project)

    assert outcome(project) == first
