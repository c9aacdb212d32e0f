"""The hostile project, built once for all tests of views and pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dmaic_assets_tests.reports.hostile import Hostile, build, opened
from dmaic_assets_tests.work.conftest import Project, make_project


@pytest.fixture(scope="session")
def hostile_built(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    return build(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def hostile(hostile_built: Hostile) -> Iterator[Project]:
    project = opened(hostile_built)
    yield project
    project.platform.close()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project in which nothing has happened yet."""
    made = make_project(tmp_path / "project")
    yield made
    made.platform.close()
